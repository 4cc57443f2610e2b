"""The deletion of individuals' negative records after five years, everywhere, and what is left of them (Art. 20).

`terms` reckons, pure; `deletion` finds and deletes chunk by chunk; `tombstones` remembers; `refusal` keeps what was
deleted from coming back; `daily` does it in the running house.
"""

from gateway.collection.retention.daily import DailyDeletion
from gateway.collection.retention.deletion import Deleted, Deletion, Due, NotDeleted
from gateway.collection.retention.refusal import Kept
from gateway.collection.retention.tombstones import DeletionKeys, Tombstone, Tombstones
from gateway.collection.retention.waiting import WaitingRows

__all__ = [
    "DailyDeletion",
    "Deleted",
    "Deletion",
    "DeletionKeys",
    "Due",
    "Kept",
    "NotDeleted",
    "Tombstone",
    "Tombstones",
    "WaitingRows",
]
