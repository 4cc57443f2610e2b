import pytest
from click.testing import CliRunner
from starlette.applications import Starlette
from starlette.testclient import TestClient

from gateway.__main__ import cli, main
from gateway.collection.workbooks import media_type, template
from gateway.web.workbooks import routes


def client() -> TestClient:
    return TestClient(Starlette(routes=routes()))


def test_a_template_is_given_to_anybody_as_a_file_to_be_saved() -> None:
    answer = client().get("/templates/TaxArrears.xlsx")
    assert (answer.status_code, answer.headers["content-type"]) == (200, media_type)
    assert answer.content == template("TaxArrears")
    assert answer.headers["content-disposition"].startswith('attachment; filename="TaxArrears.xlsx"')
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_template_that_has_not_changed_is_not_sent_again() -> None:
    door = client()
    tag = door.get("/templates/Honour.xlsx").headers["etag"]
    again = door.get("/templates/Honour.xlsx", headers={"if-none-match": tag})
    assert (again.status_code, again.content) == (304, b"")
    assert door.get("/templates/Branch.xlsx", headers={"if-none-match": tag}).status_code == 200


@pytest.mark.parametrize("name", ["NoSuchType.xlsx", "TaxArrears", "TaxArrears.xls", "..%2fapp.xlsx"])
def test_a_template_of_nothing_is_not_found_and_says_where_to_look(name: str) -> None:
    answer = client().get(f"/templates/{name}", headers={"accept-language": "zh"})
    assert answer.status_code == 404
    if name != "..%2fapp.xlsx":
        (error,) = answer.json()["errors"]
        assert error["extensions"]["code"] == "NOT_FOUND"
        assert "目录" in error["extensions"]["hint"]


def test_a_template_is_only_read() -> None:
    assert client().post("/templates/TaxArrears.xlsx", content=b"x").status_code == 405


def test_the_command_writes_the_same_template() -> None:
    told = CliRunner().invoke(cli, ["template", "TaxArrears"])
    assert told.exit_code == 0
    assert told.stdout_bytes == template("TaxArrears")


def test_the_command_names_the_nearest_record_type(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["template", "TaxArears"])
    assert ended.value.code == 1
    assert "did you mean TaxArrears?" in capsys.readouterr().err
