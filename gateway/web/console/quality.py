"""The page of how well agencies report: each number of one span of days, drawn beside the others (R4.3)."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from starlette.responses import Response

from gateway.access.papers.rights import is_staff
from gateway.errors import Text
from gateway.web import words
from gateway.web.console.charts import Bar, bars
from gateway.web.console.collection_documents import QUALITY
from gateway.web.console.visit import Visit
from schema.days import ZONE

__all__ = ["quality"]

_DAYS: Final = 30


async def quality(visit: Visit) -> Response:
    """Show the measures of the caller's agency, of all or of the chosen one for staff."""
    today = datetime.fromtimestamp(visit.console.reporting.now(), ZONE).date()
    first = visit.day("from") or today - timedelta(days=_DAYS - 1)
    last = visit.day("to") or today
    agency = visit.query("agency")
    asked = {"from": first.isoformat(), "to": last.isoformat(), "agency": agency}
    measured = (await visit.ask(QUALITY, asked)).of("reportingQuality")
    told = {
        "measured": measured,
        "drawn": {each["agency"]: _drawn(each) for each in measured},
        "chosen": {**asked, "agency": agency or ""},
        "staff": is_staff(visit.caller),
        "agencies": [code for code in words.agencies() if code != "ANY"],
        "whole": len(measured) == 1 and (agency is not None or not is_staff(visit.caller)),
    }
    return visit.page("quality.html", told)


def _drawn(each: Mapping[str, Any]) -> dict[str, Sequence[Bar]]:
    """Give the bars of one agency: why rows were refused, and how late obligations were met."""
    reasons = [_bar(Text(why["code"], why["chinese"]), why["count"]) for why in each["reasons"]]
    late = [_bar(_band(band["upToDays"]), band["count"]) for band in each["lateBy"]]
    return {"reasons": bars(reasons), "late": bars(late)}


def _bar(told: Text, count: int) -> dict[str, Any]:
    return {"of": told.chinese, "english": told.english, "entries": count, "denied": 0}


def _band(days: int | None) -> Text:
    return Text("later", "更久") if days is None else Text(f"within {days} days", f"{days} 日内")
