"""The indicator catalogue as one document, for agencies and programs (Art. 26)."""

from collections.abc import Iterable
from typing import Any

from schema.categories import AGENCIES, CATEGORIES
from schema.definition import Cycle, FieldDefinition, RecordDefinition, SubmissionClass, TierRule
from schema.envelope import ENVELOPE, EnvelopeField
from schema.records import enums
from schema.terms import Polarity, SubjectKind, SubmissionMode, Term
from schema.tiers import EXCLUDED, Tier

__all__ = ["Document", "as_document"]

_TITLE = "郑州市信用信息共享指标目录(建议稿)"
_STATUS = "PROPOSAL: 指标目录依第二十六条“另行制定”; 本文件是研究建议, 不是官方目录"
_LEGAL_BASIS = "郑政办〔2017〕80号 第七条、第八条、第九条、第十二条、第十五条、第二十六条"

_NOTES = (
    (
        "Amounts are in yuan unless the field says 万元; the double-publicity standard (双公示) uses 万元 for fines: "
        "convert on ingest and on export."
    ),
    (
        "naturalKey starts with providerCode (the reporting agency): the same document number can be used by two "
        "agencies."
    ),
    (
        "doublePublicityCode values CF_* and XK_* were seen in public code; those with "
        "doublePublicityCodeSource=unverified were not seen. An older generation (2016: XK_XMMC, XK_SPLB, XK_XDR, "
        "XK_XDR_ZDM, XK_XDR_GSDJ, XK_XDR_SFZ, XK_FR, XK_JZQ, XK_XZJG, DFBM, SJC; CF_CFMC, CF_CFLB1, CF_CFLB2, "
        "CF_XDR_ZDM, CF_XDR_GSDJ, CF_XDR_SFZ, CF_FR, CF_JG, CF_XZJG, CF_ZT) is still met in agency systems: keep an "
        "alias map per connector."
    ),
    (
        "Tiers: a record has a record tier = max(recordTier, every matching tierRule, the record's override, a seal "
        "on the subject). Order A < B < C < EXCLUDED. Rules, overrides and seals only raise. A record exists for a "
        "caller only if its record tier is within the caller's clearance; then a field is shown if the field's own "
        "tier is within it too."
    ),
    (
        "tierRules may use any field of the record, plus subjectKind and sealed (record envelope); all matching "
        "rules count, the highest wins."
    ),
    "IdDocumentNumber is validated as a resident ID (GB 11643) when the id type is RESIDENT_ID or absent.",
    (
        "naturalKey parts are all required fields (a NULL in a unique index would let duplicates in). subjectKey = "
        "keyed hash of the canonical identifier. One decision may concern several subjects, hence subjectKey is "
        "always part of the key."
    ),
    (
        "personKey/officerKey/restrictedPersonKey = HMAC of the canonical ID number under the platform's key, "
        "computed by the platform at ingest, never sent by the agency."
    ),
    (
        "maskInPublic applies when the value is shown to a caller of tier A. Identity numbers are tier C: below C "
        "they are withheld like any field; the identity mask is for pages, exports and logs of those who may see "
        "them in part."
    ),
    (
        "nonSystemCycle is the collection cycle (归集周期) used when an agency reports by BATCH or MANUAL (Art. "
        "12(2)): due within 10 working days after the period ends. Under SYSTEM mode every type is due daily. "
        "submissionClass DECISION adds the 7-working-day limit from decisionDate in every mode."
    ),
    "BY_VALUE polarity is computed by polarityRule at ingest and stored.",
    (
        "occurredOn names the field that dates a record for order and cursors (a 'period' YYYY-MM counts as its last "
        "day, a year as 31 December); null = the day of reportedAt. Newest first, nulls last, then id."
    ),
    "graphField is the field's name on the subject.",
)

_TIERS = {Tier.PUBLIC: "社会公开类", Tier.SHARED: "部门共享类", Tier.RESTRICTED: "有限共享类"}

Document = dict[str, Any]  # Any: JSON


