"""The settings of one gateway, read once at the start; nothing else reads the environment.

A YAML file (``--config``, ``XINYONG_CONFIG`` or ``xinyong.yaml``) and over it variables
``XINYONG_SECTION__KEY``. Unknown keys are refused and all problems are named at once. An empty
variable counts as not given; ``XINYONG_TEST_*`` belongs to the tests and is ignored. Relative paths
start at the working directory. docs/settings.md lists every setting, kept true by a test.
"""

import contextlib
import difflib
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Literal, NamedTuple, Self, cast
from urllib.parse import urlsplit

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator
from pydantic_core import ErrorDetails

from gateway.errors import SettingsError
from schema.catalogue import RECORDS
from schema.disclosure import Standing
from schema.retention import Anchor

__all__ = [
    "Anchors",
    "Audit",
    "Auth",
    "Cache",
    "Collection",
    "ConnectorSource",
    "Database",
    "Evidence",
    "Foreign",
    "Keys",
    "Limits",
    "Obligations",
    "Oidc",
    "Redis",
    "ReportingAgency",
    "ReportingOverride",
    "Retention",
    "Row",
    "Rules",
    "Server",
    "Settings",
    "Telemetry",
    "Workbooks",
    "load",
    "load_from",
    "rows",
]

_PREFIX = "XINYONG_"
_CONFIG = "XINYONG_CONFIG"
_NOT_SETTINGS = ("XINYONG_TEST_", _CONFIG)
_ALIASES = {
    "XINYONG_DATABASE_URL": ("database", "url"),
    "XINYONG_REDIS_URL": ("redis", "url"),
}
_DEFAULT_FILE = Path("xinyong.yaml")
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_DATABASES = ("sqlite", "sqlite+aiosqlite", "postgresql", "postgresql+asyncpg")

Seconds = Annotated[float, Field(gt=0, le=3600, allow_inf_nan=False)]
Count = Annotated[int, Field(ge=1)]
AgencyCode = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]*$")]


class _Section(BaseModel):
    """What all sections share: they do not change, and know no key but their own."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, populate_by_name=True)


def _known_database(url: str) -> str:
    scheme, separator, rest = url.partition("://")
    if not separator or not rest or scheme not in _DATABASES:
        message = "write sqlite:///PATH or postgresql://USER@HOST:PORT/NAME"
        raise ValueError(message)
    return url


class Database(_Section):
    """Where the gateway keeps what is its own: the trail, papers, subjects."""

    url: str = Field(
        default="sqlite:///var/xinyong.sqlite",
        description="Address of the gateway's own database: sqlite:///PATH or postgresql://USER@HOST:PORT/NAME. "
        "A password stands in the file that PGPASSFILE names, not here",
    )
    known_url = field_validator("url")(_known_database)

    @property
    def is_postgresql(self) -> bool:
        """Whether it is PostgreSQL, which several processes may share."""
        return self.url.startswith("postgresql")


class Redis(_Section):
    """Where rows of agencies are kept between questions when processes share them."""

    url: str | None = Field(
        default=None,
        description="Address of Redis: redis://HOST:PORT/DB, rediss:// or unix://; none: rows are kept in process",
        pattern=r"^(redis|rediss|unix)://.+",
    )


class ConnectorSource(_Section):
    """How one agency's data are reached."""

    url: str = Field(description="Address of the agency's database: sqlite:///PATH or postgresql://USER@HOST:PORT/NAME")
    deadline_s: Seconds = Field(
        default=1.0, description="Seconds to wait for the agency before its fields are given up"
    )
    lifetime_s: float = Field(
        default=60.0,
        ge=0,
        le=86_400,
        description="Seconds that a row of the agency may be answered from the cache; 0 keeps none",
    )
    lanes: Count = Field(
        default=2,
        description="Statements that may run at the agency at the same time, for each process; behind a second wall "
        "so many connections are held for each of its roles",
    )
    known_url = field_validator("url")(_known_database)


class Oidc(_Section):
    """How people log in with a browser: OpenID Connect, the authorization code flow with PKCE (contract section 3)."""

    client_id: str | None = Field(
        default=None, description="The gateway's name at the issuer; none: nobody logs in with a browser"
    )
    client_secret_file: Path | None = Field(
        default=None, description="File with the gateway's secret at the issuer; none: a public client, by PKCE alone"
    )
    scopes: str = Field(
        default="openid profile",
        description="Scopes asked for, openid among them; the ID token must carry the claims of a token",
        pattern=r"^([!#-\[\]-~]+ )*openid( [!#-\[\]-~]+)*$",
    )


