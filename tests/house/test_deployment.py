import re
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from gateway.__main__ import cli
from gateway.settings import Settings, load, rows

ROOT = Path(__file__).parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
DOCKERFILE = (ROOT / "deploy/Dockerfile").read_text()
OURS = [name for name, service in COMPOSE["services"].items() if "build" in service]
MADE_BY_THE_OPERATOR = "deploy/secrets/"


def command_of(arguments: list[str]) -> click.Context:
    """Read a command line as ``xinyong`` would, without carrying it out."""
    group = cli.make_context("xinyong", list(arguments), resilient_parsing=False)
    name, command, rest = cli.resolve_command(group, [*group._protected_args, *group.args])  # noqa: SLF001 - click has no public way
    assert command is not None, f"{name} is no command"
    return command.make_context(name, rest, parent=group)


@pytest.mark.parametrize("service", OURS)
def test_a_service_of_ours_runs_a_command_that_there_is(service: str) -> None:
    assert command_of(COMPOSE["services"][service]["command"]).command.name in {"serve", "migrate"}


@pytest.mark.parametrize("service", OURS)
def test_a_service_of_ours_is_built_from_a_file_that_is_there(service: str) -> None:
    build = COMPOSE["services"][service]["build"]
    assert (ROOT / build["context"] / build["dockerfile"]).is_file()


@pytest.mark.parametrize("service", OURS)
def test_the_settings_of_the_composition_are_settings(service: str) -> None:
    environment = COMPOSE["services"][service]["environment"]
    ours = {name for name in environment if name.startswith("XINYONG_")}
    assert ours <= {row.variable for row in rows()}
    settings = load(ROOT / "deploy/xinyong.yaml", environment)
    assert settings.database.is_postgresql
    assert settings.redis.url
    assert not settings.demo


def test_every_file_that_is_mounted_is_there() -> None:
    mounted = [volume.split(":")[0] for each in COMPOSE["services"].values() for volume in each.get("volumes", ())]
    files = [source for source in mounted if source.startswith("./")]
    assert files
    assert not [source for source in files if not (ROOT / source).is_file()]


def test_every_name_that_a_service_uses_is_declared() -> None:
    for service in COMPOSE["services"].values():
        assert set(service.get("networks", ())) <= COMPOSE["networks"].keys()
        assert set(service.get("secrets", ())) <= COMPOSE["secrets"].keys()
        assert set(service.get("depends_on", ())) <= COMPOSE["services"].keys()
        named = {volume.split(":")[0] for volume in service.get("volumes", ()) if not volume.startswith("./")}
        assert named <= COMPOSE["volumes"].keys()


def test_secrets_are_made_by_the_operator_and_never_kept_with_the_project() -> None:
    runbook = (ROOT / "deploy/runbook.md").read_text()
    ignored = (ROOT / ".gitignore").read_text().splitlines()
    assert MADE_BY_THE_OPERATOR in ignored
    for secret in COMPOSE["secrets"].values():
        assert secret["file"].startswith(MADE_BY_THE_OPERATOR)
        assert secret["file"] in runbook


def test_only_the_gateway_can_be_reached_from_outside() -> None:
    open_services = {name for name, service in COMPOSE["services"].items() if "ports" in service}
    assert open_services == {"gateway"}
    assert COMPOSE["networks"]["inside"]["internal"] is True


def test_the_spans_go_where_the_collector_listens() -> None:
    collector = yaml.safe_load((ROOT / "deploy/otel/collector.yaml").read_text())
    endpoint = COMPOSE["services"]["gateway"]["environment"]["XINYONG_TELEMETRY__OTLP_ENDPOINT"]
    listened = collector["receivers"]["otlp"]["protocols"]["http"]["endpoint"]
    assert endpoint == f"http://collector:{listened.rpartition(':')[2]}"
    pipeline = collector["service"]["pipelines"]["traces"]
    for part in ("receivers", "processors", "exporters"):
        assert set(pipeline[part]) <= collector[part].keys()


def test_the_image_copies_what_is_there_and_runs_as_nobody_special() -> None:
    copied = [
        name for line in re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE) for name in line.split()
    ]
    assert copied
    assert not [name for name in copied if not (ROOT / name).exists()]
    users = re.findall(r"^USER (\S+)$", DOCKERFILE, re.MULTILINE)
    assert users == ["xinyong"]
    kept = (ROOT / "deploy/Dockerfile.dockerignore").read_text().splitlines()
    assert {f"!{name}" for name in copied} <= set(kept)


def test_the_image_starts_with_a_command_that_there_is() -> None:
    line = re.findall(r"^CMD (\[.+\])$", DOCKERFILE, re.MULTILINE)[0]
    context = command_of(yaml.safe_load(line))
    assert context.command.name == "serve"
    assert f"127.0.0.1:{context.params['port']}/health/live" in DOCKERFILE


def test_the_settings_that_are_shipped_are_settings() -> None:
    assert isinstance(load(ROOT / "deploy/xinyong.yaml", {}), Settings)
