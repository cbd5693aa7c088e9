"""Resolves the relative targets of a Markdown file to addresses that work on the portal."""

from __future__ import annotations

import re
from posixpath import dirname, relpath
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import quote, unquote, urljoin

from factorio_release.page.findings import PageProblem
from factorio_release.page.markdown.target import TargetKind
from factorio_release.page.repository_tree import REFUSALS, PathKind
from factorio_release.page.source_urls import quoted_path
from factorio_release.parsers.unseen import difference

if TYPE_CHECKING:
    from pathlib import Path

    from factorio_release.page.markdown.target import MarkdownTarget
    from factorio_release.page.repository_tree import RepositoryTree
    from factorio_release.page.source_urls import SourceUrls

# A scheme, a host, a fragment of the same page, or nothing at all.
_COMPLETE: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//|#|$")
_QUERY_OR_FRAGMENT: Final = re.compile(r"[?#]")
# The pages that a forge has beside a repository's files; the empty path is the repository's front page. On
# GitLab all the others are below `-`.
_FORGE_PAGES: Final = re.compile(
    r"(?:-|actions|blob|branches|commits?|compare|discussions|graphs|issues|labels|milestones|packages"
    r"|projects|pulls?|raw|releases|security|src|stargazers|tags|tree|wiki)(?:/|$)|$"
)
_FORGE_RAW_FILES: Final = re.compile(r"(?:-/)?raw/")
# The page of a file, which a forge shows as the file itself where an image has it.
_FORGE_FILE_PAGE: Final = re.compile(r"((?:-/)?)blob/")
# The names that a default branch has almost always; a shallow clone may not have it.
_DEFAULT_BRANCHES: Final = frozenset({"HEAD", "main", "master"})
_SAFE_IN_SUFFIX: Final = "?#/&=%+,;:@!$-._~"


class ResolvedTarget(NamedTuple):
    """What becomes of a target: `url` replaces it, and an empty one leaves it as written.

    With `image` the target is that file, which is to be shown from the gallery.
    """

    url: str = ""
    image: Path | None = None
    problem: PageProblem | None = None


