"""Whatever is wrong with a question is said with a code, recorded once, and never told as a stack trace."""

import json
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest

from tests.journeys.visitor import CODES, SUPERVISION, Place, Told, Visitor, visiting

NAME = "query Name($by: SubjectRef!) { subject(by: $by) { name } }"
PENALTIES = """query Penalties($code: String!, $first: Int, $after: String) {
  subject(by: {unifiedSocialCreditCode: $code}) {
    name administrativePenalties(first: $first, after: $after) { totalCount nodes { id } pageInfo { endCursor } }
  } }"""
DEBTS = """query Debts($code: String!, $after: String) {
  subject(by: {unifiedSocialCreditCode: $code}) {
    dishonestJudgmentDebtors(first: 2, after: $after) { nodes { id } pageInfo { endCursor } } } }"""
JSON = {"content-type": "application/json"}
LP_06 = {"code": CODES["LP-06"]}


def explained(told: Told, code: str, status: int = 200) -> dict[str, Any]:
    """Check an answer that holds an error; give it."""
    assert told.status == status
    assert told.headers["audit-record"]
    assert told.headers["x-request-id"]
    assert code in told.codes
    error = told.errors[told.codes.index(code)]
    assert error["message"]
    assert error["extensions"]["hint"]
    assert error["extensions"]["requestId"] == told.headers["x-request-id"]
    assert "Traceback" not in told.body.decode()
    assert "site-packages" not in told.body.decode()
    return error


@pytest.mark.parametrize(
    ("document", "cited"),
    [
        ("query X($text: ID!) { subject(by: {id: $text}) { id } }", False),
        ("query X($text: ID!) { paper(id: $text) { id } }", False),
        ("query X($text: String!) { grants(agency: $text) { totalCount } }", False),
        ("query X($text: ID!) { papers(subject: {id: $text}) { totalCount } }", False),
        ("query X($text: String!) { papers(after: $text) { totalCount } }", False),
        ("query X($text: String!) { searchSubjects(text: $text) { totalCount } }", False),
        ('mutation X($text: ID!) { revokePaper(id: $text, reason: "不再使用") { paper { id } } }', False),
        ('mutation X($text: ID!) { withdrawGrant(id: $text, reason: "不再使用") { grant { id } } }', False),
        ("query X($text: ID!) { subject(by: {id: $text}) { id } }", True),
    ],
)
async def test_a_text_that_no_database_can_hold_is_the_askers_mistake_and_no_failure_of_ours(
    visitor: Visitor, document: str, *, cited: bool
) -> None:
    for text in ("河\x00南", "x\x00' OR 1=1 --"):
        extensions = {"papers": [text]} if cited else {}
        told = await visitor.ask(document, {"text": text}, persona="tax-officer", extensions=extensions)
        assert told.status == 200, told.body
        assert set(told.codes) <= {"BAD_USER_INPUT", "PAPER_INVALID"}


@pytest.mark.parametrize(
    ("document", "variables"),
    [
        ('{ subject(by: {individual: {idNumber: NUMBER, name: "x"}}) { id } }', {}),
        ('{ "NUMBER" }', {}),
        ("{ xNUMBER }", {}),
        ("{ papers(state: XNUMBER) { totalCount } }", {}),
        ("mutation { presentPaper(paper: {identityDocument: {number: NUMBER}}) { errors { code } } }", {}),
        (NAME, {"by": "NUMBER"}),
        (NAME, {"by": {"individual": "NUMBER"}}),
        (NAME, {"by": {"individual": {"idNumber": ["NUMBER"], "name": "x"}}}),
        (NAME, {"by": {"id": {"NUMBER": 1}}}),
    ],
)
async def test_what_does_not_fit_the_graph_is_told_without_the_number_in_it(
    visitor: Visitor, document: str, variables: dict[str, Any]
) -> None:
    number = "410199197805120110"
    sent = json.loads(json.dumps(variables).replace("NUMBER", number))
    told = await visitor.ask(document.replace("NUMBER", number), sent, persona="market-officer")
    assert told.codes[0] in {"PARSING_ERROR", "GRAPHQL_VALIDATION_FAILED", "BAD_USER_INPUT"}
    assert number not in told.body.decode()
    assert number[:-4] not in told.body.decode()


