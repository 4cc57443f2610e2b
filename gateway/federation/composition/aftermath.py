"""What must hold of the supergraph once it is merged: valid GraphQL, requirements that still make sense."""

from collections.abc import Sequence

from gateway.errors import Text
from gateway.federation.composition.accessibility import check_accessibility
from gateway.federation.composition.field_set_rules import selection_errors
from gateway.federation.composition.fieldsets import field_set_of
from gateway.federation.composition.merged import Supergraph
from gateway.federation.composition.plain import plain_schema, schema_faults
from gateway.federation.composition.problems import Findings
from gateway.federation.composition.sources import Place

__all__ = ["check_supergraph"]


def check_supergraph(places: Sequence[Place], supergraph: Supergraph, findings: Findings) -> None:
    """Refuse a supergraph that is no valid API, or whose requirements lost what they need in the merging."""
    plain = plain_schema(supergraph.types.values())
    owners = {name: [place.name for place in places if name in place.schema.types] for name in supergraph.types}
    owners |= {
        f"@{name}": [place.name for place in places if name in place.schema.directives]
        for name in supergraph.directives
    }
    faults = schema_faults(plain)
    for fault in faults:
        at = fault.coordinate
        findings.refuse("INVALID_GRAPHQL", fault.message, owners.get(at.split(".")[0], ()) if at else (), at)
    if faults:
        return
    for place in places:
        for definition in place.schema.types.values():
            for field in definition.fields.values():
                for requires in field.marks("requires"):
                    selection = field_set_of(requires)
                    if selection is None:
                        continue
                    for error in selection_errors(plain, definition.name, selection):
                        at = f"{definition.name}.{field.name}"
                        message = Text(
                            f'{requires} of "{at}" cannot be asked of the other subgraphs: {error.message}',
                            f"{at} 的 {requires} 无法向其他子图查询：{error.message}",
                        )
                        findings.refuse("REQUIRES_INVALID_FIELDS", message, [place.name], at)
    check_accessibility(supergraph, owners, findings)
