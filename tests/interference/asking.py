"""What is asked in both worlds: documents as `tests/agreement` makes them, each asked again and again otherwise.

Its generator is taken, and not hypothesis-graphql: it knows the subjects by every code, merges response keys, spreads
fragments over interfaces and pages by cursors that were given, where strings drawn at random find nobody at all. A
document costs ten times what an operation with it does, so each is asked with many settings of its variables.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any
from urllib.parse import urlencode

from graphql import (
    FieldNode,
    VariableDefinitionNode,
    VariableNode,
    Visitor,
    get_named_type,
    is_leaf_type,
    parse,
    print_ast,
    visit,
)

from schema.catalogue import BY_GRAPH_FIELD, RECORDS
from tests.agreement.city import Registered
from tests.agreement.operations import SEARCHED, Question, Questions, Writing
from tests.agreement.oracle import SCHEMA
from tests.interference.standings import Standing

__all__ = ["Asking", "Document", "Request", "documents", "walk"]

_WHOLE = 3
"""On pages of this length every field is asked."""
_FIRST = (1, 1, 2, 2, 3, 5, 20, 100, 0, 101, None)
_WALKED = (1, 2, _WHOLE)
_BROKEN = (
    "{ subject(by: {id: 1}) {",
    "{ nothing }",
    "query($a: Int!) { viewer { person } }",
    "{ viewer }",
    "",
    "mutation { x }",
)


@dataclass(frozen=True, slots=True)
class Request:
    """One operation as it is sent."""

    document: str
    variables: Mapping[str, Any]
    operation_name: str | None = None
    extensions: Mapping[str, Any] = field(default_factory=dict)
    headers: tuple[tuple[str, str], ...] = ()
    by_get: bool = False

    def said(self) -> dict[str, Any]:
        """Give the parts of the request, as GraphQL over HTTP names them."""
        parts = {"query": self.document, "variables": self.variables, "extensions": self.extensions}
        return parts if self.operation_name is None else {**parts, "operationName": self.operation_name}

    def query_string(self) -> str:
        """Write it into an address."""
        said = {name: value if isinstance(value, str) else json.dumps(value) for name, value in self.said().items()}
        return urlencode(said)

    def __str__(self) -> str:
        """Write it so that it can be sent again."""
        return f"{self.document}\n{json.dumps({**self.said(), 'query': '…'}, ensure_ascii=False)} {self.headers}"


@dataclass(frozen=True, slots=True)
class Document:
    """A document, the types of its variables, and of which list a variable is the cursor."""

    question: Question
    types: Mapping[str, str]
    cursors: Mapping[str, str]


def documents(seed: int, count: int, subjects: Sequence[Registered]) -> list[Document]:
    """Give *count* documents, the same for everybody; none asks for the catalogue, which rests on no record."""
    questions = Questions(Random(f"documents/{seed}"), subjects, None, in_variables=0.85)  # noqa: S311 (the same in every run)
    made: list[Document] = []
    while len(made) < count:
        question = questions.next()
        if "catalogue" not in question.document:
            made.append(_document(question))
    return made


def _document(question: Question) -> Document:
    types: dict[str, str] = {}
    cursors: dict[str, str] = {}

    class Reading(Visitor):
        def enter_variable_definition(self, node: VariableDefinitionNode, *_: object) -> None:
            types[node.variable.name.value] = print_ast(node.type)

        def enter_field(self, node: FieldNode, *_: object) -> None:
            record = BY_GRAPH_FIELD.get(node.name.value)
            for each in node.arguments or ():
                if each.name.value == "after" and isinstance(each.value, VariableNode):
                    cursors[each.value.name.value] = record.name if record else "search"

    visit(parse(question.document), Reading())
    return Document(question, types, cursors)


class Asking:
    """Makes the requests of one standing; remembers cursors that were given."""

    def __init__(
        self, standing: Standing, subjects: Sequence[Registered], known: Sequence[Document], seed: str
    ) -> None:
        """Ask about *subjects* with the *known* documents, the same way for the same *seed*."""
        self.chance = Random(seed)  # noqa: S311 (the same in every run)
        self.standing = standing
        self._questions = Questions(self.chance, subjects, standing.itself)
        self._known = known
        self._cursors: dict[tuple[str, str], list[str]] = {}

    @property
    def subjects(self) -> Sequence[Registered]:
        """Whom it asks about."""
        return self._questions.subjects

    def walks(self) -> list[tuple[Request, Registered]]:
        """Give questions for the first pages of every list of every subject, whose cursors are wanted."""
        return [(self._sent(walk(each, first)), each) for each in self._questions.subjects for first in _WALKED]

    def remember(self, subject: Registered, answer: Mapping[str, Any]) -> None:
        """Keep the cursors of a walk's answer."""
        lists = ((answer.get("data") or {}).get("subject") or {}).items()
        for name, connection in lists:
            page = connection and connection["pageInfo"]
            if page and page["endCursor"]:
                self._cursors.setdefault((name, subject.id), []).extend((page["startCursor"], page["endCursor"]))

    def next(self) -> Request:
        """Give the next request."""
        if self.chance.random() < 0.02:
            return self._sent(Request(self.chance.choice(_BROKEN), {}))
        known = self.chance.choice(self._known)
        question = known.question
        values = self._values(known)
        return self._dressed(self._sent(Request(question.document, values, question.operation_name)))

    def _values(self, known: Document) -> dict[str, Any]:
        writing = Writing(self._questions)
        whom = writing.somebody()
        values = dict(known.question.variables)
        for name, kind in known.types.items():
            other = self._value(writing, whom, kind, known.cursors.get(name))
            if other is not None:
                values[name] = other[0]
        return values

    def _value(  # noqa: PLR0911 (a case for each type)
        self, writing: Writing, whom: Registered | str, kind: str, cursor_of: str | None
    ) -> tuple[Any] | None:
        """Give a value of a type, in a tuple of one; None: what stands there already is as good as any."""
        someone = whom if writing.maybe(0.75) else writing.somebody()
        match kind:
            case "SubjectRef!":
                return (writing.reference(someone),)
            case "[SubjectRef!]!":
                others = [writing.somebody() for _ in range(self.chance.choice((0, 1, 2, 4)))]
                return ([writing.reference(each) for each in (someone, *others)],)
            case "IndividualRef!" if isinstance(someone, Registered):
                return (writing.individual(someone),)
            case "ID!" if isinstance(someone, Registered):
                return (someone.id,)
            case "Int":
                return (self.chance.choice(_FIRST),)
            case "Boolean!":
                return (writing.maybe(0.7),)
            case "String!" if writing.maybe(0.3):
                return (self._text(someone),)
            case "String" if cursor_of is not None:
                return (self._cursor(cursor_of, whom),)
        return None

    def _text(self, someone: Registered | str) -> str:
        if isinstance(someone, str):
            return self.chance.choice((someone, *SEARCHED))
        return str(self.chance.choice((someone.identifier, someone.values["name"], *SEARCHED)))

    def _cursor(self, of: str, whom: Registered | str) -> str | None:
        mine = self._cursors.get((of, whom.id if isinstance(whom, Registered) else whom), [])
        if self._cursors and self.chance.random() < 0.05:
            mine = self.chance.choice(list(self._cursors.values()))
        return self.chance.choice([None, *mine[-6:]]) if self.chance.random() < 0.97 else "no cursor"

    def _sent(self, request: Request) -> Request:
        """Say why it is asked, and on what paper."""
        purpose, papers = self.standing.purpose, self.standing.papers
        said: dict[str, Any] = {} if purpose is None else {"purpose": {"code": purpose[0], "text": purpose[1]}}
        return replace(request, extensions={**said, "papers": list(papers)} if papers else said)

    def _dressed(self, request: Request) -> Request:
        """Send it in one of the ways in which a request may be sent."""
        said = dict(request.extensions)
        if self.chance.random() < 0.05:
            said.pop("purpose", None)
        if self.chance.random() < 0.03:
            said["purpose"] = self.chance.choice(
                ({"code": "NO", "text": "没有这种事由"}, {"code": "OTHER", "text": "……"})
            )
        if self.chance.random() < 0.07:
            said["dryRun"] = True
        if self.chance.random() < 0.07:
            said["onDenied"] = "FAIL"
        if self.chance.random() < 0.02:
            said["papers"] = ["no such paper"]
        headers: list[tuple[str, str]] = []
        if self.chance.random() < 0.1:
            headers.append(("accept-language", "zh"))
        if self.chance.random() < 0.05:
            headers.append(("accept", "application/graphql-response+json"))
        return replace(request, extensions=said, headers=tuple(headers), by_get=self.chance.random() < 0.05)


def walk(subject: Registered, first: int = _WHOLE) -> Request:
    """Ask for the first page of every list of a subject."""
    on = "LegalPerson" if subject.kind == "LEGAL_PERSON" else "Individual"
    lists = " ".join(
        f"{record.name}: {record.graph_field}(first: {first}) {{ totalCount nodes {{ {_leaves(record.name, first)} }} "
        "pageInfo { hasNextPage startCursor endCursor } }"
        for record in RECORDS.values()
        if subject.kind in record.subject_kinds
    )
    if subject.kind == "LEGAL_PERSON":
        by: dict[str, Any] = {"unifiedSocialCreditCode": subject.identifier}
    else:
        by = {"individual": {"idNumber": subject.identifier, "name": subject.values["name"]}}
    return Request(f"query Walk($by: SubjectRef!) {{ subject(by: $by) {{ ... on {on} {{ {lists} }} }} }}", {"by": by})


def _leaves(record: str, first: int) -> str:
    fields = SCHEMA.type_map[record].fields  # type: ignore[attr-defined]  # an object's
    return (
        " ".join(name for name, each in fields.items() if is_leaf_type(get_named_type(each.type)))
        if first == _WHOLE
        else "id"
    )
