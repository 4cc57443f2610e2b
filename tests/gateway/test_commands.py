import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from gateway.__main__ import cli, main


@pytest.fixture(autouse=True)
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("XINYONG_DATABASE_URL", "XINYONG_REDIS_URL", "XINYONG_CONFIG"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def exit_of(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert isinstance(ended.value.code, int)
    return ended.value.code


@pytest.mark.parametrize(
    "command",
    [
        *("", "serve", "demo", "migrate", "check", "token", "schema print", "schema check", "catalogue export"),
        *(
            "explain",
            "expire",
            "audit hold",
            "audit release",
            "audit holds",
            "keys rotate",
            "keys rotate-log",
            "keys log",
            "template",
            "submit",
            "sync",
        ),
    ],
)
def test_every_command_explains_itself(command: str) -> None:
    told = CliRunner().invoke(cli, [*command.split(), "--help"])
    assert told.exit_code == 0
    assert told.output.startswith(f"Usage: cli {command}".rstrip())


@pytest.mark.parametrize(
    "arguments", [["nonsense"], ["explain"], ["serve", "--port", "65536"], ["--demo", "--config", "x", "check"]]
)
def test_misuse_ends_with_two(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_of(*arguments) == 2
    assert "Usage:" in capsys.readouterr().err


def test_a_refusal_ends_with_one_and_names_the_cure(capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_of("token", "tax-officer") == 1
    told = capsys.readouterr()
    assert "make demo" in told.err
    assert not told.out


def test_an_unknown_persona_is_told_who_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_of("token", "mayor", "--json") == 1
    assert "tax-officer" in capsys.readouterr().err


def test_the_claims_of_a_persona_can_be_read_by_a_program(capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_of("token", "tax-officer", "--json") == 0
    assert json.loads(capsys.readouterr().out)["org"] == "TAX"


def test_tokens_are_for_the_demonstration_only(empty_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    city = empty_folder / "city.yaml"
    city.write_text("keys: {folder: keys}")
    assert exit_of("--config", str(city), "token", "tax-officer") == 1
    assert "not of a demonstration" in capsys.readouterr().err
    assert not (empty_folder / "keys").exists()


def test_a_token_of_the_demonstration_is_printed_and_the_public_has_none(
    empty_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    city = empty_folder / "city.yaml"
    city.write_text("demo: true\nkeys: {folder: keys}")
    assert exit_of("--config", str(city), "token", "tax-officer") == 0
    assert capsys.readouterr().out.count(".") == 2
    assert exit_of("--config", str(city), "token", "public") == 0
    assert not capsys.readouterr().out


def test_every_problem_of_the_settings_is_printed_on_a_line_of_its_own(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XINYONG_SERVER__PROT", "1")
    monkeypatch.setenv("XINYONG_LIMITS__DEPTH", "deep")
    assert exit_of("check") == 1
    told = capsys.readouterr()
    assert "settings: server.prot" in told.out
    assert "settings: limits.depth" in told.out
    assert exit_of("migrate") == 1
    assert "did you mean server.port?" in capsys.readouterr().err


def test_a_healthy_house_has_no_problem(capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_of("check", "--json") == 0
    assert json.loads(capsys.readouterr().out) == {"problems": [], "notes": []}


def test_a_database_that_is_not_there_is_a_problem_and_no_stack_trace(capsys: pytest.CaptureFixture[str]) -> None:
    nowhere = "postgresql://nobody@127.0.0.1:1/nothing"
    Path("xinyong.yaml").write_text(f"database: {{url: '{nowhere}'}}")
    assert exit_of("check") == 1
    assert "database: cannot be used" in capsys.readouterr().out
    assert exit_of("migrate") == 1
    told = capsys.readouterr().err
    assert "database.url" in told
    assert "Traceback" not in told


def test_a_place_where_no_evidence_can_be_kept_is_a_problem(capsys: pytest.CaptureFixture[str]) -> None:
    Path("taken").write_text("")
    Path("xinyong.yaml").write_text("evidence: {folder: taken/evidence}")
    assert exit_of("check") == 1
    assert "taken is no folder in which files can be kept" in capsys.readouterr().out
    assert not Path("var/evidence").exists()


def test_migrate_makes_an_embedded_database(capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_of("migrate") == 0
    assert Path("var/xinyong.sqlite").is_file()
    assert "of this version" in capsys.readouterr().out


def test_a_shared_database_must_be_migrated_first(postgres_schema: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("xinyong.yaml").write_text(f"database: {{url: '{postgres_schema}'}}")
    assert exit_of("check") == 1
    assert "xinyong migrate" in capsys.readouterr().out
    assert exit_of("migrate") == 0
    capsys.readouterr()
    assert exit_of("check") == 0


def test_the_printed_graph_is_true(capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_of("schema", "check") == 0
    capsys.readouterr()
    assert exit_of("schema", "print") == 0
    Path("kept.graphql").write_text(capsys.readouterr().out.replace("viewer: Viewer!", "viewer: Viewer"))
    assert exit_of("schema", "check", "kept.graphql") == 1
    assert "viewer: Viewer!" in capsys.readouterr().out


def test_the_matrix_names_who_may_see_what_and_by_which_article(capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_of("explain", "--matrix", "--json") == 0
    matrix = json.loads(capsys.readouterr().out)["matrix"]
    public = {cell["tier"]: cell["opens"] for cell in matrix if cell["requester"] == "PUBLIC"}
    assert public["A"] == "ALWAYS"
    assert public["C"] != "ALWAYS"
    assert exit_of("explain", "--matrix") == 0
    printed = capsys.readouterr().out
    assert (
        "| recognised credit service | 经认定的信用服务机构 | recognition and purpose | yes | for a purpose |"
        in printed
    )
    assert all(cell["reason"] in printed and cell["reasonChinese"] in printed for cell in matrix)


def test_every_record_type_has_its_line_in_the_catalogue(capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_of("catalogue", "export") == 0
    assert len(capsys.readouterr().out.splitlines()) == 36
    assert exit_of("catalogue", "export", "--json") == 0
    assert len(json.loads(capsys.readouterr().out)["recordTypes"]) == 36


def test_an_unforeseen_error_is_told_in_one_line_unless_more_is_asked_for(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken() -> str:
        message = "the printer is on fire"
        raise RuntimeError(message)

    monkeypatch.setattr("schema.graph.print_graph", broken)
    assert exit_of("schema", "print") == 1
    told = capsys.readouterr().err
    assert "the printer is on fire" in told
    assert "--debug" in told
    with pytest.raises(RuntimeError, match="on fire"):
        main(["--debug", "schema", "print"])
