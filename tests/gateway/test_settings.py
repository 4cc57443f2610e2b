from pathlib import Path

import pydantic
import pytest

from gateway.errors import SettingsError
from gateway.settings import ConnectorSource, Settings, load, load_from, rows

POSTGRESQL = "postgresql://xinyong@db.example/xinyong"


def problems(environ: dict[str, str], config: Path | None = None) -> tuple[str, ...]:
    with pytest.raises(SettingsError) as refused:
        load(config, environ)
    return refused.value.problems


@pytest.fixture(autouse=True)
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def written(folder: Path, text: str) -> Path:
    path = folder / "city.yaml"
    path.write_text(text)
    return path


def test_nothing_given_is_a_gateway_of_its_own_in_one_folder() -> None:
    settings = load(None, {})
    assert settings.database.url == "sqlite:///var/xinyong.sqlite"
    assert settings.redis.url is None
    assert settings.limits.subjects == 100
    assert not settings.connectors


def test_the_three_ways_to_name_a_file_and_their_order(empty_folder: Path) -> None:
    (empty_folder / "xinyong.yaml").write_text("server: {port: 1}")
    assert load(None, {}).server.port == 1
    named = empty_folder / "named.yaml"
    named.write_text("server: {port: 2}")
    assert load(None, {"XINYONG_CONFIG": str(named)}).server.port == 2
    option = written(empty_folder, "server: {port: 3}")
    assert load(option, {"XINYONG_CONFIG": str(named)}).server.port == 3


def test_the_environment_stands_over_the_file(empty_folder: Path) -> None:
    file = written(empty_folder, "connectors: {TAX: {url: 'sqlite:///a', lanes: 3}}\nserver: {port: 1, host: here}")
    settings = load(
        file,
        {
            "XINYONG_SERVER__PORT": "9",
            "XINYONG_CONNECTORS__TAX__DEADLINE_S": "0.25",
            "XINYONG_CONNECTORS__MARKET_REGULATION__URL": "sqlite:///b",
            "XINYONG_DATABASE_URL": POSTGRESQL,
            "XINYONG_CACHE__ENABLED": "false",
        },
    )
    assert (settings.server.host, settings.server.port) == ("here", 9)
    assert settings.connectors["TAX"] == ConnectorSource(url="sqlite:///a", lanes=3, deadline_s=0.25)
    assert settings.connectors["MARKET_REGULATION"].url == "sqlite:///b"
    assert settings.database.is_postgresql
    assert settings.cache.enabled is False


def test_a_list_is_written_as_yaml_in_a_variable() -> None:
    settings = load(None, {"XINYONG_FOREIGN__PASSED_HEADERS": "[X-Case, X-Office]"})
    assert settings.foreign.passed_headers == ("X-Case", "X-Office")


def test_all_problems_are_named_at_once_and_where_they_stand(empty_folder: Path) -> None:
    file = written(empty_folder, "servr: {}\nlimits: {subjects: 101}\nconnectors: {tax: {url: 'sqlite:///a'}}")
    told = "\n".join(problems({"XINYONG_SERVER__PORT": "many", "XINYONG_REDIS__ULR": "x"}, file))
    for part in ("servr: no such", "limits.subjects", "connectors.tax", "(XINYONG_SERVER__PORT)"):
        assert part in told
    assert "redis.ulr (XINYONG_REDIS__ULR): no such setting; did you mean redis.url?" in told


def test_variables_of_the_tests_and_empty_ones_are_no_settings() -> None:
    assert load(None, {"XINYONG_TEST_POSTGRES_URL": POSTGRESQL, "XINYONG_REDIS_URL": " "}) == load(None, {})


@pytest.mark.parametrize(
    ("environ", "cure"),
    [
        ({"XINYONG_SERVER__WORKERS": "2"}, "needs PostgreSQL"),
        ({"XINYONG_AS_OF": "2026-01-01"}, "demonstration only"),
        ({"XINYONG_AUTH__ISSUER": "https://i.example"}, "jwks_file or jwks_url"),
        ({"XINYONG_AUTH__JWKS_FILE": "keys.json"}, "set issuer"),
        ({"XINYONG_DATABASE_URL": "mysql://a/b"}, "write sqlite:///PATH"),
        ({"XINYONG_DATABASE_URL": "sqlite://"}, "write sqlite:///PATH"),
        ({"XINYONG_CONNECTORS__TAX__DEADLINE_S": "nan"}, "connectors.TAX.deadline_s"),
        ({"XINYONG_CONNECTORS": "folder"}, "connectors"),
        ({"XINYONG_FOREIGN__PASSED_HEADERS": "[{"}, "not YAML"),
        ({"XINYONG_CONFIG": "nowhere.yaml"}, "no such file"),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_cure(environ: dict[str, str], cure: str) -> None:
    assert any(cure in each for each in problems(environ))


@pytest.mark.parametrize("text", ["- a\n- b", "a: [", "just words"])
def test_a_file_that_is_no_settings_is_refused_by_name(text: str, empty_folder: Path) -> None:
    (told,) = problems({}, written(empty_folder, text))
    assert "city.yaml" in told


def test_a_refusal_repeats_no_secret() -> None:
    told = problems({"XINYONG_DATABASE_URL": "mysql://me:hunter2@db/x", "XINYONG_REDIS_URL": "http://:hunter2@r"})
    assert "hunter2" not in "".join(told)


def test_settings_do_not_change() -> None:
    with pytest.raises(pydantic.ValidationError):
        load(None, {}).server.port = 1  # type: ignore[misc]  # what the test is about


def test_what_the_command_line_says_is_checked_like_the_rest() -> None:
    settings = load(None, {"XINYONG_CONNECTORS__TAX__URL": "sqlite:///a"})
    assert load_from(settings, {"server": {"port": 9}}).server.port == 9
    assert load_from(settings, {"server": {"port": 9}}).connectors == settings.connectors
    with pytest.raises(SettingsError, match="needs PostgreSQL"):
        load_from(settings, {"server": {"workers": 2}})


def test_every_setting_is_described() -> None:
    assert all(row.meaning for row in rows())
    assert len({row.name for row in rows()}) == len(list(rows()))
    assert isinstance(load(None, {}), Settings)