@pytest.mark.parametrize(
    ("by", "said"),
    [
        ({"unifiedSocialCreditCode": "91410199DEM001076R"}, "unifiedSocialCreditCode"),
        ({"unifiedSocialCreditCode": "1"}, "unifiedSocialCreditCode"),
        ({"unifiedSocialCreditCode": ""}, "unifiedSocialCreditCode"),
        ({"organizationCode": "DEM001070"}, "organizationCode"),
        ({"registrationNumber": "410199000010060"}, "registrationNumber"),
        ({"individual": {"idNumber": "410199197805120111", "name": "秦立恒"}}, "idNumber"),
        ({"individual": {"idNumber": "410199197805120110", "name": " "}}, "name"),
    ],
)
async def test_a_code_that_cannot_be_one_is_named_and_not_repeated(
    visitor: Visitor, by: dict[str, Any], said: str
) -> None:
    async with visitor.leaving(entries=1):
        told = await visitor.ask(NAME, {"by": by}, persona="market-officer", purpose=SUPERVISION)
    error = explained(told, "BAD_USER_INPUT")
    assert error["path"] == ["subject"]
    assert said in error["message"]
    assert "4101991978" not in told.body.decode()
    assert told.data == {"subject": None}


async def test_an_unknown_subject_is_null_without_an_error(visitor: Visitor) -> None:
    async with visitor.leaving(entries=1):
        told = await visitor.ask(NAME, {"by": {"unifiedSocialCreditCode": "91410100MA0000015B"}})
    assert (told.status, told.data, told.errors) == (200, {"subject": None}, [])


async def test_at_most_a_hundred_subjects_are_asked_at_once(visitor: Visitor) -> None:
    query = "query Many($by: [SubjectRef!]!) { subjects(by: $by) { name } }"
    ref = {"unifiedSocialCreditCode": CODES["LP-01"]}
    async with visitor.leaving(entries=2):
        explained(await visitor.ask(query, {"by": [ref] * 101}), "BAD_USER_INPUT")
        told = await visitor.ask(query, {"by": [ref] * 100})
    assert [each["name"] for each in told.data["subjects"]] == ["郑州云岫精密机械有限公司"] * 100


@pytest.mark.parametrize("first", [1000, 101, 0, -1])
async def test_a_page_is_of_1_to_100_records(visitor: Visitor, first: int) -> None:
    async with visitor.leaving(entries=1):
        told = await visitor.ask(PENALTIES, {**LP_06, "first": first})
    error = explained(told, "BAD_USER_INPUT")
    assert error["path"] == ["subject", "administrativePenalties"]
    assert told.data["subject"] == {"name": "郑州鼎泽商贸有限公司", "administrativePenalties": None}


async def test_a_cursor_is_good_for_its_own_list_alone(visitor: Visitor) -> None:
    first = await visitor.ask(DEBTS, LP_06)
    cursor = first.data["subject"]["dishonestJudgmentDebtors"]["pageInfo"]["endCursor"]
    second = await visitor.ask(DEBTS, {**LP_06, "after": cursor})
    ids = [
        {each["id"] for each in told.data["subject"]["dishonestJudgmentDebtors"]["nodes"]} for told in (first, second)
    ]
    assert [len(each) for each in ids] == [2, 2]
    assert not ids[0] & ids[1]
    async with visitor.leaving(entries=2):
        explained(await visitor.ask(PENALTIES, {**LP_06, "after": cursor}), "BAD_USER_INPUT")
        explained(await visitor.ask(DEBTS, {"code": CODES["LP-09"], "after": cursor}), "BAD_USER_INPUT")


@pytest.mark.parametrize("cursor", ["", "x", "=" * 40, "郑州", "AAAAAAAAAAAAAAAAAAAAAAAA", "\x00", "A" * 10_000])
async def test_what_is_no_cursor_is_said_to_be_none(visitor: Visitor, cursor: str) -> None:
    async with visitor.leaving(entries=1):
        explained(await visitor.ask(DEBTS, {**LP_06, "after": cursor}), "BAD_USER_INPUT")


QUESTION = {"query": "{ viewer { person } }"}


