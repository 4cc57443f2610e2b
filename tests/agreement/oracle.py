"""The other engine: graphql-core's own executor over the printed graph, with the plainest resolvers that can be.

It looks at everything that is known and hides what the law hides while it answers, value by value; nothing is planned,
nothing is compiled, nothing is left out of a question. It is slow, and easy to read beside the law's documents.
"""

# A value of the graph is of any type; a type's fields are told in one table of cases, as the documents list them.
# ruff: noqa: ANN401, C901, PLR0911, PLR0913, PLR0917

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from graphql import (
    FieldNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLIncludeDirective,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLSkipDirective,
    InlineFragmentNode,
    build_schema,
    execute_sync,
    get_directive_values,
    parse,
)

from gateway.federation.subjects.cursors import BadCursor, Cursors
from schema.catalogue import AGENCIES, BY_GRAPH_FIELD, CATEGORIES, ENVELOPE, RECORDS, VERSION
from schema.definition import Mask, RecordDefinition
from schema.graph import print_graph
from schema.identifiers import (
    check_organization_code,
    check_registration_number,
    check_resident_identity_number,
    check_taxpayer_number,
    check_unified_social_credit_code,
)
from schema.masks import mask_code, mask_name
from schema.tiers import Tier
from tests.agreement.city import CENTRE, Registered
from tests.agreement.records import Knowledge, Record, floor_of, scrubbed

__all__ = ["SCHEMA", "SOME_INSTANT", "Asker", "Oracle", "Told"]

SCHEMA = build_schema(print_graph())
SOME_INSTANT = "(some instant)"
"""Where an answer has the instant at which a source was asked."""
Problem = tuple[tuple[str | int, ...] | None, str, str | None]
"""An error: its path, its code, the coordinate if a field is withheld."""
Info = GraphQLResolveInfo
_GRAPH_TYPES = {"LEGAL_PERSON": "LegalPerson", "INDIVIDUAL": "Individual"}


@dataclass(frozen=True, slots=True)
class Asker:
    """A caller as the law sees it (R15.3), by hand: no rule of the gateway's is asked."""

    persona: str
    purpose: tuple[str, str] | None = None
    itself: str | None = None
    """The credit code or identity number of the subject that it is."""
    others: Tier = Tier.PUBLIC
    """The strictest tier that it may see of others."""
    purpose_would_open: bool = False
    """Whether tier B of others lacks a purpose only."""
    finds_individuals: bool = False
    counts: bool = False
    """Whether it reads how often others were queried."""
    viewer: Mapping[str, Any] = field(default_factory=dict, hash=False)

    def highest(self, subject: Registered) -> Tier:
        """Give the strictest tier that it may see of a subject."""
        return Tier.RESTRICTED if subject.identifier == self.itself else self.others

    def refusal(self, tier: Tier) -> str:
        """Give the code of what is withheld."""
        return "PURPOSE_REQUIRED" if self.purpose_would_open and tier is Tier.SHARED else "TIER_FORBIDDEN"


@dataclass(slots=True)
class Told:
    """What the oracle answers: the data (absent if the whole was refused), and the errors in any order."""

    data: dict[str, Any] | None
    errors: Counter[Problem]
    cursors: list[tuple[str, str, str]]
    """Cursors in the answer: of which list, of whom, and the cursor."""


@dataclass(frozen=True, slots=True)
class Oracle:
    """All that is known, who of the sources fails, with which code, and which root fields of the gateway's own do."""

    knowledge: Knowledge
    today: date
    failing: Mapping[str, str] = field(default_factory=dict)
    lost_roots: frozenset[str] = frozenset()

    def answer(
        self,
        asker: Asker,
        document: str,
        variables: Mapping[str, Any],
        operation_name: str | None,
        query_counts: Mapping[str, int],
    ) -> Told:
        """Give the answer to one operation; *query_counts* are what the trail counts of each subject (Art. 19)."""
        asking = _Asking(self, asker, query_counts)
        result = execute_sync(
            SCHEMA,
            parse(document),
            root_value=_Query(asking),
            variable_values=dict(variables),
            operation_name=operation_name,
            field_resolver=_resolve,
            type_resolver=lambda value, _info, _type: value.typename,
        )
        raised = Counter(_raised(each) for each in result.errors or ())
        if result.data is None:  # of what was lost besides nothing is told
            return Told(None, raised, [])
        return Told(result.data, raised + Counter(asking.problems), asking.cursors)


