"""What PostgreSQL does for the gateway under its owner's rights (`functions.sql`): make months, delete what is old."""

from pathlib import Path
from typing import Final

from sqlalchemy import Connection, text

__all__ = ["CLOCKS_DIFFER", "put_functions"]

CLOCKS_DIFFER: Final = "XY001"
"""SQLSTATE of a refusal to delete anything since the clocks of database and gateway differ."""

_FUNCTIONS: Final = Path(__file__).with_suffix(".sql")
_BETWEEN: Final = "\n\n\n"
_CALLED: Final = (
    "audit_expire(bigint, integer, timestamptz)",
    "audit_prune_tiles(bigint)",
    "audit_drop_months()",
    "audit_add_months(integer)",
)
"""Those that act under their owner's rights: nobody may call them whom the roles do not let."""


def put_functions(connection: Connection) -> None:
    """Put the functions of this version into the present schema; who may call them is for the roles to say."""
    schema = connection.execute(text("SELECT quote_ident(current_schema())")).scalar_one()
    for function in _FUNCTIONS.read_text(encoding="utf-8").split(_BETWEEN):
        connection.exec_driver_sql(function.replace("@schema@", schema))
    for name in _CALLED:
        connection.exec_driver_sql(f"REVOKE ALL ON FUNCTION {name} FROM PUBLIC")
