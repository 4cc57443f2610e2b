"""Key files: made once, readable by their owner alone, never overwritten."""

import os
import secrets
import stat
from collections.abc import Callable
from pathlib import Path

from gateway.errors import StartRefused

__all__ = ["KeyFileRefused", "make_folder", "read", "read_or_make", "remove", "replace"]


class KeyFileRefused(StartRefused):
    """A key file or its folder cannot be trusted, or cannot be read."""


def make_folder(folder: Path) -> None:
    """Make *folder* with mode 0700 where it is missing.

    Raises:
        KeyFileRefused: where others may write in it, or it cannot be made.

    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        mode = stat.S_IMODE(folder.stat().st_mode)
    except OSError as error:
        message = f"{folder} cannot be made a folder of keys ({error.strerror}): name another under keys.folder"
        raise KeyFileRefused(message) from error
    if mode & 0o022:
        message = f"others may write in {folder} (mode {mode:04o}) and so exchange keys: chmod 700 {folder}"
        raise KeyFileRefused(message)


def read(path: Path) -> bytes | None:
    """Give the content of a key file, or None where there is none.

    Raises:
        KeyFileRefused: where others than the owner may read or write it, or it cannot be read.

    """
    try:
        with path.open("rb") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            content = file.read()
    except FileNotFoundError:
        return None
    except OSError as error:
        message = f"{path} cannot be read ({error.strerror}): give it to the user that runs the gateway"
        raise KeyFileRefused(message) from error
    if mode & 0o077:
        message = f"others may read {path} (mode {mode:04o}): chmod 600 {path}, and replace the key if they did"
        raise KeyFileRefused(message)
    return content


def read_or_make(path: Path, make: Callable[[], bytes]) -> bytes:
    """Give the content of a key file, made by *make* at the first start with mode 0600.

    Of two processes that start at once one makes the file, and both get what it holds: the new file appears
    whole and synced under its name or not at all, and is never put over another.

    Raises:
        KeyFileRefused: as `read`, or where the file cannot be made.

    """
    content = read(path)
    if content is not None:
        return content
    try:
        _publish(path, make())
    except OSError as error:
        message = f"{path} cannot be made ({error.strerror}): let the gateway's user write in {path.parent}"
        raise KeyFileRefused(message) from error
    content = read(path)
    if content is None:
        message = f"{path} is a link to nothing, or was just removed: put the key there, or remove the link"
        raise KeyFileRefused(message)
    return content


def replace(path: Path, content: bytes) -> None:
    """Put *content* in the place of what a key file holds: whole and synced, or not at all.

    Raises:
        KeyFileRefused: it cannot be written.

    """
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        _write(draft, content)
        draft.replace(path)
        _sync(path.parent)
    except OSError as error:
        message = f"{path} cannot be replaced ({error.strerror}): let the gateway's user write in {path.parent}"
        raise KeyFileRefused(message) from error


def remove(path: Path) -> None:
    """Remove a key file for ever, if it is there.

    Raises:
        KeyFileRefused: it cannot be removed.

    """
    try:
        path.unlink(missing_ok=True)
        _sync(path.parent)
    except OSError as error:
        message = f"{path} cannot be removed ({error.strerror}): let the gateway's user write in {path.parent}"
        raise KeyFileRefused(message) from error


def _publish(path: Path, content: bytes) -> None:
    """Write beside *path* under a name of our own, then link it in place, unless another was faster."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        _write(draft, content)
        try:
            os.link(draft, path)
        except FileExistsError:
            return
        _sync(path.parent)
    finally:
        draft.unlink(missing_ok=True)


def _write(draft: Path, content: bytes) -> None:
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    """Make the folder's new entry survive a loss of power."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
