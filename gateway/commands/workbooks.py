"""Templates on the command line: ``xinyong template`` (Art. 26)."""

import difflib

from gateway.collection.workbooks import template
from gateway.collection.workbooks.errors import NoSuchTemplate
from gateway.errors import Text
from schema.catalogue import RECORDS

__all__ = ["template_of"]


def template_of(record_type: str) -> bytes:
    """Give the template of a record type.

    Raises:
        NoSuchTemplate: the catalogue has no such record type; with the nearest one.

    """
    if record_type not in RECORDS:
        near = difflib.get_close_matches(record_type, RECORDS, n=1)
        asked = f"did you mean {near[0]}?" if near else "xinyong catalogue export lists all"
        raise NoSuchTemplate(
            Text(f"no record type {record_type[:40]!r}; {asked}", f"没有信息类型 {record_type[:40]!r}")
        )
    return template(record_type)
