"""How a subject is named in a question or on a paper: by exactly one of its codes (Art. 7(1), 8(1))."""

import strawberry
from strawberry import UNSET

from schema.records.enums import IdDocumentType

__all__ = ["IndividualRef", "SubjectRef"]


@strawberry.input(description="An individual, by identity document and name together: never by one alone (Art. 18)")
class IndividualRef:
    """Who an individual is, exactly."""

    id_type: IdDocumentType = strawberry.field(default=IdDocumentType.RESIDENT_ID, description="证件类型")
    id_number: str = strawberry.field(description="证件号码")
    name: str = strawberry.field(description="姓名")


@strawberry.input(one_of=True, description="A subject, by exactly one of its codes (Art. 7(1), 8(1))")
class SubjectRef:
    """One way to name a subject."""

    id: strawberry.ID | None = strawberry.field(default=UNSET, description="The graph's own id of it")
    unified_social_credit_code: str | None = strawberry.field(default=UNSET, description="统一社会信用代码")
    organization_code: str | None = strawberry.field(default=UNSET, description="组织机构代码")
    registration_number: str | None = strawberry.field(default=UNSET, description="注册号")
    taxpayer_number: str | None = strawberry.field(default=UNSET, description="纳税人识别号")
    individual: IndividualRef | None = strawberry.field(default=UNSET, description="个人")
