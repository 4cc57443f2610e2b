"""What the agencies know: one file an agency, and all that the author of a connector needs.

A connector says what an agency knows; a source (`connectors.sources`) how it is reached; `connectors.columns` how a
column of the agency becomes a field of the catalogue.
"""

from connectors.connector import Batch, Connector, Found, Key, Loss, Rows, Selection, Source, SubjectKey, Table, serves
from connectors.documents import Documents
from connectors.errors import SourceError, SourceMisbehaved, SourceUnavailable

__all__ = [
    "Batch",
    "Connector",
    "Documents",
    "Found",
    "Key",
    "Loss",
    "Rows",
    "Selection",
    "Source",
    "SourceError",
    "SourceMisbehaved",
    "SourceUnavailable",
    "SubjectKey",
    "Table",
    "serves",
]
