"""Packaged files that only the mod's developers need, by kind, as far as no Lua of the mod uses them."""

from __future__ import annotations

import re
from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from factorio_release.checks.facts.contents import extension, words
from factorio_release.checks.facts.litter import litter_kind
from factorio_release.checks.facts.page_pictures import PICTURES, page_pictures
from factorio_release.package.game_files import GAME_FOLDERS, is_info_template

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from factorio_release.checks.facts.contents import Contents
    from factorio_release.checks.facts.exclude_patterns import ExcludePatterns
    from factorio_release.checks.facts.used_by_lua import UsedByLua
    from factorio_release.mod.mod import Mod
    from factorio_release.mod_page import ModPage
    from factorio_release.package.file_set import FileSet


class DeveloperKind(Enum):
    """A kind of developer files, as users read it: one, and several; a file is of the first that fits."""

    TESTS = ("a test file", "test files")
    DOCS = ("a file for the mod's developers", "files of documentation")
    GALLERY = ("a picture of the mod's page", "pictures of the mod's page")
    README_PICTURES = ("shown by a Markdown file alone", "pictures that only a Markdown file shows")
    TOOLS = ("a file of developers' tools", "files of developers' tools")
    SOURCES = ("a source that the game cannot read", "sources that the game cannot read")


_PICTURE_KINDS: Final = (DeveloperKind.GALLERY, DeveloperKind.README_PICTURES)


class DeveloperFiles(NamedTuple):
    """The files of one kind, sorted; `patterns` are globs that leave out these and no others."""

    kind: DeveloperKind
    paths: tuple[str, ...]
    patterns: tuple[str, ...]


_TEST_FOLDERS: Final = words("test tests spec specs testing __tests__ test-scenarios")
_TEST_NAME: Final = re.compile(
    r"(?:.*[._-](?:test|tests|spec)\.lua|(?:test|spec)[_-].*\.lua|tests?\.lua)", re.IGNORECASE
)
_DOCS_FOLDERS: Final = words("doc docs documentation wiki")
_DOCS_NAMES: Final = words("""
    contributing code_of_conduct security development developing hacking todo roadmap architecture
    releasing maintainers testing notes design pull_request_template issue_template
""")
_DOCS_ENDINGS: Final = words("md txt rst adoc markdown")
_GALLERY_FOLDERS: Final = words("gallery screenshot screenshots promo")
_TOOL_NAMES: Final = words("""
    package.json package-lock.json npm-shrinkwrap.json yarn.lock pnpm-lock.yaml pnpm-workspace.yaml
    bun.lock bun.lockb bunfig.toml deno.json deno.lock tsconfig.json jsconfig.json oxlint.json biome.json
    eslint.config.js eslint.config.mjs eslint.config.cjs jest.config.js dprint.json release.config.js
    makefile gnumakefile justfile taskfile.yml taskfile.yaml cmakelists.txt dockerfile docker-compose.yml
    luarocks.lock selene.toml stylua.toml luacov.stats.out luacov.report.out luacov.report.html tlconfig.lua
    crowdin.yml crowdin.yaml codecov.yml appveyor.yml lefthook.yml cliff.toml renovate.json mkdocs.yml
    mod_info.yml pyproject.toml poetry.lock uv.lock pipfile pipfile.lock requirements.txt
    cargo.toml cargo.lock go.mod go.sum composer.json composer.lock gemfile gemfile.lock flake.nix flake.lock
    shell.nix build.gradle build.xml factorio-test.json coverage_summary.txt
""")
_TOOL_ENDINGS: Final = words("rockspec iml sublime-project")
_SOURCE_ENDINGS: Final = words("ts tsx mts cts tl fnl fnlm moon yue pho")
_KEPT_NAMES: Final = words("license licence copying notice credits attribution authors copyright")
# Smaller amounts are not worth a report: a text beside the Lua, all pictures of one kind.
_MIN_NOTE_BYTES: Final = 1000
MIN_PICTURE_BYTES: Final = 20_000


