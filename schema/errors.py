"""What is wrong with a declaration of the catalogue, and how to mend it (Art. 26).

DefinitionError
├── FieldWithoutTier        a field that says nothing of who may see it        Art. 15
├── UnknownFieldType        an annotation that the graph has no word for
├── UnknownName             a rule, key or date that names no field or value
├── ProhibitedField         a field that may not be collected: PROHIBITED_FIELD Art. 9
└── CategoryMismatch        a category of one kind of subject for the other    Art. 7, 8
"""

__all__ = [
    "AnsweredByThePlan",
    "CategoryMismatch",
    "DefinitionError",
    "FieldWithoutTier",
    "ProhibitedField",
    "UnknownFieldType",
    "UnknownName",
]


class DefinitionError(TypeError):
    """A record type that does not build; ``hint`` says how to mend it."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(f"{message}. {hint}")
        self.message = message
        self.hint = hint


class FieldWithoutTier(DefinitionError):
    """A field that nobody has said the tier of: it could be shown to anyone or to no one (Art. 15)."""

    def __init__(self, coordinate: str) -> None:
        super().__init__(
            f"{coordinate} has no tier",
            f'Write {coordinate.rpartition(".")[2]}: ... = field("中文名", Tier.PUBLIC | SHARED | RESTRICTED)',
        )


class UnknownFieldType(DefinitionError):
    """An annotation that has no type in the graph."""

    def __init__(self, coordinate: str, annotation: object) -> None:
        super().__init__(
            f"{coordinate} is annotated {annotation!r}, for which the graph has no type",
            "Use str, int, bool, Decimal, date, a Term, a scalar of schema.scalars, or a list of one of these; "
            "never Optional: every field is nullable by itself",
        )


class ProhibitedField(DefinitionError):
    """A field whose name means what Art. 9 lets nobody collect, or only with a consent that it does not ask for."""

    code = "PROHIBITED_FIELD"

    def __init__(self, coordinate: str, meaning: str, article: str, *, with_consent: bool) -> None:
        cure = (
            f'Declare it prohibited=Prohibition("{article}", "INDIVIDUAL", "CONSENT_REQUIRED"), or remove it'
            if with_consent
            else "Remove it: no consent allows it"
        )
        super().__init__(
            f"PROHIBITED_FIELD: {coordinate} means {meaning}, which Art. {article} forbids to collect", cure
        )
        self.article = article


class UnknownName(DefinitionError):
    """A rule, a key, a date or a retention that names a field or a value which is not there."""


class CategoryMismatch(DefinitionError):
    """A category of the law that does not fit the kinds of subject a record type is of (R7.2)."""


class AnsweredByThePlan(NotImplementedError):
    """A field with arguments was resolved one value at a time: the gateway's compiled plan answers it, and only it."""
