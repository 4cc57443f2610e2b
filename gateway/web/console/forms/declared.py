"""Which inputs each kind of paper and a grant have (R9.5, R15.4, R15.5, R18.1 to R18.4, AMB-10)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from gateway.errors import Text
from gateway.web import words
from gateway.web.console.forms.inputs import (
    Choice,
    Choices,
    Day,
    Files,
    Input,
    Instant,
    Line,
    Lines,
    LongText,
    Number,
    Scope,
    Subject,
    Subjects,
    Tick,
)
from schema.catalogue import RECORDS
from schema.disclosure import Role

__all__ = ["GRANT", "PAPERS", "Form"]

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Form:
    """One form: its inputs in order, and how their values become what the graph takes."""

    kind: str
    argument: str
    """Its name in ``PaperInput``; empty where the form is the whole argument."""
    title: Text
    intro: Text
    article: str
    inputs: tuple[Input, ...]
    roles: frozenset[Role] = frozenset()
    """Whose paper it is by role; empty: anybody's."""
    given: Callable[[Values], Values] = dict
    """Puts in what one input says twice."""


def _identity(values: Values) -> Values:
    individual = values["subject"]["individual"]
    return {**values, "number": individual["idNumber"]}


def _certificate(values: Values) -> Values:
    return {**values, "issuer": values["subject"]["unifiedSocialCreditCode"]}


_EVIDENCE = Files(
    "evidence",
    Text("Evidence", "证明文件"),
    Text("PDF, PNG or JPEG; one or several files", "PDF、PNG 或 JPEG，可多个文件"),
)
_HOLDER = Line(
    "holder",
    Text("Account of the person it serves", "持有人账号"),
    Text("At the window only; otherwise leave it empty", "仅窗口经办时填写，本人办理请留空"),
    required=False,
)
_SIGNATURE = Choice("signature", Text("Signed", "签署方式"), words=words.SIGNATURES)
_SEAL = Line("seal", Text("Seal or e-seal number", "公章或电子印章编号"))
_PURPOSES = Choices(
    "purposes",
    Text("Purposes of the queries", "查询事由"),
    words={code: word for code, word in words.PURPOSES.items() if code != "SELF"},
)
_VALID_TO = Day("validTo", Text("Last day of validity", "有效期至"))
_VALID_FROM = Day("validFrom", Text("First day of validity", "有效期自"), required=False)
_SUBJECT = Subject("subject", Text("Subject", "被查询主体"))
_MAX_USES = Number(
    "maxUses",
    Text("Most uses", "最多使用次数"),
    Text("1: one-time; empty: without limit", "填 1 为一次性；留空则不限"),
    required=False,
)


def _consent_items() -> dict[str, Text]:
    return {
        f"{record.name}.{field.name}": Text(f"{record.name}.{field.name}", f"{record.chinese} · {field.chinese}")
        for record in RECORDS.values()
        for field in record.fields.values()
        if field.prohibited is not None and field.prohibited.rule == "CONSENT_REQUIRED"
    }


