import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from graphql import build_schema, parse, validate

import gateway
import gateway.errors
from gateway.__main__ import cli
from gateway.commands.matrix import matrix_lines
from gateway.errors import ClientError, GatewayError, ServiceError
from gateway.settings import rows
from schema.graph import print_graph

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#\s]+)")
PATH = re.compile(r"`((?:schema|connectors|gateway|tests|deploy|docs|\.ci)/[A-Za-z0-9_./-]*)`")
MADE_BY_THE_OPERATOR = "deploy/secrets/"
SECTION = re.compile(r"^## `([A-Z_]+)`$(.*?)(?=^## |\Z)", re.DOTALL | re.MULTILINE)


def documents() -> list[Path]:
    return [*sorted(ROOT.glob("*.md")), *sorted(DOCS.rglob("*.md")), *sorted((ROOT / "deploy").rglob("*.md"))]


def errors() -> Iterator[type[GatewayError]]:
    """Give every error of the gateway that has words of its own, wherever it is declared."""
    for module in pkgutil.walk_packages(gateway.__path__, "gateway."):
        if not module.name.endswith("__main__") and ".migrations" not in module.name:
            importlib.import_module(module.name)
    waiting: list[type[GatewayError]] = [ClientError, ServiceError]
    while waiting:
        kind = waiting.pop()
        waiting.extend(kind.__subclasses__())
        if kind.__module__.startswith("gateway.") and hasattr(kind, "code") and {"code", "said"} & vars(kind).keys():
            yield kind


def code_in(text: str) -> str:
    """Give only what stands in code: between backticks, or in a fenced block."""
    fenced = re.findall(r"^```\w*\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    rest = re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)
    return "\n".join([*fenced, *re.findall(r"`([^`\n]+)`", rest)])


def test_every_setting_has_its_line_and_no_line_is_left_over() -> None:
    told = [line for line in (DOCS / "settings.md").read_text().splitlines() if line.startswith("| `")]
    assert told == [f"| `{row.name}` | `{row.variable}` | `{row.default}` | {row.meaning} |" for row in rows()]


def test_every_error_says_in_the_documents_what_to_do() -> None:
    sections = dict(SECTION.findall((DOCS / "errors.md").read_text()))
    found = list(errors())
    assert len(found) > 20
    assert set(sections) == {kind.code for kind in found}
    for kind in found:
        for words in (kind.said.english, kind.said.chinese, kind.cure.english, str(kind.status)):
            assert words in sections[kind.code], f"docs/errors.md does not say {words!r} under {kind.code}"


def test_the_tree_of_errors_is_drawn_whole() -> None:
    drawn = set(re.findall(r"\b[A-Z][A-Za-z]+\b", str(gateway.errors.__doc__)))
    things = vars(gateway.errors)
    kinds = {name for name in things if isinstance(things[name], type) and issubclass(things[name], GatewayError)}
    assert {name for name in kinds if not name.startswith("_")} <= drawn


@pytest.mark.parametrize("document", documents(), ids=lambda path: path.name)
def test_what_a_document_names_is_there(document: Path) -> None:
    text = document.read_text()
    missing = [target for target in LINK.findall(text) if not (document.parent / target).exists()]
    named = [target for target in PATH.findall(text) if not target.startswith(MADE_BY_THE_OPERATOR)]
    missing += [target for target in named if not (ROOT / target).exists()]
    assert not missing


def test_every_make_target_in_a_document_is_in_the_makefile() -> None:
    targets = set(re.findall(r"^([a-z.-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    code = [code_in(document.read_text()) for document in documents()]
    named = {name for text in code for name in re.findall(r"\bmake (?:\w+=\S+ )*([a-z.][a-z-]*)", text)}
    assert {"demo", "test"} <= named <= targets


def test_every_command_in_a_document_is_one() -> None:
    code = [code_in(document.read_text()) for document in documents()]
    call = re.compile(r"\bxinyong (?:--demo |--debug |--config \S+ )*([a-z]+)\b")
    named = {name for text in code for name in call.findall(text)}
    assert {"serve", "check"} <= named <= set(cli.commands)


def test_every_query_in_a_document_is_of_the_graph() -> None:
    graph = build_schema(print_graph())
    texts = [document.read_text() for document in documents()]
    queries = [
        query for text in texts for query in re.findall(r"^```graphql\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    ]
    queries += [
        sent.replace('\\"', '"') for text in texts for sent in re.findall(r'"query": "((?:[^"\\]|\\.)*)"', text)
    ]
    assert queries
    for query in queries:
        assert not validate(graph, parse(query)), query


def test_the_matrix_in_the_documents_is_the_one_that_is_kept() -> None:
    page = (DOCS / "access.md").read_text(encoding="utf-8")
    told = page.partition("<!-- the matrix -->\n")[2].partition("<!-- end of the matrix -->")[0]
    assert told.strip().splitlines() == list(matrix_lines())
