"""`.factorioignore`: the list of files that the action Factorio-mod-uploader-action of TheBrutalX leaves out.

Its form is described in that project's wiki (`.factorioignore`); what the wiki leaves open is as in its
version 2.0.6, so that the package stays the same for those who come from there.
"""

from __future__ import annotations

import re
from itertools import product
from typing import TYPE_CHECKING, Final, NamedTuple

from factorio_release.disk.bounded_file import read_file
from factorio_release.errors import ModError
from factorio_release.limits import MAX_GLOBSTARS, MAX_IGNORE_FILE_BYTES, MAX_PATTERNS
from factorio_release.parsers.problem import Problem
from factorio_release.parsers.text import decode, numbered_lines
from factorio_release.parsers.unseen import quoted

if TYPE_CHECKING:
    from pathlib import Path

IGNORE_FILE: Final = ".factorioignore"
# That action leaves these out in any case. What begins with a dot is never packaged anyway.
_ALWAYS: Final = re.compile(r".*\.(?:tmp|log|bak)\Z", re.IGNORECASE | re.DOTALL)
# It takes every other character out of a line.
_UNKNOWN_CHARACTERS: Final = re.compile(r"[^a-z0-9.*!_\-?/\\]")
_STARS: Final = re.compile(r"\*+")


class IgnoreLine(NamedTuple):
    """One line: `label` names its place for users; a line with `!` takes files in again."""

    label: str
    pattern: re.Pattern[str]
    takes_in: bool = False


class IgnoreFile(NamedTuple):
    """The lines of a `.factorioignore` in their order: the last one that matches a path decides.

    `problems` are what is wrong with the file, with the code `pattern-unusable`.
    """

    lines: tuple[IgnoreLine, ...] = ()
    problems: tuple[Problem, ...] = ()

    def reason(self, path: str) -> str:
        """Return the line that leaves a path out, empty when none does."""
        for line in reversed(self.lines):
            if line.pattern.match(path):
                return "" if line.takes_in else line.label
        return ""


def ignore_file_of(folder: Path) -> IgnoreFile:
    """Read the `.factorioignore` of a mod folder; an empty one where there is none.

    A link is not followed: what is outside of the mod could show in messages. Raises ModError as
    `read_ignore_file` does.
    """
    path = folder / IGNORE_FILE
    if path.is_symlink():
        return _unreadable("it is a link")
    try:
        return read_ignore_file(read_file(path, MAX_IGNORE_FILE_BYTES))
    except FileNotFoundError:
        return IgnoreFile()
    except OSError as error:
        return _unreadable(error.strerror or str(error))


def read_ignore_file(data: bytes) -> IgnoreFile:
    """Return the lines of the file's content; raises ModError for more than MAX_PATTERNS."""
    text, wrong = decode(data, IGNORE_FILE, "text")
    problems = [each for each in wrong if each.code == "text-encoding"]
    problems = [each._replace(code="pattern-unusable") for each in problems]
    lines: list[IgnoreLine] = []
    for number, line in numbered_lines(text):
        stripped = line.strip()
        if stripped.startswith("#"):
            continue
        plain = _UNKNOWN_CHARACTERS.sub("", stripped.lower()).replace("\\", "/")
        takes_in = plain.startswith("!")
        glob = plain.removeprefix("!")
        if not glob:
            continue
        reason = _unusable(glob)
        if reason:
            shown = quoted(stripped)
            message = f"{IGNORE_FILE}: the pattern {shown} cannot be used: {reason}"
            hint = "Write it simpler, such as docs/."
            problems.append(Problem(message, IGNORE_FILE, number, 1, hint, "pattern-unusable"))
        else:
            lines.append(
                IgnoreLine(f"{IGNORE_FILE}:{number} {stripped}", _compiled(glob), takes_in)
            )
    if len(lines) > MAX_PATTERNS:
        message = f"{IGNORE_FILE} holds {len(lines):,} patterns"
        raise ModError(message, f"at most {MAX_PATTERNS} are read: write fewer that match more")
    lines.append(IgnoreLine(f"{IGNORE_FILE} leaves out *.tmp, *.log and *.bak", _ALWAYS))
    return IgnoreFile(tuple(lines), tuple(problems))


def _unreadable(reason: str) -> IgnoreFile:
    message = f"{IGNORE_FILE} cannot be read: {reason}"
    hint = "Write it as a plain file of the mod, or remove it."
    return IgnoreFile(problems=(Problem(message, IGNORE_FILE, 0, 0, hint, "pattern-unusable"),))


def _unusable(glob: str) -> str:
    if glob.strip("/*") == "":
        return "it would leave out every file"
    if glob.count("/**/") > MAX_GLOBSTARS:
        return f"it has more than {MAX_GLOBSTARS} `/**/`"
    return ""


def _compiled(glob: str) -> re.Pattern[str]:
    """Return an expression that is to be matched at a path's beginning.

    A pattern is text that may be anywhere in a path: `test.lua` is also in `latest.lua`. With `/` in front it
    is the whole path, and with `/` or `/**` behind it too, a folder at the top. Upper and lower case are the
    same. `*` and `?` also stand for `/`.
    """
    is_whole = glob.startswith("/")
    text = glob.removeprefix("/").removeprefix("**/")
    is_below = text.endswith("/**")
    if is_below:
        text = text.removesuffix("**")
    # `a/**/b` is `a/b`, or any folders between the two.
    betweens = product(*([("/", "/*/")] * text.count("/**/")))
    parts = text.split("/**/")
    globs = ["".join(map("".join, zip(parts, (*between, ""), strict=True))) for between in betweens]
    # A folder with `/**` is one of exactly that name, others may have more in front.
    starts = ("", "*/") if is_below and not is_whole else ("",)
    ends_anywhere = not is_whole or text.endswith("/")
    expressions = [
        _expression(start + one, from_start=is_whole or is_below, to_end=not ends_anywhere)
        for one in globs
        for start in starts
    ]
    return re.compile("|".join(expressions), re.IGNORECASE | re.DOTALL)


def _expression(glob: str, *, from_start: bool, to_end: bool) -> str:
    """Return the expression for a glob of `*` and `?`, whose work is in proportion to the path's length.

    What is between two stars is taken where it is first found, and not searched again: `(?>…)`.
    """
    first, *others = (_literal(part) for part in _STARS.split(glob))
    pieces = [first if from_start else f"(?>.*?{first})"]
    last = [f".*{others.pop()}"] if others and to_end else []
    pieces += [f"(?>.*?{part})" for part in others]
    return "".join([*pieces, *last, r"\Z" if to_end else ""])


def _literal(text: str) -> str:
    return "".join("." if letter == "?" else re.escape(letter) for letter in text)
