"""A receipt as it is shown, by every door and command alike (R11.2)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from gateway.collection.intake.submission import COUNTED, Receipt
from gateway.errors import Language
from schema.days import ZONE
from schema.reporting import RowProblem

__all__ = ["problem_tree", "receipt_tree"]


def receipt_tree(receipt: Receipt, now: datetime) -> dict[str, Any]:
    """Give a receipt as JSON, as it stands at an instant."""
    received = receipt.received_at
    return {
        "id": receipt.id,
        "state": receipt.state,
        "unfinished": receipt.is_unfinished(now),
        "provider": receipt.provider,
        "recordType": receipt.record_type,
        "mode": receipt.mode.value,
        "period": receipt.period,
        "allOrNothing": receipt.all_or_nothing,
        "digest": receipt.digest,
        "rows": receipt.rows,
        "counts": {each.value.lower(): receipt.counts[each] for each in COUNTED},
        "problemCount": receipt.problems,
        "officer": receipt.officer,
        "catalogueVersion": receipt.catalogue_version,
        "begunAt": receipt.begun_at.astimezone(ZONE).isoformat(timespec="milliseconds"),
        "receivedAt": None if received is None else received.astimezone(ZONE).isoformat(timespec="milliseconds"),
        "again": receipt.again,
    }


def problem_tree(problems: Sequence[RowProblem], language: Language) -> list[dict[str, Any]]:
    """Give problems as JSON; the Chinese stands beside the language that was asked for."""
    return [
        {
            "row": each.row,
            "column": each.column,
            "code": str(each.code),
            "message": each.message.of(language),
            "messageChinese": each.message.chinese,
            "article": each.article,
            "warning": each.warning,
        }
        for each in problems
    ]