class Auth(_Section):
    """Whose tokens are believed (contract section 4)."""

    issuer: str | None = Field(
        default=None, description="The `iss` of tokens that are believed; none: all are the public"
    )
    audience: str = Field(default="xinyong", description="The `aud` that a token must name")
    jwks_file: Path | None = Field(default=None, description="File with the issuer's public keys (JWKS)")
    jwks_url: str | None = Field(
        default=None,
        description="Address of the issuer's public keys (JWKS), http:// or https://, read once at the start",
        pattern=r"^https?://.+",
    )
    oidc: Oidc = Oidc()
    session_s: int = Field(
        default=28_800,
        ge=60,
        le=86_400,
        description="Seconds that a browser stays logged in at most; never longer than its token",
    )

    @model_validator(mode="after")
    def one_set_of_keys(self) -> Self:
        """Refuse an issuer without keys, keys without an issuer, and two sets of keys."""
        sets = sum(each is not None for each in (self.jwks_file, self.jwks_url))
        if self.issuer is not None and sets != 1:
            message = "an issuer needs either jwks_file or jwks_url"
            raise ValueError(message)
        if self.issuer is None and sets:
            message = "keys need the issuer whose they are: set issuer"
            raise ValueError(message)
        if self.oidc.client_id is not None and not (self.issuer or "").startswith(("https://", "http://")):
            message = "oidc.client_id needs the issuer's address: set issuer to https://..."
            raise ValueError(message)
        return self


class Keys(_Section):
    """The gateway's own secrets."""

    folder: Path = Field(
        default=Path("var/keys"),
        description="Folder of the key files (pseudonyms, month keys, cursors), made at the first start with mode 0600",
    )


class Evidence(_Section):
    """Files that prove papers (Art. 18)."""

    folder: Path | None = Field(
        default=None,
        description="Folder of the files that prove papers, sealed, made at the first start with mode 0700, which all "
        "processes share; none: the folder `evidence` beside keys.folder",
    )
    file_bytes: Count = Field(default=10_485_760, description="Bytes of one file of evidence")


class Server(_Section):
    """Where the doors stand."""

    host: str = Field(default="127.0.0.1", description="Address that is listened on")
    port: int = Field(default=8000, ge=0, le=65_535, description="Port that is listened on; 0 takes a free one")
    workers: Count = Field(default=1, description="Processes; more than one needs PostgreSQL")
    public_url: str | None = Field(
        default=None,
        description="Address by which browsers reach the gateway, https://HOST; http:// on the loopback only",
    )

    @field_validator("public_url")
    @classmethod
    def reached_in_private(cls, url: str | None) -> str | None:
        """Refuse an address with a path, or one by which a session could be overheard."""
        if url is None:
            return None
        parts = urlsplit(url)
        loopback = parts.hostname in _LOOPBACK
        if not parts.hostname or url != f"{parts.scheme}://{parts.netloc}" or "@" in parts.netloc:
            message = "write https://HOST or https://HOST:PORT, without a path"
            raise ValueError(message)
        if parts.scheme != "https" and not (parts.scheme == "http" and loopback):
            message = "write https://: http:// is for the loopback only"
            raise ValueError(message)
        return url


class Anchors(_Section):
    """Where checkpoints of the log are laid down outside (R19.10)."""

    folder: Path | None = Field(
        default=None,
        description="Folder for checkpoints and tiles, best on a volume of another department that only adds; "
        "none: no folder",
    )
    url: str | None = Field(
        default=None,
        description="Address to which signed checkpoints are posted, http:// or https://; none: nowhere",
        pattern=r"^https?://.+",
    )
    every_s: Seconds = Field(default=60.0, description="Seconds from one anchored checkpoint to the next")


class Audit(_Section):
    """How the trail is kept (Art. 19)."""

    deadline_s: Seconds = Field(
        default=2.0, description="Seconds to wait for an entry to be durable, then the answer is refused"
    )
    require_standby: bool = Field(
        default=False,
        description="Whether entries are kept only while PostgreSQL has synchronous_standby_names; without it they may "
        "be lost with the primary",
    )
    seal_s: Seconds = Field(default=2.0, description="Seconds from one sealing of new entries to the next (R19.10)")
    origin: str = Field(
        default="xinyong.invalid/trail",
        description="Name of the log in its checkpoints, best an address of the city's own without scheme; "
        "a constant of the log",
        pattern=r"^[^\s+]+$",
    )
    suite: Literal["std", "gm"] = Field(
        default="std", description="How the log hashes: std (SHA-256) or gm (SM3); a constant of the log"
    )
    anchors: Anchors = Anchors()