@pytest.mark.parametrize(
    "said",
    [
        {**QUESTION, "extensions": {"purpose": {"code": "CURIOSITY", "text": "想看看这家公司"}}},
        {**QUESTION, "extensions": {"purpose": "LICENSING"}},
        {**QUESTION, "extensions": {"purpose": {"code": 1, "text": []}}},
        {**QUESTION, "extensions": {"onDenied": "MAYBE"}},
        {**QUESTION, "extensions": {"dryRun": "yes"}},
        {**QUESTION, "extensions": {"papers": "DEMO"}},
        {**QUESTION, "extensions": []},
        {**QUESTION, "variables": []},
        {**QUESTION, "variables": "x"},
        {**QUESTION, "operationName": 7},
        {"query": None},
        {"query": 7},
        {"query": ""},
        {},
        [],
        [QUESTION],
        "x",
        None,
        7,
    ],
)
async def test_a_body_of_another_shape_is_refused(visitor: Visitor, said: object) -> None:
    async with visitor.leaving(entries=1):
        told = await visitor.send("POST", content=json.dumps(said).encode(), headers=JSON)
    explained(told, "BAD_USER_INPUT", 400)


@pytest.mark.parametrize(
    "content", [b"", b"{", b"\xff\xfe", b'{"query": "{ a }"', b"[" * 5000, b'{"query": "\\ud800"}']
)
async def test_malformed_json_is_refused(visitor: Visitor, content: bytes) -> None:
    async with visitor.leaving(entries=1):
        told = await visitor.send("POST", content=content, headers=JSON)
    explained(told, "BAD_USER_INPUT", 400)


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{", "PARSING_ERROR"),
        ("query { viewer { person }", "PARSING_ERROR"),
        ("查询", "PARSING_ERROR"),
        ("{ viewer { person \x00 } }", "PARSING_ERROR"),
        ("{" * 3000, "PARSING_ERROR"),
        ("{ a }" + "[" * 3000, "PARSING_ERROR"),
        ("{ viewer { persons } }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ catalog { version } }", "GRAPHQL_VALIDATION_FAILED"),
        ('{ subject(by: {id: "x"}) { administrativePenaltys { totalCount } } }', "GRAPHQL_VALIDATION_FAILED"),
        ('{ subject(by: {id: "x"}) { ... on TaxReturn { id } } }', "GRAPHQL_VALIDATION_FAILED"),
        ("mutation { submitRecord }", "GRAPHQL_VALIDATION_FAILED"),
        ("subscription { viewer { person } }", "GRAPHQL_VALIDATION_FAILED"),
        ("query A { viewer { person } } query B { viewer { person } }", "BAD_USER_INPUT"),
        ("fragment F on Viewer { person }", "GRAPHQL_VALIDATION_FAILED"),
        ("type A { b: Int }", "GRAPHQL_VALIDATION_FAILED"),
        ('{ subject(by: {id: "x", taxpayerNumber: "y"}) { name } }', "BAD_USER_INPUT"),
        ("{ subject(by: {}) { name } }", "BAD_USER_INPUT"),
        ('{ searchSubjects(text: "x") { totalCount } }', "BAD_USER_INPUT"),
        ('{ searchSubjects(text: "郑州", kind: INDIVIDUAL) { totalCount } }', "FORBIDDEN"),
        ('{ searchSubjects(text: "郑州", after: "x") { totalCount } }', "BAD_USER_INPUT"),
        ('{ searchSubjects(text: "郑州", first: 500) { totalCount } }', "BAD_USER_INPUT"),
    ],
)
async def test_a_document_that_is_none_or_not_of_this_graph_is_refused(visitor: Visitor, query: str, code: str) -> None:
    async with visitor.leaving(entries=1):
        explained(await visitor.ask(query), code)


async def test_a_name_that_no_operation_has_is_refused(visitor: Visitor) -> None:
    async with visitor.leaving(entries=2):
        explained(await visitor.ask("query A { viewer { person } }", operation="B"), "BAD_USER_INPUT")
        told = await visitor.ask("query A { viewer { person } } query B { __typename }", operation="B")
    assert told.data == {"__typename": "Query"}