_FORMS: Final = (
    Form(
        "IDENTITY_DOCUMENT",
        "identityDocument",
        words.KINDS["IDENTITY_DOCUMENT"],
        Text("An individual queries what is known about himself.", "自然人查询本人信用信息，须出示有效身份证明。"),
        "18",
        (
            Subject("subject", Text("Whose document it is", "证件持有人"), kinds=("INDIVIDUAL",)),
            Choice("verification", Text("How it was verified", "核验方式"), words=words.METHODS),
            Day("validFrom", Text("Valid from", "证件有效期自"), required=False),
            Day(
                "validTo", Text("Valid to", "证件有效期至"), Text("Empty: long-term", "长期有效请留空"), required=False
            ),
            _HOLDER,
            _EVIDENCE,
        ),
        given=_identity,
    ),
    Form(
        "ENTITY_CERTIFICATE",
        "entityCertificate",
        words.KINDS["ENTITY_CERTIFICATE"],
        Text("A legal person names who acts for it.", "社会法人查询本单位信用信息，须出示单位有效证明并指定经办人。"),
        "18",
        (
            Subject("subject", Text("The legal person that issues it", "出具单位"), kinds=("LEGAL_PERSON",)),
            Line("handlerName", Text("Name of the handler", "经办人姓名")),
            Line(
                "handlerIdNumber",
                Text("Identity number of the handler", "经办人证件号码"),
                Text("Kept as a digest alone", "仅保存摘要"),
            ),
            Day("issuedOn", Text("Issued on", "出具日期")),
            Day(
                "validTo",
                Text("Valid to", "有效期至"),
                Text("Empty: 30 days from its issue", "留空则自出具之日起 30 日"),
                required=False,
            ),
            _SEAL,
            _SIGNATURE,
            _HOLDER,
            _EVIDENCE,
        ),
        given=_certificate,
    ),
    Form(
        "AUTHORISATION",
        "authorisation",
        words.KINDS["AUTHORISATION"],
        Text("A subject lets a third party query.", "查询他人信用信息，须取得被查询主体的书面授权。"),
        "18",
        (
            _SUBJECT,
            Line(
                "requester",
                Text("Who is authorised", "被授权人"),
                Text(
                    "Code of an organisation or account of a person; empty: yourself",
                    "单位代码或个人账号；留空即本单位（本人）",
                ),
                required=False,
            ),
            Scope("scope", Text("What it opens", "授权范围")),
            _PURPOSES,
            Line("signatory", Text("Signed by", "签署人")),
            Day("signedOn", Text("Signed on", "签署日期")),
            _VALID_FROM,
            _VALID_TO,
            _SIGNATURE,
            Line("seal", _SEAL.title, Text("Of a legal person", "社会法人授权时必填"), required=False),
            _MAX_USES,
            _EVIDENCE,
        ),
    ),
    Form(
        "OFFICIAL_LETTER",
        "officialLetter",
        words.KINDS["OFFICIAL_LETTER"],
        Text(
            "An organ queries what is of limited sharing.",
            "行政机关、司法机关查询有限共享类信息，须出具本机关正式函件。",
        ),
        "18",
        (
            Line("letterNumber", Text("Letter number", "文号")),
            Line(
                "organ",
                Text("Organ", "出具机关"),
                Text("Its code; empty: your own", "机关代码；留空即本机关"),
                required=False,
            ),
            Subjects(
                "subjects",
                Text("Subjects", "被查询主体"),
                Text(
                    "One a line: credit code, or name and identity number",
                    "每行一个：统一社会信用代码，或姓名、空格、身份证号码",
                ),
            ),
            _PURPOSES,
            Line("caseNumber", Text("Case or matter number", "案号或事项编号"), required=False),
            Lines(
                "handlers",
                Text("Handlers", "经办人账号"),
                Text("One a line; nobody else may cite it", "每行一个；其他人不得引用"),
            ),
            Line("signatory", Text("Signed by", "签发人")),
            Day("issuedOn", Text("Issued on", "签发日期")),
            _VALID_FROM,
            Day("validTo", _VALID_TO.title, Text("At most 90 days after its issue", "自签发之日起最长 90 日")),
            _SEAL,
            _SIGNATURE,
            Scope(
                "scope",
                Text("What it opens", "查询范围"),
                Text("Empty: as far as the grant", "留空则以本机关获准范围为限"),
                required=False,
            ),
            _MAX_USES,
            _EVIDENCE,
        ),
        frozenset({Role.OFFICER, Role.OPERATOR}),
    ),
    Form(
        "COLLECTION_CONSENT",
        "collectionConsent",
        words.KINDS["COLLECTION_CONSENT"],
        Text(
            "An individual agrees that items of Art. 9(3) are collected.",
            "采集第九条第三项信息，须事先告知不利后果并取得书面同意。",
        ),
        "9",
        (
            Subject("subject", Text("Who agrees", "同意人"), kinds=("INDIVIDUAL",)),
            Choices("items", Text("Items", "采集项目"), words=_consent_items()),
            Line("purpose", Text("Purpose of the collection", "采集目的")),
            Line(
                "agency",
                Text("Collecting agency", "采集单位"),
                Text("Its code; empty: your own", "单位代码；留空即本单位"),
                required=False,
            ),
            LongText("notice", Text("Notice of adverse consequences, in full", "不利后果告知书全文")),
            Line("noticeVersion", Text("Version of the notice", "告知书版本")),
            Instant("noticeGivenAt", Text("Notice given at", "告知时间"), Text("Before the signing", "须早于签署时间")),
            Line("signatory", Text("Signed by", "签署人")),
            Instant("signedAt", Text("Signed at", "签署时间")),
            _SIGNATURE,
            Tick(
                "givenExpressly",
                Text(
                    "Given by an act of the subject, not by silence or a box ticked beforehand",
                    "由本人以积极行为作出，非默示或预先勾选",
                ),
            ),
            Tick(
                "documentOfItsOwn",
                Text("A document of its own, not a clause inside another contract", "为独立文件，非其他合同条款"),
            ),
            _VALID_FROM,
            _VALID_TO,
            _EVIDENCE,
        ),
        frozenset({Role.REPORTER, Role.OFFICER, Role.OPERATOR}),
    ),
    Form(
        "RECOGNITION",
        "recognition",
        words.KINDS["RECOGNITION"],
        Text("The supervisor recognises a credit service.", "主管部门认定市场信用服务机构。"),
        "15",
        (
            Line("organisation", Text("Its unified social credit code", "机构统一社会信用代码")),
            Line("approvalDocument", Text("Number of the recognition", "认定文号")),
            Day("issuedOn", Text("Issued on", "认定日期")),
            _VALID_FROM,
            _VALID_TO,
            _EVIDENCE,
        ),
        frozenset({Role.SUPERVISOR}),
    ),
)

PAPERS: Final[Mapping[str, Form]] = {form.kind: form for form in _FORMS}
"""The form of each kind of paper."""

GRANT: Final = Form(
    "RESTRICTED_GRANT",
    "",
    words.KINDS["RESTRICTED_GRANT"],
    Text(
        "What of tier C an agency may ask for at all.",
        "有限共享类信息仅供获准单位查询：单位提出、信用中心审核、主管部门批准。",
    ),
    "15",
    (
        Scope("scope", Text("What it opens", "查询范围")),
        _PURPOSES,
        Day("validFrom", Text("First day", "有效期自")),
        _VALID_TO,
        Line("approvalDocument", Text("Approval document", "批准文号")),
        Line(
            "agency",
            Text("Agency", "单位"),
            Text("Its code; empty: your own", "单位代码；留空即本单位"),
            required=False,
        ),
    ),
)
"""The form by which an agency proposes a grant (R15.5)."""
