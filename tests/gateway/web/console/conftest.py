"""A browser before a made-up house."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.gateway.web.console.made_up import Browser, made_up_house


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Browser]:
    """Give a browser in which nobody is logged in."""
    with made_up_house(tmp_path / "keys") as someone:
        yield someone
