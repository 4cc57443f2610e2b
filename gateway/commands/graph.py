"""The printed graph against the committed one, and the catalogue as the records declare it (Art. 26)."""

import difflib
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

from schema.catalogue import RECORDS
from schema.graph import print_graph

__all__ = ["catalogue_lines", "differences"]


def differences(file: Path | None) -> list[str]:
    """Give the lines in which the committed graph (or *file*) differs from the declared one."""
    committed = (
        file.read_text(encoding="utf-8") if file else files("schema").joinpath("subject.graphql").read_text("utf-8")
    )
    name = str(file or "schema/subject.graphql")
    return list(
        difflib.unified_diff(committed.splitlines(), print_graph().splitlines(), name, "declared", lineterm="", n=1)
    )


def catalogue_lines() -> Iterator[str]:
    """Give one line a record type: name, tier, agency, cycle, Chinese name (Art. 26)."""
    width = max(len(name) for name in RECORDS)
    for each in RECORDS.values():
        yield f"{each.name:{width}}  {each.tier.value}  {each.agency:18}  {each.cycle.value:11}  {each.chinese}"
