"""Obligations to report: generated ahead, met by receipts, overdue by the clock, reminded by people (Art. 12, 13).

`periods`, `rules`, `procedure`, `settling`, `letters` and `rights` are the law, pure; `register` and `papers` keep;
`keeping` brings all up to date in the background; `desk` is one caller's way in.
"""

from gateway.collection.obligations.duties import Agencies
from gateway.collection.obligations.keeping import ObligationKeeping
from gateway.collection.obligations.reading import Correspondence
from gateway.collection.obligations.room import ObligationsRoom, open_room
from gateway.collection.obligations.rules import Override, Rules
from gateway.collection.obligations.timeliness import Timeliness

__all__ = [
    "Agencies",
    "Correspondence",
    "ObligationKeeping",
    "ObligationsRoom",
    "Override",
    "Rules",
    "Timeliness",
    "open_room",
]