def _raised(error: GraphQLError) -> Problem:
    """Give what became of an error of graphql-core's: without a path it is about the variables."""
    if error.path is None:
        return None, "BAD_USER_INPUT", None
    code = "INTERNAL_SERVER_ERROR" if isinstance(error.original_error, RootLost) else f"ORACLE: {error.message}"
    return tuple(error.path), code, None


def _resolve(source: Any, info: Info, **arguments: Any) -> Any:
    if isinstance(source, Mapping):
        return source[info.field_name]
    return source.tell(info, arguments)


def _path(info: Info) -> tuple[str | int, ...]:
    return tuple(info.path.as_list())


class _Asking:
    """One operation under way: who asks, and what is not in the answer."""

    def __init__(self, oracle: Oracle, asker: Asker, query_counts: Mapping[str, int]) -> None:
        self.oracle, self.asker, self.query_counts = oracle, asker, query_counts
        self.knowledge = oracle.knowledge
        self.problems: list[Problem] = []
        self.cursors: list[tuple[str, str, str]] = []
        self.writing = Cursors(self.knowledge.identity)
        self._withheld: set[tuple[tuple[str, ...], str]] = set()

    def wrong(self, path: Sequence[str | int], code: str) -> None:
        self.problems.append((tuple(path), code, None))

    def withhold(self, path: Sequence[str | int], coordinate: str, code: str, *, named: bool = True) -> None:
        """Tell once of a coordinate that is withheld, however many subjects or records it is withheld of."""
        place = (tuple(step for step in path if isinstance(step, str)), coordinate)
        if place not in self._withheld:
            self._withheld.add(place)
            self.problems.append((tuple(path), code, coordinate if named else None))

    def cursor(self, of: str, whom: str, bound_to: str, place: tuple[str | None, str]) -> str:
        cursor = self.writing.write(bound_to, place)
        self.cursors.append((of, whom, cursor))
        return cursor


class RootLost(Exception):
    """A root field that fails."""


class BadInput(Exception):
    """A value that cannot be used."""


def _first(arguments: Mapping[str, Any]) -> int:
    first = arguments.get("first")
    if first is None:
        return 20
    if not 1 <= first <= 100:
        raise BadInput
    return int(first)


# --- the root


class _Query:
    typename = "Query"

    def __init__(self, asking: _Asking) -> None:
        self.asking = asking

    def tell(self, info: Info, arguments: Mapping[str, Any]) -> Any:
        if info.field_name in self.asking.oracle.lost_roots:
            raise RootLost
        match info.field_name:
            case "viewer":
                return self.asking.asker.viewer
            case "catalogue":
                return _catalogue()
            case "connectors":
                return [_connector(self.asking.knowledge, agency) for agency in self.asking.knowledge.names]
            case "subject":
                return self._subject(arguments["by"], info, _path(info))
            case "subjects":
                return [self._subject(by, info, (*_path(info), n)) for n, by in enumerate(arguments["by"])]
        return self._search(info, arguments)

    def _subject(self, by: Mapping[str, Any], info: Info, path: Sequence[str | int]) -> "_Subject | None":
        try:
            found = self._find(by)
        except BadInput:
            self.asking.wrong(path, "BAD_USER_INPUT")
            return None
        return None if found is None else _Subject(self.asking, found, list(info.field_nodes))

    def _find(self, by: Mapping[str, Any]) -> Registered | None:
        ((field_name, value),) = by.items()
        if field_name == "individual":
            return self._individual(value)
        column = _COLUMNS[field_name]
        code = value if field_name == "id" else _canonical(_CHECKS[field_name](value))
        return next((each for each in self._findable() if each.values[column] == code), None)

    def _individual(self, by: Mapping[str, Any]) -> Registered | None:
        name = by["name"].strip()
        if not name:
            raise BadInput
        if by["idType"] != "RESIDENT_ID":
            return None
        number = _canonical(check_resident_identity_number(by["idNumber"], on=self.asking.oracle.today))
        wanted = ("INDIVIDUAL", number, name)
        return next(
            (each for each in self._findable() if (each.kind, each.identifier, each.values["name"]) == wanted), None
        )

    def _findable(self) -> Iterator[Registered]:
        asker = self.asking.asker
        for each in self.asking.knowledge.subjects:
            if each.kind == "LEGAL_PERSON" or asker.finds_individuals or each.identifier == asker.itself:
                yield each

    def _search(self, info: Info, arguments: Mapping[str, Any]) -> "_Search | None":
        text = arguments["text"].strip()
        if arguments.get("kind") == "INDIVIDUAL":
            self.asking.wrong(_path(info), "FORBIDDEN")
            return None
        after = arguments.get("after")
        try:
            first = _first(arguments)
            start = "" if after is None else self.asking.writing.read(f"search\x1f{text}", after)[1]
        except (BadInput, BadCursor):
            first, start = 0, ""
        if not first or not 2 <= len(text) <= 100:
            self.asking.wrong(_path(info), "BAD_USER_INPUT")
            return None
        named = (
            each
            for each in self.asking.knowledge.subjects
            if each.kind == "LEGAL_PERSON" and text in each.values["name"]
        )
        return _Search(self.asking, text, sorted(named, key=lambda each: each.identifier), start, first)


