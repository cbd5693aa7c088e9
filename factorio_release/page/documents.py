"""The Markdown files of description and FAQ: found, judged and read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from factorio_release.disk.bounded_file import read_file
from factorio_release.disk.relative import relative
from factorio_release.limits import MAX_MARKDOWN_DEPTH, MAX_PAGE_SECONDS, MAX_PAGE_TEXT_BYTES
from factorio_release.package.boundary import FileRefusal
from factorio_release.page.findings import page_finding
from factorio_release.page.markdown.document import too_deep
from factorio_release.page.near_names import near_path
from factorio_release.page.portal_text import PortalText, portal_text
from factorio_release.page.repository_tree import REFUSALS
from factorio_release.page.target_resolver import TargetResolver
from factorio_release.parsers.positions import line_of
from factorio_release.processor_time import ProcessorTimeExceeded, limit_processor_time

if TYPE_CHECKING:
    from pathlib import Path

    from factorio_release.findings import Finding
    from factorio_release.page.declared import DeclaredPage, SourcePlace
    from factorio_release.page.repository_tree import RepositoryTree
    from factorio_release.page.source_urls import SourceUrls

# The files that FMTK reads from the mod folder when `package` names none.
_FMTK_FILES: Final = {"description": "readme.md", "faq": "faq.md"}
_NOT_WRITTEN: Final[SourcePlace] = ("", 0, 0)


class DocumentReader(NamedTuple):
    """Reads the Markdown files of one declared page; findings name files relative to `shown_from`.

    `shown_from` is the mod folder unless given. `max_seconds` of processor time are spent on a file.
    """

    declared: DeclaredPage
    mod_folder: Path
    tree: RepositoryTree
    source: SourceUrls | None
    max_seconds: float = MAX_PAGE_SECONDS
    shown_from: Path | None = None

    def read(self, name: str) -> PortalText | None:
        """Return the text for the field `name` (description, faq), None where it is not declared."""
        files: tuple[str, ...] | None = getattr(self.declared, name)
        if files is None:
            path = self._fmtk_file(name)
            if path is None:
                return None
            return self._read_file(path, _NOT_WRITTEN)
        texts = [self._read_declared(name, file) for file in files]
        return texts[0] if len(texts) == 1 else self._together(name, texts)

    def _together(self, name: str, texts: list[PortalText]) -> PortalText:
        """Return several files as one text, with an empty line between them; none is the empty text."""
        findings = [finding for text in texts for finding in text.findings]
        images = {image.id: image for text in texts for image in text.images}
        paths = tuple(path for text in texts for path in text.paths)
        parts = [text.text.strip("\n") for text in texts if text.text is not None]
        if len(parts) < len(texts):
            return PortalText(None, findings=tuple(findings), paths=paths)
        whole: str | None = "".join(f"{part}\n\n" for part in parts if part)[:-1]
        size = len((whole or "").encode())
        if size > MAX_PAGE_TEXT_BYTES:
            message = f"the {name} has {size:,} bytes; at most {MAX_PAGE_TEXT_BYTES:,} are read"
            place = self.declared.place_of(name)
            findings.append(page_finding("page-file-missing", message, *place, hint="Shorten it."))
            whole = None
        return PortalText(whole, tuple(images.values()), tuple(findings), paths)

    def _read_declared(self, name: str, file: str) -> PortalText:
        """Read one of the declared files; its links are resolved from its own folder."""
        place = self.declared.place_of(name)
        path = in_any_case(self.declared.folder_of(name) / file)
        if path is None:
            near = near_path(self.declared.folder_of(name), file)
            hint = f"Did you mean {near}?" if near else "Give a Markdown file, such as README.md."
            return _unreadable(
                page_finding("page-file-missing", f"{file} does not exist", *place, hint=hint)
            )
        return self._read_file(path, place)

    def shown(self, path: Path) -> str:
        """Return how findings name a file: relative to the mod, with `/`."""
        return relative(path, self.shown_from or self.mod_folder)

    def _fmtk_file(self, name: str) -> Path | None:
        if not self.declared.fmtk_details:
            return None
        return in_any_case(self.mod_folder / _FMTK_FILES[name])

    def _read_file(self, path: Path, place: SourcePlace) -> PortalText:
        """Read a file; `place` is where its name was written."""
        shown = self.shown(path)
        refusal = self.tree.refusal(path)
        document = self.tree.relative(path)
        if document is None and refusal is None:
            refusal = FileRefusal.OUTSIDE
        if document is None or refusal:
            code, hint = REFUSALS[refusal or FileRefusal.OUTSIDE]
            return _unreadable(page_finding(code, f"{shown} {refusal}", *place, hint=hint))
        source = self._source_of(path, place)
        if not isinstance(source, bytes):
            return _unreadable(source)
        kept, url_match_findings = self._kept_targets()
        resolver = TargetResolver(
            document=document,
            tree=self.tree,
            source=self.source,
            base_url=self.declared.base_url or "",
            mod_folder=self.tree.relative(self.mod_folder) or "",
            kept=kept,
            gallery=self.declared.markdown_images == "gallery",
        )
        strip = bool(self.declared.strip_first_heading)
        try:
            # `url_match` is an author's regular expression: it may take exponential time.
            with limit_processor_time(self.max_seconds):
                text = portal_text(source, shown, resolver, strip_first_heading=strip)
        except ProcessorTimeExceeded:
            message = (
                f"reading {shown} takes more than {self.max_seconds:g} seconds of processor time"
            )
            hint = "Write url_match so that it can match in one way only."
            return _unreadable(self._url_match_finding(message, hint))
        return PortalText(text.text, text.images, (*url_match_findings, *text.findings), (path,))

    def _source_of(self, path: Path, place: SourcePlace) -> bytes | Finding:
        """Return the bytes of a file that Markdown can be read from, else why it cannot."""
        shown = self.shown(path)
        try:
            # A checkout on Windows has CRLF: what is sent is the same everywhere.
            source = read_file(path, MAX_PAGE_TEXT_BYTES).replace(b"\r\n", b"\n")
            source.decode()
        except OSError as error:
            message = f"{shown} cannot be read: {error.strerror}"
            return page_finding("page-file-missing", message, *place, hint="Make it readable.")
        except UnicodeDecodeError as error:
            line = line_of(source, error.start)
            message = f"{shown} is not UTF-8: byte 0x{source[error.start]:02X}"
            return page_finding(
                "page-file-encoding", message, shown, line, hint="Save it as UTF-8."
            )
        line = too_deep(source)
        if line:
            message = f"{shown} opens more than {MAX_MARKDOWN_DEPTH} quotes and lists in one line"
            return page_finding("page-file-depth", message, shown, line, hint="Nest them less.")
        return source

    def _kept_targets(self) -> tuple[re.Pattern[str] | None, tuple[Finding, ...]]:
        """Return FMTK's `url_match` compiled, None where it is unset or no regular expression."""
        pattern = self.declared.url_match
        if not pattern:
            return None, ()
        try:
            return re.compile(pattern), ()
        except re.error as error:
            message = f"url_match is no regular expression: {error.msg}"
            return None, (
                self._url_match_finding(message, "Write it as Python does, such as ^https?://."),
            )

    def _url_match_finding(self, message: str, hint: str) -> Finding:
        return page_finding(
            "page-url-match", message, *self.declared.place_of("url_match"), hint=hint
        )


def _unreadable(finding: Finding) -> PortalText:
    return PortalText(None, findings=(finding,))


def in_any_case(path: Path) -> Path | None:
    """Return the file at `path`, else the first file there whose name differs in case alone."""
    try:
        if path.exists() and not path.is_dir():
            return path
        files = sorted(
            file for file in path.parent.iterdir() if file.name.lower() == path.name.lower()
        )
    except (OSError, ValueError):  # no such folder, no permission, or a name that no file can have
        return None
    for file in files:
        if file.is_file():
            return file
    return None
