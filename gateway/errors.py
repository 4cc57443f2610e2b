"""Every refusal and failure of the gateway, each with its code, its words, what to do, and its article.

    GatewayError
    ├── ClientError                 the asker can mend it, so its whole text may be read
    │   ├── ParsingError            PARSING_ERROR
    │   ├── ValidationFailed        GRAPHQL_VALIDATION_FAILED
    │   ├── BadUserInput            BAD_USER_INPUT
    │   │   ├── MethodNotAllowed        405
    │   │   ├── NotAcceptable           406
    │   │   ├── BodyTooLarge            413
    │   │   └── UnsupportedMediaType    415
    │   │       └── NoEvidence              a file that is none of those that prove a paper
    │   ├── PersistedQueryNotFound  PERSISTED_QUERY_NOT_FOUND
    │   ├── Unauthenticated         UNAUTHENTICATED
    │   ├── Forbidden               FORBIDDEN
    │   ├── NotSubject              NOT_SUBJECT
    │   ├── Withheld                one field that this caller may not see
    │   │   ├── TierForbidden           TIER_FORBIDDEN
    │   │   ├── OutOfScope              PAPER_SCOPE
    │   │   └── PurposeRequired         PURPOSE_REQUIRED
    │   ├── PaperInvalid            PAPER_INVALID
    │   ├── PaperScope              PAPER_SCOPE
    │   ├── EvidenceRequired        EVIDENCE_REQUIRED
    │   ├── NoSuchFile              NOT_FOUND
    │   ├── ProviderUnknown         PROVIDER_UNKNOWN
    │   ├── NotCompetent            RECORD_TYPE_NOT_COMPETENT
    │   ├── OfficerRequired         OFFICER_REQUIRED
    │   ├── ReadLive                SUBMISSION_MODE
    │   ├── TooManyRows             TOO_MANY_ROWS
    │   ├── BodyTooSlow             BODY_TOO_SLOW
    │   ├── NoSuchSubmission        NOT_FOUND
    │   ├── StateConflict           STATE_CONFLICT
    │   ├── RateLimitExceeded       RATE_LIMIT_EXCEEDED
    │   └── LimitExceeded           the operation is larger than it may be
    │       ├── TooExpensive            COST_ESTIMATED_TOO_EXPENSIVE
    │       ├── TooDeep                 MAX_DEPTH_LIMIT
    │       ├── TooManyAliases          MAX_ALIASES_LIMIT
    │       ├── TooManyRootFields       MAX_ROOT_FIELDS_LIMIT
    │       └── TooManyDirectives       MAX_DIRECTIVES_LIMIT
    └── ServiceError                only its code and its fixed words are shown; the detail is for the log
        ├── SourceFailed            an agency gave nothing that could be used
        │   ├── SourceLost              SOURCE_UNAVAILABLE
        │   └── SourceGarbled           SOURCE_MISBEHAVED
        ├── PapersUnavailable       SOURCE_UNAVAILABLE
        ├── ObligationsUnavailable  SOURCE_UNAVAILABLE
        ├── CollectionUnavailable   SOURCE_UNAVAILABLE
        ├── OutOfTime               GATEWAY_TIMEOUT
        ├── AuditUnavailable        AUDIT_UNAVAILABLE
        ├── InternalError           INTERNAL_SERVER_ERROR
        └── StartRefused            START_REFUSED: seen at the command line, never by a caller
            └── SettingsError       SETTINGS_INVALID

``status`` is the HTTP status when the error refuses the whole request; beside data it travels under 200.
What to do about each is in docs/errors.md, which a test compares with this file.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import ClassVar

from schema.articles import MEASURES
from schema.days import ZONE
from schema.disclosure import Decision, LegalBasis, Paper
from schema.text import Language, Text
from schema.tiers import Tier

__all__ = [
    "AuditUnavailable",
    "BadUserInput",
    "BodyTooLarge",
    "BodyTooSlow",
    "ClientError",
    "CollectionUnavailable",
    "EvidenceRequired",
    "Forbidden",
    "GatewayError",
    "InternalError",
    "Language",
    "LimitExceeded",
    "MethodNotAllowed",
    "NoEvidence",
    "NoSuchFile",
    "NoSuchSubmission",
    "NotAcceptable",
    "NotCompetent",
    "NotSubject",
    "ObligationsUnavailable",
    "OfficerRequired",
    "OutOfScope",
    "OutOfTime",
    "PaperInvalid",
    "PaperScope",
    "PapersUnavailable",
    "ParsingError",
    "ProviderUnknown",
    "PurposeRequired",
    "RateLimitExceeded",
    "ReadLive",
    "ServiceError",
    "SettingsError",
    "SourceFailed",
    "SourceGarbled",
    "SourceLost",
    "StartRefused",
    "StateConflict",
    "Text",
    "TierForbidden",
    "TooDeep",
    "TooExpensive",
    "TooManyAliases",
    "TooManyDirectives",
    "TooManyRootFields",
    "TooManyRows",
    "Unauthenticated",
    "UnsupportedMediaType",
    "ValidationFailed",
    "Withheld",
    "to_graphql",
    "withheld",
    "written_basis",
]


class GatewayError(Exception):
    """What every error of the gateway has: a code, a status, words in two languages, a cure, an article."""

    code: ClassVar[str]
    status: ClassVar[int]
    said: ClassVar[Text]
    cure: ClassVar[Text]
    article: ClassVar[str | None] = None
    recorded: str = ""
    """Where its entry stands in the trail, if it was given one of its own."""

    def __init__(self, detail: Text | str = "", *, legal_basis: LegalBasis | None = None) -> None:
        """Keep what happened this time; *legal_basis* where it is narrower than the class's article."""
        self.detail = detail if isinstance(detail, Text) else Text(detail, detail)
        self._legal_basis = legal_basis
        super().__init__(f"{self.code}: {self.detail.english or self.said.english}")

    def message(self, language: Language = "en") -> str:
        """Give the words that a caller may read."""
        return self.said.of(language)

    def hint(self, language: Language = "en") -> str:
        """Say what to do about it."""
        return self.cure.of(language)

    @property
    def legal_basis(self) -> LegalBasis | None:
        """Where the law is the reason: the article, else nothing."""
        if self._legal_basis is None and self.article is not None:
            return LegalBasis(self.article)
        return self._legal_basis

    def particulars(self) -> dict[str, object]:
        """Give what this kind of error adds to ``extensions``."""
        return {}

    @property
    def locations(self) -> tuple[tuple[int, int], ...]:
        """Where in the document it is: line and column, counted from 1; mostly nowhere."""
        return ()


