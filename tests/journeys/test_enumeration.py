"""Who asks for everybody is stopped, and the graph is described to whom it may be (R15.7)."""

from tests.journeys.visitor import CODES, PERSONS, SUPERVISION, Place, visiting

NAME = "query($code: String!) { subject(by: {unifiedSocialCreditCode: $code}) { name } }"
BY_ID = "query($id: ID!) { subject(by: {id: $id}) { name } }"
SCHEMA = "{ __schema { queryType { name } } }"
TYPE_NAME = "{ __typename }"


async def test_a_client_that_asks_for_too_many_subjects_is_told_when_to_come_again(files: Place) -> None:
    async with visiting(files.settings(limits={"subjects_per_hour": 2})) as visitor:
        for story in ("LP-01", "LP-02", "LP-01"):
            assert (await visitor.ask(NAME, {"code": CODES[story]})).status == 200
        async with visitor.leaving(1):
            refused = await visitor.ask(NAME, {"code": CODES["LP-03"]})
        assert (refused.status, refused.codes) == (429, ["RATE_LIMIT_EXCEEDED"])
        assert "data" not in refused.json
        assert 0 < int(refused.headers["retry-after"]) <= 3_601
        other = await visitor.ask(NAME, {"code": CODES["LP-03"]}, persona="tax-officer", purpose=SUPERVISION)
        assert other.data["subject"]["name"]


async def test_the_limit_tells_nobody_whether_there_is_an_individual_of_an_id(files: Place) -> None:
    async with visiting(files.settings(limits={"subjects_per_hour": 1})) as visitor:
        there = visitor.house.graph.subject_id("rid", PERSONS["IN-09"]["idNumber"])
        answers = {}
        for persona, own_id in (("company", there), ("third-party", "N" * len(there))):
            first = await visitor.ask(BY_ID, {"id": own_id}, persona=persona)
            assert first.data == {"subject": None}
            answers[persona] = (await visitor.ask(NAME, {"code": CODES["LP-01"]}, persona=persona)).codes
        assert answers["company"] == answers["third-party"] == ["RATE_LIMIT_EXCEEDED"]


async def test_the_graph_is_described_to_the_standings_of_the_setting_alone(files: Place) -> None:
    async with visiting(files.settings(limits={"introspection": ["DUTY"]})) as visitor:
        assert (await visitor.ask(SCHEMA)).codes == ["FORBIDDEN"]
        assert (await visitor.ask(TYPE_NAME)).data == {"__typename": "Query"}
        assert (await visitor.ask(SCHEMA, persona="tax-officer")).data == {"__schema": {"queryType": {"name": "Query"}}}
        misspelt = await visitor.ask("{ subjct { name } }")
        assert "subjects" not in misspelt.errors[0]["message"]
