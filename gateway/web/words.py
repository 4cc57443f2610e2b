"""The words of the pages: every closed list in Chinese and English, as the law and the glossary have them."""

import re
from collections.abc import Mapping
from typing import Final

from gateway.errors import Text
from schema.catalogue import AGENCIES, BY_GRAPH_FIELD, RECORDS
from schema.definition import FieldDefinition

__all__ = [
    "ANOMALIES",
    "CASE_STATES",
    "DECISIONS",
    "DELIVERIES",
    "DISPUTES",
    "KINDS",
    "LOG_KINDS",
    "METHODS",
    "MODES",
    "OBLIGATION_KINDS",
    "OBLIGATION_STATES",
    "ORGANISATION_KINDS",
    "OUTCOMES",
    "PARTICULARS",
    "PURPOSES",
    "QUERY_METHODS",
    "REMINDER_STATES",
    "REPORT_STATES",
    "ROLES",
    "SIGNATURES",
    "SOURCES",
    "STANDINGS",
    "STATES",
    "SUBJECT_KINDS",
    "TIERS",
    "VIOLATIONS",
    "agencies",
    "agency",
    "article",
    "coordinate",
    "said",
    "step",
    "worded",
]

KINDS: Final = {
    "IDENTITY_DOCUMENT": Text("Identity document", "有效身份证明"),
    "ENTITY_CERTIFICATE": Text("Entity certificate", "单位有效证明"),
    "AUTHORISATION": Text("Authorisation to query", "书面授权书"),
    "OFFICIAL_LETTER": Text("Official letter", "正式函件"),
    "COLLECTION_CONSENT": Text("Consent to collection", "书面同意书"),
    "RECOGNITION": Text("Recognition of a credit service", "信用服务机构认定"),
    "RESTRICTED_GRANT": Text("Grant for tier C", "有限共享准入"),
}
"""Kinds of papers (Art. 9, 15, 18)."""

PARTICULARS: Final = {
    "documentType": Text("Kind of document", "证件种类"),
    "number": Text("Number", "证件号码"),
    "verifier": Text("Sighted by", "核验人"),
    "handlerName": Text("Handler", "经办人"),
    "handlerNumber": Text("The handler's number", "经办人证件号码"),
    "seal": Text("Seal", "公章"),
    "caseNumber": Text("Case", "案号"),
    "purpose": Text("Purpose", "采集目的"),
    "notice": Text("What was told of the consequences", "不利后果告知内容"),
    "noticeVersion": Text("Version of the notice", "告知书版本"),
    "noticeGivenAt": Text("Told at", "告知时间"),
    "signedAt": Text("Signed at", "签署时间"),
}
"""What is written in papers besides (R9.5, R18.1 to R18.4)."""

STATES: Final = {
    "DRAFT": Text("Draft", "草稿"),
    "SUBMITTED": Text("Waiting for review", "待审核"),
    "ACCEPTED": Text("Accepted", "已受理"),
    "REJECTED": Text("Rejected", "未受理"),
    "EXHAUSTED": Text("Used up", "已用完"),
    "EXPIRED": Text("Expired", "已过期"),
    "REVOKED": Text("Revoked", "已撤销"),
    "PROPOSED": Text("Proposed", "已提出"),
    "REVIEWED": Text("Reviewed", "已审核"),
    "APPROVED": Text("Approved", "已批准"),
    "ACTIVE": Text("In force", "生效中"),
    "WITHDRAWN": Text("Withdrawn", "已撤回"),
}
"""States of papers and grants (section 3 of the rules)."""

ROLES: Final = {
    "OFFICER": Text("officer", "工作人员"),
    "REPORTER": Text("reporting officer", "信息报送人员"),
    "OPERATOR": Text("operator", "经办人员"),
    "APPROVER": Text("approver", "审核人员"),
    "SECURITY": Text("security officer", "安全管理人员"),
    "AUDITOR": Text("auditor", "审计人员"),
    "SUPERVISOR": Text("supervisor", "监督人员"),
}

