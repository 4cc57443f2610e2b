"""`xinyong schema check --subgraphs`: what a new or changed subgraph would change and break."""

import json
from pathlib import Path

import pytest

from connectors.subgraph import Subgraph
from gateway.__main__ import main
from gateway.federation.composition import compose

_LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable"])\n'
_TAX = _LINK + 'type Query { firm: Firm } type Firm @key(fields: "code") { code: ID! debt: Int }'
_COURTS = _LINK + 'type Firm @key(fields: "code") { code: ID! suits: Int name: String }'


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    _write(tmp_path / "city.json", tax=_TAX, courts=_COURTS)
    return tmp_path


def _write(file: Path, **sdls: str) -> None:
    listed = [{"name": name, "url": f"http://{name}.example", "sdl": sdl} for name, sdl in sdls.items()]
    file.write_text(json.dumps(listed), encoding="utf-8")


def _check(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["schema", "check", *arguments])
    return int(ended.value.code or 0)


def test_subgraphs_that_compose_are_fine(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert folder.is_dir()
    assert _check("--subgraphs", "city.json") == 0
    assert capsys.readouterr().out == "The subgraphs compose: nothing to compare with, 0 breaking, 0 hints.\n"


def test_a_new_subgraph_shows_what_it_adds(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "water.graphql").write_text(
        _LINK + 'type Firm @key(fields: "code") { code: ID! used: Int } type Query { meters: Int }', encoding="utf-8"
    )
    assert _check("--subgraphs", "city.json", "--with", "water=water.graphql") == 0
    assert capsys.readouterr().out.splitlines() == [
        "safe       added    Firm.used     Field Firm.used was added.",
        "safe       added    Query.meters  Field Query.meters was added.",
        "The subgraphs compose: 2 changes, 0 breaking, 0 hints.",
    ]


def test_a_changed_subgraph_shows_whom_it_breaks(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "courts.graphql").write_text(_COURTS.replace("suits: Int", "suits(year: Int!): Int"), encoding="utf-8")
    assert _check("--subgraphs", "city.json", "--with", "courts=courts.graphql") == 1
    told = capsys.readouterr()
    assert told.out.startswith("breaking   added    Firm.suits(year:)  A required argument")
    assert told.err == "1 breaking change(s).\n"


def test_a_subgraph_that_does_not_compose_is_refused_with_every_mend(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "courts.graphql").write_text(_COURTS.replace("name", "debt"), encoding="utf-8")
    assert _check("--subgraphs", "city.json", "--with", "courts=courts.graphql") == 1
    told = capsys.readouterr()
    lines = told.out.splitlines()
    assert [line.partition(":")[0] for line in lines] == [
        "FIELD_TYPE_MISMATCH at Firm.debt (tax, courts)",
        "    mend",
        "INVALID_FIELD_SHARING at Firm.debt (tax, courts)",
        "    mend",
    ]
    assert told.err == "2 problem(s).\n"


def test_subgraphs_are_compared_with_others_and_with_a_supergraph(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _write(folder / "old.json", tax=_TAX.replace("debt: Int", "debt: Int owed: Int"), courts=_COURTS)
    supergraph = compose([Subgraph("tax", "", _TAX), Subgraph("courts", "", _COURTS)]).supergraph
    (folder / "old.graphql").write_text(supergraph, encoding="utf-8")
    assert _check("--subgraphs", "city.json", "--against", "old.json") == 1
    assert "Field Firm.owed was removed." in capsys.readouterr().out
    assert _check("--subgraphs", "city.json", "--against", "old.graphql") == 0
    assert "0 changes" in capsys.readouterr().out


def test_what_did_not_compose_before_is_not_compared_with(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _write(folder / "broken.json", tax=_TAX, courts=_COURTS.replace("name", "debt"))
    (folder / "courts.graphql").write_text(_COURTS, encoding="utf-8")
    assert _check("--subgraphs", "broken.json", "--with", "courts=courts.graphql") == 0
    assert "nothing to compare with" in capsys.readouterr().out


def test_a_program_reads_the_same(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "courts.graphql").write_text(_COURTS.replace("suits: Int", "suits: Int!"), encoding="utf-8")
    (folder / "water.graphql").write_text(_LINK + "type Query { meters: Int }", encoding="utf-8")
    told = [
        "--subgraphs",
        "city.json",
        "--json",
        "--with",
        "courts=courts.graphql",
        "--with",
        "water=water.graphql",
    ]
    assert _check(*told) == 0
    tree = json.loads(capsys.readouterr().out)
    assert tree["fine"]
    assert tree["composes"]
    assert {each["coordinate"]: each["kind"] for each in tree["changes"]} == {
        "Firm.suits": "changed",
        "Query.meters": "added",
    }


def test_a_program_reads_problems_in_both_languages(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "courts.graphql").write_text("type Firm {", encoding="utf-8")
    assert _check("--subgraphs", "city.json", "--json", "--with", "courts=courts.graphql") == 1
    tree = json.loads(capsys.readouterr().out)
    assert [(each["code"], each["subgraphs"]) for each in tree["problems"]] == [("INVALID_GRAPHQL", ["courts"])]
    assert set(tree["problems"][0]["message"]) == set(tree["problems"][0]["mend"]) == {"en", "zh"}


def test_what_composes_and_is_not_served_is_told_and_not_fine(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    guarded = _TAX.replace('"@shareable"', '"@authenticated"').replace("debt: Int", "debt: Int @authenticated")
    (folder / "tax.graphql").write_text(guarded, encoding="utf-8")
    assert _check("--subgraphs", "city.json", "--with", "tax=tax.graphql") == 1
    told = capsys.readouterr()
    lines = told.out.splitlines()
    assert lines[0].startswith("UNSUPPORTED_LINKED_FEATURE at Firm.debt: ")
    assert lines[1].startswith("    mend: Take the directive out")
    assert lines[2] == "The subgraphs compose: 0 changes, 0 breaking, 0 hints."
    assert told.err == "1 problem(s).\n"
    assert _check("--subgraphs", "city.json", "--with", "tax=tax.graphql", "--json") == 1
    tree = json.loads(capsys.readouterr().out)
    assert (tree["fine"], tree["composes"]) == (False, True)
    assert [(each["code"], each["coordinate"]) for each in tree["unserved"]] == [
        ("UNSUPPORTED_LINKED_FEATURE", "Firm.debt")
    ]


def test_hints_are_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "courts.graphql").write_text(_LINK + "type Query { suits: Int } enum Rank { A }", encoding="utf-8")
    assert _check("--subgraphs", "city.json", "--with", "clerk=courts.graphql") == 0
    assert 'hint: UNUSED_ENUM_TYPE at Rank (clerk): Enum "Rank" is not used' in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments",
    [
        ["--subgraphs", "nowhere.json"],
        ["--subgraphs", "tax.graphql"],
        ["--subgraphs", "number.json"],
        ["--subgraphs", "lacking.json"],
        ["--subgraphs", "empty.json"],
        ["--subgraphs", "bytes.json"],
        ["--subgraphs", "city.json", "--with", "tax"],
        ["--subgraphs", "city.json", "--with", "tax=nowhere.graphql"],
        ["--subgraphs", "city.json", "--against", "tax.graphql"],
        ["--subgraphs", "city.json", "tax.graphql"],
        ["--with", "tax=tax.graphql"],
        ["--json"],
    ],
    ids=" ".join,
)
def test_misuse_ends_with_two(folder: Path, arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "tax.graphql").write_text(_TAX, encoding="utf-8")
    (folder / "number.json").write_text("7", encoding="utf-8")
    (folder / "lacking.json").write_text('[{"name": "tax"}]', encoding="utf-8")
    (folder / "empty.json").write_text("[]", encoding="utf-8")
    (folder / "bytes.json").write_bytes(b"\xff\xfe\x00")
    assert _check(*arguments) == 2
    assert "Usage:" in capsys.readouterr().err
