"""The credit centre's subject register, read: by any code, or by a legal person's name (Art. 7(1), 8(1))."""

from collections.abc import Callable, Sequence
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from connectors.connector import RegisteredSubject
from connectors.credit_centre import SUBJECT
from connectors.errors import SourceMisbehaved
from connectors.sources.sql import SqlSource
from connectors.sources.statement import JsonRow

__all__ = ["LOOKED_UP_BY", "Register"]

LOOKED_UP_BY = ("id", "organization_code", "registration_number", "taxpayer_number")
"""The codes by which the register is asked; a credit code or an identity number is an ``id``, under a key."""

Opener = Callable[[bytes, bytes], bytes]
"""Opens what was sealed: (sealed, bound to) -> plain."""


class _Hex(FunctionElement[str]):
    inherit_cache = True
    type = sa.Text()


@compiles(_Hex, "postgresql")
def _hex_postgresql(element: _Hex, compiler: Any, **kw: Any) -> str:  # noqa: ANN401 (SQLAlchemy's own interface)
    return f"encode({compiler.process(element.clauses, **kw)}, 'hex')"


@compiles(_Hex, "sqlite")
def _hex_sqlite(element: _Hex, compiler: Any, **kw: Any) -> str:  # noqa: ANN401 (as above)
    return f"hex({compiler.process(element.clauses, **kw)})"


_ROW = JsonRow(
    SUBJECT.c.id,
    SUBJECT.c.kind,
    SUBJECT.c.identifier,
    SUBJECT.c.name,
    SUBJECT.c.organization_code,
    SUBJECT.c.registration_number,
    SUBJECT.c.taxpayer_number,
    SUBJECT.c.organization_type,
    sa.cast(SUBJECT.c.established_on, sa.Text),
    SUBJECT.c.region_code,
    _Hex(SUBJECT.c.sealed_identifier),
)
_ASKED = {
    "postgresql": (
        "asked.value",
        # an empty text would be no element at all, not an empty one
        (
            "SELECT json_agg(({}) ORDER BY asked.n)::text"
            " FROM unnest(CASE $1 WHEN '' THEN ARRAY[''] ELSE string_to_array($1, E'\\n') END)"
            " WITH ORDINALITY AS asked(value, n)"
        ),
    ),
    "sqlite": (
        "asked.value",
        "SELECT json_group_array(json(({}))) FROM (SELECT value FROM json_each(?) ORDER BY key) AS asked",
    ),
}
"""How asked codes are named, and the whole statement around the look-up: one JSON text for all of them."""


class Register:
    """The register, reached as the credit centre's other tables are."""

    def __init__(self, source: SqlSource, opener: Opener) -> None:
        """Read over *source*; *opener* opens the identity numbers of individuals, which are stored sealed."""
        self._source = source
        self._open = opener
        self._dialect = source.dialect
        self._statements = {by: self._look_up(by) for by in LOOKED_UP_BY}

    @property
    def lanes(self) -> int:
        """How many batches may run at once."""
        return self._source.lanes

    async def find(self, by: str, values: Sequence[str]) -> list[RegisteredSubject | None]:
        """Give the subjects with these codes (none has a line break), in their order; None where there is none.

        Raises:
            SourceUnavailable: the register was not reached.
            SourceMisbehaved: it answered what cannot be read.

        """
        postgresql = self._dialect.name == "postgresql"
        parameter = "\n".join(values) if postgresql else orjson.dumps(list(values)).decode()
        ((written,),) = await self._source.fetch(self._statements[by], (parameter,))
        return [None if row is None else self._subject(row) for row in _read(written)]

    async def search(self, text: str, after: str, limit: int) -> list[RegisteredSubject]:
        """Give legal persons whose name contains *text*, by credit code, following the code *after*.

        Raises:
            SourceUnavailable: the register was not reached.
            SourceMisbehaved: it answered what cannot be read.

        """
        found = (
            sa.select(sa.cast(_ROW, sa.Text))
            .where(*self._named(), SUBJECT.c.identifier > self._bound(2))
            .order_by(SUBJECT.c.identifier)
            .limit(limit)
        )
        answers = await self._source.fetch(self._written(found), (_pattern(text), after))
        return [self._subject(_read(written)) for (written,) in answers]

    async def count(self, text: str) -> int:
        """Give how many legal persons' names contain *text*.

        Raises:
            SourceUnavailable: the register was not reached.
            SourceMisbehaved: it answered what cannot be read.

        """
        counted = sa.select(sa.func.count()).select_from(SUBJECT).where(*self._named())
        answers = await self._source.fetch(self._written(counted), (_pattern(text),))
        return int(answers[0][0])

    def _named(self) -> tuple[sa.ColumnElement[bool], ...]:
        return (
            SUBJECT.c.kind == sa.literal("LEGAL_PERSON"),
            SUBJECT.c.name.like(self._bound(1), escape="\\"),
        )

    def _bound(self, position: int) -> sa.ColumnElement[str]:
        mark = f"${position}::text" if self._dialect.name == "postgresql" else f"?{position}"
        return sa.literal_column(mark, sa.Text)

    def _look_up(self, by: str) -> str:
        asked, whole = _ASKED[self._dialect.name]
        found = self._written(sa.select(_ROW).where(SUBJECT.c[by] == sa.literal_column(asked, sa.Text)).limit(1))
        return whole.replace("{}", found)

    def _written(self, statement: "sa.Select[Any]") -> str:
        compiled = statement.compile(dialect=self._dialect, compile_kwargs={"literal_binds": True})
        return str(compiled).replace("%%", "%")

    def _subject(self, row: list[Any]) -> RegisteredSubject:
        try:
            own_id, kind, code, name, *codes, sealed = row
        except (ValueError, TypeError) as error:
            raise SourceMisbehaved(str(error)) from error
        if code is None and sealed:
            identifier = self._open(bytes.fromhex(sealed), own_id.encode()).decode()
        else:
            identifier = code or ""
        return RegisteredSubject(own_id, kind, identifier, name, code, *codes)


def _read(written: str) -> Any:  # noqa: ANN401 (JSON)
    try:
        return orjson.loads(written)
    except orjson.JSONDecodeError as error:
        raise SourceMisbehaved(str(error)) from error


def _pattern(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"
