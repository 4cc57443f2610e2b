"""A city's own graph served by the command, in an empty folder, before subgraphs at addresses of their own."""

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx2
import pytest
from graphql import graphql_sync

from connectors.subgraph import Subgraph
from gateway.__main__ import main
from gateway.federation.composition import compose
from tests.journeys.foreign import SDL, City, composed

SOON_S = 30
JOINED = "{ companies { code permits { number } } }"
ANSWER = {"companies": [{"code": "1", "permits": [{"number": "P-1"}]}, {"code": "2", "permits": [{"number": "P-2"}]}]}


@pytest.fixture
def urls() -> Iterator[dict[str, str]]:
    """Give the addresses of the city's subgraphs, served on the loopback."""
    city = City()
    schemas = {f"/{name}": city.schema(name) for name in SDL}

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            said = json.loads(self.rfile.read(int(self.headers["content-length"])))
            result = graphql_sync(schemas[self.path], said["query"], variable_values=said.get("variables"))
            content = json.dumps(result.formatted).encode()
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the name is http.server's)
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield {name: f"http://127.0.0.1:{server.server_port}/{name}" for name in SDL}
        server.shutdown()
        thread.join()


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "gateway", *words]


def environ() -> dict[str, str]:
    """Give the environment without settings of a gateway, and with the folder of this one's sources."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("XINYONG", "OTEL"))}
    return {**kept, "PYTHONPATH": str(Path(__file__).parents[2])}


@dataclass(frozen=True)
class Ended:
    """How a command ended, and what it said."""

    code: int
    said: str
    cried: str


Run = Callable[..., Ended]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command that ends by itself, in an empty folder."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("XINYONG")]:
        monkeypatch.delenv(name)

    def ended(*words: str) -> Ended:
        with pytest.raises(SystemExit) as end:
            main(words)
        told = capsys.readouterr()
        assert isinstance(end.value.code, int)
        assert "Traceback" not in told.err
        return Ended(end.value.code, told.out, told.err)

    return ended


@contextmanager
def serving(folder: Path, *words: str) -> Iterator[httpx2.Client]:
    """Start the command in a folder, wait until it is ready, and stop it."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    process = subprocess.Popen(
        command("serve", "--port", str(port), *words),
        cwd=folder,
        env=environ(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        with httpx2.Client(base_url=f"http://127.0.0.1:{port}", timeout=SOON_S) as client:
            _wait(process, client)
            yield client
    finally:
        process.terminate()
        said, _ = process.communicate(timeout=SOON_S)
    assert "Traceback" not in said


def _wait(process: "subprocess.Popen[str]", client: httpx2.Client) -> None:
    until = time.monotonic() + SOON_S
    while time.monotonic() < until:
        if process.poll() is not None:
            pytest.fail(f"it ended with {process.returncode}: {process.communicate()[0]}")
        try:
            if client.get("/health").status_code == httpx2.codes.OK:
                return
        except httpx2.TransportError:
            continue
    pytest.fail("it was not ready in time")


def subgraphs(urls: dict[str, str]) -> list[dict[str, Any]]:
    return [{"name": name, "url": urls[name], "sdl": sdl} for name, sdl in SDL.items()]


@pytest.mark.parametrize("way", ["--supergraph", "--subgraphs"])
def test_a_graph_is_served_in_an_empty_folder_with_no_settings_at_all(
    tmp_path: Path, urls: dict[str, str], way: str
) -> None:
    file = tmp_path / "graph"
    file.write_text(composed(urls) if way == "--supergraph" else json.dumps(subgraphs(urls)))
    with serving(tmp_path, way, "graph") as client:
        told = client.post("/graphql", json={"query": JOINED}, headers={"accept": "application/json"})
        assert told.json()["data"] == ANSWER
        assert told.headers["audit-record"]
        assert client.get("/health").json() == {
            "status": "ready",
            "parts": {"graph": True, "trail": True, "seal": True},
        }
    assert (tmp_path / "var/xinyong.sqlite").is_file()


def test_subgraphs_that_do_not_compose_are_refused_with_every_problem_and_its_mend(
    tmp_path: Path, urls: dict[str, str], run: Run
) -> None:
    listed = subgraphs(urls)
    listed[0]["sdl"] = listed[0]["sdl"].replace("name: String secret", "name: String level: Int permits: Int secret")
    listed[1]["sdl"] = listed[1]["sdl"].replace("permits: [Permit!]", "permits: [Permit!] level: Int")
    (tmp_path / "graph.json").write_text(json.dumps(listed))
    for words in (["serve", "--subgraphs", "graph.json"], ["explain", JOINED, "--subgraphs", "graph.json"]):
        told = run(*words)
        assert told.code == 1
        assert "graph.json do not compose: " in told.cried
        assert "Company.level" in told.cried
        assert "Company.permits" in told.cried
        assert told.cried.count("mend: ") >= 2
        assert "companies" in told.cried
    assert not (tmp_path / "var").exists()


def test_a_graph_that_demands_what_is_not_carried_out_is_refused_and_never_served_open(
    tmp_path: Path, urls: dict[str, str], run: Run
) -> None:
    listed = subgraphs(urls)
    guard = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@authenticated"])'
    sdl = (
        f"{guard} type Query {{ open: Int  mine: Secret @authenticated }} type Secret @authenticated {{ number: Int }}"
    )
    listed.append({"name": "guarded", "url": "http://127.0.0.1:9/", "sdl": sdl})
    (tmp_path / "graph.json").write_text(json.dumps(listed))
    supergraph = compose([Subgraph(each["name"], each["url"], each["sdl"]) for each in listed]).supergraph
    (tmp_path / "graph.graphql").write_text(supergraph)
    for way in (["--subgraphs", "graph.json"], ["--supergraph", "graph.graphql"]):
        told = run("serve", *way)
        assert told.code == 1
        for coordinate in ("Query.mine", "Secret"):
            assert (
                f"UNSUPPORTED_LINKED_FEATURE at {coordinate}: https://specs.apollo.dev/authenticated/v0.1" in told.cried
            )
        assert told.cried.count("mend: ") == 2
    assert not (tmp_path / "var").exists()


@pytest.mark.parametrize(
    ("way", "content", "said"),
    [
        ("--supergraph", b"", "no supergraph"),
        ("--supergraph", b"type Query { a: Int }", "no supergraph"),
        ("--supergraph", b"\xff\xfe", "cannot be read"),
        ("--subgraphs", b"{", "no JSON"),
        ("--subgraphs", b"[]", "no JSON list of subgraphs"),
        ("--subgraphs", b'[{"name": "a", "sdl": "type Query { a: Int }"}]', "no JSON list of subgraphs"),
        ("--subgraphs", b'[{"name": "a", "url": "ftp://a/", "sdl": "type Query { a: Int }"}]', "http://HOST/PATH"),
    ],
)
def test_a_file_that_holds_no_graph_is_refused(tmp_path: Path, run: Run, way: str, content: bytes, said: str) -> None:
    (tmp_path / "graph").write_bytes(content)
    told = run("serve", way, "graph")
    assert told.code == 1
    assert said in told.cried


@pytest.mark.parametrize(
    "words", [["--supergraph", "missing"], ["--subgraphs", "missing"], ["--supergraph", "a", "--subgraphs", "a"]]
)
def test_a_missing_file_and_two_graphs_at_once_are_misuse(tmp_path: Path, run: Run, words: list[str]) -> None:
    (tmp_path / "a").touch()
    told = run("serve", *words)
    assert told.code == 2
    assert "Usage:" in told.cried


def test_the_plan_is_explained_as_a_tree_and_as_json(tmp_path: Path, urls: dict[str, str], run: Run) -> None:
    (tmp_path / "graph.graphql").write_text(composed(urls))
    told = run("explain", JOINED, "--supergraph", "graph.graphql")
    assert told.code == 0, told.cried
    assert told.said.index("companies") < told.said.index("permits")
    as_json = run("explain", JOINED, "--supergraph", "graph.graphql", "--json")
    plan = json.loads(as_json.said)
    assert [each["subgraph"] for each in plan["requests"]] == ["companies", "permits"]
    assert plan["requests"][1]["after"] == [plan["requests"][0]["request"]]
    assert plan["stages"] == 2
    assert plan["cost"]["fields"] == 4
    assert not (tmp_path / "var").exists()


def test_a_question_that_does_not_fit_is_not_explained(tmp_path: Path, urls: dict[str, str], run: Run) -> None:
    (tmp_path / "graph.graphql").write_text(composed(urls))
    told = run("explain", "{ nothing }", "--supergraph", "graph.graphql")
    assert told.code == 1
    assert "nothing" in told.cried


def test_check_names_what_is_wrong_with_a_graph_of_the_citys_own(
    tmp_path: Path, urls: dict[str, str], run: Run
) -> None:
    (tmp_path / "graph.json").write_text(json.dumps(subgraphs(urls)))
    (tmp_path / "xinyong.yaml").write_text("foreign: {subgraphs: graph.json}")
    assert "graph:" not in run("check").said
    (tmp_path / "graph.json").write_text("[]")
    told = run("check")
    assert told.code == 1
    assert "graph: graph.json is no JSON list of subgraphs" in told.said