class Retention(_Section):
    """How long individuals' negative records are kept (Art. 20)."""

    anchor: Anchor = Field(
        default=Anchor.END,
        description="From when the five years count: END (of the conduct or event, else the record's own day) or "
        "DECISION (the record's own day whatever followed, which protects the person more) (Art. 20)",
    )
    daily: bool = Field(
        default=True,
        description="Whether the running gateway deletes once a day what has expired; `xinyong expire` does it too",
    )


class Rules(_Section):
    """The platform's own rules (Art. 14)."""

    file: Path | None = Field(
        default=None,
        description="File with the register of the platform's rules, one for each of the seven matters of Art. 14 "
        "(YAML, as gateway/collection/rulebook/rules.yaml); none: the rules that are shipped",
    )


class Limits(_Section):
    """How large one operation may be."""

    body_bytes: Count = Field(default=1_048_576, description="Bytes of a request's body")
    body_s: Seconds = Field(
        default=900.0,
        description="Seconds in which a file, a form or a submission must be there; it ends with 408 else",
    )
    body_pace: Count = Field(
        default=1_024,
        description="Bytes a second at which any body must come on the whole, after its first ten seconds",
    )
    question_s: Seconds = Field(
        default=30.0, description="Seconds in which the body of a question must be there; it ends with 408 else"
    )
    tokens: Count = Field(default=20_000, description="Lexical tokens of a document")
    depth: Count = Field(default=20, description="Nested selections of an operation")
    aliases: Count = Field(default=200, description="Aliases in an operation")
    root_fields: Count = Field(default=100, description="Root fields of an operation")
    directives: Count = Field(default=200, description="Directives in an operation")
    fields: Count = Field(default=10_000, description="Fields of a document, its fragments expanded")
    cost: Count = Field(default=1_000_000, description="Objects of an answer whose lists are as long as asked")
    subjects: int = Field(default=100, ge=1, le=100, description="Subjects asked for at once with `subjects`")
    subjects_per_hour: Count | None = Field(
        default=10_000,
        description="Distinct subjects that one client may ask about in an hour, for each process; none: any number",
    )
    introspection: tuple[Standing, ...] = Field(
        default=tuple(Standing), description="Standings to which the graph describes itself (`__schema`, `__type`)"
    )


class Workbooks(_Section):
    """How much of a workbook that an agency sends is read (R12.7)."""

    rows: int = Field(default=50_000, ge=1, le=99_000, description="Rows of one workbook")
    file_bytes: Count = Field(default=20_971_520, description="Bytes of one workbook")
    unpacked_bytes: Count = Field(default=268_435_456, description="Bytes of all that a workbook unpacks to")


class Cache(_Section):
    """How long and how many rows of agencies are kept between questions."""

    enabled: bool = Field(default=True, description="Whether rows of agencies are kept between questions")
    entries: Count = Field(
        default=100_000, description="Entries kept in process, one a connector, record type and subject"
    )


Mode = Literal["SYSTEM", "BATCH", "MANUAL"]


class ReportingAgency(_Section):
    """One agency that reports: what the catalogue does not say of it (Art. 2, 12(1))."""

    name: str | None = Field(default=None, description="The agency's Chinese name; none: the catalogue's")
    mode: Mode | None = Field(
        default=None,
        description="How it reports: SYSTEM, BATCH or MANUAL; none: SYSTEM where its connector serves a record type, "
        "which is then read live and not taken in, else BATCH",
    )
    modes: Mapping[str, Mode] = Field(
        default_factory=dict, description="How it reports single record types, by their names"
    )
    records: tuple[str, ...] = Field(
        default=(), description="Record types that it may report besides its own and those of any agency (Art. 2)"
    )

    @model_validator(mode="after")
    def of_the_catalogue(self) -> Self:
        """Refuse record types that the catalogue does not know."""
        unknown = sorted({*self.records, *self.modes} - RECORDS.keys())
        if unknown:
            message = f"the catalogue knows no {', '.join(unknown)}: `xinyong catalogue export` lists all"
            raise ValueError(message)
        return self