class TargetResolver(NamedTuple):
    """Resolves the targets of the file `document`, a path from the repository's root.

    `base_url` (FMTK's) is the address of the mod folder `mod_folder`; where it is given, `source` is not
    used. Targets that match `kept` stay as written. With `gallery`, images are resolved to their files.
    """

    document: str
    tree: RepositoryTree
    source: SourceUrls | None = None
    base_url: str = ""
    mod_folder: str = ""
    kept: re.Pattern[str] | None = None
    gallery: bool = False

    def resolve(self, target: MarkdownTarget) -> ResolvedTarget:
        """Return what the target becomes; complete addresses and fragments stay."""
        if is_complete(target.url) or (self.kept and self.kept.search(target.url)):
            return ResolvedTarget()
        written, suffix = target.url, ""
        begin = _QUERY_OR_FRAGMENT.search(target.url)
        if begin:
            written, suffix = target.url[: begin.start()], target.url[begin.start() :]
        suffix = quote(suffix, safe=_SAFE_IN_SUFFIX)
        path, levels_above = self._from_root(unquote(written))
        if levels_above:
            return self._outside(target, path, levels_above, suffix)
        return self._inside(target, path, suffix)

    def _from_root(self, written: str) -> tuple[str, int]:
        """Return the path from the root, and how many levels above the root it begins."""
        if not written:
            return self.document, 0
        folder = "" if written.startswith("/") else dirname(self.document)
        parts: list[str] = []
        levels_above = 0
        for part in f"{folder}/{written}".split("/"):
            if part == "..":
                if parts:
                    parts.pop()
                else:
                    levels_above += 1
            elif part not in {"", "."}:
                parts.append(part)
        return "/".join(parts), levels_above

    def _outside(
        self, target: MarkdownTarget, path: str, levels_above: int, suffix: str
    ) -> ResolvedTarget:
        """Resolve `../../issues`, `../main/LICENSE` and the like, as a forge does.

        It resolves them against the address of its page, in which the branch is a folder.
        """
        if self.base_url:
            depth = len([part for part in self.mod_folder.split("/") if part])
            url = self._from_base("../" * (depth + levels_above) + path)
            return ResolvedTarget(url + suffix)
        if self.source and levels_above == self.source.levels_above:
            if target.kind is not TargetKind.LINK:
                path = _FORGE_FILE_PAGE.sub(r"\1raw/", path, count=1)
            pages = _FORGE_PAGES if target.kind is TargetKind.LINK else _FORGE_RAW_FILES
            if pages.match(path):
                return ResolvedTarget(
                    f"{self.source.home}/{quoted_path(path)}".rstrip("/") + suffix
                )
        if self.source and levels_above == 1:
            resolved = self._on_branch(target, path, suffix)
            if resolved:
                return resolved
        message = f"{target.url} leads out of the repository"
        hint = "Move the file into the repository, or give its full address."
        if path and self.tree.kind(path) in {PathKind.FILE, PathKind.FOLDER}:
            hint = f"Write {self._from_document(path)}."
        return ResolvedTarget(problem=PageProblem("page-link-outside", message, hint))

    def _on_branch(self, target: MarkdownTarget, path: str, suffix: str) -> ResolvedTarget | None:
        """Resolve `../main/LICENSE`: a path with the branch in front; None where it names no branch."""
        branch, _, file = path.partition("/")
        is_known = branch in _DEFAULT_BRANCHES or branch in self.tree.branches
        is_in_tree = self.tree.kind(path) in {PathKind.FILE, PathKind.FOLDER}
        if self.source is None or not branch or (not is_known and (is_in_tree or not file)):
            return None
        url = self.source.on_branch(branch, file, shown=target.kind is not TargetKind.LINK) + suffix
        if is_known:
            return ResolvedTarget(url)
        message = f"{target.url} names the branch {branch}, which this clone does not have"
        hint = f"Paths are relative to {self.document}; `..` leads out of the branch."
        return ResolvedTarget(url, problem=PageProblem("page-link-missing", message, hint))

    def _inside(self, target: MarkdownTarget, path: str, suffix: str) -> ResolvedTarget:
        kind = self.tree.kind(path)
        url = self._url(target.kind, path, kind)
        if url:
            url += suffix
        if self.gallery and target.kind is TargetKind.IMAGE and kind is PathKind.FILE:
            file = self.tree.root / path
            # The file's content becomes public, so that it is judged like a file of the package.
            refusal = self.tree.refusal(file)
            if refusal:
                code, hint = REFUSALS[refusal]
                return ResolvedTarget(problem=PageProblem(code, f"{target.url} {refusal}", hint))
            return ResolvedTarget(url, file)
        if not url:
            message = (
                f"the address of {target.url} is not known: the repository has no remote on GitHub, "
                "GitLab, Forgejo or Gitea, or no commit"
            )
            hint = (
                "Set source-url to the repository's address, such as https://github.com/OWNER/REPO."
            )
            return ResolvedTarget(problem=PageProblem("page-source-unknown", message, hint))
        return ResolvedTarget(url, problem=self._problem(target, path, kind))

    def _url(self, target_kind: TargetKind, path: str, kind: PathKind) -> str:
        """Return the address of a path in the repository; empty where it is not known."""
        if self.base_url:
            return self._from_base(relpath(path or ".", self.mod_folder or "."))
        if self.source is None:
            return ""
        if target_kind is not TargetKind.LINK:
            return self.source.raw(path)
        if kind is PathKind.FOLDER:
            return self.source.folder(path)
        return self.source.page(path)

    def _from_document(self, path: str) -> str:
        return relpath(path, dirname(self.document) or ".")

    def _from_base(self, from_mod_folder: str) -> str:
        base = quote(self.base_url.removesuffix("/") + "/", safe=_SAFE_IN_SUFFIX)
        # `./` keeps a path such as `a:b` from being read as a scheme.
        return urljoin(base, "./" + quoted_path(from_mod_folder))

    def _problem(self, target: MarkdownTarget, path: str, kind: PathKind) -> PageProblem | None:
        near = self.tree.near(path) if kind in {PathKind.LOOKALIKE, PathKind.NONE} else ""
        if kind is PathKind.LOOKALIKE:
            message = f"{target.url} differs in {difference(path, near)} from {near}"
            return PageProblem("page-link-missing", message, f"Write {self._from_document(near)}.")
        is_shown_folder = kind is PathKind.FOLDER and target.kind is not TargetKind.LINK
        if kind is PathKind.NONE or is_shown_folder:
            hint = f"Paths are relative to {self.document}."
            if "\\" in path:
                hint = "Write / between folders."
            elif near:
                hint = f"Did you mean {self._from_document(near)}?"
            return PageProblem("page-link-missing", f"{target.url} does not exist", hint)
        if kind is PathKind.FILE and self.tree.is_untracked(path):
            message = f"{target.url} is not in git"
            return PageProblem("page-link-untracked", message, "Add the file to the repository.")
        return None


def is_complete(url: str) -> bool:
    """Return whether an address stays as it is: it has a scheme or a host, is a fragment or empty."""
    return bool(_COMPLETE.match(url))