class ClientError(GatewayError):
    """What the asker can mend: the detail is part of the message."""

    def message(self, language: Language = "en") -> str:
        """Give the fixed words and, after a colon, what happened this time."""
        detail = self.detail.of(language)
        colon = "：" if language == "zh" else ": "
        return f"{self.said.of(language)}{colon}{detail}" if detail else self.said.of(language)


class ServiceError(GatewayError):
    """What only the operator can mend: the detail goes to the log, never to a caller."""


class _InDocument(ClientError):
    """An error at a place in the caller's document."""

    def __init__(self, detail: Text | str = "", locations: Sequence[tuple[int, int]] = ()) -> None:
        """Keep the places, as (line, column) counted from 1."""
        super().__init__(detail)
        self._locations = tuple(locations)

    @property
    def locations(self) -> tuple[tuple[int, int], ...]:
        """Where in the document it is."""
        return self._locations


class ParsingError(_InDocument):
    """The document is not GraphQL."""

    code = "PARSING_ERROR"
    status = 400
    said = Text("The document cannot be read", "查询文档无法解析")
    cure = Text("Correct the syntax at the place named.", "请按所指位置改正语法。")


class ValidationFailed(_InDocument):
    """The document is GraphQL, but not of this graph."""

    code = "GRAPHQL_VALIDATION_FAILED"
    status = 400
    said = Text("The document does not fit the graph", "查询文档与本图谱不符")
    cure = Text("Compare it with the graph, which introspection shows.", "请对照图谱，可经内省（introspection）查看。")


