"""What is refused about versions of the catalogue, beside the errors of all rooms (Art. 26)."""

from collections.abc import Sequence

from gateway.errors import ClientError, ServiceError, Text
from schema.catalogue_versions import CatalogueProblem, Change

__all__ = ["BreakingChanges", "CatalogueRefused", "CatalogueUnavailable", "NoSuchVersion"]


class NoSuchVersion(ClientError):
    """A version that is not there, or not for this caller."""

    code = "NOT_FOUND"
    status = 404
    said = Text("There is no such version of the catalogue", "没有该目录版本")
    cure = Text("List them: `xinyong catalogue list`.", "请列出目录版本：xinyong catalogue list。")
    article = "26"


class CatalogueRefused(ClientError):
    """A document that is no catalogue, or an overlay that loosens; all that is wrong with it is named."""

    code = "CATALOGUE_REFUSED"
    status = 422
    said = Text("The version of the catalogue cannot be taken", "目录版本不予受理")
    cure = Text("Mend each place that is named, and propose it again.", "请逐项改正后重新提出。")
    article = "26"

    def __init__(self, problems: Sequence[CatalogueProblem]) -> None:
        """Keep the problems."""
        self.problems = tuple(problems)
        english = "".join(f"\n{each.place or 'document'}: {each.code}: {each.said.english}" for each in problems)
        chinese = "".join(f"\n{each.place or '文件'}: {each.code}: {each.said.chinese}" for each in problems)
        super().__init__(Text(f"{len(problems)} problem(s){english}", f"共 {len(problems)} 处{chinese}"))


class BreakingChanges(ClientError):
    """A version that breaks something for somebody, published by who did not say that they know."""

    code = "BREAKING_CHANGES"
    status = 409
    said = Text("The version breaks something for somebody", "该版本含有不兼容变更")
    cure = Text(
        "Tell those whom it concerns, then publish it with --breaking.", "请先告知相关单位，再以 --breaking 发布。"
    )
    article = "26"

    def __init__(self, changes: Sequence[Change]) -> None:
        """Keep the breaking changes."""
        self.changes = tuple(changes)
        english = "".join(f"\n{each.coordinate}: {each.kind}: {each.said.english}" for each in changes)
        chinese = "".join(f"\n{each.coordinate}: {each.kind}: {each.said.chinese}" for each in changes)
        super().__init__(Text(f"{len(changes)} change(s){english}", f"共 {len(changes)} 项{chinese}"))


class CatalogueUnavailable(ServiceError):
    """The register of versions did not answer."""

    code = "SOURCE_UNAVAILABLE"
    status = 503
    said = Text("The register of catalogue versions did not answer", "目录版本登记簿未应答")
    cure = Text("Ask again later.", "请稍后再试。")