ORGANISATION_KINDS: Final = {
    "ADMINISTRATIVE": Text("administrative organ", "行政机关"),
    "JUDICIAL": Text("judicial organ", "司法机关"),
    "AUTHORISED_PUBLIC_BODY": Text("authorised public body", "具有管理公共事务职能的组织"),
    "CREDIT_SERVICE": Text("credit service agency", "市场信用服务机构"),
    "ENTERPRISE": Text("enterprise", "企业"),
    "CREDIT_CENTRE": Text("credit centre", "市信用中心"),
    "SUPERVISOR": Text("supervisor", "社会信用主管部门"),
}

PURPOSES: Final = {
    "LICENSING": Text("licensing", "行政许可"),
    "PROCUREMENT": Text("procurement", "政府采购"),
    "SUPERVISION": Text("supervision", "监督管理"),
    "ENFORCEMENT": Text("enforcement", "执法执行"),
    "ADJUDICATION": Text("adjudication", "审判"),
    "QUALIFICATION": Text("qualification", "资质审查"),
    "HONOUR_REVIEW": Text("review of honours", "评优评先"),
    "CREDIT_SERVICE": Text("credit service", "信用服务"),
    "TRANSACTION": Text("transaction", "市场交易"),
    "OTHER": Text("other", "其他"),
    "SELF": Text("about oneself", "查询本人"),
}

SIGNATURES: Final = {"PAPER": Text("on paper", "纸质签章"), "E_SIGNATURE": Text("e-signature", "电子签名")}

METHODS: Final = {
    "WINDOW_SIGHTED": Text("sighted at the window", "窗口核验"),
    "EID": Text("electronic identity", "电子身份核验"),
    "FACE": Text("face", "人脸核验"),
}

DECISIONS: Final = {"ACCEPT": Text("Accept", "受理"), "REJECT": Text("Reject", "不予受理")}

STANDINGS: Final = {
    "PUBLIC": Text("the public", "社会公众"),
    "SELF": Text("the subject itself", "主体本人"),
    "AUTHORISATION": Text("authorised third party", "经授权的第三方"),
    "DUTY": Text("in performing duties", "履行职责"),
    "OFFICIAL_LETTER": Text("by official letter", "凭正式函件"),
    "PROVIDER": Text("provider of its own records", "信息提供单位"),
    "STAFF": Text("staff of the credit centre", "信用中心人员"),
}

TIERS: Final = {
    "A": Text("public", "社会公开类"),
    "B": Text("shared", "部门共享类"),
    "C": Text("restricted", "有限共享类"),
}

SUBJECT_KINDS: Final = {"LEGAL_PERSON": Text("legal person", "社会法人"), "INDIVIDUAL": Text("individual", "个人")}

DISPUTES: Final = {
    "NONE": Text("no dispute", "无异议"),
    "IN_PROGRESS": Text("disputed", "异议处理中"),
    "UPHELD": Text("dispute upheld", "异议成立"),
    "REJECTED": Text("dispute rejected", "异议不成立"),
}


OUTCOMES: Final = {
    "DISCLOSED": Text("disclosed", "已提供"),
    "DENIED": Text("denied", "已拒绝"),
    "NOT_FOUND": Text("not found", "无此主体"),
    "FAILED": Text("failed", "未能查询"),
}

QUERY_METHODS: Final = {
    "WINDOW": Text("at the window", "窗口"),
    "WEBSITE": Text("website", "网站"),
    "MOBILE": Text("mobile", "移动端"),
    "API": Text("interface", "接口"),
    "SYSTEM_SHARING": Text("system sharing", "系统共享"),
    "SELF_TERMINAL": Text("self-service terminal", "自助终端"),
}
"""By what way a query came in (Art. 19; R19.5)."""