_COLUMNS = {
    "id": "id",
    "unifiedSocialCreditCode": "identifier",
    "organizationCode": "organization_code",
    "registrationNumber": "registration_number",
    "taxpayerNumber": "taxpayer_number",
}
_CHECKS = {
    "unifiedSocialCreditCode": check_unified_social_credit_code,
    "organizationCode": check_organization_code,
    "registrationNumber": check_registration_number,
    "taxpayerNumber": check_taxpayer_number,
}


def _canonical(checked: Any) -> str:
    if checked.errors:
        raise BadInput
    return str(checked.canonical)


class _Search:
    typename = "SubjectConnection"

    def __init__(self, asking: _Asking, text: str, named: list[Registered], after: str, first: int) -> None:
        self.asking, self.text, self.total = asking, text, len(named)
        rest = [each for each in named if each.identifier > after]
        self.page, self.has_next, self.has_previous = rest[:first], len(rest) > first, len(rest) < len(named)

    def tell(self, info: Info, _: Mapping[str, Any]) -> Any:
        if info.field_name == "totalCount":
            return self.total
        if info.field_name == "nodes":
            return [_Subject(self.asking, each, list(info.field_nodes)) for each in self.page]
        places = [(None, each.identifier) for each in self.page]
        return _PageInfo(
            self.asking, ("search", self.text, f"search\x1f{self.text}"), places, self.has_next, self.has_previous
        )


class _PageInfo:
    typename = "PageInfo"

    def __init__(
        self,
        asking: _Asking,
        whose: tuple[str, str, str],
        places: list[Any],
        has_next: bool,  # noqa: FBT001 (as it is told)
        has_previous: bool,  # noqa: FBT001 (as it is told)
    ) -> None:
        self.asking, self.whose, self.places = asking, whose, places
        self.has = {"hasNextPage": has_next, "hasPreviousPage": has_previous}

    def tell(self, info: Info, _: Mapping[str, Any]) -> Any:
        if info.field_name in self.has:
            return self.has[info.field_name]
        if not self.places:
            return None
        return self.asking.cursor(*self.whose, self.places[0 if info.field_name == "startCursor" else -1])


# --- a subject


