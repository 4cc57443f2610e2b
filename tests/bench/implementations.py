"""Who is measured: the gateway twice (cache off, cache on), and its peers, all running at once."""

import contextlib
import json
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from subprocess import run

import yaml

from gateway.access import tokens
from tests.bench.city import GATEWAY_SCHEMA, SCHEMAS, City, address
from tests.bench.servers import ROOT, Server, StartFailed, peer, started
from tests.bench.workloads import Headers, Workload, request

__all__ = ["GRAPHQL", "OURS", "PEERS", "PERSONA", "Implementation", "all_of", "configured", "migrate", "static_of"]

OURS, VANILLA, CACHED, RAW, STATIC = "ours", "vanilla", "vanilla, caches", "raw asyncpg", "static bytes"
PEERS = (VANILLA, CACHED, RAW, STATIC)
GRAPHQL = (OURS, VANILLA, CACHED)
PERSONA = "market-officer"


@dataclass(frozen=True, slots=True)
class Implementation:
    """One implementation; ``warm`` is its second server where workloads with a warm cache have one of their own."""

    name: str
    server: Server
    headers: Headers
    warm: Server | None = None

    def answers(self, workload: Workload) -> bool:
        """Say whether this workload means anything to it: ``{__typename}`` needs GraphQL, or only bytes."""
        return not (workload.name == "W4" and self.name == RAW)

    def server_of(self, workload: Workload) -> Server:
        """Give the server that is asked."""
        return self.warm if self.warm is not None and workload.name == "W3" else self.server

    def requests(self, workload: Workload) -> tuple[bytes, ...]:
        """Give the requests of a workload, whole."""
        path = f"/{workload.name}" if self.name == STATIC else "/graphql"
        return tuple(request(body, self.headers, path) for body in workload.bodies)


@contextlib.contextmanager
def all_of(city: City, folder: Path) -> Iterator[list[Implementation]]:
    """Give all but the static one, running.

    Raises:
        StartFailed: one does not come up.

    """
    token = tokens.issue(PERSONA, city.keys_folder, time.time())
    headers = {"Authorization": f"Bearer {token}"}
    with contextlib.ExitStack() as running:

        def start(name: str, command: list[str]) -> Server:
            return running.enter_context(started(name, command, folder / f"{_slug(name)}.log"))

        cold, warm = (configured(city, folder, cached=cached) for cached in (False, True))
        migrate(cold)
        yield [
            Implementation(OURS, start(OURS, _serve(cold)), headers, start(f"{OURS}, warm", _serve(warm))),
            Implementation(VANILLA, start(VANILLA, peer("vanilla", city.postgres)), headers),
            Implementation(CACHED, start(CACHED, peer("vanilla-cached", city.postgres)), headers),
            Implementation(RAW, start(RAW, peer("raw", city.postgres)), headers),
        ]


@contextlib.contextmanager
def static_of(sizes: Mapping[str, int], headers: Headers, folder: Path) -> Iterator[Implementation]:
    """Give the one that sends as many bytes for each workload as *sizes* says, running.

    Raises:
        StartFailed: it does not come up.

    """
    command = peer("static", json.dumps(sizes))
    with started(STATIC, command, folder / f"{_slug(STATIC)}.log") as server:
        yield Implementation(STATIC, server, headers)


def configured(city: City, folder: Path, *, cached: bool, schema: str = GATEWAY_SCHEMA) -> Path:
    """Write the settings of the gateway: the demonstration's issuer, PostgreSQL, the cache on or off.

    Its own tables are in *schema*.
    """
    settings = {
        "demo": True,
        "as_of": city.as_of,
        "allow_synthetic_region": True,
        "database": {"url": address(city.postgres, schema)},
        "keys": {"folder": str(city.keys_folder.resolve())},
        "cache": {"enabled": cached},
        "limits": {"subjects_per_hour": 1_000_000},
        "connectors": {agency: {"url": address(city.postgres, schema)} for agency, schema in SCHEMAS.items()},
    }
    file = folder / f"{schema}-{'warm' if cached else 'cold'}.yaml"
    file.write_text(yaml.safe_dump(settings, allow_unicode=True), encoding="utf-8")
    return file.resolve()


def _xinyong(config: Path, *words: str) -> list[str]:
    return [str(Path(sys.executable).with_name("xinyong")), "--config", str(config), *words]


def _serve(config: Path) -> list[str]:
    return _xinyong(config, "serve", "--host", "127.0.0.1", "--port", "{port}")


def migrate(config: Path) -> None:
    """Make the gateway's tables.

    Raises:
        StartFailed: they cannot be made.

    """
    done = run(_xinyong(config, "migrate"), cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        message = f"`xinyong migrate` refused: {done.stderr.strip()}"
        raise StartFailed(message)


def _slug(name: str) -> str:
    return name.replace(", ", "-").replace(" ", "-")
