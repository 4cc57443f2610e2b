"""Intake: submissions from three ways in, versions kept, a durable receipt given (Art. 4, 11, 12).

`ledger` and `versions` are the law, pure; `chunks` carries rows from what was sent to what is kept; `intake` is the way
in for every door.
"""

from gateway.collection.intake.chunks import Firewall, Waiting
from gateway.collection.intake.desk import CallersReports
from gateway.collection.intake.identities import Identities
from gateway.collection.intake.intake import Bounds, Intake
from gateway.collection.intake.ledger import Ledger
from gateway.collection.intake.receipts import Wanted
from gateway.collection.intake.records import Coming
from gateway.collection.intake.submission import Given, Receipt, Submission

__all__ = [
    "Bounds",
    "CallersReports",
    "Coming",
    "Firewall",
    "Given",
    "Identities",
    "Intake",
    "Ledger",
    "Receipt",
    "Submission",
    "Waiting",
    "Wanted",
]