LOG_KINDS: Final = {
    "QUERY": Text("Query", "查询"),
    "EXPIRY": Text("Expiry of entries", "记录到期"),
    "HOLD": Text("Legal hold", "保全"),
    "RELEASE": Text("Release of a hold", "解除保全"),
    "AUDIT_READ": Text("Inspection", "审计查阅"),
    "HIDING": Text("Hiding of entries", "暂不告知"),
    "COLLECTION": Text("Collection", "信息归集"),
    "VIOLATION": Text("Violation case opened", "违规线索立案"),
    "DELETION": Text("Deletion after five years", "到期删除"),
    "CATALOGUE": Text("Catalogue version", "指标目录版本"),
    "CALENDAR": Text("A notice on working days", "工作日历通知"),
    "LOG_KEY": Text("The log's key replaced", "更换日志密钥"),
}

VIOLATIONS: Final = {
    "V1": Text("not reporting after urging and criticism", "经催促和通报批评后仍不报送"),
    "V2": Text("collecting prohibited information", "采集禁止征集的信息"),
    "V3": Text("collecting by improper means", "以不正当手段采集"),
    "V4": Text("major mistakes that harm", "重大失误造成损害"),
    "V5": Text("tampering, fabrication", "篡改、虚构信息"),
    "V6": Text("unlawful disclosure or use", "违规泄露和使用"),
    "V7": Text("not handling disputes as required", "未按规定处理异议"),
    "V8": Text("other laws and regulations", "违反其他法律法规"),
}
"""The eight violations (Art. 25)."""

CASE_STATES: Final = {
    "OPEN": Text("waiting for a finding", "待认定"),
    "SUBSTANTIATED": Text("substantiated", "认定属实"),
    "DISMISSED": Text("dismissed", "不属实"),
    "CORRECTION_ORDERED": Text("correction ordered", "责令改正"),
    "DISCIPLINE": Text("administrative discipline", "行政处分"),
    "CIVIL": Text("civil liability", "承担民事责任"),
    "CRIMINAL": Text("criminal referral", "移送追究刑事责任"),
    "CLOSED": Text("closed", "已结案"),
}
"""Where a violation case is, and what followed from it (Art. 25)."""

OBLIGATION_STATES: Final = {
    "PLANNED": Text("planned", "未到期"),
    "DUE": Text("due", "应报送"),
    "OVERDUE": Text("overdue", "逾期"),
    "MET": Text("met", "已报送"),
    "REMINDED": Text("reminded", "已催报"),
    "ESCALATED": Text("reported to the government", "已报请通报"),
    "CRITICISED": Text("criticised", "已通报批评"),
    "NOT_CRITICISED": Text("not criticised", "未予通报"),
    "MET_LATE": Text("met late", "迟报"),
    "WITHDRAWN": Text("no longer due", "不再适用"),
}
"""Where an obligation to report is (Art. 12, 13)."""

OBLIGATION_KINDS: Final = {
    "DAILY": Text("every day, by a connected system", "系统对接，每日报送一次"),
    "PERIODIC": Text("ten working days after the period", "周期结束之日起10个工作日内"),
    "DECISION": Text("seven working days after the decision", "作出决定之日起7个工作日内"),
}

MODES: Final = {
    "SYSTEM": Text("system connection", "系统对接"),
    "BATCH": Text("batch upload", "批量上传"),
    "MANUAL": Text("manual entry", "逐条录入"),
}
"""The three ways of reporting (Art. 12(1))."""

REMINDER_STATES: Final = {
    "DRAFT": Text("draft", "草稿"),
    "SENT": Text("sent", "已发出"),
    "WITHDRAWN": Text("given up", "已作废"),
}

REPORT_STATES: Final = {
    "DRAFT": Text("draft", "草稿"),
    "SUBMITTED": Text("submitted", "已报送"),
    "ISSUED": Text("criticism issued", "已通报批评"),
    "NOT_ISSUED": Text("criticism not issued", "未予通报"),
    "WITHDRAWN": Text("given up", "已作废"),
}

