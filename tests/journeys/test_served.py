"""The house as a process of its own: opened on a free port, asked over HTTP, counted, told to stop."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest
import yaml

from gateway.access import tokens
from tests.journeys.visitor import CODES, Place

QUERY = "query($code: String!) { subject(by: {unifiedSocialCreditCode: $code}) { name queryCount } }"
SOON_S = 30


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


@contextmanager
def serving(
    place: Place,
    folder: Path,
    **over: Any,  # noqa: ANN401 (sections of the settings)
) -> Iterator[tuple[subprocess.Popen[str], httpx2.Client]]:
    """Start the command, wait until it is ready, and stop it."""
    config = folder / "xinyong.yaml"
    settings = place.settings(**over).model_dump(mode="json", by_alias=True)
    config.write_text(yaml.safe_dump(settings), encoding="utf-8")
    port = free_port()
    command = [sys.executable, "-m", "gateway", "--config", str(config), "serve", "--port", str(port)]
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("XINYONG", "OTEL"))}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environ)
    try:
        with httpx2.Client(base_url=f"http://127.0.0.1:{port}", timeout=SOON_S) as client:
            _wait(process, client)
            yield process, client
    finally:
        process.kill()
        process.communicate()


def _wait(process: subprocess.Popen[str], client: httpx2.Client) -> None:
    until = time.monotonic() + SOON_S
    while time.monotonic() < until:
        if process.poll() is not None:
            pytest.fail(f"it ended with {process.returncode}: {process.communicate()[0]}")
        try:
            if client.get("/health/ready").status_code == httpx2.codes.OK:
                return
        except httpx2.TransportError:
            continue
    pytest.fail("it was not ready in time")


def ask(client: httpx2.Client, token: str = "") -> dict[str, Any]:
    headers = {"authorization": f"Bearer {token}"} if token else {}
    answer = client.post("/graphql", json={"query": QUERY, "variables": {"code": CODES["LP-07"]}}, headers=headers)
    assert answer.status_code == httpx2.codes.OK
    assert answer.headers["audit-record"] == answer.json()["extensions"]["xinyong"]["receipt"]
    told: dict[str, Any] = answer.json()
    return told


def test_a_served_house_answers_counts_and_stops_when_told(files: Place, tmp_path: Path) -> None:
    with serving(files, tmp_path) as (process, client):
        public = ask(client)
        own = ask(client, tokens.issue("company", files.keys, time.time()))
        assert public["data"]["subject"] == {"name": "河南星野软件股份有限公司", "queryCount": None}
        assert own["data"]["subject"] == {"name": "河南星野软件股份有限公司", "queryCount": 0}
        assert client.get("/health/live").json() == {"status": "live"}
        assert client.get("/nowhere").status_code == httpx2.codes.NOT_FOUND
        assert "text/html" in client.get("/graphql", headers={"accept": "text/html"}).headers["content-type"]
        counted = client.get("/metrics").text
        assert 'xinyong_requests_total{outcome="DISCLOSED",status="200"} 2.0' in counted
        process.send_signal(signal.SIGTERM)
        said, _ = process.communicate(timeout=SOON_S)
    assert process.returncode in (0, -signal.SIGTERM)
    assert "Traceback" not in said


def until_it_ends(line: socket.socket) -> bytes:
    """Give all that comes over a line until the other side closes it."""
    said = b""
    while part := line.recv(65_536):
        said += part
    return said


def test_a_question_that_never_ends_is_answered_recorded_and_cut_off(files: Place, tmp_path: Path) -> None:
    head = b"POST /graphql HTTP/1.1\r\nhost: house\r\ncontent-type: application/json\r\ncontent-length: 99\r\n\r\n"
    with serving(files, tmp_path, limits={"question_s": 0.2}) as (_, client):
        for begun in (b"", b'{"query'):
            with socket.create_connection(("127.0.0.1", client.base_url.port or 0), timeout=SOON_S) as line:
                line.sendall(head + begun)
                said = until_it_ends(line)
            assert said.startswith(b"HTTP/1.1 408 ")
            assert b"\r\naudit-record: " in said
            assert b'"BODY_TOO_SLOW"' in said
        assert ask(client)["data"]["subject"] is not None, "nobody else waits"


def refused(folder: Path, settings: dict[str, Any], port: int) -> str:
    """Start the command where it cannot serve; give what it says."""
    config = folder / "xinyong.yaml"
    config.write_text(yaml.safe_dump(settings), encoding="utf-8")
    command = [sys.executable, "-m", "gateway", "--config", str(config), "serve", "--port", str(port)]
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("XINYONG", "OTEL"))}
    done = subprocess.run(command, capture_output=True, text=True, env=environ, timeout=SOON_S, check=False)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    return done.stderr


@pytest.mark.parametrize("workers", [1, 2])
def test_a_database_that_nobody_prepared_is_refused_with_its_cure(
    files: Place, postgres_schema: str, tmp_path: Path, workers: int
) -> None:
    settings = files.settings().model_dump(mode="json", by_alias=True)
    settings["database"] = {"url": postgres_schema}
    settings["server"]["workers"] = workers
    assert "run `xinyong migrate`" in refused(tmp_path, settings, free_port())


def test_a_port_that_is_taken_is_refused_with_its_cure(files: Place, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        said = refused(tmp_path, files.settings().model_dump(mode="json", by_alias=True), port)
    assert f"port {port} cannot be listened on" in said


def test_what_was_recorded_outlives_the_process(files: Place, tmp_path: Path) -> None:
    receipts = []
    counted: dict[str, Any] = {}
    for _ in range(2):
        with serving(files, tmp_path) as (_, client):
            officer = tokens.issue("market-officer", files.keys, time.time())
            receipts.append(ask(client, officer)["extensions"]["xinyong"]["receipt"])
            counted = ask(client, tokens.issue("company", files.keys, time.time()))
    assert counted["data"]["subject"]["queryCount"] == 2
    assert len(set(receipts)) == 2
