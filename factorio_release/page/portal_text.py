"""A Markdown file as the portal should show it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from factorio_release.page.findings import PageProblem, page_finding
from factorio_release.page.image_file import read_image
from factorio_release.page.image_references import image_reference
from factorio_release.page.markdown.destinations import escaped
from factorio_release.page.markdown.document import Document
from factorio_release.page.markdown.edits import OffsetsBefore, TextEdit, apply_edits
from factorio_release.page.markdown.regions import region_edits
from factorio_release.parsers.positions import Positions
from factorio_release.parsers.text import UTF8_BOM

if TYPE_CHECKING:
    from pathlib import Path

    from factorio_release.findings import Finding
    from factorio_release.mod_page import GalleryImage
    from factorio_release.page.image_file import ImageFile
    from factorio_release.page.markdown.target import MarkdownTarget
    from factorio_release.page.target_resolver import TargetResolver


class PortalText(NamedTuple):
    """The text, None when it cannot be read; the gallery images that it shows; the problems found.

    `paths` are the files that it was read from.
    """

    text: str | None
    images: tuple[GalleryImage, ...] = ()
    findings: tuple[Finding, ...] = ()
    paths: tuple[Path, ...] = ()


def portal_text(
    source: bytes, file: str, resolver: TargetResolver, *, strip_first_heading: bool
) -> PortalText:
    """Remove what is not for the portal, then rewrite the targets; everything else keeps its bytes.

    `source` is UTF-8; `file` is the name that findings carry.
    """
    source = source.removeprefix(UTF8_BOM)
    document = Document(source)
    regions, region_problems = region_edits(document)
    if regions:
        document = Document(apply_edits(source, regions))
    rewriting = Rewriting(document, resolver, strip_first_heading=strip_first_heading)
    text = apply_edits(document.source, rewriting.edits).decode()

    findings: list[Finding] = []
    positions = Positions(source)
    for region in region_problems:
        place = positions.place(region.offset)
        findings.append(page_finding("page-region", region.message, file, *place, hint=region.hint))
    # The targets were read after the regions had been edited. Findings have lines of the file.
    offsets_before = OffsetsBefore(regions)
    for offset, problem in rewriting.problems:
        place = positions.place(offsets_before.of(offset))
        findings.append(
            page_finding(problem.code, problem.message, file, *place, hint=problem.hint)
        )
    return PortalText(text, tuple(rewriting.images.values()), tuple(findings))


class Rewriting:
    """The edits of one document, collected target by target; `problems` have byte offsets in it."""

    def __init__(
        self, document: Document, resolver: TargetResolver, *, strip_first_heading: bool
    ) -> None:
        self.edits: list[TextEdit] = []
        self.images: dict[str, GalleryImage] = {}
        self.problems: list[tuple[int, PageProblem]] = []
        self._resolver = resolver
        self._read_images: dict[Path, ImageFile] = {}
        body = 0
        heading = document.first_heading if strip_first_heading else None
        if heading:
            start, end = heading
            body = _after_blank_lines(document.source, end)
            self.edits.append(TextEdit(start, body))
        for target in document.targets():
            if target.start >= body:  # a target in the heading goes with it
                self._rewrite(target)

    def _rewrite(self, target: MarkdownTarget) -> None:
        resolved = self._resolver.resolve(target)
        url = resolved.url
        if resolved.image:
            file = self._read(resolved.image)
            if file.image:
                self.images.setdefault(file.image.id, file.image)
                url = image_reference(file.image.id)
            else:
                message = f"{target.url} cannot be in the gallery: {file.problem}"
                hint = (
                    "Use a PNG, JPEG or GIF. Until then it is shown from the repository."
                    if url
                    else "Use a PNG, JPEG or GIF, or set source-url."
                )
                self.problems.append(
                    (target.start, PageProblem("page-image-inline", message, hint))
                )
        if resolved.problem:
            self.problems.append((target.start, resolved.problem))
        if url:
            self.edits.append(TextEdit(target.start, target.end, escaped(url)))

    def _read(self, path: Path) -> ImageFile:
        """Read each image once: a text may show it many times."""
        if path not in self._read_images:
            self._read_images[path] = read_image(path)
        return self._read_images[path]


def _after_blank_lines(source: bytes, offset: int) -> int:
    """Return where the first line that is not blank begins, from `offset` on."""
    while offset < len(source) and source[offset : offset + 1].isspace():
        offset += 1
    if offset == len(source):
        return offset
    return source.rfind(b"\n", 0, offset) + 1
