"""Evidence of entries as one file: a zip of what `gateway.audit.seal.evidence` writes into a folder (R19.12)."""

import base64
import io
import zipfile
from collections.abc import Sequence
from typing import Final

from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.audit.seal.evidence import evidence_files
from gateway.audit.seal.proofs import NotProved, prove, read_receipt
from gateway.errors import BadUserInput, Text
from schema.inspection import QueryLogEvidence

__all__ = ["evidence_of"]

_MOST: Final = 100
_EARLIEST: Final = (1980, 1, 1, 0, 0, 0)
"""One instant for all files, so that equal evidence is equal bytes."""


async def evidence_of(reader: AsyncEngine, receipts: Sequence[str], receipt_key: bytes) -> QueryLogEvidence:
    """Give evidence of up to 100 entries.

    Raises:
        BadUserInput: a receipt is none, or cannot be proved now; with the reason.

    """
    if not 1 <= len(receipts) <= _MOST:
        raise BadUserInput(Text(f"receipts: 1 to {_MOST}", f"receipts：应为 1 至 {_MOST} 个"))
    try:
        proved = await prove(reader, [read_receipt(each, receipt_key) for each in receipts])
    except NotProved as refused:
        raise BadUserInput(Text(refused.detail.english, f"无法出具证据：{refused.detail.english}")) from refused
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name, text in evidence_files(proved).items():
            bundle.writestr(zipfile.ZipInfo(f"evidence/{name}", _EARLIEST), text, zipfile.ZIP_DEFLATED)
    name = f"evidence-{proved.checkpoint.size}-{len(receipts)}.zip"
    written = base64.b64encode(content.getvalue()).decode()
    return QueryLogEvidence(entries=len(proved.proofs), name=name, content=written)
