"""What every record carries, whoever reported it: the envelope, and the interface CreditRecord (Art. 4, 15, 26)."""

import re
from collections.abc import Mapping
from dataclasses import MISSING, dataclass
from datetime import date, datetime

import strawberry
from strawberry.types.lazy_type import LazyType

from schema.categories import InformationCategory
from schema.definition import FieldDefinition
from schema.terms import DisputeStatus, Polarity, RecordStatus, SubmissionMode
from schema.tiers import Tier, tier

__all__ = ["ENVELOPE", "Agency", "CreditRecord", "EnvelopeField"]


@strawberry.type(description="有关机关和组织: an agency, by its code in the catalogue or its own (Art. 2)")
class Agency:
    """Who provided something."""

    code: str = strawberry.field(description="代码", directives=[tier(Tier.PUBLIC)])
    name: str | None = strawberry.field(default=None, description="名称", directives=[tier(Tier.PUBLIC)])


@dataclass(frozen=True, slots=True)
class EnvelopeField(FieldDefinition):
    """A field of the envelope; ``required`` says that each record has it, ``set_by`` who answers for it."""

    set_by: str = "platform"

    @property
    def non_null(self) -> bool:
        """Whether the graph promises a value: what is above A may be withheld, and is then null (Art. 15)."""
        return self.required and self.tier is Tier.PUBLIC


def _said(name: str, chinese: str, type_: str, level: Tier = Tier.PUBLIC, *, by: str = "platform") -> EnvelopeField:
    return EnvelopeField(
        name=name,
        attribute=re.sub(r"([A-Z])", r"_\1", name).lower(),
        chinese=chinese,
        type=type_.removesuffix("!"),
        tier=level,
        required=type_.endswith("!"),
        is_list=type_.startswith("["),
        set_by=by,
    )


_FIELDS = (
    _said("id", "记录标识", "ID!"),
    _said("recordType", "信息类型", "RecordType!"),
    _said("subject", "信用主体", "Subject!"),
    _said("categories", "信息类别(第七/八条)", "[InformationCategory!]!", by="catalogue"),
    _said("recordTier", "信息等级", "Tier!", by="catalogue/provider"),
    _said("recordPolarity", "信息性质", "Polarity!"),
    _said("provider", "信息提供单位", "Agency!"),
    _said("submissionId", "报送批次", "ID!", Tier.SHARED),
    _said("submissionMode", "报送方式", "SubmissionMode!", Tier.SHARED),
    _said("reportedAt", "报送时间", "DateTime!"),
    _said("occurredOn", "发生/决定日期(排序用)", "Date", by="catalogue"),
    _said("terminatedOn", "行为或事件终止日期", "Date", by="provider"),
    _said("recordStatus", "记录状态: ACTIVE|CORRECTED|REVOKED|REPAIRED|EXPIRED", "RecordStatus!"),
    _said("version", "版本号", "Int!"),
    _said("correctedFrom", "更正前版本", "ID", Tier.SHARED),
    _said("sealed", "是否封存(不公开案件/未成年人犯罪记录封存)", "Boolean!", Tier.RESTRICTED, by="provider"),
    _said("disputeStatus", "异议状态: NONE|IN_PROGRESS|UPHELD|REJECTED", "DisputeStatus!"),
    _said("subjectStatement", "主体声明", "String", by="subject"),
    _said("publicityUntil", "公示截止", "Date", by="policy"),
    _said("retentionUntil", "保存截止", "Date", Tier.SHARED, by="policy"),
    _said("catalogueVersion", "目录版本", "String!"),
)

ENVELOPE: Mapping[str, EnvelopeField] = {said.name: said for said in _FIELDS}
"""The envelope's fields by name, in the catalogue's order."""

# RecordType and Subject are made from the records, which have this envelope: they are looked up when the graph is.
_TYPES: Mapping[str, object] = {
    "ID": strawberry.ID,
    "RecordType": LazyType("RecordType", "schema.catalogue"),
    "Subject": LazyType("Subject", "schema.subjects"),
    "[InformationCategory!]": list[InformationCategory],
    "Tier": Tier,
    "Polarity": Polarity,
    "Agency": Agency,
    "SubmissionMode": SubmissionMode,
    "DateTime": datetime,
    "Date": date,
    "RecordStatus": RecordStatus,
    "Int": int,
    "Boolean": bool,
    "DisputeStatus": DisputeStatus,
    "String": str,
}


def _interface() -> type:
    body: dict[str, object] = {"__doc__": "What every record carries.", "__module__": __name__}
    annotations: dict[str, object] = {}
    for said in _FIELDS:
        annotation = _TYPES[said.type]
        annotations[said.attribute] = annotation if said.non_null else annotation | None  # type: ignore[operator]  # a type
        body[said.attribute] = strawberry.field(
            default=MISSING if said.non_null else None,
            description=f"{said.chinese} (tier {said.tier.value})",
            directives=[tier(said.tier)],
        )
    body["__annotations__"] = annotations
    description = "公共信用信息: one record, with what every record carries (Art. 2, 26)"
    return strawberry.interface(type("CreditRecord", (), body), description=description)


CreditRecord: type = _interface()
"""The interface that each record type implements."""