class BadUserInput(ClientError):
    """A value, a header or a body that cannot be used."""

    code = "BAD_USER_INPUT"
    status = 400
    said = Text("The request has a value that cannot be used", "请求中有不可用的值")
    cure = Text("Correct the value that the message names.", "请改正提示中指出的值。")


class MethodNotAllowed(BadUserInput):
    """The door is there, but not for this HTTP method."""

    status = 405
    said = Text("This door does not take that HTTP method", "此路径不接受该 HTTP 方法")
    cure = Text("Use a method named in the Allow header.", "请使用 Allow 头所列的方法。")


class NotAcceptable(BadUserInput):
    """No answer can be written in a form that the caller accepts."""

    status = 406
    said = Text("No answer can be given in an accepted form", "无法以所接受的格式作答")
    cure = Text("Accept application/graphql-response+json or application/json.", "请接受 application/json。")


class BodyTooLarge(BadUserInput):
    """The body is longer than ``limits.body_bytes``."""

    status = 413
    said = Text("The body is too large", "请求体过大")
    cure = Text("Send less at once: a smaller operation or file, or several.", "请缩小操作或文件，或分次发送。")


class UnsupportedMediaType(BadUserInput):
    """The body is not JSON."""

    status = 415
    said = Text("The body is of a form that is not read here", "不支持该请求体格式")
    cure = Text("Send Content-Type: application/json.", "请以 application/json 发送。")


class NoEvidence(UnsupportedMediaType):
    """A file that is no PDF, PNG or JPEG, or not what it says it is (R18.1 to R18.4)."""

    said = Text("The file cannot be taken as evidence", "该文件不能作为证明材料")
    cure = Text(
        "Send a PDF, PNG or JPEG file, with the Content-Type that it is.",
        "请提交 PDF、PNG 或 JPEG 文件，并注明其类型。",
    )


class PersistedQueryNotFound(ClientError):
    """A document was named by its hash alone, and none is kept here; the message is the one that clients look for."""

    code = "PERSISTED_QUERY_NOT_FOUND"
    status = 400
    said = Text("PersistedQueryNotFound", "PersistedQueryNotFound")
    cure = Text("Send the document itself.", "请发送完整的查询文档。")


class Unauthenticated(ClientError):
    """The token is not one: a bad token is never the public (contract section 4)."""

    code = "UNAUTHENTICATED"
    status = 401
    said = Text("The token is not valid", "令牌无效")
    cure = Text("Fetch a new token, or send none to ask as the public.", "请重新取得令牌；不带令牌则按公众查询。")


class Forbidden(ClientError):
    """The caller's role does not include this (Art. 18)."""

    code = "FORBIDDEN"
    status = 403
    said = Text("This is not open to you", "您无权进行此操作")
    cure = Text("Ask the credit centre for the role that it needs.", "请向信用中心申请相应角色。")
    article = "18"


class NotSubject(ClientError):
    """Only the subject itself may do this, and the caller has no paper that says it is (Art. 15)."""

    code = "NOT_SUBJECT"
    status = 403
    said = Text("This is for the subject itself", "仅限信息主体本人办理")
    cure = Text(
        "Present your identity document or the entity's certificate first.", "请先出示有效身份证明或单位的有效证明。"
    )
    article = "15"


_PAPERS = {
    Paper.IDENTITY_DOCUMENT: Text("Present your identity document.", "请出示有效身份证明。"),
    Paper.ENTITY_CERTIFICATE: Text("Present the entity's certificate.", "请出示单位的有效证明。"),
    Paper.AUTHORISATION: Text("Cite the subject's written authorisation.", "请提供信息主体的书面授权。"),
    Paper.OFFICIAL_LETTER: Text("Cite an official letter that lists this subject.", "请提供列明该主体的公函。"),
    Paper.RESTRICTED_GRANT: Text("Your organ needs a grant for tier C.", "需先获准查询有限共享类信息。"),
    Paper.RECOGNITION: Text("Your service needs the centre's recognition.", "信用服务机构需经认定。"),
    Paper.COLLECTION_CONSENT: Text("The subject's written consent is needed.", "需取得信息主体的书面同意。"),
}


