"""The second wall before reported records: in PostgreSQL, roles that can read no row above their own tier (Art. 15).

The first wall is the statement, which asks for no record above the caller's clearance. This one is the database's own:
row-level security, with one role for each clearance. What a role may see follows from the stored row alone, by the same
rule (R15.2), said again in other words: the record's tier is the strictest of what was reported, what the record type
has, and what the catalogue's rules on values, on the kind of subject and on a seal raise it to. Terms (Art. 17, 20) and
states are not of this wall: they are of a record in all its copies, which no single database knows.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from connectors.columns import NULL_WORDS
from schema.conditions import Comparison
from schema.definition import RecordDefinition, TierRule
from schema.tiers import Tier

__all__ = ["KEEPER", "READERS", "SEALED", "Standing", "Wall"]

READERS: Mapping[Tier, str] = {
    Tier.PUBLIC: "xinyong_reads_public",
    Tier.SHARED: "xinyong_reads_shared",
    Tier.RESTRICTED: "xinyong_reads_restricted",
}
"""The roles that read, by the strictest tier that is open to them; ``deploy/postgres/roles.sql`` makes them."""

KEEPER = "xinyong_keeps_records"
"""The role that writes what agencies report; whoever owns the tables needs it not."""

_OWN_TIER = "own_tier"
SEALED = "X"
"""Above every tier: of what is sealed, and of what is of no type that this version knows."""
_BOOLEANS: Mapping[str, bool] = {"true": True, "1": True, "false": False, "0": False}


class Standing(NamedTuple):
    """How a wall stands in a database: whether its table is there, it is up, of which digest; may we take its roles.

    ``digest`` is that of the wall's own comment, None where it is not up.
    """

    there: bool
    up: bool
    digest: str | None
    member: bool


@dataclass(frozen=True, slots=True, eq=False)
class Wall:
    """Which table is guarded, and how a row of it tells its tier.

    ``records`` has the columns record_type, record_tier, kind, sealed and payload, and gets another, which holds each
    row's own tier. ``hidden`` are views by record type that tell of a hidden record nothing but its natural key and
    version, so that another source's copy of it can be hidden too. ``open_to_readers`` are tables that the readers need
    besides.
    """

    records: sa.Table
    hidden: Mapping[str, sa.Table]
    open_to_readers: tuple[sa.Table, ...]
    definitions: tuple[RecordDefinition, ...]

    def digest(self) -> str:
        """Name what stands here: another catalogue, or another release, has another wall."""
        return hashlib.blake2b("\x00".join(self._built("")).encode(), digest_size=12).hexdigest()

    def statements(self) -> Iterator[str]:
        """Give the statements that put the wall up, or put it up anew; the roles must be there.

        Who runs them owns the tables. The wall says by a comment of which digest it is.
        """
        yield from self._built(self.digest())

    def visible(self, highest: Tier) -> sa.ColumnElement[bool]:
        """Say of a row whether its record exists for a clearance (R15.2)."""
        columns = self.records.c
        raising = (
            (definition, rule)
            for definition in self.definitions
            for rule in definition.tier_rules
            if rule.tier is None or rule.tier > highest
        )
        return sa.and_(
            columns.sealed.is_(False),
            columns.record_tier.in_([tier.value for tier in Tier if tier <= highest]),
            columns.record_type.in_([each.name for each in self.definitions if each.tier <= highest]),
            *(
                sa.or_(columns.record_type != definition.name, self._leaves(rule, definition))
                for definition, rule in raising
            ),
        )

    def standing(self) -> str:
        """Give the question how the wall stands, which a database answers with one row of a `Standing`."""
        table, roles = f"to_regclass('{self.records.name}')", (*READERS.values(), KEEPER)
        policy = f"pg_policy WHERE polrelid = {table} AND polname = '{READERS[Tier.PUBLIC]}'"
        named = ", ".join(f"'{role}'" for role in roles)
        # names of ours alone are in it
        return (
            f"SELECT {table} IS NOT NULL,"  # noqa: S608
            f" EXISTS (SELECT FROM pg_class WHERE oid = {table} AND relrowsecurity)"
            f" AND EXISTS (SELECT FROM {policy}),"
            f" (SELECT obj_description(oid, 'pg_policy') FROM {policy}),"
            f" (SELECT count(*) = {len(roles)} FROM pg_roles"
            f" WHERE rolname IN ({named}) AND pg_has_role(current_user, oid, 'MEMBER'))"
        )

    def _built(self, digest: str) -> Iterator[str]:
        records, readers = self.records.name, ", ".join(READERS.values())
        tables = ", ".join((records, *(each.name for each in self.open_to_readers)))
        views, own_tier = ", ".join(each.name for each in self.hidden.values()), _written(self._own_tier())
        for role in (*READERS.values(), KEEPER):
            yield f"DROP POLICY IF EXISTS {role} ON {records}"
        # the views of what is hidden rest on the column, and go with it
        yield f"ALTER TABLE {records} DROP COLUMN IF EXISTS {_OWN_TIER} CASCADE"
        yield f"ALTER TABLE {records} ADD COLUMN {_OWN_TIER} text GENERATED ALWAYS AS ({own_tier}) STORED"
        yield from (self._view(definition) for definition in self.definitions)
        yield f"GRANT SELECT ON {tables}, {views} TO {readers}"
        yield f"GRANT SELECT, INSERT, UPDATE, DELETE ON {tables} TO {KEEPER}"
        for tier, reader in READERS.items():
            open_tiers = ", ".join(f"'{each.value}'" for each in Tier if each <= tier)
            yield f"CREATE POLICY {reader} ON {records} FOR SELECT TO {reader} USING ({_OWN_TIER} IN ({open_tiers}))"
            yield f"COMMENT ON POLICY {reader} ON {records} IS '{digest}'"
        yield f"CREATE POLICY {KEEPER} ON {records} FOR ALL TO {KEEPER} USING (true) WITH CHECK (true)"
        yield f"ALTER TABLE {records} ENABLE ROW LEVEL SECURITY"

    def _own_tier(self) -> sa.ColumnElement[str]:
        """Give a record's own tier as the database keeps it beside the row: a letter, or one above all of them."""
        return sa.case(*((self.visible(tier), str(tier.value)) for tier in Tier), else_=SEALED)

    def _view(self, definition: RecordDefinition) -> str:
        """Give the view of what is hidden from who asks; its owner is the tables' own, whom no policy holds."""
        hidden, columns = self.hidden[definition.name], self.records.c
        named = ", ".join(each.name for each in hidden.c if each.name != "payload")
        keys = ", ".join(f"'{name}', payload -> '{name}'" for name in definition.key)
        above = " ".join(f"WHEN '{reader}' THEN '{tier.value}'" for tier, reader in READERS.items())
        # names of ours and of the catalogue alone are in it
        return (
            f"CREATE VIEW {hidden.name} WITH (security_barrier) AS"  # noqa: S608
            f" SELECT {named}, jsonb_build_object({keys}) AS payload FROM {self.records.name}"
            f" WHERE {columns.record_type.name} = '{definition.name}'"
            f" AND {_OWN_TIER} > CASE current_user {above} ELSE '{SEALED}' END"
        )

    def _leaves(self, rule: TierRule, definition: RecordDefinition) -> sa.ColumnElement[bool]:
        """Say of a row that a rule does not hold for it: of each alternative, one comparison does not."""
        return sa.and_(
            *(
                sa.or_(*(self._fails(comparison, definition) for comparison in group))
                for group in rule.when.alternatives
            )
        )

    def _fails(self, comparison: Comparison, definition: RecordDefinition) -> sa.ColumnElement[bool]:
        """Say of a row that one comparison does not hold; of a word that is in no list it is not said."""
        if comparison.field == "subjectKind":
            return self.records.c.kind.in_([kind for kind in definition.subject_kinds if not comparison.holds(kind)])
        if comparison.field == "sealed":
            return self.records.c.sealed.in_([flag for flag in (True, False) if not comparison.holds(flag)])
        value = _text_of(self.records.c.payload, comparison.field)
        named = definition.fields[comparison.field].enum
        meanings = _BOOLEANS if named is None else {name: name for name in named.__members__}
        words = [word for word, meaning in meanings.items() if not comparison.holds(meaning)]
        if comparison.holds(None):
            return value.in_(words)
        return sa.or_(value.is_(None), value.in_([*words, *sorted(NULL_WORDS)]))


def _text_of(payload: sa.ColumnElement[object], name: str) -> sa.ColumnElement[str]:
    return payload.op("->>")(sa.literal(name, sa.Text)).cast(sa.Text)


def _written(element: sa.ClauseElement) -> str:
    compiled = element.compile(
        dialect=postgresql.dialect(),  # type: ignore[no-untyped-call]  # SQLAlchemy has no type there
        compile_kwargs={"literal_binds": True},
    )
    return str(compiled).replace("%%", "%")
