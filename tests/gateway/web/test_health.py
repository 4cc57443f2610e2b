import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from gateway.web.health import routes
from gateway.web.metrics import Metrics


def client(*, ready: bool = True, metrics: Metrics | None = None) -> TestClient:
    async def probe() -> dict[str, bool]:
        return {"register": ready, "trail": True}

    return TestClient(Starlette(routes=routes(probe, lambda: metrics)))


@pytest.mark.parametrize("path", ["/health", "/health/ready"])
@pytest.mark.parametrize(("ready", "status"), [(True, 200), (False, 503)])
def test_readiness_says_which_part_is_not(path: str, status: int, *, ready: bool) -> None:
    answer = client(ready=ready).get(path)
    assert answer.status_code == status
    assert answer.json()["parts"] == {"register": ready, "trail": True}


def test_a_process_is_alive_though_it_is_not_ready() -> None:
    assert client(ready=False).get("/health/live").json() == {"status": "live"}


def test_metrics_are_text_for_prometheus() -> None:
    answer = client(metrics=Metrics()).get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=")
    assert "xinyong_request_seconds_count 0.0" in answer.text


def test_there_are_no_metrics_before_the_house_is_open() -> None:
    assert client().get("/metrics").status_code == 503
