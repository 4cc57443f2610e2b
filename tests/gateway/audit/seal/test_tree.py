"""The tree against RFC 6962's own definition, and what its proofs prove."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.audit.seal.suites import HASH_BYTES, STD, Suite, suite_named
from gateway.audit.seal.tiles import WIDTH, Place, edges, expected_width, grown, grown_places
from gateway.audit.seal.tree import TileMissing, Tree, consistent, root_by_path
from gateway.errors import StartRefused

LEAVES = STD.leaves(str(number).encode() for number in range(1100))


def defined_root(leaves: Sequence[bytes], suite: Suite = STD) -> bytes:
    """Give MTH(D[n]) as RFC 6962 defines it."""
    if len(leaves) < 2:
        return leaves[0] if leaves else suite.empty
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return suite.node(defined_root(leaves[:half], suite), defined_root(leaves[half:], suite))


def defined_path(index: int, leaves: Sequence[bytes]) -> list[bytes]:
    """Give PATH(m, D[n]) as RFC 6962 defines it."""
    if len(leaves) < 2:
        return []
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    if index < half:
        return [*defined_path(index, leaves[:half]), defined_root(leaves[half:])]
    return [*defined_path(index - half, leaves[half:]), defined_root(leaves[:half])]


def log_of(leaves: Sequence[bytes], *steps: int) -> dict[Place, bytes]:
    """Grow a log of *leaves* in steps."""
    tiles: dict[Place, bytes] = {}
    size = 0
    for step in (*steps, len(leaves)):
        fresh = leaves[size : size + step]
        held = {place: tiles[place] for place in edges(size)}
        tiles |= grown(STD, held, size, fresh)
        size += len(fresh)
    return tiles


WHOLE = Tree(STD, log_of(LEAVES))
sizes = st.integers(1, len(LEAVES))


@given(sizes)
def test_a_root_is_the_one_that_is_defined(size: int) -> None:
    assert WHOLE.root(size) == defined_root(LEAVES[:size])


def test_the_first_sizes_have_their_roots() -> None:
    assert [WHOLE.root(size) for size in range(260)] == [defined_root(LEAVES[:size]) for size in range(260)]


@given(st.data(), sizes)
def test_an_inclusion_is_proved_by_the_defined_path_and_by_no_other(data: st.DataObject, size: int) -> None:
    index = data.draw(st.integers(0, size - 1))
    path = WHOLE.inclusion(index, size)
    assert path == defined_path(index, LEAVES[:size])
    assert root_by_path(STD, LEAVES[index], index, size, path) == WHOLE.root(size)
    other = data.draw(st.integers(0, size - 1).filter(lambda each: each != index)) if size > 1 else size
    assert root_by_path(STD, LEAVES[index], other, size, path) != WHOLE.root(size)
    assert root_by_path(STD, LEAVES[index], index, size, [*path, LEAVES[0]]) is None
    assert path == [] or root_by_path(STD, LEAVES[index], index, size, path[:-1]) != WHOLE.root(size)


@given(st.data(), sizes)
def test_an_older_log_is_shown_to_be_the_beginning_and_another_is_not(data: st.DataObject, size: int) -> None:
    older = data.draw(st.integers(1, size))
    path = WHOLE.consistency(older, size)
    roots = (older, WHOLE.root(older)), (size, WHOLE.root(size))
    assert consistent(STD, *roots, path)
    assert not consistent(STD, (older, LEAVES[0] if older > 1 else LEAVES[1]), roots[1], path)
    assert not consistent(STD, *roots, [*path, LEAVES[0]])
    assert older == size or not consistent(STD, *roots, path[:-1])


@settings(max_examples=25)
@given(st.lists(st.integers(1, 700), max_size=6))
def test_however_a_log_grows_its_tiles_are_the_same(steps: list[int]) -> None:
    assert log_of(LEAVES, *steps) == log_of(LEAVES)


@given(st.integers(1, 1 << 40))
def test_a_log_of_any_size_knows_the_width_of_its_last_tiles(size: int) -> None:
    for place in edges(size):
        assert 0 < expected_width(place, size) < WIDTH
        assert expected_width(Place(place.level, place.number + 1), size) == 0
        assert place.number == 0 or expected_width(Place(place.level, place.number - 1), size) == WIDTH


@given(sizes, sizes)
def test_what_changed_between_two_sizes_is_what_the_tiles_say(before: int, after: int) -> None:
    before, after = sorted((before, after))
    older, newer = log_of(LEAVES[:before]), log_of(LEAVES[:after])
    assert set(grown_places(before, after)) == {place for place in newer if newer[place] != older.get(place)}


def test_a_missing_tile_is_named() -> None:
    with pytest.raises(TileMissing) as missing:
        Tree(STD, {}).root(300)
    assert missing.value.place == Place(1, 0)


def test_tiles_of_another_size_are_refused() -> None:
    with pytest.raises(ValueError, match="tile 0/0 has 0 bytes"):
        grown(STD, {}, 5, LEAVES[:1])


def test_the_suite_is_one_of_two_and_a_constant() -> None:
    gm = suite_named("gm")
    assert gm.leaf(b"").hex() == "2daef60e7a0b8f5e024c81cd2ab3109f2b4f155cf83adeb2ae5532f74a157fdf"
    assert len({gm.leaf(b""), STD.leaf(b""), gm.empty, STD.empty}) == 4
    leaves = gm.leaves([b"1", b"2", b"3"])
    tree = Tree(gm, grown(gm, {}, 0, leaves))
    assert tree.root(3) == defined_root(leaves, gm)
    assert len(STD.empty) == HASH_BYTES
    with pytest.raises(StartRefused, match="std or gm"):
        suite_named("md5")
