"""Random operations over the printed graph: every root field, alias, fragment, directive and kind of variable there is.

A response key is always made from the field's name and its arguments, so that equal keys merge; what does not
validate all the same (a borrowed alias, mostly) is thrown away and written anew.
"""

# A value of the graph is of any type.
# ruff: noqa: ANN401

import json
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLScalarType,
    get_named_type,
    parse,
    validate,
)

from gateway.errors import LimitExceeded
from gateway.federation.cost import Bounds, Guard
from gateway.federation.subjects.plan import DEFAULT_FIRST
from gateway.settings import Limits
from schema.catalogue import BY_GRAPH_FIELD
from tests.agreement.city import Registered
from tests.agreement.oracle import SCHEMA

__all__ = ["SEARCHED", "STRANGERS", "Question", "Questions", "Writing"]

Composite = GraphQLObjectType | GraphQLInterfaceType
_SUBJECTS = ("LegalPerson", "Individual")
STRANGERS = ("11410199DEM00121XD", "91410199DEM0000140", "", "x" * 18, "DEM001025", "DEM00102-5", "310115600985533")
SEARCHED = ("郑州", "有限公司", "星", "公司", "示", "  中原 ", "%", "没有这样的名称")
_OF_THE_TRAIL = "queryLog"
"""Each question adds to it, those of the comparison too: it is compared with the trail in the journeys."""
_DEEPEST = 3
_GUARD = Guard(Bounds.within(Limits()), dict.fromkeys([*BY_GRAPH_FIELD, "searchSubjects"], DEFAULT_FIRST))


@dataclass(frozen=True, slots=True)
class Question:
    """One operation as it is sent."""

    document: str
    variables: Mapping[str, Any]
    operation_name: str | None

    def __str__(self) -> str:
        """Write it so that it can be sent again."""
        said = json.dumps(self.variables, ensure_ascii=False)
        return f"{self.document}\nvariables: {said}\noperationName: {self.operation_name}"


@dataclass
class Questions:
    """Makes questions about the subjects of a city; remembers cursors that were given."""

    chance: random.Random
    subjects: Sequence[Registered]
    itself: str | None
    cursors: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    in_variables: float = 0.45
    """How often an argument stands in a variable and not in the document itself."""
    of_itself: int = 1
    """How often what the gateway says of itself is asked for, beside ten times one subject."""

    def remember(self, cursors: Sequence[tuple[str, str, str]]) -> None:
        """Keep cursors of lists, to ask for what follows them."""
        for of, whom, cursor in cursors:
            kept = self.cursors.setdefault((of, whom), [])
            if cursor not in kept:
                kept.append(cursor)

    def next(self) -> Question:
        """Give a question that fits the graph and the gateway's limits, of which the oracle knows nothing."""
        while True:
            writing = Writing(self)
            question = writing.question()
            document = parse(question.document)
            if _within_limits(document) and (not writing.borrowed or not validate(SCHEMA, document)):
                return question


def _within_limits(document: DocumentNode) -> bool:
    try:
        _GUARD.check(document)
    except LimitExceeded:
        return False
    return True