class Withheld(ClientError):
    """One schema coordinate that this caller may not see, with the decision that says why (Art. 15, 18)."""

    status = 403

    def __init__(self, coordinate: str, level: Tier, decision: Decision) -> None:
        """Keep what was withheld, e.g. ``AdministrativePenalty.fineAmount`` of tier B."""
        self.coordinate = coordinate
        self.tier = level
        self.decision = decision
        letter = str(level.value)
        super().__init__(
            Text(f"{coordinate} is of tier {letter}", f"{coordinate} 属于 {letter} 类"),
            legal_basis=decision.legal_basis,
        )

    def particulars(self) -> dict[str, object]:
        """Give tier, coordinate and, where one would open it, the missing paper."""
        told: dict[str, object] = {"tier": str(self.tier.value), "coordinate": self.coordinate}
        if self.decision.missing_paper is not None:
            told["missingPaper"] = self.decision.missing_paper.value
        return told


class TierForbidden(Withheld):
    """The field's tier is above the caller's standing (Art. 15)."""

    code = "TIER_FORBIDDEN"
    said = Text("Withheld", "不予公开")
    cure = Text("It is not open to your standing on any paper.", "以您的身份不可查询该信息。")

    def hint(self, language: Language = "en") -> str:
        """Name the paper that would open it."""
        paper = self.decision.missing_paper
        return super().hint(language) if paper is None else _PAPERS[paper].of(language)


class OutOfScope(Withheld):
    """A paper was cited for the subject, but it does not reach to this field (R18.3, R18.4)."""

    code = "PAPER_SCOPE"
    said = Text("Not within the scope of the paper cited", "超出所引用材料的范围")
    cure = Text("Cite a paper that names the field or its record type.", "请引用列明该指标或信息类型的材料。")


class PurposeRequired(Withheld):
    """A purpose would open the field, and none was given (Art. 19)."""

    code = "PURPOSE_REQUIRED"

    def because(self, reason: Text) -> "PurposeRequired":
        """Give the same error with the reason why what was sent is no purpose (R19.6)."""
        told = PurposeRequired(self.coordinate, self.tier, self.decision)
        english, chinese = self.detail.english, self.detail.chinese
        told.detail = Text(f"{english}; {reason.english}", f"{chinese}；{reason.chinese}")
        return told

    said = Text("A purpose of the query is needed", "需说明查询目的")
    cure = Text(
        'Send extensions.purpose: {"code": "...", "text": "..."}, or the header X-Query-Purpose.',
        '请在 extensions.purpose 中给出 {"code": "...", "text": "..."}，或使用 X-Query-Purpose 头。',
    )


def withheld(coordinate: str, level: Tier, decision: Decision) -> Withheld:
    """Give the error of one withheld field: the purpose, the paper's scope, else the tier (Art. 15, 18, 19)."""
    if decision.purpose_missing:
        return PurposeRequired(coordinate, level, decision)
    return (OutOfScope if decision.out_of_scope else TierForbidden)(coordinate, level, decision)


class PaperInvalid(ClientError):
    """A paper that was cited is unknown, expired, revoked or not the caller's (Art. 18)."""

    code = "PAPER_INVALID"
    status = 403
    said = Text("The paper cited cannot be used", "所引用的证明材料无效")
    cure = Text("Cite a paper of yours that is accepted and in force.", "请引用已受理且在有效期内的材料。")
    article = "18"


class PaperScope(ClientError):
    """The paper that was cited does not reach to this subject or purpose (R18.3, R18.4)."""

    code = "PAPER_SCOPE"
    status = 403
    said = Text("The paper cited does not reach so far", "所引用的证明材料不涵盖此项查询")
    cure = Text("Cite a paper that lists this subject and this purpose.", "请引用列明该主体和查询目的的材料。")
    article = "18"


