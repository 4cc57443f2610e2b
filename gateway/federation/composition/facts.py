"""What the directives of one subgraph amount to: which fields are external, shareable, provided, used."""

from gateway.federation.composition.elements import Applied, Field, Kind, TypeDefinition, named
from gateway.federation.composition.fieldsets import field_set, field_set_of, selected_fields
from gateway.federation.composition.reading import SubgraphSchema

__all__ = ["Facts", "split_context"]

_At = tuple[str, str]


class Facts:
    """What is known of the fields of one subgraph; made anew when the schema changes."""

    def __init__(self, schema: SubgraphSchema) -> None:
        """Read the facts off *schema*."""
        self.schema = schema
        self._fake = self._fake_externals()
        self._on_type = {
            (each.name, name)
            for each in schema.types.values()
            if schema.federation_2 and each.kind is Kind.OBJECT and each.has("external")
            for name in each.fields
        }
        self._provided = self._provided_fields()
        self._shareable = self._shareable_fields()
        self._used = self._used_fields()

    def external(self, type_name: str, field: Field) -> bool:
        """Say whether another subgraph answers for the field."""
        at = (type_name, field.name)
        return (field.has("external") or at in self._on_type) and at not in self._fake

    def fake_external(self, type_name: str, field: Field) -> bool:
        """Say whether `@external` stands there for old times' sake: on the key of an extension."""
        return (type_name, field.name) in self._fake

    def fully_external(self, type_name: str, field: Field) -> bool:
        """Say whether the field is external on every path, that is, never provided."""
        return self.external(type_name, field) and (type_name, field.name) not in self._provided

    def shareable(self, type_name: str, field: Field) -> bool:
        """Say whether other subgraphs may resolve the field too."""
        return (type_name, field.name) in self._shareable

    def used(self, type_name: str, field: Field) -> bool:
        """Say whether a key, a requirement, a provision, a context or an interface needs the field here."""
        return (type_name, field.name) in self._used

    def keys(self, definition: TypeDefinition) -> list[Applied]:
        """Give the keys of a type."""
        return definition.marks("key")

    def extends(self, definition: TypeDefinition, key: Applied) -> bool:
        """Say whether a key stands on an extension."""
        return key.part > 0 or definition.has("extends")

    def _selected(self, type_name: str, applied: Applied, *, implementations: bool = True) -> set[_At]:
        selection = field_set_of(applied)
        if selection is None:
            return set()
        found = selected_fields(self.schema, type_name, selection, implementations=implementations)
        return {(each.parent.name, each.field.name) for each in found}

    def _fake_externals(self) -> set[_At]:
        return {
            (type_name, name)
            for definition in self.schema.types.values()
            for key in definition.marks("key")
            if self.extends(definition, key)
            for type_name, name in self._selected(definition.name, key, implementations=False)
            if self.schema.types[type_name].fields[name].has("external")
        }

    def _provided_fields(self) -> set[_At]:
        return {
            at
            for definition in self.schema.types.values()
            for field in definition.fields.values()
            for provides in field.marks("provides")
            for at in self._selected(named(field.type), provides)
        }

    def _shareable_fields(self) -> set[_At]:
        found: set[_At] = set()
        for definition in self.schema.types.values():
            for key in definition.marks("key"):
                found |= self._selected(definition.name, key)
            if definition.kind is not Kind.OBJECT:
                continue
            parts = {each.part for each in definition.marks("shareable")}
            found |= {
                (definition.name, field.name)
                for field in definition.fields.values()
                if field.has("shareable") or field.part in parts
            }
        return found | {at for at in self._provided if self._is_external(at)}

    def _is_external(self, at: _At) -> bool:
        return self.external(at[0], self.schema.types[at[0]].fields[at[1]])

    def _used_fields(self) -> set[_At]:
        found = set(self._provided)
        for definition in self.schema.types.values():
            for key in definition.marks("key"):
                found |= self._selected(definition.name, key)
            for field in definition.fields.values():
                for requires in field.marks("requires"):
                    found |= self._selected(definition.name, requires)
            if definition.kind is Kind.INTERFACE:
                found |= {
                    (name, field)
                    for name in self.schema.possible(definition.name)
                    for field in definition.fields
                    if field in self.schema.types[name].fields
                }
        return found | self._used_by_contexts()

    def _used_by_contexts(self) -> set[_At]:
        set_on: dict[str, list[str]] = {}
        for definition in self.schema.types.values():
            for context in definition.marks("context"):
                set_on.setdefault(context.text("name"), []).append(definition.name)
        found: set[_At] = set()
        for definition in self.schema.types.values():
            for _, element in definition.elements():
                for asked in element.marks("fromContext"):
                    name, selection = split_context(asked.text("field"))
                    for type_name in set_on.get(name, ()):
                        found |= self._in_context(type_name, selection)
        return found

    def _in_context(self, type_name: str, selection: str) -> set[_At]:
        try:
            parsed = field_set(selection.strip().removeprefix("{").removesuffix("}"))
        except ValueError:
            return set()
        found = selected_fields(self.schema, type_name, parsed, implementations=True)
        return {(each.parent.name, each.field.name) for each in found}


def split_context(asked: str) -> tuple[str, str]:
    """Split what `@fromContext(field:)` says into the context's name and the selection; both empty if it is none.

    >>> split_context("$subject { id }")
    ('subject', ' { id }')
    """
    text = asked.lstrip(" \t\r\n,")
    if not text.startswith("$"):
        return "", ""
    text = text[1:].lstrip(" \t\r\n,")
    end = next((index for index, letter in enumerate(text) if not (letter.isalnum() or letter == "_")), len(text))
    return (text[:end], text[end:]) if end and not text[0].isdigit() else ("", "")
