"""Two lower bounds: hand-written asyncpg with orjson, and bytes of the same size that nobody computes."""

import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from operator import itemgetter
from typing import Any

import asyncpg
import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from connectors import courts, market_regulation, social_insurance, tax
from tests.bench.city import SCHEMAS
from tests.bench.readings import distinct, spellings, to_day, to_money, to_text
from tests.bench.workloads import FIRST, LISTS

__all__ = ["raw", "static"]

Row = Mapping[str, Any]
_TAX, _COURT, _SI, _MARKET, _CENTRE = (
    SCHEMAS[agency] for agency in ("TAX", "COURT", "SOCIAL_INSURANCE", "MARKET_REGULATION", "CREDIT_CENTRE")
)
# Names of our own schemas are put in; no value is.
_SUBJECTS = f"SELECT identifier, name FROM {_CENTRE}.subject WHERE identifier = ANY($1)"  # noqa: S608
_STATEMENTS = {
    "taxCreditRatings": f"""SELECT t.shxydm AS code, r.pjnd, r.pjjb_dm, r.pjdf, r.pjrq
        FROM {_TAX}.nsxy_pj r JOIN {_TAX}.dj_nsrxx t USING (djxh)
        WHERE t.shxydm = ANY($1) ORDER BY r.pjrq DESC""",  # noqa: S608
    "taxArrears": f"""SELECT t.shxydm AS code, a.zsxm_dm, a.ssqj, a.qsye, a.xzqs, a.qjzt_dm, a.qjrq, a.ggrq, a.ggjg_mc
        FROM {_TAX}.qs_gg a JOIN {_TAX}.dj_nsrxx t USING (djxh)
        WHERE t.shxydm = ANY($1) ORDER BY a.ggrq DESC""",  # noqa: S608
    "effectiveJudgments": f"""SELECT p.dm AS code, j.ah, j.fymc, j.wslx, j.ssdw, j.pdje, j.sxrq
        FROM {_COURT}.cp_ws j JOIN {_COURT}.dsr p USING (dsrbh)
        WHERE p.dm = ANY($1) AND j.sfgbk = '0' ORDER BY j.sxrq DESC""",  # noqa: S608
    "dishonestJudgmentDebtors": f"""SELECT p.dm AS code, d.ah, d.fymc, d.lxqk, d.larq, d.yw, d.fbrq
        FROM {_COURT}.sx_bzxr d JOIN {_COURT}.dsr p USING (dsrbh)
        WHERE p.dm = ANY($1) ORDER BY d.larq DESC""",  # noqa: S608
    "socialInsuranceRegistrations": f"""SELECT aab998 AS code, aab001, aae140, aab055, aab051, aab050
        FROM {_SI}.ab01 WHERE aab998 = ANY($1) ORDER BY aab050 DESC""",  # noqa: S608
    "intellectualProperties": f"""SELECT e."UNISCID" AS code, q."LX", q."MC", q."ZCH", q."SQRQ", q."YXQZ", q."FLZT"
        FROM {_MARKET}."ZS_CQ" q JOIN {_MARKET}."JB_ZTXX" e USING ("PRIPID")
        WHERE e."UNISCID" = ANY($1) ORDER BY q."SQRQ" DESC""",  # noqa: S608
}
_KEYS: Mapping[str, Callable[[Row], Any]] = {
    "taxCreditRatings": itemgetter("pjnd"),
    "taxArrears": itemgetter("zsxm_dm", "ssqj"),
    "effectiveJudgments": itemgetter("ah", "wslx"),
    "dishonestJudgmentDebtors": itemgetter("ah"),
    "socialInsuranceRegistrations": itemgetter("aab001"),
    "intellectualProperties": itemgetter("LX", "ZCH"),
}
_BY_ANY_SPELLING = ("effectiveJudgments", "dishonestJudgmentDebtors")


def _rating(row: Row) -> dict[str, Any]:
    return {
        "ratingYear": row["pjnd"],
        "grade": tax.GRADES[row["pjjb_dm"]].name,
        "score": to_money(row["pjdf"]),
        "ratedOn": to_day(row["pjrq"]),
    }


def _arrears(row: Row) -> dict[str, Any]:
    return {
        "taxType": tax.TAXES[row["zsxm_dm"]],
        "arrearsPeriod": row["ssqj"],
        "arrearsBalance": to_money(row["qsye"]),
        "newArrears": to_money(row["xzqs"]),
        "settlementStatus": tax.SETTLEMENTS[row["qjzt_dm"]].name,
        "settledOn": to_day(row["qjrq"]),
        "announcedOn": to_day(row["ggrq"]),
        "announcingAuthority": to_text(row["ggjg_mc"]),
    }


