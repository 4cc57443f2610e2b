"""Writes the whole demonstration: every agency's tables, in its own dialect, for a city of three sizes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Literal

import sqlalchemy as sa

from connectors import courts, credit_centre, market_regulation, social_insurance, tax
from connectors.demonstration.centre_desk import CentreDesk, Keys
from connectors.demonstration.court_desk import CourtDesk
from connectors.demonstration.crowd import Crowd
from connectors.demonstration.insurance_desk import InsuranceDesk
from connectors.demonstration.ledger import Ledger
from connectors.demonstration.market_desk import MarketDesk
from connectors.demonstration.parties import (
    BUSY_EVERY,
    generated_code,
    individuals,
    legal_persons,
    sample,
    story_parties,
)
from connectors.demonstration.stories import Desks, tell
from connectors.demonstration.tax_desk import TaxDesk
from connectors.demonstration.writing import writer_for

__all__ = ["CROWDS", "METADATA", "Progress", "Size", "Written", "benchmark_subjects", "write_city"]

Size = Literal["small", "city", "large"]
Progress = Callable[[str, int, int], None]
"""What is being written, how many are done, how many there will be."""

CROWDS: Mapping[str, tuple[int, int]] = {"small": (0, 0), "city": (19_980, 4_990), "large": (99_980, 19_990)}
"""How many legal persons and individuals stand beside the twenty and ten of the stories."""

METADATA: Mapping[str, sa.MetaData] = {
    "TAX": tax.METADATA,
    "COURT": courts.METADATA,
    "SOCIAL_INSURANCE": social_insurance.METADATA,
    "MARKET_REGULATION": market_regulation.METADATA,
    "CREDIT_CENTRE": credit_centre.METADATA,
}
_REPORTED_EVERY = 500
_RICH_STORIES = ("LP-01", "LP-04", "LP-06", "LP-07", "LP-10")


@dataclass(frozen=True, slots=True)
class Written:
    """What was written."""

    legal_persons: int
    individuals: int
    rows: int


def write_city(  # noqa: PLR0913 (each is one choice of who writes a city; three are the gateway's keys)
    size: Size,
    urls: Mapping[str, str],
    *,
    as_of: date,
    seed: int,
    subject_id: Callable[[str, str], str],
    seal: Callable[[bytes, bytes], bytes],
    id_digest: Callable[[str], bytes],
    progress: Progress | None = None,
) -> Written:
    """Write a synthetic city into the databases of all five agencies, whose earlier tables are dropped.

    ``urls`` goes by agency code: ``sqlite:///path`` or ``postgresql://…?schema=name`` (made if missing). The same
    size, seed, day and keys write the same rows. ``subject_id("uscc" | "rid", identifier)`` gives a subject's id,
    ``seal(plaintext, context)`` seals an identity number under its subject's id, ``id_digest(identity number)``
    gives that by which the register finds it.

    Raises:
        KeyError: an agency has no address.

    """
    tell_progress = progress or _silent
    writers = {metadata: writer_for(urls[agency]) for agency, metadata in METADATA.items()}
    for metadata, writer in writers.items():
        writer.create(metadata.sorted_tables)
    ledger = Ledger(as_of, writers)
    centre = CentreDesk(ledger, Keys(subject_id, seal, id_digest))
    desks = Desks(ledger, TaxDesk(ledger), CourtDesk(ledger), InsuranceDesk(ledger), MarketDesk(ledger), centre)
    tell(desks, story_parties(as_of))
    _write_crowd(desks, size, Random(f"{seed}/{size}"), tell_progress)
    ledger.flush()
    for done, (metadata, writer) in enumerate(writers.items(), start=1):
        writer.finish(metadata.sorted_tables)
        tell_progress("indexes", done, len(writers))
    legal, natural = CROWDS[size]
    return Written(legal + len(sample()["legalPersons"]), natural + len(sample()["individuals"]), ledger.written)


def _write_crowd(desks: Desks, size: Size, random: Random, progress: Progress) -> None:
    legal, natural = CROWDS[size]
    people = list(individuals(natural, random))
    crowd = Crowd(desks, random, people)
    for index, person in enumerate(people):
        crowd.individual(person, index)
        if (index + 1) % _REPORTED_EVERY == 0 or index + 1 == natural:
            progress("individuals", index + 1, natural)
    for index, party in enumerate(legal_persons(legal, people, desks.ledger.as_of, random)):
        crowd.legal_person(party, index)
        if (index + 1) % _REPORTED_EVERY == 0 or index + 1 == legal:
            progress("legal persons", index + 1, legal)


def benchmark_subjects(size: Size, count: int = 1_000) -> list[str]:
    """Give credit codes of legal persons that have records with all agencies, for load tests; no database is read."""
    legal, _ = CROWDS[size]
    if not legal:
        codes = {each["key"]: each["unifiedSocialCreditCode"] for each in sample()["legalPersons"]}
        return [codes[key] for key in _RICH_STORIES][:count]
    return [generated_code(index) for index in range(0, legal, BUSY_EVERY)][:count]


def _silent(_what: str, _done: int, _total: int) -> None:
    """Tell nobody."""
