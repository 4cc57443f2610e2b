"""Records that were here before their versions were kept."""

from sqlalchemy import select, update

from connectors.credit_centre import REPORTED_RECORD
from gateway.collection.centre import Centre
from gateway.collection.intake.adopting import adopt
from gateway.collection.intake.integrity import altered
from gateway.store import migrate_centre, open_store
from gateway.store.tables import RECORD_HEAD, RECORD_VERSION


def row(n: int) -> dict[str, object]:
    return {
        "record_type": "Honour",
        "provider": "TAX",
        "subject_id": f"s{n % 7}",
        "natural_key": f"{n:05}",
        "kind": "LEGAL_PERSON",
        "version": 3,
        "reported_at": "2026-03-01T15:30:00+08:00",
        "submission_id": "S-1",
        "submission_mode": "BATCH",
        "record_status": "ACTIVE",
        "dispute_status": "NONE",
        "sealed": False,
        "record_tier": "A",
        "catalogue_version": "1",
        "payload": {"honourName": str(n)},
    }


async def test_each_gets_its_version_and_its_head_once(url: str) -> None:
    await migrate_centre(url)
    centre = Centre(open_store(url))
    try:
        assert await adopt(centre) == 0
        async with centre.writing() as connection:
            await connection.execute(REPORTED_RECORD.insert(), [row(n) for n in range(1_203)])
        assert await adopt(centre) == 1_203
        assert await adopt(centre) == 0
        async with centre.reading() as connection:
            heads = (await connection.execute(select(RECORD_HEAD.c.version, RECORD_HEAD.c.content_digest))).all()
            versions = (await connection.execute(select(RECORD_VERSION.c.version, RECORD_VERSION.c.payload))).all()
        assert (len(heads), len(versions)) == (1_203, 1_203)
        assert {each.version for each in (*heads, *versions)} == {3}
        assert len({each.content_digest for each in heads}) == 1_203
    finally:
        await centre.close()


async def test_a_record_that_names_what_it_does_not_say_is_as_it_was_reported(url: str) -> None:
    """Whoever wrote it wrote every column; only what is changed afterwards is brought as evidence (R4.2)."""
    await migrate_centre(url)
    centre = Centre(open_store(url))
    try:
        silent: dict[str, object] = {"honourName": "1", "validTo": None, "revokedOn": None, "measures": []}
        async with centre.writing() as connection:
            await connection.execute(REPORTED_RECORD.insert(), [{**row(1), "payload": silent}, row(2)])
        assert await adopt(centre) == 2
        async with centre.reading() as connection:
            assert await altered(connection, None) == ([], None)
        changed = update(RECORD_VERSION).where(RECORD_VERSION.c.natural_key == "00001")
        async with centre.writing() as connection:
            await connection.execute(changed.values(payload={**silent, "validTo": "2026-01-01"}))
        async with centre.reading() as connection:
            ((found,), _) = await altered(connection, None)
        assert (found.place.natural_key, found.shown) == ("00001", False)
    finally:
        await centre.close()