class Collection(_Section):
    """What agencies report (Art. 10 to 12)."""

    agencies: Mapping[AgencyCode, ReportingAgency] = Field(
        default_factory=dict, description="By its code, an agency that reports; the catalogue's own are known"
    )
    body_bytes: Count = Field(default=268_435_456, description="Bytes of one submission that is sent as JSON lines")
    json_bytes: Count = Field(default=8_388_608, description="Bytes of one submission that is a single JSON document")
    rows: Count = Field(default=200_000, description="Rows of one submission")
    atomic_rows: Count = Field(default=5_000, description="Rows of a submission of which all are to be taken, or none")
    sync_s: int = Field(
        default=86_400,
        ge=0,
        description="Seconds from one synchronisation with connected systems to the next (Art. 12: daily); 0: never",
    )


class ReportingOverride(_Section):
    """Another law's time limit for one record type (R12.5)."""

    days: int = Field(ge=1, le=365, description="How many days after the period or the decision")
    unit: Literal["WORKING", "CALENDAR"] = Field(default="WORKING", description="Working days or calendar days")
    legal_basis: str = Field(min_length=4, max_length=200, description="The law that sets it")


class Obligations(_Section):
    """By when agencies report, and how they are reminded (Art. 12, 13)."""

    since: date | None = Field(
        default=None,
        description="The day from which duties count where nothing is written down yet; none: the first start",
    )
    grace_working_days: int = Field(
        default=5, ge=1, le=60, description="Working days that a reminder leaves before a report is drafted (Art. 13)"
    )
    overrides: Mapping[str, ReportingOverride] = Field(
        default_factory=dict,
        description="By record type, another law's time limit: {days, unit: WORKING or CALENDAR, legal_basis}; the "
        "shorter one holds",
    )
    sender: str = Field(default="郑州市信用中心", min_length=2, description="Who signs reminders and reports")
    government: str = Field(default="市政府", min_length=2, description="To whom reports are made")
    reminder_prefix: str = Field(default="信催", min_length=1, description="How the numbers of reminders begin")
    report_prefix: str = Field(default="信报", min_length=1, description="How the numbers of reports begin")
    every_s: Seconds = Field(
        default=60.0, description="Seconds from one look at receipts, calendar and clock to the next"
    )

    @field_validator("overrides")
    @classmethod
    def of_the_catalogue(cls, overrides: Mapping[str, ReportingOverride]) -> Mapping[str, ReportingOverride]:
        """Refuse record types that the catalogue does not know."""
        unknown = sorted(overrides.keys() - RECORDS.keys())
        if unknown:
            message = f"the catalogue knows no {', '.join(unknown)}: `xinyong catalogue export` lists all"
            raise ValueError(message)
        return overrides


class Foreign(_Section):
    """A graph that a city brings along, served instead of the credit graph, unchanged and open to all."""

    supergraph: Path | None = Field(
        default=None, description="File with the supergraph (SDL of the join specification) to be served instead"
    )
    subgraphs: Path | None = Field(
        default=None, description="File with the subgraphs to be composed and served: a JSON list of {name, url, sdl}"
    )
    deadline_s: Seconds = Field(
        default=5.0, description="Seconds to wait for one answer of a subgraph, from the first to the last byte"
    )
    operation_s: Seconds = Field(default=30.0, description="Seconds that a whole operation may take")
    response_bytes: Count = Field(default=16_777_216, description="Bytes of one answer of a subgraph, unpacked")
    connections: Count = Field(default=64, description="Connections to one subgraph at once, for each process")
    passed_headers: tuple[Annotated[str, Field(pattern=r"^[A-Za-z0-9-]+$")], ...] = Field(
        default=(), description="Headers of a request that its subgraphs see too, beside traceparent; never a cookie"
    )

    @model_validator(mode="after")
    def one_graph_and_no_cookie(self) -> Self:
        """Refuse two graphs at once, and cookies, which are between a browser and this gateway."""
        if self.supergraph is not None and self.subgraphs is not None:
            message = "a graph comes either from supergraph or from subgraphs: remove one"
            raise ValueError(message)
        if any(name.lower() in ("cookie", "set-cookie") for name in self.passed_headers):
            message = "passed_headers: a cookie is never passed on: remove it"
            raise ValueError(message)
        return self

    @property
    def is_served(self) -> bool:
        """Whether there is such a graph."""
        return self.supergraph is not None or self.subgraphs is not None