@pytest.mark.parametrize(
    "variables",
    [
        {},
        {"code": None},
        {"code": 7},
        {"code": ["x"]},
        {"code": {"x": 1}},
        {"code": "x", "first": "many"},
        {"first": 2**40},
    ],
)
async def test_wrong_variables_are_named(visitor: Visitor, variables: Mapping[str, Any]) -> None:
    async with visitor.leaving(entries=1):
        explained(await visitor.ask(PENALTIES, variables), "BAD_USER_INPUT")


async def test_clients_of_the_newer_media_type_get_400(visitor: Visitor) -> None:
    accept = {"accept": "application/graphql-response+json"}
    told = await visitor.ask("{ viewer { persons } }", headers=accept)
    explained(told, "GRAPHQL_VALIDATION_FAILED", 400)
    assert told.headers["content-type"].startswith("application/graphql-response+json")


@pytest.mark.parametrize(
    ("method", "headers", "status"),
    [
        ("POST", {"content-type": "text/plain"}, 415),
        ("POST", {}, 415),
        ("POST", {"content-type": "application/x-www-form-urlencoded"}, 415),
        ("POST", {**JSON, "accept": "application/xml"}, 406),
        ("PUT", JSON, 405),
        ("DELETE", {}, 405),
        ("OPTIONS", {}, 405),
    ],
)
async def test_another_kind_of_request_is_refused(
    visitor: Visitor, method: str, headers: dict[str, str], status: int
) -> None:
    async with visitor.leaving(entries=1):
        told = await visitor.send(method, content=json.dumps(QUESTION).encode(), headers=headers)
    explained(told, "BAD_USER_INPUT", status)
    assert (told.headers.get("allow") == "GET, POST") is (status == 405)


async def test_a_body_over_the_limit_is_refused_unread(visitor: Visitor) -> None:
    async with visitor.leaving(entries=1):
        told = await visitor.send("POST", content=b" " * 1_048_577, headers=JSON)
    explained(told, "BAD_USER_INPUT", 413)


@pytest.mark.parametrize("pieces", [1, 2, 5])
async def test_a_body_that_does_not_say_its_length_is_limited_too(files: Place, pieces: int) -> None:
    async def body() -> AsyncIterator[bytes]:
        for _ in range(pieces):
            yield b" " * 100

    async with visiting(files.settings(limits={"body_bytes": 99})) as visitor:
        answer = await visitor.client.post("/graphql", content=body(), headers=JSON)
    explained(Told(answer.status_code, answer.headers, answer.content), "BAD_USER_INPUT", 413)


async def test_a_question_by_get_is_answered(visitor: Visitor) -> None:
    async with visitor.leaving(entries=3):
        assert (await visitor.send("GET", query="?query={__typename}")).data == {"__typename": "Query"}
        explained(await visitor.send("GET"), "BAD_USER_INPUT", 400)
        explained(await visitor.send("GET", query="?query={__typename}&variables=x"), "BAD_USER_INPUT", 400)


PERSISTED = {"persistedQuery": {"version": 1, "sha256Hash": "0" * 64}}


@pytest.mark.parametrize(("kind", "status"), [("application/json", 200), ("application/graphql-response+json", 400)])
async def test_a_document_named_by_its_hash_alone_is_asked_for_as_clients_understand_it(
    visitor: Visitor, kind: str, status: int
) -> None:
    """Clients with automatic persisted queries send the hash first, and the document when they read these words."""
    accept = {"accept": kind, "accept-language": "zh"}
    async with visitor.leaving(entries=3):
        for told in (
            await visitor.send("POST", content=json.dumps({"extensions": PERSISTED}).encode(), headers=JSON | accept),
            await visitor.send("GET", query=f"?extensions={quote(json.dumps(PERSISTED))}", headers=accept),
        ):
            assert explained(told, "PERSISTED_QUERY_NOT_FOUND", status)["message"] == "PersistedQueryNotFound"
        body = json.dumps({"query": "{__typename}", "extensions": PERSISTED}).encode()
        told = await visitor.send("POST", content=body, headers=JSON | accept)
        assert told.data == {"__typename": "Query"}