class Writing:
    """One question in the making."""

    def __init__(self, questions: Questions) -> None:
        self.chance = questions.chance
        self.known = questions
        self.variables: dict[str, str] = {}
        self.values: dict[str, Any] = {}
        self.fragments: list[tuple[str, str, str]] = []
        self.aliases: dict[tuple[str, str], str] = {}
        self.whom: Registered | str | None = None
        self.borrows, self.borrowed = self.maybe(0.1), False

    def maybe(self, probability: float) -> bool:
        """Say yes so often."""
        return self.chance.random() < probability

    def question(self) -> Question:
        """Write it."""
        fields = [self._root() for _ in range(self.chance.choice((1, 1, 1, 1, 2, 3)))]
        body = " ".join(fields)
        if self.maybe(0.1):
            self.fragments.append(("OnQuery", "Query", body))
            body = "...OnQuery"
        name = self.chance.choice(("", "Asked")) if not self.maybe(0.15) else "Asked"
        declared = f"({', '.join(self.variables.values())})" if self.variables else ""
        operations = [f"query {name}{declared} {{ {body} }}" if name or declared else f"{{ {body} }}"]
        operation_name = self.chance.choice((None, "Asked")) if name else None
        if name and self.maybe(0.3):
            operations.insert(
                self.chance.randrange(2),
                "query Other($first: Int = 7) { viewer { person } x: __typename "
                'searchSubjects(text: "郑州", first: $first) { totalCount } }',
            )
            operation_name = "Asked"
        written = [f"fragment {each} on {on} {{ {text} }}" for each, on, text in self.fragments]
        return Question("\n".join(operations + written), self.values, operation_name)

    # The root

    def _root(self) -> str:
        kinds: Sequence[Callable[[], str]] = (self._subject, self._subjects, self._search, self._local)
        (make,) = self.chance.choices(kinds, weights=(10, 5, 2, self.known.of_itself))
        return make()

    def _local(self) -> str:
        which = self.chance.choice(("viewer", "catalogue", "connectors", "__typename", "__schema", "__type"))
        match which:
            case "__typename":
                return self.chance.choice(("__typename", "t: __typename")) + self._directive()
            case "__schema":
                return "__schema { queryType { name kind } mutationType { name } }"
            case "__type":
                name = self.chance.choice(
                    ("Subject", "LegalPerson", "TaxCreditRating", "Tier", "SubjectRef", "Nothing", "Query")
                )
                return (
                    f"{self._key('__type', name)}: __type(name: {self._argument('String!', name)}) {{ kind name "
                    "description fields { name type { name kind ofType { name } } args { name defaultValue } } "
                    "enumValues { name } inputFields { name } interfaces { name } }"
                )
        return f"{which}{self._directive()} {self._selection(_named(SCHEMA.query_type, which), 0)}"

    def _subject(self) -> str:
        self.whom = self.somebody()
        reference = self._argument("SubjectRef!", self.reference(self.whom))
        return self._keyed("subject", f"(by: {reference})") + self._directive() + " " + self._of_subject("Subject", 0)

    def _subjects(self) -> str:
        people = [self.somebody() for _ in range(self.chance.choice((0, 1, 2, 3, 3, 5)))]
        self.whom = self.chance.choice(people) if people else None
        references = [self.reference(each) for each in people]
        if len(references) == 1 and self.maybe(0.5):
            by = self._literal(references[0])  # which is coerced to a list of one
        elif self.maybe(0.5):
            single = len(references) == 1 and self.maybe(0.3)
            by = self._variable("[SubjectRef!]!", references[0] if single else references)
        else:
            by = f"[{', '.join(self._argument('SubjectRef!', each) for each in references)}]"
        return self._keyed("subjects", f"(by: {by})") + self._directive() + " " + self._of_subject("Subject", 0)

    def _search(self) -> str:
        text = self.chance.choice(SEARCHED)
        self.whom = text.strip()
        arguments = [f"text: {self._argument('String!', text)}"]
        if self.maybe(0.3):
            arguments.append(f"kind: {self.chance.choice(('LEGAL_PERSON', 'LEGAL_PERSON', 'INDIVIDUAL'))}")
        arguments += self._paging("search")
        self.chance.shuffle(arguments)
        return (
            self._keyed("searchSubjects", f"({', '.join(arguments)})")
            + self._directive()
            + " "
            + self._connection("SubjectConnection", 0)
        )

    # Whom

    def somebody(self) -> Registered | str:
        """Choose a subject, or a code that is none's."""
        if self.maybe(0.12):
            return self.chance.choice(STRANGERS)
        if self.known.itself and self.maybe(0.4):
            return next(each for each in self.known.subjects if each.identifier == self.known.itself)
        return self.chance.choice(self.known.subjects)

    def reference(self, whom: Registered | str) -> dict[str, Any]:
        """Name a subject by one of its codes, as people spell them."""
        if isinstance(whom, str):
            how = self.chance.choice(
                ("id", "unifiedSocialCreditCode", "organizationCode", "registrationNumber", "taxpayerNumber")
            )
            return {how: whom}
        if self.maybe(0.25):
            return {"id": whom.id}
        if whom.kind == "INDIVIDUAL":
            return {"individual": self.individual(whom)}
        code = whom.identifier
        ways = {
            "unifiedSocialCreditCode": self.chance.choice((code, code.lower(), f" {code[:8]}-{code[8:]}", code[:-1])),
            "organizationCode": self.chance.choice((code[8:17], f"{code[8:16]}-{code[16]}")),
            "registrationNumber": whom.values["registration_number"] or "",
            "taxpayerNumber": whom.values["taxpayer_number"] or "",
        }
        how = self.chance.choice(("unifiedSocialCreditCode", *ways))
        return {how: ways[how]}

    def individual(self, whom: Registered) -> dict[str, Any]:
        """Name an individual by number and name, sometimes wrongly."""
        number = self.chance.choice((whom.identifier, whom.identifier, whom.identifier.lower(), whom.identifier[:-1]))
        name = self.chance.choice((whom.values["name"], whom.values["name"], f" {whom.values['name']} ", "别人", " "))
        said = {"idNumber": number, "name": name}
        return (
            said
            if self.maybe(0.7)
            else {"idType": self.chance.choice(("RESIDENT_ID", "RESIDENT_ID", "PASSPORT")), **said}
        )

    # Selections

    def _of_subject(self, type_name: str, depth: int) -> str:
        return self._selection(SCHEMA.type_map[type_name], depth)

    def _connection(self, type_name: str, depth: int) -> str:
        return self._selection(SCHEMA.type_map[type_name], depth)

    def _selection(self, of: Any, depth: int) -> str:
        parts = self._fields(of, depth)
        parts += [self._fragment(of, depth) for _ in range(self.chance.choice((0, 0, 0, 1, 2)))]
        self.chance.shuffle(parts)
        return f"{{ {' '.join(parts)} }}"

    def _fields(self, of: Any, depth: int) -> list[str]:
        asked = {name: each for name, each in of.fields.items() if name != _OF_THE_TRAIL}
        leaves = [name for name, each in asked.items() if _is_leaf(each)]
        inner = [name for name, each in asked.items() if not _is_leaf(each)]
        few = of.name in ("Subject", *_SUBJECTS)
        count = self.chance.randint(1, 3 if few else 5)
        chosen = [self.chance.choice([*leaves, "__typename"]) for _ in range(count)]
        if few:
            chosen += self.chance.sample(
                inner, k=min(len(inner), self.chance.choice((0, 1, 1, 2) if depth else (1, 1, 2, 3)))
            )
        else:
            chosen += [name for name in inner if self.maybe(_APPETITE.get(name, 0.5))]
        fields = [self._field(of, name, depth) for name in chosen]
        return [each for each in fields if each] or ["__typename"]

    def _field(self, of: Any, name: str, depth: int) -> str:
        if name == "__typename":
            return self.chance.choice(("__typename", "typename: __typename")) + self._directive()
        definition = of.fields[name]
        if _is_leaf(definition):
            return self._alias(of, name) + self._directive()
        if name == "subject" and depth >= _DEEPEST:
            return ""
        arguments = ""
        if name in BY_GRAPH_FIELD:
            paging = self._paging(BY_GRAPH_FIELD[name].name)
            arguments = f"({', '.join(paging)})" if paging else ""
        inside = self._selection(get_named_type(definition.type), depth + (name == "subject"))
        return f"{self._keyed(name, arguments)}{self._directive()} {inside}"

    def _alias(self, of: Any, name: str) -> str:
        if self.borrows and self.maybe(0.05):
            self.borrowed = True
            return f"{self.chance.choice(list(of.fields))}: {name}"
        return self.chance.choice((name, name, name, f"{name}_: {name}", f"the_{name}: {name}"))

    def _fragment(self, of: Any, depth: int) -> str:
        condition = self._condition(of)
        usable = [name for name, on, _ in self.fragments if condition is not None and on == condition.name]
        if usable and self.maybe(0.4):
            return f"...{self.chance.choice(usable)}{self._directive()}"
        body = " ".join(self._fields(condition or of, depth + 1 if of.name in ("Subject", *_SUBJECTS) else depth))
        if condition is not None and self.maybe(0.5):
            name = f"F{len(self.fragments)}"
            self.fragments.append((name, condition.name, body))
            return f"...{name}{self._directive()}"
        on = f" on {condition.name}" if condition is not None else ""
        return f"...{on}{self._directive()} {{ {body} }}"

    def _condition(self, of: Any) -> Any:
        """Give a type that an object of this one may have, or None for a fragment without a condition."""
        options: list[Any] = [of, None]
        if isinstance(of, GraphQLInterfaceType):
            options += SCHEMA.get_possible_types(of)
        else:
            options += of.interfaces
        return self.chance.choice(options)

    # Arguments, variables, directives

    def _paging(self, of: str) -> list[str]:
        said = []
        if self.maybe(0.7):
            first = self.chance.choice(
                (1, 1, 2, 2, 3, 3, 5, 30, 100, 0, 101, None) if self.maybe(0.2) else (1, 2, 3, 5)
            )
            said.append(f"first: {self._argument('Int', first)}")
        if self.maybe(0.25):
            whom = self.whom.id if isinstance(self.whom, Registered) else str(self.whom)
            mine = self.known.cursors.get((of, whom), [])
            if self.maybe(0.1) and self.known.cursors:
                mine = self.chance.choice(list(self.known.cursors.values()))
            after = self.chance.choice([*mine[-6:], None]) if self.maybe(0.97) else "no cursor"
            said.append(f"after: {self._argument('String', after)}")
        self.chance.shuffle(said)
        return said

    def _keyed(self, name: str, arguments: str) -> str:
        """Write a field under a key of its own for these arguments."""
        if not arguments and self.maybe(0.7):
            return name
        return f"{self._key(name, arguments)}: {name}{arguments}"

    def _key(self, name: str, arguments: str) -> str:
        return self.aliases.setdefault((name, arguments), f"{name.strip('_')}_{len(self.aliases)}")

    def _argument(self, type_name: str, value: Any) -> str:
        """Write a value as a literal, with variables in it, or as a variable."""
        if self.maybe(self.known.in_variables):
            return self._variable(type_name, value)
        return self._literal(value)

    def _literal(self, value: Any) -> str:
        if isinstance(value, Mapping):
            return "{" + ", ".join(f"{name}: {self._member(name, each)}" for name, each in value.items()) + "}"
        return json.dumps(value, ensure_ascii=False)

    def _member(self, name: str, value: Any) -> str:
        if name == "idType":
            return str(value)
        if isinstance(value, Mapping):
            return self._argument("IndividualRef!", value)
        return self._argument("ID!" if name == "id" else "String!", value)

    def _variable(self, type_name: str, value: Any) -> str:
        name = f"v{len(self.variables)}"
        plain = not isinstance(value, Mapping | list) and value is not None
        if plain and self.maybe(0.3):
            self.variables[name] = f"${name}: {type_name} = {json.dumps(value, ensure_ascii=False)}"
            if self.maybe(0.5):
                self.values[name] = value
            return f"${name}"
        self.variables[name] = f"${name}: {type_name}"
        if value is None and self.maybe(0.5):
            return f"${name}"
        if not self.maybe(0.004):
            self.values[name] = value
        return f"${name}"

    def _directive(self) -> str:
        if not self.maybe(0.08):
            return ""
        truth = self.maybe(0.5)
        written = self._argument("Boolean!", truth) if self.maybe(0.7) else json.dumps(truth)
        other = f" @skip(if: {json.dumps(self.maybe(0.3))})" if self.maybe(0.1) else ""
        return f" @{'include' if other else self.chance.choice(('skip', 'include'))}(if: {written}){other}"


_APPETITE = {"nodes": 0.9, "pageInfo": 0.3, "subject": 0.15, "provider": 0.15}
"""How often an inner field is chosen."""


def _named(of: Any, name: str) -> Any:
    return get_named_type(of.fields[name].type)


def _is_leaf(definition: GraphQLField) -> bool:
    return isinstance(get_named_type(definition.type), GraphQLScalarType | GraphQLEnumType)
