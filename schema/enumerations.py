"""The law's closed lists as the graph knows them: whoever declares a type of the graph takes them from here."""

import strawberry

from schema.disclosure import OrganizationKind, Outcome, PurposeCode, QueryMethod, Role, Standing

__all__ = ["OrganizationKind", "Outcome", "PurposeCode", "QueryMethod", "Role", "Standing"]

strawberry.enum(Standing, description="In what capacity a caller asks about a subject (Art. 15, 18)")
strawberry.enum(OrganizationKind, description="What kind of organisation a caller acts for (Art. 2, 15)")
strawberry.enum(Role, description="What a caller may do for its organisation (Art. 5, 10)")
strawberry.enum(PurposeCode, description="查询目的: why a query is made (Art. 19)")
strawberry.enum(Outcome, description="查询结果: how a query ended (Art. 19)")
strawberry.enum(QueryMethod, description="查询方式: by what way a query came in (Art. 19; R19.5)")
