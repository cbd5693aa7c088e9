"""The files behind description and FAQ, found and read."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from factorio_release.disk.bounded_file import read_file
from factorio_release.limits import MAX_MARKDOWN_DEPTH, MAX_PAGE_SECONDS, MAX_PAGE_TEXT_BYTES
from factorio_release.package.boundary import FileRefusal
from factorio_release.page.findings import page_finding
from factorio_release.page.markdown.nesting import too_deep
from factorio_release.page.portal_text import PortalText, portal_text
from factorio_release.page.repository_tree import REFUSALS
from factorio_release.page.target_resolver import TargetResolver
from factorio_release.parsers.positions import line_of
from factorio_release.processor_time import ProcessorTimeExceeded, limit_processor_time

if TYPE_CHECKING:
    from factorio_release.findings import Finding
    from factorio_release.page.declared import DeclaredPage
    from factorio_release.page.repository_tree import RepositoryTree
    from factorio_release.page.source_urls import SourceUrls


@dataclass(frozen=True, slots=True)
class DocumentReader:
    """Reads the Markdown files of one declaration; `mod_folder` is what findings name files from."""

    declaration: DeclaredPage
    mod_folder: Path
    tree: RepositoryTree
    source: SourceUrls | None

    def read(self, name: str) -> PortalText | None:
        """Return the text for the field `name` (description, faq), None where it is unset."""
        declared: str | None = getattr(self.declaration, name)
        if declared is None:
            implied = self._implied(name)
            return self._read_file(implied) if implied else None
        if not declared:
            return PortalText("")
        path = in_any_case(self.declaration.folder_of(name) / declared)
        if path is None:
            return self._refused(
                name, "page-file-missing", f"{declared} does not exist", "give a Markdown file"
            )
        return self._read_file(path, name)

    def shown(self, path: Path) -> str:
        """Return how findings name a file: from the mod folder."""
        return Path(os.path.relpath(path, self.mod_folder)).as_posix()

    def _implied(self, name: str) -> Path | None:
        """Return the file that FMTK looks for without being told."""
        if not self.declaration.fmtk_details:
            return None
        return in_any_case(self.mod_folder / {"description": "readme.md", "faq": "faq.md"}[name])

    def _read_file(self, path: Path, name: str = "") -> PortalText:
        refusal = self.tree.refusal(path)
        document = self.tree.relative(path)
        if refusal or document is None:
            code, hint = REFUSALS[refusal or FileRefusal.OUTSIDE]
            return self._refused(name, code, f"{self.shown(path)} {refusal or FileRefusal.OUTSIDE}", hint)
        try:
            source = read_file(path, MAX_PAGE_TEXT_BYTES)
            source.decode()
        except OSError as error:
            message = f"{self.shown(path)} cannot be read: {error.strerror}"
            return self._refused(name, "page-file-missing", message, "make it readable")
        except UnicodeDecodeError as error:
            line = line_of(source, error.start)
            message = f"{self.shown(path)} is not UTF-8: byte 0x{source[error.start]:02X}"
            found = page_finding(
                "page-file-encoding", message, self.shown(path), line, hint="save it as UTF-8"
            )
            return PortalText(None, findings=(found,))
        if deep := too_deep(source):
            message = f"{self.shown(path)} opens more than {MAX_MARKDOWN_DEPTH} quotes and lists in one line"
            found = page_finding("page-file-depth", message, self.shown(path), deep, hint="nest them less")
            return PortalText(None, findings=(found,))
        resolver, findings = self._resolver(document)
        strip = bool(self.declaration.strip_first_heading)
        try:
            with limit_processor_time(MAX_PAGE_SECONDS):
                read = portal_text(source, self.shown(path), resolver, strip_first_heading=strip)
        except ProcessorTimeExceeded:
            place = self.declaration.place_of("url_match")
            message = (
                f"reading {self.shown(path)} takes more than {MAX_PAGE_SECONDS} seconds of the processor"
            )
            hint = "write url_match so that it can match in one way only"
            found = page_finding("page-url-match", message, *place, hint=hint)
            return PortalText(None, findings=(found,))
        return PortalText(read.text, read.images, (*findings, *read.findings))

    def _resolver(self, document: str) -> tuple[TargetResolver, tuple[Finding, ...]]:
        kept, findings = self._kept()
        resolver = TargetResolver(
            document,
            self.tree,
            self.source,
            self.declaration.base_url or "",
            self.tree.relative(self.mod_folder) or "",
            kept,
            self.declaration.markdown_images == "gallery",
        )
        return resolver, findings

    def _kept(self) -> tuple[re.Pattern[str] | None, tuple[Finding, ...]]:
        pattern = self.declaration.url_match
        if not pattern:
            return None, ()
        try:
            return re.compile(pattern), ()
        except re.error as error:
            message = f"url_match is no regular expression: {error.msg}"
            place = self.declaration.place_of("url_match")
            hint = "it is read as Python reads it"
            return None, (page_finding("page-url-match", message, *place, hint=hint),)

    def _refused(self, name: str, code: str, message: str, hint: str) -> PortalText:
        place = self.declaration.place_of(name)
        return PortalText(None, findings=(page_finding(code, message, *place, hint=hint),))


def in_any_case(path: Path) -> Path | None:
    """Return the file at `path`, else the one file there whose name differs in case alone."""
    try:
        if path.exists() and not path.is_dir():
            return path
        files = sorted(file for file in path.parent.iterdir() if file.name.lower() == path.name.lower())
    except (OSError, ValueError):  # no such folder, no permission, or a name no file can have
        return None
    return next((file for file in files if file.is_file()), None)