def as_document(records: Iterable[RecordDefinition], version: str) -> Document:
    """Give a whole catalogue as JSON would have it: header, envelope, categories, agencies, enums, record types."""
    return {
        "catalogueId": "zhengzhou-public-credit-indicators",
        "title": _TITLE,
        "version": version,
        "legalBasis": _LEGAL_BASIS,
        "status": _STATUS,
        "notes": list(_NOTES),
        "envelope": [_envelope(said) for said in ENVELOPE.values()],
        "categories": [
            {
                "code": category.code,
                "name": category.name,
                "article": category.article,
                "zh": category.chinese,
                "en": category.english,
            }
            for category in CATEGORIES.values()
        ],
        "agencies": [{"code": agency.code, "zh": agency.chinese, "en": agency.english} for agency in AGENCIES.values()],
        "enums": _enums(),
        "recordTypes": [_record(definition) for definition in records],
    }


def _envelope(said: EnvelopeField) -> Document:
    return {
        "name": said.name,
        "zh": said.chinese,
        "type": said.type + ("!" if said.required else ""),
        "tier": said.tier.value,
        "setBy": said.set_by,
    }


def _enums() -> Document:
    payload = (thing for thing in vars(enums).values() if _is_list_of_words(thing))
    return {
        "SubjectKind": _words(SubjectKind),
        "Tier": {level.value: chinese for level, chinese in _TIERS.items()},
        "Polarity": _words(Polarity),
        "SubmissionMode": _words(SubmissionMode),
        "NonSystemCycle": _words(Cycle),
        "SubmissionClass": _words(SubmissionClass),
    } | {words.__name__: _words(words) for words in payload}


def _is_list_of_words(thing: object) -> bool:
    return isinstance(thing, type) and issubclass(thing, Term) and thing is not Term


def _words(words: Iterable[Term]) -> Document:
    return {word.name: word.chinese for word in words}


def _record(definition: RecordDefinition) -> Document:
    document: Document = {
        "name": definition.name,
        "graphField": definition.graph_field,
        "zh": definition.chinese,
        "agency": definition.agency,
        "categories": list(definition.categories),
        "subjectKinds": [str(kind) for kind in definition.subject_kinds],
        "polarity": "BY_VALUE" if definition.polarity is None else str(definition.polarity),
        "submissionClass": str(definition.submission_class),
        "nonSystemCycle": str(definition.cycle),
        "recommendedMode": definition.recommended_mode,
        "naturalKey": ["providerCode", "subjectKey", *definition.key],
        "occurredOn": definition.occurred_on,
        "recordTier": definition.tier.value,
        "fields": [_field(field) for field in definition.fields.values()],
        "retention": _retention(definition),
    }
    if definition.tier_rules:
        document["tierRules"] = [_tier_rule(rule) for rule in definition.tier_rules]
    if definition.polarity is None:
        document["polarityRule"] = _polarity_rule(definition)
    if definition.publicity_term is not None:
        document["publicityTerm"] = dict(definition.publicity_term)
    return document | _said({"adopters": definition.adopters, "note": definition.note})


def _tier_rule(rule: TierRule) -> Document:
    return {
        "when": rule.when.text,
        "recordTier": EXCLUDED if rule.tier is None else rule.tier.value,
        "why": rule.why,
    }


def _polarity_rule(definition: RecordDefinition) -> Document:
    if definition.polarity_field is not None:
        return {"*": f"= {definition.polarity_field}"}
    return {str(polarity): "otherwise" if when is None else when.text for polarity, when in definition.polarity_rules}


def _retention(definition: RecordDefinition) -> Document:
    kept = definition.retention
    if kept is None:
        return {}
    return {
        "INDIVIDUAL": {
            "years": kept.years,
            "anchor": kept.anchor,
            "action": kept.action,
            "legalBasis": kept.legal_basis,
        }
    }


def _field(field: FieldDefinition) -> Document:
    document: Document = {
        "name": field.name,
        "zh": field.chinese,
        "type": field.type,
        "tier": field.tier.value,
        "required": field.required,
    }
    if field.prohibited is not None:
        banned = field.prohibited
        document["prohibitedClass"] = {
            "article": banned.article,
            "appliesTo": banned.applies_to,
            "rule": banned.rule,
        } | _said({"exception": banned.exception})
    return document | _said(
        {
            "pii": field.personal,
            "maskInPublic": None if field.mask is None else str(field.mask),
            "doublePublicityCode": field.double_publicity,
            "doublePublicityCodeSource": None if field.double_publicity_verified else "unverified",
            "note": field.note,
        }
    )


def _said(document: dict[str, str | None]) -> Document:
    """Leave out what the catalogue does not say."""
    return {key: value for key, value in document.items() if value is not None}
