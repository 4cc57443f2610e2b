"""What stands before every command, and what all of them use: settings, files, progress, JSON."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

if TYPE_CHECKING:
    from gateway.settings import Settings

__all__ = ["DEMONSTRATION", "FILE", "FOLDER", "Chosen", "print_json", "progress"]

DEMONSTRATION: Final = Path("var/demo")
"""Folder of the demonstration: its databases, its keys, and ``xinyong.yaml`` that names them."""
FILE: Final = click.Path(path_type=Path, exists=True, dir_okay=False)
FOLDER: Final = click.Path(path_type=Path, exists=True, file_okay=False)


@dataclass(frozen=True, slots=True)
class Chosen:
    """What stood before the command: which settings to read, and how much to say of an error."""

    config: Path | None
    demo: bool
    debug: bool

    def settings(self) -> "Settings":
        """Read the settings, or the demonstration's.

        Raises:
            StartRefused: where there is no demonstration yet.
            SettingsError: naming every problem.

        """
        from gateway.settings import load

        return self.demonstration() if self.demo else load(self.config)

    def demonstration(self) -> "Settings":
        """Read the demonstration's settings: those of ``--config`` if they are one.

        Raises:
            StartRefused: where there is no demonstration yet, or the settings are not one.

        """
        from gateway.errors import StartRefused
        from gateway.settings import load

        file = self.config or DEMONSTRATION / "xinyong.yaml"
        if self.config is None and not file.is_file():
            message = f"there is no demonstration in {DEMONSTRATION} yet: run `make demo SERVE=0` first"
            raise StartRefused(message)
        settings = load(file)
        if not settings.demo:
            message = f"{file} is not of a demonstration (demo: true), and only that has personas"
            raise StartRefused(message)
        return settings


def progress(what: str) -> Callable[[int, int], None]:
    """Give what shows on the terminal how far a long work is."""

    def show(done: int, of: int) -> None:
        click.echo(f"\r{what}: {done} of {of}", nl=done >= of, err=True)

    return show


def print_json(tree: object) -> None:
    """Print a tree as JSON."""
    import json

    click.echo(json.dumps(tree, ensure_ascii=False, indent=2, default=str))