class Telemetry(_Section):
    """Where copies of the spans go."""

    otlp_endpoint: str | None = Field(
        default=None,
        description="OTLP/HTTP address of an OpenTelemetry collector; without one no span leaves",
        pattern=r"^https?://.+",
    )


class Settings(_Section):
    """Every setting of one gateway."""

    database: Database = Database()
    redis: Redis = Redis()
    connectors: Mapping[AgencyCode, ConnectorSource] = Field(
        default_factory=dict, description="By the agency's catalogue code, how its data are reached"
    )
    auth: Auth = Auth()
    keys: Keys = Keys()
    evidence: Evidence = Evidence()
    server: Server = Server()
    audit: Audit = Audit()
    retention: Retention = Retention()
    rules: Rules = Rules()
    limits: Limits = Limits()
    workbooks: Workbooks = Workbooks()
    cache: Cache = Cache()
    collection: Collection = Collection()
    obligations: Obligations = Obligations()
    foreign: Foreign = Foreign()
    telemetry: Telemetry = Telemetry()
    allow_synthetic_region: bool = Field(
        default=False, description="Whether codes of the made-up region of synthetic data pass; never on real data"
    )
    demo: bool = Field(default=False, description="Whether this is the demonstration, with its own key for tokens")
    as_of: date | None = Field(
        default=None, description="The day taken for today, in the demonstration only; none: the clock"
    )

    @property
    def centre(self) -> ConnectorSource:
        """How the credit centre's own records are reached: in the gateway's database where nothing else is said."""
        return self.connectors.get("CREDIT_CENTRE", ConnectorSource(url=self.database.url))

    @property
    def evidence_folder(self) -> Path:
        """The folder of the files that prove papers."""
        return self.evidence.folder or self.keys.folder.parent / "evidence"

    @model_validator(mode="after")
    def fits_together(self) -> Self:
        """Refuse settings that contradict each other."""
        problems = []
        if self.server.workers > 1 and not self.database.is_postgresql:
            problems.append("server.workers above 1 needs PostgreSQL: set database.url to postgresql://...")
        if self.audit.require_standby and not self.database.is_postgresql:
            problems.append("audit.require_standby needs PostgreSQL: set database.url to postgresql://...")
        if self.as_of is not None and not self.demo:
            problems.append("as_of is for the demonstration only, or terms would never end: remove it, or set demo")
        if self.auth.oidc.client_id is not None and self.server.public_url is None:
            problems.append("auth.oidc needs server.public_url: the issuer sends people back there")
        if problems:
            raise ValueError("; ".join(problems))
        return self


_BY_AGENCY: Mapping[str, type[_Section]] = {"connectors": ConnectorSource, "agencies": ReportingAgency}
"""Settings that go by an agency's code, and what each agency has there."""


class Row(NamedTuple):
    """One line of docs/settings.md."""

    name: str
    variable: str
    default: str
    meaning: str


def load(config: Path | None = None, environ: Mapping[str, str] = os.environ) -> Settings:
    """Give the settings of file and environment together.

    Raises:
        SettingsError: naming every problem with its cure.

    """
    tree = _from_file(_chosen_file(config, environ))
    variables: dict[tuple[str, ...], str] = {}
    for path, (name, value) in _from_environment(environ):
        _place(tree, path, value)
        variables[path] = name
    return _validated(tree, variables)


def load_from(settings: Settings, over: Mapping[str, Mapping[str, object]]) -> Settings:
    """Give *settings* with some keys of some sections replaced, checked again as a whole.

    Raises:
        SettingsError: naming every problem.

    """
    tree = settings.model_dump(by_alias=True)
    for section, values in over.items():
        tree[section] = {**tree[section], **values}
    return _validated(tree, {})


