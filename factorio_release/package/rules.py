"""Which paths are packaged: FMTK's `package` object, the globs of the settings, and fixed exclusions."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from factorio_release.errors import ModError
from factorio_release.limits import MAX_EXTRA_ROOTS, MAX_PATTERNS
from factorio_release.package.boundary import names_git_data
from factorio_release.package.globs import GlobError, read_glob
from factorio_release.package.ignore_file import IgnoreFile
from factorio_release.parsers.info import INFO_FILE
from factorio_release.parsers.problem import Problem
from factorio_release.parsers.unseen import quoted
from factorio_release.project import CONFIG_FILES
from factorio_release.settings.options import DOTENV_FILE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from factorio_release.package.globs import Glob
    from factorio_release.parsers.info import Info
    from factorio_release.parsers.json.reader import JsonPath


class PackageRules(NamedTuple):
    """The globs of the settings.

    `include` adds files, whether git tracks them or not; `exclude` removes files. `own` are paths of
    files of this program, relative to the mod folder: a config file with another name, a report.
    """

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    own: tuple[str, ...] = ()


class Pattern(NamedTuple):
    """A glob and where it is written.

    `label` is the setting, as users write it. `file`, `line` and `column` are known for info.json only.
    """

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
        """Return a problem at the place of this pattern."""
        return Problem(message, self.file, self.line, self.column, hint, code)


class ExtraRoot(NamedTuple):
    """One entry of `package.extra`: a folder from which further files are packaged.

    The files get the paths that they have below `root`, which is relative to the mod folder.
    """

    root: str
    glob: Pattern
    ignore: tuple[Pattern, ...]


class Exclusions(NamedTuple):
    """What keeps a file out of the package; `name` is the name of the mod."""

    name: str
    ignore: tuple[Pattern, ...]
    exclude: tuple[Pattern, ...]
    own: tuple[str, ...] = ()
    ignore_file: IgnoreFile = IgnoreFile()

    @property
    def patterns(self) -> tuple[Pattern, ...]:
        """The patterns for the mod's own files. One that matches no file is probably wrong."""
        return (*self.ignore, *self.exclude)

    def strict_reason(self, path: str) -> str:
        """Return why a path is not packaged even where `include` names it, empty when it may be."""
        if names_git_data(path):
            return "git's own data"
        file = path.rpartition("/")[2]
        # The dotenv is written to the job's folder, which may be any folder of the mod.
        if path in CONFIG_FILES or path in self.own or file == DOTENV_FILE:
            return "file of factorio-release"
        if self.name and file.startswith(f"{self.name}_") and file.endswith(".zip"):
            return "earlier package"
        if self.name and file == f"{self.name}_page.html":
            return "page of a rehearsal"
        return _reason_of_match(self.exclude, path)

    def reason(self, path: str) -> str:
        """Return why a path is not packaged unless `include` names it, empty when it is."""
        if path.startswith(".") or "/." in path:
            return "name begins with a dot"
        reason = _reason_of_match(self.ignore, path) or self.ignore_file.reason(path)
        return reason or self.strict_reason(path)


def _reason_of_match(patterns: Iterable[Pattern], path: str) -> str:
    for pattern in patterns:
        if pattern.glob.matches(path):
            return f"{pattern.label} {pattern.text}"
    return ""


class CompiledRules:
    """All patterns of one mod, compiled once; `problems` holds those that cannot be used.

    `ignore` and `extra` in info.json are FMTK's. Values of another shape are ignored here and reported by
    the checks of info.json. `ignore_file` is the mod's `.factorioignore`. Raises ModError for more than
    MAX_PATTERNS or MAX_EXTRA_ROOTS.
    """

    def __init__(self, info: Info, rules: PackageRules, ignore_file: IgnoreFile) -> None:
        self.problems: list[Problem] = [*ignore_file.problems]
        self._info = info
        # Patterns that leave files out match hidden names too. Those that add files must have the dot.
        self.include = self._setting("include", rules.include, dots=False)
        ignore = self._fmtk_patterns(info.package.get("ignore"), ("ignore",), "package.ignore")
        exclude = self._setting("exclude", rules.exclude, dots=True)
        self.exclusions = Exclusions(info.name, ignore, exclude, rules.own, ignore_file)
        self.extra = self._extra_roots(info.package.get("extra"))
        self._refuse_number()

    def _refuse_number(self) -> None:
        if len(self.extra) > MAX_EXTRA_ROOTS:
            message = f"package.extra in info.json has {len(self.extra):,} entries"
            raise ModError(message, f"at most {MAX_EXTRA_ROOTS} are read: name folders above")
        in_extra = sum(1 + len(extra.ignore) for extra in self.extra)
        number = len(self.include) + len(self.exclusions.patterns) + in_extra
        if number > MAX_PATTERNS:
            message = f"include, exclude and info.json's package object hold {number:,} patterns"
            raise ModError(message, f"at most {MAX_PATTERNS} are read: write fewer that match more")

    def _setting(self, label: str, texts: Iterable[str], *, dots: bool) -> tuple[Pattern, ...]:
        patterns = [self._read(label, text, dots=dots) for text in texts]
        return tuple(pattern for pattern in patterns if pattern is not None)

    def _fmtk_patterns(self, value: object, path: JsonPath, label: str) -> tuple[Pattern, ...]:
        patterns = []
        for index, text in enumerate(_as_list(value)):
            if isinstance(text, str):
                pattern = self._read(label, text, (*path, index))
                if pattern is not None:
                    patterns.append(pattern)
        return tuple(patterns)

    def _extra_roots(self, value: object) -> tuple[ExtraRoot, ...]:
        roots = []
        for index, entry in enumerate(_as_list(value)):
            if not isinstance(entry, dict) or not isinstance(entry.get("root"), str):
                continue
            path: JsonPath = ("extra", index)
            text = entry.get("glob")
            if isinstance(text, str):
                glob = self._read("package.extra", text, (*path, "glob"), dots=False)
            else:
                glob = self._read("package.extra", "**", (*path, "root"), dots=False)
            ignore = self._fmtk_patterns(
                entry.get("ignore"), (*path, "ignore"), "package.extra ignore"
            )
            if glob is not None:
                roots.append(ExtraRoot(entry["root"], glob, ignore))
        return tuple(roots)

    def _read(
        self, label: str, text: str, path: JsonPath = (), *, dots: bool = True
    ) -> Pattern | None:
        """Compile a pattern; `path` is its place in the `package` object, empty for a setting."""
        file, line, column = "", 0, 0
        if path:
            file = INFO_FILE
            line, column = self._info.place("package", *path)
        try:
            return Pattern(label, read_glob(text, dots=dots), file, line, column)
        except GlobError as error:
            message = f"{label}: the pattern {quoted(text)} cannot be used: {error}"
            self.problems.append(
                Problem(
                    message,
                    file,
                    line,
                    column,
                    "Write it simpler, such as docs/**.",
                    "pattern-unusable",
                )
            )
            return None


def _as_list(value: object) -> list[object]:
    return value if isinstance(value, list) else []