class _Subject:
    """A subject, as it was asked for at the root by *nodes*.

    ``heard`` says whether what is not there is told here, or was told of the record before.
    """

    def __init__(self, asking: _Asking, known: Registered, nodes: list[FieldNode], *, heard: bool = True) -> None:
        self.asking, self.known, self.nodes, self.heard = asking, known, nodes, heard
        self.typename = _GRAPH_TYPES[known.kind]
        self.highest = asking.asker.highest(known)
        self.itself = known.identifier == asking.asker.itself

    def tell(self, info: Info, arguments: Mapping[str, Any]) -> Any:
        record = BY_GRAPH_FIELD.get(info.field_name)
        if record is not None:
            return self._connection(record, info, arguments)
        match info.field_name:
            case "sources":
                return [each for agency in self.asking.knowledge.names for each in self._source(agency, info)]
            case "queryCount":
                if self.itself or self.asking.asker.counts:
                    return self.asking.query_counts.get(self.known.id)
                self.asking.withhold(_path(info), f"{self.typename}.queryCount", "FORBIDDEN", named=False)
                return None
            case "name":
                masked = self.known.kind == "INDIVIDUAL" and self.highest is Tier.PUBLIC
                name = self.known.values["name"]
                return mask_name(name) if masked else name if self.highest is Tier.RESTRICTED else scrubbed(name)
            case "unifiedSocialCreditCode":
                return self.known.identifier
        value = self.known.values[_ATTRIBUTES[info.field_name]]
        return value if self.highest is Tier.RESTRICTED else scrubbed(value, mask_code)

    def _connection(self, record: RecordDefinition, info: Info, arguments: Mapping[str, Any]) -> "_Connection | None":
        asking, path = self.asking, _path(info)
        floor = floor_of(record, self.known.kind)
        if floor > self.highest:
            asking.withhold(path, f"{self.typename}.{record.graph_field}", asking.asker.refusal(floor))
            return None
        self._withhold_fields(record, info)
        try:
            first, after = _first(arguments), arguments.get("after")
            bound_to = f"{record.name}\x1f{self.known.id}"
            place = None if after is None else asking.writing.read(bound_to, after)
        except (BadInput, BadCursor):
            if self.heard:
                asking.wrong(path, "BAD_USER_INPUT")
            return None
        failed = [
            each
            for each in asking.knowledge.serving.get((record.name, self.known.kind), [])
            if each in asking.oracle.failing
        ]
        if failed and len(failed) == len(asking.knowledge.serving[record.name, self.known.kind]):
            self.lack([asking.oracle.failing[each] for each in failed], path)
            return None
        lacking = [asking.oracle.failing[each] for each in failed]
        if asking.knowledge.doubtful(
            self.known,
            record.name,
            self.highest,
            asking.oracle.today,
            itself=self.itself,
            failing=asking.oracle.failing,
        ):
            lacking.append("SOURCE_MISBEHAVED")
        if not any(nodes[0].name.value == "totalCount" for nodes in _below(info, record).values()):
            self.lack(lacking, path)
        rows = asking.knowledge.visible(
            self.known,
            record.name,
            self.highest,
            asking.oracle.today,
            itself=self.itself,
            failing=asking.oracle.failing,
        )
        return _Connection(self, record, rows, first, place, lacking)

    def lack(self, codes: Sequence[str], path: Sequence[str | int]) -> None:
        """Tell what is not there, once for each of its reasons."""
        if self.heard:
            for code in codes:
                self.asking.wrong(path, code)

    def _withhold_fields(self, record: RecordDefinition, info: Info) -> None:
        """Tell of the fields that are withheld, whatever the data: also where there is no record at all."""
        for nodes in _below(info, record).values():
            if nodes[0].name.value != "nodes":
                continue
            for fields in _selected(info, nodes, record.name).values():
                name = fields[0].name.value
                definition = record.fields.get(name) or ENVELOPE.get(name)
                if definition is not None and definition.tier > self.highest:
                    coordinate = f"{record.name}.{name}"
                    self.asking.withhold(_path(info), coordinate, self.asking.asker.refusal(definition.tier))

    def _source(self, agency: str, info: Info) -> Iterator[dict[str, Any]]:
        """Tell of one source, if it has anything that this caller may see of such a subject (R15.7)."""
        kind, serving = self.known.kind, self.asking.knowledge.serving
        served = [name for name in RECORDS if agency in serving.get((name, kind), [])]
        if agency != CENTRE and not any(floor_of(RECORDS[name], kind) <= self.highest for name in served):
            return
        wanted = any(name in served for name in self._asked(info, self.nodes))
        asked = wanted or agency == CENTRE  # whose register says who the subject is, also where its records fail
        reached = asked and not (wanted and agency in self.asking.oracle.failing)
        yield {
            "connector": agency,
            "asked": asked,
            "reached": reached if asked else None,
            "asOf": SOME_INSTANT if reached else None,
            "stale": False if asked else None,
            "lastSubmission": None,
            "overdue": None,
        }

    def _asked(self, info: Info, nodes: list[FieldNode]) -> Iterator[str]:
        """Give the record types that a selection of this subject needs, at any depth."""
        for below in _selected(info, nodes, self.typename).values():
            record = BY_GRAPH_FIELD.get(below[0].name.value)
            if record is None or floor_of(record, self.known.kind) > self.highest:
                continue
            yield record.name
            for inside in _selected(info, below, f"{record.name}Connection").values():
                if inside[0].name.value == "nodes":
                    for fields in _selected(info, inside, record.name).values():
                        if fields[0].name.value == "subject":
                            yield from self._asked(info, fields)


