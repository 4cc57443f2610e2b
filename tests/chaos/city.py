"""The city that is asked about: small, its agencies in files, so that only the gateway's own database has faults."""

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from connectors.demonstration import METADATA, sample, write_city
from gateway.access.keys import Keys
from gateway.settings import Settings
from schema.days import day_of

__all__ = ["CODES", "DEADLINE_S", "City", "write"]

CODES = tuple(each["unifiedSocialCreditCode"] for each in sample()["legalPersons"])
TRAIL_S, SOURCE_S = 2.0, 0.5
DEADLINE_S = 2 * SOURCE_S + TRAIL_S
"""Of a whole question: the register is asked, then the agencies, then the entry is kept."""
_SEED = 80


@dataclass(frozen=True, slots=True)
class City:
    """Where everything of it lies."""

    folder: Path
    keys: Keys

    @property
    def keys_folder(self) -> Path:
        """The folder of the keys."""
        return self.folder / "keys"

    def settings(self, port: int, *, over_the_wire: bool = True) -> Settings:
        """Give the settings of a gateway whose database is reached on *port*."""
        return Settings.model_validate(self._told(port, "require" if over_the_wire else "disable"))

    def configured(self, name: str, port: int) -> Path:
        """Write those settings into a file."""
        file = self.folder / f"{name}.yaml"
        told = self.settings(port).model_dump(mode="json", by_alias=True)
        file.write_text(yaml.safe_dump(told, allow_unicode=True), encoding="utf-8")
        return file

    def _told(self, port: int, ssl: str) -> dict[str, Any]:
        return {
            "demo": True,
            "allow_synthetic_region": True,
            "database": {"url": f"postgresql://postgres@127.0.0.1:{port}/postgres?sslmode={ssl}&schema=xinyong"},
            "connectors": {
                agency: {"url": url, "deadline_s": SOURCE_S} for agency, url in _addresses(self.folder).items()
            },
            "keys": {"folder": str(self.keys_folder)},
            "audit": {
                "deadline_s": TRAIL_S,
                "origin": "chaos.invalid/trail",
                "anchors": {"folder": str(self.folder / "anchors"), "every_s": 5},
            },
            "limits": {"subjects_per_hour": None},
        }


def write(folder: Path) -> City:
    """Write it into *folder*."""
    folder.mkdir(parents=True, exist_ok=True)
    city = City(folder, Keys(folder / "keys"))
    write_city(
        "small",
        _addresses(folder),
        as_of=day_of(time.time()),
        seed=_SEED,
        subject_id=city.keys.subject_id,
        seal=city.keys.seal,
        id_digest=city.keys.id_number_digest,
    )
    return city


def _addresses(folder: Path) -> dict[str, str]:
    return {agency: f"sqlite:///{folder / f'{agency.lower()}.sqlite'}" for agency in METADATA}
