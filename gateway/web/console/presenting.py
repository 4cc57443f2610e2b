"""The pages on which a paper is presented: choose its kind, fill its form in, send what proves it (R18.1 to R18.4)."""

from starlette.datastructures import FormData, UploadFile
from starlette.responses import Response

from gateway.errors import Text
from gateway.web.console.console import File
from gateway.web.console.documents import PRESENT, VIEWER
from gateway.web.console.errors import NoSuchPage
from gateway.web.console.forms import PAPERS, Filled, Form, empty, problems_of, read
from gateway.web.console.visit import Visit
from gateway.web.frame import goes_to
from gateway.web.refusal import Refused
from schema.disclosure import Role

__all__ = ["choose", "fill", "present"]


async def choose(visit: Visit) -> Response:
    """Show the kinds of paper that the caller may present."""
    await visit.ask(VIEWER)
    return visit.page("kinds.html", {"forms": [each for each in PAPERS.values() if _fits(visit, each)]})


def _fits(visit: Visit, form: Form) -> bool:
    return not form.roles or not form.roles.isdisjoint(visit.caller.roles)


async def fill(visit: Visit) -> Response:
    """Show the form of one kind, with what is known of the caller."""
    form = _form(visit)
    await visit.ask(VIEWER)
    return _shown(visit, empty(form, _known(visit)))


async def present(visit: Visit) -> Response:
    """Take the files in, then present the paper; whatever is wrong is shown at its field, with all that was typed."""
    form = _form(visit)
    sent, refused = await _with_files(visit)
    filled = read(form, sent)
    problems = {**filled.problems, **({"evidence": refused} if refused else {})}
    if problems:
        await visit.ask(VIEWER)
        return _shown(visit, filled.with_problems(problems))
    draft = visit.form.get("draft") == "yes"
    reply = await visit.ask(PRESENT, {"paper": filled.argument(), "draft": draft})
    done = reply.of("done")
    if done["errors"]:
        return _shown(visit, filled.with_problems(problems_of(form, done["errors"])))
    return goes_to(f"/console/papers/{done['paper']['id']}?done={'draft' if draft else 'present'}")


async def _with_files(visit: Visit) -> tuple[FormData, list[Text]]:
    """Give what was sent with the digests of its files in their place; those that are refused, by their words."""
    values: list[tuple[str, str | UploadFile]] = []
    refused: list[Text] = []
    for name, value in visit.form.multi_items():
        if isinstance(value, str):
            values.append((name, value))
        elif value.filename:
            try:
                digest = await visit.console.evidence.take(visit.caller, await _file(value))
            except Refused as error:
                said = error.refusal.said
                refused.append(Text(f"{value.filename}: {said.english}", f"{value.filename}：{said.chinese}"))
            else:
                values.append((name, f"{digest} {value.filename}"))
    return FormData(values), refused


async def _file(sent: UploadFile) -> File:
    return File(await sent.read(), (sent.content_type or "").partition(";")[0].strip().lower(), sent.filename)


def _form(visit: Visit) -> Form:
    form = PAPERS.get(visit.request.path_params["kind"])
    if form is None:
        raise NoSuchPage
    return form


def _known(visit: Visit) -> dict[str, str]:
    """Give what the caller needs not type about itself."""
    kind, code = visit.caller.subject or ("", "")
    if kind == "rid":
        return {"subject.name": visit.caller.name, "subject.number": code}
    known = {"subject.code": code, "handlerName": visit.caller.name} if kind == "uscc" else {}
    return {**known, "handlers": visit.caller.person} if visit.has(Role.OFFICER) else known


def _shown(visit: Visit, filled: Filled) -> Response:
    told = {"filled": filled, "form": filled.form, "action": f"/console/papers/new/{filled.form.kind}", "drafts": True}
    return visit.page("form.html", told, mend=filled.problems)