_ATTRIBUTES = {
    "id": "id",
    "kind": "kind",
    "organizationCode": "organization_code",
    "registrationNumber": "registration_number",
    "taxpayerNumber": "taxpayer_number",
    "organizationType": "organization_type",
    "establishedOn": "established_on",
    "regionCode": "region_code",
}


def _below(info: Info, record: RecordDefinition) -> dict[str, list[FieldNode]]:
    return _selected(info, list(info.field_nodes), f"{record.name}Connection")


def _selected(info: Info, nodes: list[FieldNode], type_name: str) -> dict[str, list[FieldNode]]:
    """Give what is selected of an object below several nodes, by response key."""
    told = SCHEMA.type_map[type_name]
    applies = (
        {type_name, *(each.name for each in told.interfaces)} if isinstance(told, GraphQLObjectType) else {type_name}
    )
    found: dict[str, list[FieldNode]] = {}

    def visit(selections: Any) -> None:
        for each in selections:
            skip = get_directive_values(GraphQLSkipDirective, each, info.variable_values)
            include = get_directive_values(GraphQLIncludeDirective, each, info.variable_values)
            if (skip and skip["if"]) or (include and not include["if"]):
                continue
            if isinstance(each, FieldNode):
                found.setdefault(each.alias.value if each.alias else each.name.value, []).append(each)
            else:
                fragment = info.fragments[each.name.value] if isinstance(each, FragmentSpreadNode) else each
                condition = fragment.type_condition
                assert isinstance(each, FragmentSpreadNode | InlineFragmentNode)  # graphql-core has no other selection
                if condition is None or condition.name.value in applies:
                    visit(fragment.selection_set.selections)

    for node in nodes:
        visit(node.selection_set.selections if node.selection_set else ())
    return found


# --- its records


class _Connection:
    def __init__(
        self,
        of: _Subject,
        definition: RecordDefinition,
        rows: list[Record],
        first: int,
        after: tuple[str | None, str] | None,
        lacking: list[str],
    ) -> None:
        self.of, self.definition, self.total, self.lacking = of, definition, len(rows), lacking
        self.typename = f"{definition.name}Connection"
        rest = rows
        if after is not None:
            day, own_id = after
            rest = [each for each in rows if _place(each) > (_backwards(day), own_id)]
        self.page, self.has_next, self.has_previous = rest[:first], len(rest) > first, len(rest) < len(rows)

    def tell(self, info: Info, _: Mapping[str, Any]) -> Any:
        if info.field_name == "totalCount":
            self.of.lack(self.lacking, _path(info))
            return None if self.lacking else self.total
        if info.field_name == "nodes":
            return [_Node(self.of, each, n) for n, each in enumerate(self.page)]
        places = [(each.occurred_on, each.id) for each in self.page]
        whose = (self.definition.name, self.of.known.id, f"{self.definition.name}\x1f{self.of.known.id}")
        return _PageInfo(self.of.asking, whose, places, self.has_next, self.has_previous)


def _backwards(day: str | None) -> tuple[int, ...]:
    """Give what sorts days newest first, and no day last."""
    return (1,) if day is None else (0, *(-int(part) for part in day.split("-")))


def _place(record: Record) -> tuple[tuple[int, ...], str]:
    return _backwards(record.occurred_on), record.id