async def test_an_expired_token_is_401_and_not_the_public(visitor: Visitor) -> None:
    expired = visitor.as_("market-officer", timedelta(minutes=5), ago=timedelta(hours=1))
    async with visitor.leaving(entries=1):
        told = await visitor.ask("{ viewer { person } }", headers=expired)
    explained(told, "UNAUTHENTICATED", 401)
    assert "data" not in told.json
    assert told.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize("header", ["Bearer x", "Bearer a.b.c", "Basic eDp5", "Bearer", "x", "Bearer " + "a" * 9000])
async def test_a_garbled_token_is_401(visitor: Visitor, header: str) -> None:
    async with visitor.leaving(entries=1):
        told = await visitor.ask("{ viewer { person } }", headers={"authorization": header})
    explained(told, "UNAUTHENTICATED", 401)


@pytest.mark.parametrize("how", [{"paper": "DEMO-LETTER-TAX"}, {"papers": ["no such paper"]}])
async def test_a_cited_paper_that_is_none_is_refused(visitor: Visitor, how: dict[str, Any]) -> None:
    async with visitor.leaving(entries=1):
        told = await visitor.ask(NAME, {"by": {"unifiedSocialCreditCode": CODES["LP-07"]}}, extensions=how)
    explained(told, "PAPER_INVALID")
    assert told.json.get("data") is None


def _fragments(count: int, body: str) -> str:
    chain = " ".join(f"fragment F{n} on Subject {{ {body.format(n + 1)} }}" for n in range(count))
    return f'{{ subject(by: {{id: "x"}}) {{ ...F0 }} }} {chain} fragment F{count} on Subject {{ id }}'


_BACK = "{{ nodes {{ subject {{ ...F{0} }} }} }}"
FAN = " ".join(f"{name} {_BACK}" for name in ("taxArrears", "majorTaxViolations", "effectiveJudgments", "feeArrears"))


@pytest.mark.parametrize(
    ("query", "code"),
    [
        (_fragments(40, "...F{0} ...F{0}"), "COST_ESTIMATED_TOO_EXPENSIVE"),
        (_fragments(900, "...F{0} ...F{0}"), "MAX_DEPTH_LIMIT"),
        (_fragments(6, FAN), "COST_ESTIMATED_TOO_EXPENSIVE"),
        (_fragments(3, FAN.replace("nodes", "nodes: nodes")), "COST_ESTIMATED_TOO_EXPENSIVE"),
        ('{ subject(by: {id: "x"}) {' + " name" * 300 + " } }", "COST_ESTIMATED_TOO_EXPENSIVE"),
        (
            '{ subject(by: {id: "x"}) {' + "taxArrears { nodes { subject {" * 8 + " id " + "} } }" * 8 + "} }",
            "MAX_DEPTH_LIMIT",
        ),
        ("{ " + "{ a " * 400 + "} " * 400 + "}", "PARSING_ERROR"),
        ("{ viewer {" + " ".join(f"a{n}: person" for n in range(201)) + " } }", "MAX_ALIASES_LIMIT"),
        ("{ " + " ".join(f"a{n}: __typename" for n in range(101)) + " }", "MAX_ROOT_FIELDS_LIMIT"),
        ("{ viewer { person" + " @include(if: true)" * 201 + " } }", "MAX_DIRECTIVES_LIMIT"),
        ("{ viewer {" + " person" * 20_001 + " } }", "PARSING_ERROR"),
        (
            "{ viewer { ...A } } fragment A on Viewer { ...B } fragment B on Viewer { ...A }",
            "GRAPHQL_VALIDATION_FAILED",
        ),
    ],
    ids=[
        "bomb",
        "long bomb",
        "fan",
        "aliased fan",
        "duplicates",
        "depth",
        "braces",
        "aliases",
        "roots",
        "directives",
        "tokens",
        "circle",
    ],
)
async def test_an_operation_larger_than_it_may_be_is_refused(visitor: Visitor, query: str, code: str) -> None:
    async with visitor.leaving(entries=1):
        told = await visitor.ask(query)
    explained(told, code, 400 if code.startswith(("MAX", "COST")) else 200)


async def test_messages_are_chinese_for_those_who_ask_for_it(visitor: Visitor) -> None:
    told = await visitor.ask("{", headers={"accept-language": "zh-CN,zh;q=0.9"})
    assert "无法解析" in explained(told, "PARSING_ERROR")["message"]