def read_developer_files(
    mod: Mod,
    contents: Contents,
    page: ModPage,
    used: UsedByLua,
    exclude: ExcludePatterns,
) -> tuple[DeveloperFiles, ...]:
    """Return the developer files of each kind that the package has, in the order of the kinds.

    Left alone are the folders that the game reads by itself, what the Lua of the mod may load, a folder of
    which it names some file or the name, and a folder of documentation with a licence in it.
    """
    paths = [
        path
        for path in contents
        if path.partition("/")[0] not in GAME_FOLDERS and not litter_kind(path)
    ]
    shown = page_pictures(mod, contents, page)
    finders: dict[DeveloperKind, Callable[[], Iterator[str]]] = {
        DeveloperKind.TESTS: lambda: _tests(paths, used),
        DeveloperKind.DOCS: lambda: _docs(paths, used, mod.files),
        DeveloperKind.GALLERY: lambda: _gallery(paths, shown.gallery, used),
        DeveloperKind.README_PICTURES: lambda: used.unnamed_pictures(shown.in_texts),
        DeveloperKind.TOOLS: lambda: (path for path in paths if _is_of_a_tool(path)),
        DeveloperKind.SOURCES: lambda: (p for p in paths if extension(p) in _SOURCE_ENDINGS),
    }
    found: list[DeveloperFiles] = []
    taken: set[str] = set()
    for kind, find in finders.items():
        own = sorted(set(find()) - taken)
        if kind in _PICTURE_KINDS and _size(own, mod.files) < MIN_PICTURE_BYTES:
            continue
        taken.update(own)
        if own:
            is_source = kind is DeveloperKind.SOURCES
            patterns = exclude.for_endings(own) if is_source else exclude.for_files(own)
            found.append(DeveloperFiles(kind, tuple(own), patterns))
    return tuple(found)


def _size(paths: Iterable[str], files: FileSet) -> int:
    found = (files.get(path) for path in paths)
    return sum(file.size for file in found if file is not None)


def _tests(paths: list[str], used: UsedByLua) -> Iterator[str]:
    yield from _in_folders(paths, _TEST_FOLDERS, used)
    for path in paths:
        is_outside = not _root(path, _TEST_FOLDERS)
        if is_outside and _TEST_NAME.fullmatch(path.rpartition("/")[2]) and not used.may_load(path):
            yield path


def _docs(paths: list[str], used: UsedByLua, files: FileSet) -> Iterator[str]:
    inside = list(_in_folders(paths, _DOCS_FOLDERS, used))
    roots = {_root(path, _DOCS_FOLDERS) for path in inside}
    licences = [path for path in inside if _stem(path).partition("-")[0] in _KEPT_NAMES]
    kept = {root for root in roots if any(path.startswith(root) for path in licences)}
    yield from (path for path in inside if _root(path, _DOCS_FOLDERS) not in kept)
    for path in paths:
        is_note = _stem(path) in _DOCS_NAMES and extension(path) in _DOCS_ENDINGS
        if is_note and _size([path], files) >= _MIN_NOTE_BYTES:
            yield path


def _gallery(paths: list[str], gallery: Iterable[str], used: UsedByLua) -> Iterator[str]:
    pictures = [path for path in paths if extension(path) in PICTURES]
    yield from _in_folders(pictures, _GALLERY_FOLDERS, used)
    yield from used.unnamed_pictures(gallery)


def _in_folders(paths: list[str], names: frozenset[str], used: UsedByLua) -> Iterator[str]:
    """Yield the files below the folders with one of these names of which the mod's Lua uses nothing."""
    by_root: dict[str, list[str]] = {}
    for path in paths:
        root = _root(path, names)
        if root:
            by_root.setdefault(root, []).append(path)
    for root, inside in by_root.items():
        if not used.names_folder(root) and not any(used.has(path) for path in inside):
            yield from inside


def _root(path: str, names: frozenset[str]) -> str:
    """Return the outermost folder of a path that has one of these names, with `/`; `""` for none."""
    return _root_of_folder(path.rpartition("/")[0], names)


@lru_cache(maxsize=10_000)  # a folder has many files
def _root_of_folder(path: str, names: frozenset[str]) -> str:
    folders = path.split("/")
    for number, folder in enumerate(folders, 1):
        if folder.lower() in names:
            return "/".join(folders[:number]) + "/"
    return ""


def _stem(path: str) -> str:
    return path.rpartition("/")[2].lower().partition(".")[0]


def _is_of_a_tool(path: str) -> bool:
    name = path.rpartition("/")[2].lower()
    if (name.startswith("tsconfig.") and name.endswith(".json")) or is_info_template(name):
        return True
    return name in _TOOL_NAMES or extension(name) in _TOOL_ENDINGS