class _Node:
    def __init__(self, of: _Subject, record: Record, number: int) -> None:
        self.of, self.record, self.number = of, record, number
        self.typename = record.definition.name

    def tell(self, info: Info, _: Mapping[str, Any]) -> Any:
        name, of, record = info.field_name, self.of, self.record
        definition = record.definition.fields.get(name) or ENVELOPE[name]
        if definition.tier > of.highest:
            return None
        if name == "subject":
            return _Subject(of.asking, of.known, of.nodes, heard=of.heard and self.number == 0)
        if _rests_on(record.definition, name) & record.lost and of.heard:
            of.asking.wrong(_path(info), "SOURCE_MISBEHAVED")
        value = self._value(name)
        return value if of.highest is Tier.RESTRICTED else self._published(name, value)

    def _value(self, name: str) -> Any:
        record = self.record
        if name in record.definition.fields:
            return record[name]
        match name:
            case "id":
                return record.id
            case "recordType":
                return record.definition.name
            case "categories":
                prefix = "LP" if record.subject.kind == "LEGAL_PERSON" else "IN"
                return [each for each in record.definition.categories if each.startswith(prefix)]
            case "recordTier":
                return record.tier.value
            case "recordPolarity":
                return record.polarity
            case "occurredOn":
                return record.occurred_on
            case "terminatedOn":
                return record.ended_on
            case "retentionUntil":
                return record.retention_until
            case "provider":
                return self._provider()
            case "catalogueVersion":
                return record[name] or VERSION
        return record[name]

    def _provider(self) -> dict[str, str]:
        code = self.record["provider"]
        known = AGENCIES[code].chinese if code in AGENCIES else code
        return {"code": code, "name": self.of.asking.knowledge.names.get(code, known)}

    def _published(self, name: str, value: Any) -> Any:
        """Mask what is above the reader: names by the catalogue's rule, numbers of persons in any text (R17.1)."""
        definition = self.record.definition.fields.get(name) or ENVELOPE[name]
        person = self.record.subject.kind == "INDIVIDUAL" or self.record["counterpartyCategory"] == "NATURAL_PERSON"
        masked = definition.mask is Mask.NAME or (definition.mask is Mask.NAME_IF_INDIVIDUAL and person)
        if masked and value is not None and self.of.highest is Tier.PUBLIC:
            return mask_name(value)
        if name in _LEGAL_PERSONS_CODES or definition.type in _LEGAL_PERSONS_CODES:
            return scrubbed(value, mask_code)
        return scrubbed(value) if definition.enum is None and definition.type not in _COUNTED else value


_LEGAL_PERSONS_CODES = {"UnifiedSocialCreditCode", "OrganizationCode", "RegistrationNumber"} | {
    "taxpayerNumber",
    "taxRegistrationNumber",
    "debtorCode",
}
_COUNTED = {"Date", "DateTime", "Int", "Boolean", "Decimal"}


def _rests_on(definition: RecordDefinition, name: str) -> set[str]:
    """Give the values whose loss a field cannot hide."""
    ending = {"terminatedOn"} | (
        {definition.retention.end} if definition.retention and definition.retention.end else set()
    )
    dated = {definition.occurred_on or "reportedAt"}
    if name in definition.fields:
        return {name}
    polarity = {each for _, when in definition.polarity_rules if when for each in when.fields}
    polarity |= {definition.polarity_field} if definition.polarity_field else set()
    ongoing = definition.retention.ongoing if definition.retention else None
    return {
        "occurredOn": dated,
        "terminatedOn": ending,
        "recordPolarity": polarity,
        "retentionUntil": ending | dated | polarity | {"reportedAt"} | (set(ongoing.fields) if ongoing else set()),
    }.get(name, {name})


# --- what the gateway says of itself


def _agency(code: str, name: str) -> dict[str, str]:
    return {"code": code, "name": name}


def _connector(knowledge: Knowledge, agency: str) -> dict[str, Any]:
    types = [
        name for name in RECORDS if any(agency in told for (each, _), told in knowledge.serving.items() if each == name)
    ]
    return {
        "connector": agency,
        "agency": _agency(agency, knowledge.names[agency]),
        "recordTypes": types,
        "reached": None,
        "asOf": None,
    }


def _catalogue() -> dict[str, Any]:
    return {
        "version": VERSION,
        "categories": [
            {
                "code": each.code,
                "name": each.name,
                "article": each.article,
                "chinese": each.chinese,
                "english": each.english,
            }
            for each in CATEGORIES.values()
        ],
        "recordTypes": [_record_type(each) for each in RECORDS.values()],
    }


def _record_type(definition: RecordDefinition) -> dict[str, Any]:
    fields = definition.fields.values()
    return {
        "name": definition.name,
        "graphField": definition.graph_field,
        "chinese": definition.chinese,
        "agency": _agency(definition.agency, AGENCIES[definition.agency].chinese),
        "categories": list(definition.categories),
        "subjectKinds": [str(kind) for kind in definition.subject_kinds],
        "submissionClass": str(definition.submission_class),
        "cycle": str(definition.cycle),
        "key": list(definition.key),
        "tier": definition.tier.value,
        "tierRules": [
            {"when": each.when.text, "why": each.why, "tier": each.tier and each.tier.value}
            for each in definition.tier_rules
        ],
        "fields": [
            {
                **{name: getattr(each, name) for name in ("name", "chinese", "type", "required", "note")},
                "tier": each.tier.value,
            }
            for each in fields
        ],
        "polarity": definition.polarity and str(definition.polarity),
        "occurredOn": definition.occurred_on,
        "retentionYears": definition.retention.years if definition.retention else None,
        "note": definition.note,
    }