DELIVERIES: Final = {
    "PLATFORM": Text("on the platform", "平台送达"),
    "BY_HAND": Text("by hand", "直接送达"),
    "POST": Text("by post", "邮寄送达"),
    "EXCHANGE": Text("by exchange of documents", "公文交换"),
}
"""How a reminder reached the agency (Art. 13)."""

SOURCES: Final = {
    "GATEWAY": Text("the platform", "平台"),
    "OBLIGATIONS": Text("obligations", "报送义务"),
    "QUARANTINE": Text("quarantine", "隔离审查"),
    "INTAKE": Text("intake", "信息接收"),
    "INTEGRITY": Text("integrity check", "完整性核验"),
    "PERSON": Text("a person", "工作人员"),
}
"""The rooms that bring evidence of violations."""

ANOMALIES: Final = {
    "NIGHT_QUERIES": Text("Queries at night", "夜间查询"),
    "MANY_SUBJECTS": Text("One person, many subjects", "一人查询多个主体"),
    "MANY_DENIALS": Text("Many denials", "多次被拒"),
    "SAME_PURPOSE": Text("One purpose again and again", "重复使用同一事由"),
}


def said(words: Mapping[str, Text], word: str) -> Text:
    """Give the two languages of a word of one of the lists; a word that the list has not stands for itself."""
    return words.get(word) or Text(word, word)


def step(state: str) -> Text:
    """Name the state of an obligation, a reminder or a report to which a step led."""
    return OBLIGATION_STATES.get(state) or REMINDER_STATES.get(state) or said(REPORT_STATES, state)


_CITED: Final = re.compile(r"([0-9]+)(?:\.([0-9]+))?(?:\(([0-9]+)\))?")
_OTHERS: Final = {
    "CREDIT_CENTRE": Text("Credit centre", "市信用中心"),
    "DEVELOPMENT_REFORM": Text("Development and reform commission", "市发展改革委"),
}
"""Organisations that provide nothing, and so are in no catalogue (Art. 5)."""


def agencies() -> list[str]:
    """Give the codes of all organisations that have a name here."""
    return [*AGENCIES, *_OTHERS]


def agency(code: str | None) -> Text:
    """Name an organisation: an agency by its catalogue code, anybody else by its own."""
    if code in _OTHERS:
        return _OTHERS[code]
    known = AGENCIES.get(code or "")
    return Text(code or "", code or "") if known is None else Text(known.english, known.chinese)


def article(cited: str) -> str:
    """Write an article as the law is cited.

    >>> article("15.1(2)"), article("18")
    ('第15条第1款第(2)项', '第18条')
    """
    found = _CITED.fullmatch(cited)
    if found is None:
        return cited
    number, paragraph, item = found.groups()
    return f"第{number}条{f'第{paragraph}款' if paragraph else ''}{f'第({item})项' if item else ''}"


def worded(value: object, field: FieldDefinition) -> str:
    """Write a value of a record in Chinese: the words of closed lists, the elements of lists, yes and no."""
    if isinstance(value, list):
        return "、".join(worded(each, field) for each in value)
    if isinstance(value, bool):
        return "是" if value else "否"
    word = getattr(field.enum, "__members__", {}).get(str(value))
    return str(getattr(word, "chinese", value))


def coordinate(name: str) -> Text:
    """Name a record type or one of its fields, as a paper's scope has it."""
    record, _, field = name.partition(".")
    definition = RECORDS.get(record)
    if definition is None and field in BY_GRAPH_FIELD:
        return Text(name, BY_GRAPH_FIELD[field].chinese)
    if definition is None:
        return Text(name, name)
    if not field:
        return Text(name, definition.chinese)
    declared = definition.fields.get(field)
    return Text(name, definition.chinese if declared is None else f"{definition.chinese} · {declared.chinese}")
