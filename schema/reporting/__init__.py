"""What an agency may report and how it is read: rows, their problems, what a good row says (Art. 7 to 9, 11, 12).

A `Row` is read by `read_row` against its record type: a `Reported`, or every `RowProblem` of it at once. All is pure; a
day comes in as ``today``. The receipt says of each row which `RowOutcome` it had.
"""

from schema.reporting.firewall import check_columns
from schema.reporting.names import Column, columns_of, field_named
from schema.reporting.problems import RowCode, RowProblem, shown_name
from schema.reporting.reading import read_row
from schema.reporting.reported import PersonNamed, Reported, natural_key
from schema.reporting.row import COMMON_COLUMNS, SUBJECT_COLUMNS, Action, Row, RowOutcome
from schema.reporting.subject import SubjectNamed
from schema.reporting.texts import digest_of

__all__ = [
    "COMMON_COLUMNS",
    "SUBJECT_COLUMNS",
    "Action",
    "Column",
    "PersonNamed",
    "Reported",
    "Row",
    "RowCode",
    "RowOutcome",
    "RowProblem",
    "SubjectNamed",
    "check_columns",
    "columns_of",
    "digest_of",
    "field_named",
    "natural_key",
    "read_row",
    "shown_name",
]