@contextlib.contextmanager
def handed_down(settings: Settings) -> Iterator[None]:
    """Let processes that start meanwhile read just these settings: from a file that only this user can read."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "xinyong.yaml"
        file.touch(mode=0o600)
        file.write_text(yaml.safe_dump(settings.model_dump(mode="json", by_alias=True)), encoding="utf-8")
        own = [name for name in os.environ if _is_setting(name) or name == _CONFIG]
        inherited = {name: os.environ.pop(name) for name in own}
        os.environ[_CONFIG] = str(file)
        try:
            yield
        finally:
            del os.environ[_CONFIG]
            os.environ.update(inherited)


def _is_setting(name: str) -> bool:
    return name.startswith(_PREFIX) and not name.startswith(_NOT_SETTINGS)


def rows() -> Iterator[Row]:
    """Give every setting with its variable, default and meaning, in the order of the classes."""
    yield from _rows_of(Settings, ())


def _validated(tree: Mapping[str, object], variables: Mapping[tuple[str, ...], str]) -> Settings:
    try:
        return Settings.model_validate(tree)
    except ValidationError as invalid:
        raise SettingsError([_problem(each, variables) for each in invalid.errors()]) from None


def _chosen_file(config: Path | None, environ: Mapping[str, str]) -> Path | None:
    named = config or (Path(environ["XINYONG_CONFIG"]) if environ.get("XINYONG_CONFIG") else None)
    if named is None:
        return _DEFAULT_FILE if _DEFAULT_FILE.is_file() else None
    if not named.is_file():
        raise SettingsError([f"{named}: no such file; --config and XINYONG_CONFIG name a YAML file"])
    return named


def _from_file(path: Path | None) -> dict[str, object]:
    if path is None:
        return {}
    try:
        tree = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as broken:
        raise SettingsError([f"{path}: not YAML: {' '.join(str(broken).split())}"]) from None
    if tree is None:
        return {}
    if not isinstance(tree, dict):
        raise SettingsError([f"{path}: write sections with keys, as in deploy/xinyong.yaml"])
    return cast("dict[str, object]", tree)


def _from_environment(environ: Mapping[str, str]) -> Iterator[tuple[tuple[str, ...], tuple[str, object]]]:
    for name in sorted(environ):
        text = environ[name].strip()
        if not name.startswith(_PREFIX) or name.startswith(_NOT_SETTINGS) or not text:
            continue
        path = _ALIASES.get(name) or _path(name.removeprefix(_PREFIX).split("__"))
        yield path, (name, _value(name, text))


def _path(parts: list[str]) -> tuple[str, ...]:
    """Lower the parts of a variable's name, but keep an agency's code as it is."""
    return tuple(
        part if place and parts[place - 1].lower() in _BY_AGENCY else part.lower() for place, part in enumerate(parts)
    )


def _value(name: str, text: str) -> object:
    """Read a list or mapping as YAML; leave any other text for the field's own type."""
    if not text.startswith(("[", "{")):
        return text
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as broken:
        raise SettingsError([f"{name}: not YAML: {' '.join(str(broken).split())}"]) from None


def _place(tree: dict[str, object], path: tuple[str, ...], value: object) -> None:
    branch = tree
    for part in path[:-1]:
        below = branch.get(part)
        if not isinstance(below, dict):
            below = branch[part] = {}
        branch = cast("dict[str, object]", below)
    branch[path[-1]] = value


def _problem(error: ErrorDetails, variables: Mapping[tuple[str, ...], str]) -> str:
    path = tuple(str(part) for part in error["loc"] if part != "[key]")
    name = ".".join(path)
    variable = variables.get(path)
    place = f"{name} ({variable})" if variable else name
    if error["type"] == "extra_forbidden":
        return f"{place}: no such setting; {_nearest(name)}"
    words = error["msg"].removeprefix("Value error, ")
    return f"{place}: {words}" if place else words


def _nearest(name: str) -> str:
    close = difflib.get_close_matches(name, [row.name for row in rows()], n=1)
    return f"did you mean {close[0]}?" if close else "docs/settings.md lists all"


def _rows_of(section: type[BaseModel], path: tuple[str, ...]) -> Iterator[Row]:
    for key, field in section.model_fields.items():
        here = (*path, field.alias or key)
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from _rows_of(field.annotation, here)
            continue
        if key in _BY_AGENCY:
            yield from _rows_of(_BY_AGENCY[key], (*here, "AGENCY"))
            continue
        default = "required" if field.is_required() else _shown(field.get_default(call_default_factory=True))
        yield Row(".".join(here), _variable(here), default, field.description or "")


def _variable(path: Iterable[str]) -> str:
    path = tuple(path)
    alias = next((name for name, target in _ALIASES.items() if target == path), None)
    return alias or _PREFIX + "__".join(part.upper() for part in path)


def _shown(default: object) -> str:
    if default is None or default in ((), {}):
        return "none"
    if isinstance(default, tuple):
        return "[" + ", ".join(map(str, default)) + "]"
    return str(default).lower() if isinstance(default, bool) else str(default)
