"""The memory of a process that has made ready what stays, and begins its work."""

import gc

__all__ = ["settle_memory"]


def settle_memory() -> None:
    """Keep the garbage collector from walking through what stays, and through what is let go soon, again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