def _judgment(row: Row) -> dict[str, Any]:
    return {
        "caseNumber": row["ah"],
        "courtName": row["fymc"],
        "documentType": courts.DOCUMENTS[row["wslx"]].name,
        "litigantRole": courts.ROLES[row["ssdw"]].name,
        "amount": to_money(row["pdje"]),
        "effectiveOn": to_day(row["sxrq"]),
    }


def _debtor(row: Row) -> dict[str, Any]:
    return {
        "caseNumber": row["ah"],
        "courtName": row["fymc"],
        "performanceStatus": courts.PERFORMANCES[row["lxqk"]].name,
        "filedOn": to_day(row["larq"]),
        "obligation": to_text(row["yw"]),
        "publishedOn": to_day(row["fbrq"]),
    }


def _unit(row: Row) -> dict[str, Any]:
    return {
        "unitNumber": row["aab001"],
        "insuranceKinds": [social_insurance.KINDS[kind].name for kind in row["aae140"].split(",")],
        "insuredHeadcount": row["aab055"],
        "insuredStatus": social_insurance.UNIT_STATES[row["aab051"]],
        "registeredOn": to_day(row["aab050"]),
    }


def _property(row: Row) -> dict[str, Any]:
    return {
        "kind": market_regulation.PROPERTIES[row["LX"]].name,
        "name": row["MC"],
        "number": row["ZCH"],
        "grantedOn": to_day(row["SQRQ"]),
        "validTo": to_day(row["YXQZ"]),
        "legalStatus": to_text(row["FLZT"]),
    }


_RECORDS: Mapping[str, Callable[[Row], dict[str, Any]]] = {
    "taxCreditRatings": _rating,
    "taxArrears": _arrears,
    "effectiveJudgments": _judgment,
    "dishonestJudgmentDebtors": _debtor,
    "socialInsuranceRegistrations": _unit,
    "intellectualProperties": _property,
}


async def _answer(connection: Any, codes: list[str]) -> list[dict[str, Any] | None]:  # noqa: ANN401 (asyncpg has no types)
    """Seven statements on one held connection, whatever the number of subjects."""
    owners = {spelling: code for code in codes for spelling in spellings(code)}
    names = {row["identifier"]: row["name"] for row in await connection.fetch(_SUBJECTS, codes)}
    answers: dict[str, dict[str, Any]] = {
        code: {"name": name, "unifiedSocialCreditCode": code} for code, name in names.items()
    }
    for name in LISTS:
        keys = list(owners) if name in _BY_ANY_SPELLING else codes
        grouped: dict[str, list[Row]] = {code: [] for code in answers}
        for row in await connection.fetch(_STATEMENTS[name], keys):
            grouped[owners[row["code"]]].append(row)
        record, key = _RECORDS[name], _KEYS[name]
        for code, rows in grouped.items():
            answers[code][name] = {"nodes": [record(row) for row in distinct(rows, key)[:FIRST]]}
    return [answers.get(code) for code in codes]


def raw(postgres: str) -> Starlette:
    """Give an application that answers W1 and W2 without GraphQL; the query itself is not looked at."""

    @asynccontextmanager
    async def with_pool(application: Starlette) -> AsyncIterator[None]:
        async with asyncpg.create_pool(postgres, min_size=10, max_size=10) as pool:
            application.state.pool = pool
            yield

    async def graphql(request: Request) -> Response:
        by = orjson.loads(await request.body())["variables"]["by"]
        listed: Sequence[Any] = by if isinstance(by, list) else [by]
        async with request.app.state.pool.acquire() as connection:
            answers = await _answer(connection, [each["unifiedSocialCreditCode"] for each in listed])
        data = {"subjects": answers} if isinstance(by, list) else {"subject": answers[0]}
        return Response(orjson.dumps({"data": data}), media_type="application/json")

    return Starlette(routes=[Route("/graphql", graphql, methods=["POST"])], lifespan=with_pool)


def static(sizes: str) -> Starlette:
    """Give an application that answers ``/NAME`` with as many bytes as *sizes*, a JSON object, says."""
    contents = {name: b" " * size for name, size in json.loads(sizes).items()}

    async def answer(request: Request) -> Response:
        await request.body()
        return Response(contents[request.path_params["name"]], media_type="application/json")

    return Starlette(routes=[Route("/{name}", answer, methods=["POST"])])