class EvidenceRequired(ClientError):
    """A paper was presented without the file that proves it, or with one that was never sent (R18.1 to R18.4)."""

    code = "EVIDENCE_REQUIRED"
    status = 400
    said = Text("The paper has no evidence that can be looked at", "缺少可供核验的证明文件")
    cure = Text("Send the file to /evidence first, and name its digest.", "请先将文件提交至 /evidence，再填写其摘要。")
    article = "18"


class NoSuchFile(ClientError):
    """A file of evidence that is not there, or not for this caller: nobody is told which (R15.8)."""

    code = "NOT_FOUND"
    status = 404
    said = Text("There is no such file for you", "没有您可查阅的该文件")
    cure = Text("Fetch what you sent, or what proves a paper about yourself.", "请查阅本人提交或与本人有关的证明文件。")
    article = "18"


class ProviderUnknown(ClientError):
    """Who reports is in no ledger of agencies (Art. 2; R2.1)."""

    code = "PROVIDER_UNKNOWN"
    status = 403
    said = Text("This agency does not report here", "未登记的信息提供单位")
    cure = Text(
        "The credit centre enters an agency in collection.agencies of its settings.",
        "请信用中心在设置 collection.agencies 中登记该单位。",
    )
    article = "2"


class NotCompetent(ClientError):
    """The agency may not report records of this type (Art. 2; R2.2)."""

    code = "RECORD_TYPE_NOT_COMPETENT"
    status = 403
    said = Text("This agency is not competent for the record type", "该单位无权报送该类信息")
    cure = Text(
        "Name a record type of yours: `xinyong catalogue export` lists who is competent.",
        "请报送本单位职责范围内的信息类型（见 xinyong catalogue export）。",
    )
    article = "2"


class OfficerRequired(ClientError):
    """An agency that has never named who reports for it (R10.1)."""

    code = "OFFICER_REQUIRED"
    status = 403
    said = Text("The agency has named no reporting officer", "该单位尚未指定报送人员")
    cure = Text(
        "Let the agency's officer or the credit centre name one: `nameReportingOfficer`, /console/officers.",
        "请由本单位工作人员或信用中心指定报送人员：nameReportingOfficer、/console/officers。",
    )
    article = "10"


class ReadLive(ClientError):
    """The agency's connected system is asked for this record type, so that it is not sent besides (Art. 12(1))."""

    code = "SUBMISSION_MODE"
    status = 409
    said = Text("This record type is not sent, it is read from your system", "该类信息由系统对接提供，无需报送")
    cure = Text(
        "Correct it in your own system, or let the centre set another mode in collection.agencies.",
        "请在本单位系统中更正，或由信用中心在 collection.agencies 中改设报送方式。",
    )
    article = "12"


class TooManyRows(ClientError):
    """A submission has more rows than it may have at once."""

    code = "TOO_MANY_ROWS"
    status = 413
    said = Text("The submission has too many rows", "报送行数过多")
    cure = Text("Send it in several submissions.", "请分多次报送。")


class BodyTooSlow(ClientError):
    """A body that comes slower than ``limits.body_pace``, or is not there after ``limits.body_s``; all is given up."""

    code = "BODY_TOO_SLOW"
    status = 408
    said = Text("The body came too slowly", "请求体传输过慢")
    cure = Text(
        "Send it again over a better line, or in several smaller parts.",
        "请在网络较好时重新发送，或分成较小的几份发送。",
    )


class NoSuchSubmission(ClientError):
    """A submission that is not there, or not this caller's: nobody is told which (R15.8)."""

    code = "NOT_FOUND"
    status = 404
    said = Text("There is no such submission for you", "没有可供您查看的该报送")
    cure = Text("Name a submission of your own agency by its id.", "请以编号指明本单位的报送。")


