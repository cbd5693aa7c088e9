"""Answers a document's relative targets with the addresses that work on the portal."""

from __future__ import annotations

import re
from dataclasses import dataclass
from posixpath import dirname, relpath
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, unquote, urljoin

from factorio_release.page.markdown.target import TargetKind
from factorio_release.page.repository_tree import REFUSALS, PathKind
from factorio_release.page.source_urls import quoted_path

if TYPE_CHECKING:
    from pathlib import Path

    from factorio_release.page.markdown.target import Target
    from factorio_release.page.repository_tree import RepositoryTree
    from factorio_release.page.source_urls import SourceUrls

_COMPLETE: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//|#|$")
_SUFFIX: Final = re.compile(r"[?#]")
# What a forge has beside a repository's files; `-` is where GitLab keeps all of it.
_SECTION: Final = re.compile(
    r"(?:|-|actions|blob|branches|commits?|compare|discussions|graphs|issues|labels|milestones|packages"
    r"|projects|pulls?|raw|releases|security|src|stargazers|tags|tree|wiki)(?:/|$)"
)
_RAW_SECTION: Final = re.compile(r"(?:-/)?raw/")
_SAFE_IN_SUFFIX: Final = "?#/&=%+,;:@!$-._~"


@dataclass(frozen=True, slots=True)
class ResolvedTarget:
    """What becomes of a target: another `url`, an `image` for the gallery, or neither; and what is wrong."""

    url: str = ""
    image: Path | None = None
    code: str = ""
    message: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class TargetResolver:
    """How the targets of the file `document` (relative to the repository's root) are answered.

    `base_url` stands for the mod folder `mod_folder` and goes before `source`; targets that match
    `kept` stay as they are. With `gallery`, images are answered with their files.
    """

    document: str
    tree: RepositoryTree
    source: SourceUrls | None = None
    base_url: str = ""
    mod_folder: str = ""
    kept: re.Pattern[str] | None = None
    gallery: bool = False

    def resolve(self, target: Target) -> ResolvedTarget:
        """Return what the target becomes; complete addresses and anchors stay."""
        if is_complete(target.url) or (self.kept and self.kept.search(target.url)):
            return ResolvedTarget()
        cut = _SUFFIX.search(target.url)
        written, suffix = (target.url[: cut.start()], target.url[cut.start() :]) if cut else (target.url, "")
        suffix = quote(suffix, safe=_SAFE_IN_SUFFIX)
        path, above = self._path(unquote(written))
        if above:
            return self._outside(target, path, above, suffix)
        return self._inside(target, path, suffix)

    def _path(self, written: str) -> tuple[str, int]:
        """Return the path from the root, and how many `..` are left over."""
        if not written:
            return self.document, 0
        start = "" if written.startswith("/") else dirname(self.document)
        parts: list[str] = []
        above = 0
        for part in f"{start}/{written}".split("/"):
            if part == ".." and parts:
                parts.pop()
            elif part == "..":
                above += 1
            elif part not in {"", "."}:
                parts.append(part)
        return "/".join(parts), above

    def _outside(self, target: Target, path: str, above: int, suffix: str) -> ResolvedTarget:
        """Resolve `../../issues` and the like, which a forge resolves against the address of its page."""
        section = _SECTION if target.kind is TargetKind.LINK else _RAW_SECTION
        if self.source and above == self.source.levels_above and section.match(path):
            return ResolvedTarget(f"{self.source.home}/{quoted_path(path)}".rstrip("/") + suffix)
        hint = "move the file into the repository or give its full address"
        return ResolvedTarget(
            code="page-link-outside", message=f"{target.url} leads out of the repository", hint=hint
        )

    def _inside(self, target: Target, path: str, suffix: str) -> ResolvedTarget:
        entry = self.tree.entry(path)
        if self.gallery and target.kind is TargetKind.IMAGE and entry is PathKind.FILE:
            refusal = self.tree.refusal(self.tree.root / path)
            if refusal:
                code, hint = REFUSALS[refusal]
                return ResolvedTarget(code=code, message=f"{target.url} {refusal}", hint=hint)
            return ResolvedTarget(self._url(target.kind, path, entry) + suffix, self.tree.root / path)
        url = self._url(target.kind, path, entry)
        if not url:
            message = f"the address of {target.url} is not known: no tag or commit on a known forge"
            return ResolvedTarget(
                code="page-source-unknown", message=message, hint="set source-url to the repository's address"
            )
        code, message, hint = self._mistake(target, path, entry)
        return ResolvedTarget(url + suffix, None, code, message, hint)

    def _url(self, kind: TargetKind, path: str, entry: PathKind) -> str:
        if self.base_url:
            base = self.base_url if self.base_url.endswith("/") else f"{self.base_url}/"
            base = quote(base, safe=_SAFE_IN_SUFFIX)
            return urljoin(base, "./" + quoted_path(relpath(path or ".", self.mod_folder or ".")))
        if self.source is None:
            return ""
        if kind is not TargetKind.LINK:
            return self.source.raw(path)
        return self.source.folder(path) if entry is PathKind.FOLDER else self.source.page(path)

    def _mistake(self, target: Target, path: str, entry: PathKind) -> tuple[str, str, str]:
        if entry is PathKind.OTHER_CASE:
            return (
                "page-link-missing",
                f"{target.url} differs in case from the file there",
                "write the name as it is",
            )
        if entry is PathKind.NONE or (entry is PathKind.FOLDER and target.kind is not TargetKind.LINK):
            hint = "paths take /" if "\\" in path else f"paths are relative to {self.document}"
            return "page-link-missing", f"{target.url} does not exist", hint
        if entry is PathKind.FILE and self.tree.is_untracked(path):
            return "page-link-untracked", f"{target.url} is not in git", "add the file to the repository"
        return "", "", ""


def is_complete(url: str) -> bool:
    """Tell whether an address needs nothing: it has a scheme or a host, is an anchor or empty."""
    return bool(_COMPLETE.match(url))
