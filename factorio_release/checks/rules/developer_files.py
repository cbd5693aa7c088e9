"""Packaged files that only the mod's developers need: one finding for each kind, with what to exclude."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from factorio_release.amounts import size_text
from factorio_release.checks.facts.developer_files import DeveloperKind
from factorio_release.parsers.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from factorio_release.checks.facts.developer_files import DeveloperFiles
    from factorio_release.checks.facts.exclude_patterns import ExcludePatterns
    from factorio_release.package.file_set import FileSet

# A package is mostly developer files only if they reach both: a small mod may have more tests than Lua.
MIN_SHARE: Final = 0.5
MIN_BYTES: Final = 1_000_000


def test_files(
    developer_files: tuple[DeveloperFiles, ...], files: FileSet, exclude: ExcludePatterns
) -> Iterator[Problem]:
    """Report tests that no Lua of the mod loads."""
    yield from _of_kind(DeveloperKind.TESTS, developer_files, files, exclude)


def docs_files(
    developer_files: tuple[DeveloperFiles, ...], files: FileSet, exclude: ExcludePatterns
) -> Iterator[Problem]:
    """Report folders of documentation, and notes for those who work on the mod."""
    yield from _of_kind(DeveloperKind.DOCS, developer_files, files, exclude)


def gallery_files(
    developer_files: tuple[DeveloperFiles, ...], files: FileSet, exclude: ExcludePatterns
) -> Iterator[Problem]:
    """Report pictures of the page's gallery that the game does not show."""
    yield from _of_kind(DeveloperKind.GALLERY, developer_files, files, exclude)


def readme_pictures(
    developer_files: tuple[DeveloperFiles, ...], files: FileSet, exclude: ExcludePatterns
) -> Iterator[Problem]:
    """Report pictures that only a README or another Markdown file shows."""
    yield from _of_kind(DeveloperKind.README_PICTURES, developer_files, files, exclude)


def tool_files(
    developer_files: tuple[DeveloperFiles, ...], files: FileSet, exclude: ExcludePatterns
) -> Iterator[Problem]:
    """Report the project files of developers' tools."""
    yield from _of_kind(DeveloperKind.TOOLS, developer_files, files, exclude)


def source_files(
    developer_files: tuple[DeveloperFiles, ...], files: FileSet, exclude: ExcludePatterns
) -> Iterator[Problem]:
    """Report sources of languages that are compiled to Lua."""
    yield from _of_kind(DeveloperKind.SOURCES, developer_files, files, exclude)


def mostly_developer_files(
    developer_files: tuple[DeveloperFiles, ...], files: FileSet, exclude: ExcludePatterns
) -> Iterator[Problem]:
    """Report a package of which developer files are at least half, and at least 1 MB; with all kinds."""
    sizes = {path: size for one in developer_files for path, size in _sizes(one, files).items()}
    size = sum(sizes.values())
    if size < MIN_BYTES or size < MIN_SHARE * files.size:
        return
    kinds = ", ".join(_what(one, files) for one in developer_files)
    yield Problem(
        f"{size_text(size)} of the package's {size_text(files.size)} are for developers: {kinds}",
        max(sizes, key=lambda path: sizes[path]),
        hint=exclude.hint_of([pattern for one in developer_files for pattern in one.patterns]),
    )


def _of_kind(
    kind: DeveloperKind,
    developer_files: tuple[DeveloperFiles, ...],
    files: FileSet,
    exclude: ExcludePatterns,
) -> Iterator[Problem]:
    for one in developer_files:
        if one.kind is kind:
            sizes = _sizes(one, files)
            largest = max(sizes, key=lambda path: sizes[path])
            alone, _ = kind.value
            message = f"{_what(one, files)} are packed, such as {largest}"
            if len(sizes) == 1:
                message = f"{largest} is {alone} ({size_text(sizes[largest])})"
            yield Problem(message, largest, hint=exclude.hint_of(one.patterns))


def _what(one: DeveloperFiles, files: FileSet) -> str:
    """Return `147 test files (9.8 MB)`, or the path of a single file with its size."""
    sizes = _sizes(one, files)
    _, several = one.kind.value
    what = f"{len(sizes):,} {several}" if len(sizes) > 1 else one.paths[0]
    return f"{what} ({size_text(sum(sizes.values()))})"


def _sizes(one: DeveloperFiles, files: FileSet) -> dict[str, int]:
    found = (files.get(path) for path in one.paths)
    return {file.path: file.size for file in found if file is not None}
