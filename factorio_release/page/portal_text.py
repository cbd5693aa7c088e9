"""A Markdown file as the portal should show it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from factorio_release.page.findings import page_finding
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
    from factorio_release.page.markdown.target import Target
    from factorio_release.page.target_resolver import TargetResolver


@dataclass(frozen=True, slots=True)
class PortalText:
    """The text (None when it cannot be read), the images it wants in the gallery, and what is wrong."""

    text: str | None
    images: tuple[GalleryImage, ...] = ()
    findings: tuple[Finding, ...] = ()


def portal_text(
    source: bytes, file: str, resolver: TargetResolver, *, strip_first_heading: bool
) -> PortalText:
    """Leave out what is not for the portal, then rewrite the targets; all else keeps its bytes.

    `source` is UTF-8; `file` is the name that findings carry.
    """
    bom = (TextEdit(0, len(UTF8_BOM)),) if source.startswith(UTF8_BOM) else ()
    source = apply_edits(source, bom)
    document = Document(source)
    regions, mistakes = region_edits(document)
    positions = Positions(source)
    if regions:
        document = Document(apply_edits(source, regions))
    rewriting = Rewriting(document, resolver, strip_first_heading=strip_first_heading)
    findings = [
        page_finding(
            "page-region", mistake.message, file, *positions.place(mistake.offset), hint=mistake.hint
        )
        for mistake in mistakes
    ]
    before = OffsetsBefore(regions)
    for offset, code, message, hint in rewriting.mistakes:
        findings.append(page_finding(code, message, file, *positions.place(before.of(offset)), hint=hint))
    text = apply_edits(document.source, rewriting.edits).decode()
    return PortalText(text, tuple(rewriting.images.values()), tuple(findings))


class Rewriting:
    """The edits of one document, gathered target by target."""

    def __init__(self, document: Document, resolver: TargetResolver, *, strip_first_heading: bool) -> None:
        self.edits: list[TextEdit] = []
        self.images: dict[str, GalleryImage] = {}
        self.mistakes: list[tuple[int, str, str, str]] = []
        self._resolver = resolver
        self._read_images: dict[Path, ImageFile] = {}
        stripped = document.first_heading if strip_first_heading else None
        body = 0
        if stripped:
            body = _end_of_blank(document.source, stripped[1])
            self.edits.append(TextEdit(stripped[0], body))
        for target in document.targets():
            if target.start >= body:
                self._rewrite(target)

    def _read(self, path: Path) -> ImageFile:
        if path not in self._read_images:
            self._read_images[path] = read_image(path)
        return self._read_images[path]

    def _rewrite(self, target: Target) -> None:
        answer = self._resolver.resolve(target)
        url = answer.url
        if answer.image:
            read = self._read(answer.image)
            if read.image:
                self.images.setdefault(read.image.id, read.image)
                url = image_reference(read.image.id)
            else:
                message = f"{target.url} cannot be in the gallery: {read.problem}"
                hint = "it is shown from the repository" if url else "give base_url or use a PNG, JPEG or GIF"
                self.mistakes.append((target.start, "page-image-inline", message, hint))
        if answer.code:
            self.mistakes.append((target.start, answer.code, answer.message, answer.hint))
        if url:
            self.edits.append(TextEdit(target.start, target.end, escaped(url)))


def _end_of_blank(source: bytes, offset: int) -> int:
    while offset < len(source) and source[offset : offset + 1].isspace():
        offset += 1
    return source.rfind(b"\n", 0, offset) + 1 if offset < len(source) else offset
