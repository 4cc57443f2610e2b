"""The cellar: where the gateway keeps what is its own, on SQLite or PostgreSQL, and how its tables come about."""

from gateway.store.centre import migrate_centre, missing_in_centre, prepare_centre
from gateway.store.engine import Address, Store, create_engine, open_store
from gateway.store.migrate import NotMigrated, migrate, prepare, require_migrated
from gateway.store.wall import standing

__all__ = [
    "Address",
    "NotMigrated",
    "Store",
    "create_engine",
    "migrate",
    "migrate_centre",
    "missing_in_centre",
    "open_store",
    "prepare",
    "prepare_centre",
    "require_migrated",
    "standing",
]