class StateConflict(ClientError):
    """What was asked for cannot be done in the present state, which the error names."""

    code = "STATE_CONFLICT"
    status = 409
    said = Text("This cannot be done in the present state", "当前状态不允许此操作")
    cure = Text("Look at the present state, and do what it allows.", "请查看当前状态后再操作。")

    def __init__(self, state: str, detail: Text | str = "", *, legal_basis: LegalBasis | None = None) -> None:
        """Keep the state in which it is."""
        self.state = state
        super().__init__(detail, legal_basis=legal_basis)

    def particulars(self) -> dict[str, object]:
        """Name the present state."""
        return {"state": self.state}


class RateLimitExceeded(ClientError):
    """The client asked about more distinct subjects than it may in an hour (R15.7)."""

    code = "RATE_LIMIT_EXCEEDED"
    status = 429
    said = Text("Too many different subjects were asked about", "查询的主体数量超出限额")
    cure = Text("Ask again when Retry-After has passed.", "请在 Retry-After 所示时间后再查。")

    def __init__(self, limit: int, retry_after: int) -> None:
        """Keep the limit, and in how many seconds it begins anew."""
        self.retry_after = retry_after
        super().__init__(Text(f"at most {limit} an hour", f"每小时上限 {limit} 个"))


class LimitExceeded(ClientError):
    """The operation is larger than a limit of this gateway allows."""

    status = 400

    def __init__(self, limit: int, found: int | None = None) -> None:
        """Keep the limit and what was found (None: counting stopped at the limit)."""
        self.limit, self.found = limit, found
        seen = "" if found is None else f", {found} found"
        seen_chinese = "" if found is None else f"，实为 {found}"
        super().__init__(Text(f"at most {limit}{seen}", f"上限 {limit}{seen_chinese}"))

    cure = Text("Ask for less, or in several operations.", "请减少查询内容，或分次查询。")


class TooExpensive(LimitExceeded):
    """The operation's estimated cost is above ``limits.cost``."""

    code = "COST_ESTIMATED_TOO_EXPENSIVE"
    said = Text("The operation would cost too much", "操作的预计开销过大")


class TooDeep(LimitExceeded):
    """The operation is nested deeper than ``limits.depth``."""

    code = "MAX_DEPTH_LIMIT"
    said = Text("The operation is nested too deep", "操作嵌套过深")


class TooManyAliases(LimitExceeded):
    """The operation has more aliases than ``limits.aliases``."""

    code = "MAX_ALIASES_LIMIT"
    said = Text("The operation has too many aliases", "操作的别名过多")


class TooManyRootFields(LimitExceeded):
    """The operation has more root fields than ``limits.root_fields``."""

    code = "MAX_ROOT_FIELDS_LIMIT"
    said = Text("The operation has too many root fields", "操作的根字段过多")


class TooManyDirectives(LimitExceeded):
    """The operation has more directives than ``limits.directives``."""

    code = "MAX_DIRECTIVES_LIMIT"
    said = Text("The operation has too many directives", "操作的指令过多")


class SourceFailed(ServiceError):
    """An agency gave nothing that could be used; the rest of the answer stands."""

    def __init__(self, connector: str, detail: str = "") -> None:
        """Keep the agency's catalogue code and, for the log, what happened."""
        self.connector = connector
        super().__init__(f"{connector}: {detail}")

    def particulars(self) -> dict[str, object]:
        """Name the connector."""
        return {"connector": self.connector}


class SourceLost(SourceFailed):
    """An agency did not answer within its deadline, or at all."""

    code = "SOURCE_UNAVAILABLE"
    status = 502
    said = Text("The agency that knows this did not answer", "信息提供单位未应答")
    cure = Text("Ask again later; `sources` says how each agency is.", "请稍后再查；sources 列明各单位的状态。")


class SourceGarbled(SourceFailed):
    """An agency answered what cannot be its answer."""

    code = "SOURCE_MISBEHAVED"
    status = 502
    said = Text("The agency that knows this gave an unusable answer", "信息提供单位的应答不可用")
    cure = Text("The operator was told; ask again later.", "已通知运维人员，请稍后再查。")


