"""What the graph says of itself: who is asking, the catalogue, the connectors (Art. 15, 19, 26)."""

import functools
from datetime import datetime

import strawberry

from schema.catalogue import AGENCIES, CATEGORIES, RECORDS, VERSION, RecordType
from schema.categories import InformationCategory
from schema.definition import Cycle, FieldDefinition, RecordDefinition, SubmissionClass, TierRule
from schema.enumerations import OrganizationKind, Role, Standing
from schema.envelope import Agency
from schema.terms import Polarity, SubjectKind
from schema.tiers import Tier

__all__ = [
    "Catalogue",
    "CategoryEntry",
    "ConnectorStatus",
    "FieldEntry",
    "RecordEntry",
    "TierRuleEntry",
    "Viewer",
    "catalogue_entry",
]


@strawberry.type(description="Who is asking")
class Viewer:
    """The caller, as its token says, and the standings it can have towards subjects."""

    roles: list[Role]
    standings: list[Standing]
    person: str | None = None
    organisation: str | None = None
    organisation_kind: OrganizationKind | None = None


@strawberry.type(description="A connector: what an agency knows, and how it is")
class ConnectorStatus:
    """One connector; an agency that the caller may not see is not in the list."""

    connector: str
    agency: Agency
    record_types: list[RecordType]  # type: ignore[valid-type]  # an enum made from the catalogue
    reached: bool | None = None
    as_of: datetime | None = None


@strawberry.type(name="Category", description="信息类别: one item of Art. 7 or 8")
class CategoryEntry:
    """A category with its words."""

    code: InformationCategory
    name: str
    article: str
    chinese: str
    english: str


@strawberry.type(name="TierRule", description="A rule on values that raises a record's tier (Art. 15)")
class TierRuleEntry:
    """Where ``when`` holds the record is of the tier, or excluded where that is null."""

    when: str
    why: str
    tier: Tier | None = None


@strawberry.type(name="FieldDefinition", description="指标: one field of a record type (Art. 26)")
class FieldEntry:
    """A field as the catalogue has it."""

    name: str
    chinese: str
    type: str
    tier: Tier
    required: bool
    note: str | None = None


@strawberry.type(name="RecordTypeDefinition", description="One record type of the indicator catalogue (Art. 26)")
class RecordEntry:
    """A record type as the catalogue has it; ``polarity`` is null where values decide it."""

    name: RecordType  # type: ignore[valid-type]  # an enum made from the catalogue
    graph_field: str
    chinese: str
    agency: Agency
    categories: list[InformationCategory]
    subject_kinds: list[SubjectKind]
    submission_class: SubmissionClass
    cycle: Cycle
    key: list[str]
    tier: Tier
    tier_rules: list[TierRuleEntry]
    fields: list[FieldEntry]
    polarity: Polarity | None = None
    occurred_on: str | None = None
    retention_years: int | None = None
    note: str | None = None


@strawberry.type(description="信用信息共享指标目录: the indicator catalogue (Art. 26)")
class Catalogue:
    """What may be collected, by whom, and who may see it."""

    version: str
    categories: list[CategoryEntry]
    record_types: list[RecordEntry]


@functools.cache
def catalogue_entry() -> Catalogue:
    """Give the catalogue as the graph shows it: what the root value's ``catalogue`` is (Art. 26)."""
    return Catalogue(
        version=VERSION,
        categories=[
            CategoryEntry(
                code=InformationCategory[category.code],
                name=category.name,
                article=category.article,
                chinese=category.chinese,
                english=category.english,
            )
            for category in CATEGORIES.values()
        ],
        record_types=[_record(definition) for definition in RECORDS.values()],
    )


def _record(definition: RecordDefinition) -> RecordEntry:
    return RecordEntry(
        name=RecordType[definition.name],
        graph_field=definition.graph_field,
        chinese=definition.chinese,
        agency=Agency(code=definition.agency, name=AGENCIES[definition.agency].chinese),
        categories=[InformationCategory[code] for code in definition.categories],
        subject_kinds=[SubjectKind[kind] for kind in definition.subject_kinds],
        submission_class=definition.submission_class,
        cycle=definition.cycle,
        key=list(definition.key),
        tier=definition.tier,
        tier_rules=[_rule(rule) for rule in definition.tier_rules],
        fields=[_field(field) for field in definition.fields.values()],
        polarity=None if definition.polarity is None else Polarity[definition.polarity],
        occurred_on=definition.occurred_on,
        retention_years=None if definition.retention is None else definition.retention.years,
        note=definition.note,
    )


def _rule(rule: TierRule) -> TierRuleEntry:
    return TierRuleEntry(when=rule.when.text, why=rule.why, tier=rule.tier)


def _field(field: FieldDefinition) -> FieldEntry:
    return FieldEntry(
        name=field.name,
        chinese=field.chinese,
        type=field.type,
        tier=field.tier,
        required=field.required,
        note=field.note,
    )
