"""Which paths ship: FMTK's `package` object, the settings' globs, and what never ships."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from factorio_release.errors import ModError
from factorio_release.limits import MAX_EXTRA_ROOTS, MAX_PATTERNS
from factorio_release.package.boundary import names_git_data
from factorio_release.package.globs import GlobError, read_glob
from factorio_release.parsers.problem import Problem
from factorio_release.project import CONFIG_FILES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from factorio_release.package.globs import Glob
    from factorio_release.parsers.info import Info


@dataclass(frozen=True, slots=True)
class PackageRules:
    """What the settings say: globs of files that ship whether tracked or not, and that never do.

    `own` are files of this program's, relative to the mod folder: a config file under another name,
    a report.
    """

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    own: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pattern:
    """A glob and where it was written: `label` names the setting, the place is 0 outside info.json."""

    label: str
    glob: Glob
    file: str = ""
    line: int = 0
    column: int = 0

    @property
    def text(self) -> str:
        """The pattern as its author wrote it."""
        return self.glob.pattern

    def problem(self, code: str, message: str, hint: str = "") -> Problem:
        """State a fact about this pattern at its place."""
        return Problem(message, self.file, self.line, self.column, hint, code)


@dataclass(frozen=True, slots=True)
class ExtraRoot:
    """One entry of `package.extra`: a further folder whose files ship under the same top folder."""

    root: str
    glob: Pattern
    ignore: tuple[Pattern, ...]


@dataclass(frozen=True, slots=True)
class Exclusions:
    """The patterns that keep a file out of the package, in the order in which they are asked."""

    name: str
    ignore: tuple[Pattern, ...]
    exclude: tuple[Pattern, ...]
    own: tuple[str, ...] = ()

    def never(self, path: str) -> str:
        """Return why nothing can make this path ship, or an empty string."""
        parts = path.split("/")
        if names_git_data(path):
            return "git's own data"
        if path in CONFIG_FILES or path in self.own:
            return "file of factorio-release"
        if self.name and parts[-1].startswith(f"{self.name}_") and parts[-1].endswith(".zip"):
            return "earlier package"
        if self.name and parts[-1] == f"{self.name}_page.html":
            return "page of a rehearsal"
        return self._matched(self.exclude, path)

    def reason(self, path: str) -> str:
        """Return why this path does not ship of itself, or an empty string."""
        if any(part.startswith(".") for part in path.split("/")):
            return "name begins with a dot"
        return self._matched(self.ignore, path) or self.never(path)

    @staticmethod
    def _matched(patterns: tuple[Pattern, ...], path: str) -> str:
        return next((f"{p.label} {p.text}" for p in patterns if p.glob.matches(path)), "")


class RuleBook:
    """All patterns of one mod, compiled once; `problems` holds those that cannot be used."""

    def __init__(self, info: Info, rules: PackageRules) -> None:
        self.problems: list[Problem] = []
        self._info = info
        package = info.package
        self.include = tuple(self._settings("include", rules.include, dots=False))
        self.exclusions = Exclusions(
            info.name,
            tuple(self._fmtk(package.get("ignore"), ("ignore",), "package.ignore")),
            tuple(self._settings("exclude", rules.exclude)),
            rules.own,
        )
        self.extra = tuple(self._extra(package.get("extra")))
        self._refuse_number()

    @property
    def every(self) -> tuple[Pattern, ...]:
        """The patterns over the mod's own files, which should each match one."""
        return (*self.exclusions.ignore, *self.exclusions.exclude)

    def _refuse_number(self) -> None:
        if len(self.extra) > MAX_EXTRA_ROOTS:
            message = f"package.extra in info.json has {len(self.extra):,} entries"
            raise ModError(message, f"at most {MAX_EXTRA_ROOTS} are read: name folders above")
        ignored = sum(len(extra.ignore) for extra in self.extra)
        number = len(self.include) + len(self.every) + len(self.extra) + ignored
        if number > MAX_PATTERNS:
            message = f"include, exclude and info.json's package object hold {number:,} patterns"
            raise ModError(message, f"at most {MAX_PATTERNS} are read: write fewer that match more")

    def _settings(self, label: str, patterns: Iterable[str], *, dots: bool = True) -> Iterator[Pattern]:
        for pattern in patterns:
            yield from self._read(label, pattern, dots=dots)

    def _fmtk(self, value: object, path: tuple[str | int, ...], label: str) -> Iterator[Pattern]:
        for index, pattern in enumerate(value if isinstance(value, list) else ()):
            if isinstance(pattern, str):
                yield from self._read(label, pattern, (*path, index))

    def _extra(self, value: object) -> Iterator[ExtraRoot]:
        for index, entry in enumerate(value if isinstance(value, list) else ()):
            if not isinstance(entry, dict) or not isinstance(entry.get("root"), str):
                continue
            place: tuple[str | int, ...] = ("extra", index)
            pattern = entry.get("glob")
            where = (*place, "glob") if isinstance(pattern, str) else (*place, "root")
            wanted = pattern if isinstance(pattern, str) else "**"
            ignore = tuple(self._fmtk(entry.get("ignore"), (*place, "ignore"), "package.extra ignore"))
            for glob in self._read("package.extra", wanted, where, dots=False):
                yield ExtraRoot(entry["root"], glob, ignore)

    def _read(
        self, label: str, text: str, path: tuple[str | int, ...] = (), *, dots: bool = True
    ) -> Iterator[Pattern]:
        line, column = self._info.place("package", *path) if path else (0, 0)
        file = "info.json" if path else ""
        try:
            yield Pattern(label, read_glob(text, dots=dots), file, line, column)
        except GlobError as error:
            message = f"{label}: the pattern {text!r} cannot be used: {error}"
            self.problems.append(Problem(message, file, line, column, "write it simpler", "pattern-unusable"))