class PapersUnavailable(ServiceError):
    """The register of papers could not be asked, so that nobody knows on what the query rests (R18.5)."""

    code = "SOURCE_UNAVAILABLE"
    status = 503
    said = Text("The register of papers did not answer", "证明材料登记簿未应答")
    cure = Text("Ask again later.", "请稍后再查。")


class ObligationsUnavailable(ServiceError):
    """The register of obligations could not be asked, or did not take what was decided (Art. 13)."""

    code = "SOURCE_UNAVAILABLE"
    status = 503
    said = Text("The register of obligations did not answer", "报送义务登记簿未应答")
    cure = Text("Ask again later; what was not confirmed was not done.", "请稍后再试；未获确认的操作未生效。")


class CollectionUnavailable(ServiceError):
    """The centre's database, or the caches, did not take what was reported: nobody gets a receipt for it (R11.2)."""

    code = "SOURCE_UNAVAILABLE"
    status = 503
    said = Text("What you report cannot be taken in now", "暂时无法接收报送")
    cure = Text("Send the same again in a moment: nothing is lost or doubled.", "请稍后原样重新提交，不会丢失或重复。")


class OutOfTime(ServiceError):
    """The whole operation did not end within its deadline."""

    code = "GATEWAY_TIMEOUT"
    status = 504
    said = Text("The operation took too long", "操作超时")
    cure = Text("Ask for less, or again later.", "请减少查询内容，或稍后再查。")


class AuditUnavailable(ServiceError):
    """The entry could not be kept, so nothing is answered (Art. 19)."""

    code = "AUDIT_UNAVAILABLE"
    status = 503
    said = Text("The query cannot be recorded, so it is not answered", "查询无法留痕，故不予作答")
    cure = Text("Ask again after the seconds in Retry-After.", "请按 Retry-After 所示秒数后重试。")
    article = "19"


class InternalError(ServiceError):
    """Something of ours is wrong; the request id finds it in the log."""

    code = "INTERNAL_SERVER_ERROR"
    status = 500
    said = Text("The gateway failed", "网关内部错误")
    cure = Text("Report the requestId to the operator.", "请将 requestId 告知运维人员。")


class StartRefused(ServiceError):
    """The gateway does not start, or a command is not carried out; the operator reads the detail."""

    code = "START_REFUSED"
    status = 500
    said = Text("The command was refused", "命令未执行")
    cure = Text("Do what the message says, then start again.", "请按提示处理后重新启动。")


class SettingsError(StartRefused):
    """The settings cannot be used: every problem at once, each with its cure."""

    code = "SETTINGS_INVALID"
    said = Text("The settings cannot be used", "配置无效")
    cure = Text("docs/settings.md lists every setting.", "各项配置见 docs/settings.md。")

    def __init__(self, problems: Sequence[str]) -> None:
        """Keep all *problems*, one sentence each."""
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


def to_graphql(
    error: GatewayError, path: Sequence[str | int] | None, language: Language, request_id: str
) -> dict[str, object]:
    """Write *error* as GraphQL answers it: message, locations and path where it has them, extensions."""
    written: dict[str, object] = {"message": error.message(language)}
    if error.locations:
        written["locations"] = [{"line": line, "column": column} for line, column in error.locations]
    if path is not None:
        written["path"] = list(path)
    extensions = {"code": error.code, "requestId": request_id, **error.particulars()}
    if error.legal_basis is not None:
        extensions["legalBasis"] = written_basis(error.legal_basis)
    written["extensions"] = {**extensions, "hint": error.hint(language)}
    return written


def _today() -> date:
    return datetime.now(ZONE).date()


def written_basis(basis: LegalBasis) -> dict[str, str | None]:
    """Write where a decision rests in the law: ``extensions.legalBasis``.

    The instrument's own term has ended (Art. 27): it is applied all the same, and that is said (R27.1, AMB-01).
    """
    return {
        "instrument": basis.instrument,
        "article": basis.article,
        "paragraph": basis.paragraph,
        "item": basis.item,
        "rulePack": basis.rule_pack,
        "status": MEASURES.status(_today()),
    }
