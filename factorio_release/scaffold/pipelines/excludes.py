"""What an old pipeline leaves out of the zip, as globs of this program that leave out the same files.

A pattern is taken over only where it matches a file that would be packed: most lists also name what never
ships (`.git`, `.vscode`), and a glob without a match would be reported in every run.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Final

from factorio_release.package.game_files import READ_BY_THE_GAME
from factorio_release.package.globs import GlobError, read_glob
from factorio_release.parsers.info import INFO_FILE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_WORD: Final = r"""(?:"[^"\n]*"|'[^'\n]*'|[^\s"';|&)\\]+)"""
_ZIP: Final = re.compile(rf"(?:^|\s)-x\s+((?:{_WORD}[ \t]*(?:\\\n\s*)?)+)")
_OPTION: Final = re.compile(rf"--exclude(?:=|\s+)({_WORD})")
_SEVEN: Final = re.compile(r"""-xr?'?!["']?([^\s"']+)""")
_PATHSPEC: Final = re.compile(r"""["']?:(?:\(exclude\)|!|\^)/?([^\s"']+)["']?""")
# EXCLUDE_LIST=( … ) in a shell, `excluded_dirs = { … }` in other languages: up to the opening bracket.
_LIST: Final = re.compile(
    r"(?i)\b\w{0,80}?(?:exclu|ignore|skip|blacklist)\w{0,80}[ \t]*(?::[^=\n]{1,80})?=\s{0,20}"
    r"(?:set|frozenset|new\s+Set)?\s{0,20}[(\[{]{1,2}"
)
_CLOSING: Final = re.compile(r"[)\]}]")
_STRING: Final = re.compile(r"""["']([^"'\n]+)["']""")
_BARE: Final = re.compile(r"(?:^|\s)([\w.*/@+-]+)(?=\s|$)")
_COPY: Final = re.compile(
    r"^[ \t]*(?:cp|Copy-Item)[ \t]+(?:-\w+[ \t]+)*(.{1,2000}?)[ \t]+(\S{1,500})[ \t]*$",
    re.MULTILINE,
)
_MAX_LIST_CHARACTERS: Final = 5_000
_MAX_MENTIONS: Final = 100
_MIN_ENTRIES: Final = 3
# Never left out because a list does not name it: the game and the portal show it.
_ALWAYS: Final = frozenset({"info.json", "changelog.txt", "thumbnail.png", "locale"})
_NEEDED: Final = frozenset(READ_BY_THE_GAME)
_MAX_PATTERNS: Final = 200


def excluded_globs(texts: Iterable[str], files: Sequence[str], mod: str) -> tuple[str, ...]:
    """Return globs for the files of the package that these scripts or inputs leave out of theirs.

    `files` are the paths that would be packed, relative to the mod folder.
    """
    globs: list[str] = []
    left_out: set[str] = set()
    for text in map(_without_comments, texts):
        for candidates in _patterns(text):
            globs += _matching(candidates, files, mod, left_out)
        globs += _not_listed(text, files)
    return tuple(dict.fromkeys(globs))[:_MAX_PATTERNS]


def useful_globs(globs: Iterable[str], files: Sequence[str]) -> tuple[str, ...]:
    """Return those of the globs, in order, that match a file that none before it matches."""
    left_out: set[str] = set()
    found: list[str] = []
    for glob in globs:
        found += _matching([glob], files, "", left_out)
    return tuple(found)


def _without_comments(text: str) -> str:
    return re.sub(r"(?m)(?:^|\s)#(?!!)\s.*$", "", text)


def _patterns(text: str) -> Iterator[list[str]]:
    """Yield the patterns of a script, each as the globs that it may stand for."""
    for match in _ZIP.finditer(text):
        for word in re.findall(_WORD, match[1]):
            if not word.startswith("-"):
                yield [_of_zip(word.strip("\"'"))]
    for match in _OPTION.finditer(text):
        yield list(_anywhere(match[1].strip("\"'")))
    for match in _SEVEN.finditer(text):
        yield list(_anywhere(match[1]))
    for match in _PATHSPEC.finditer(text):
        yield list(_of_pathspec(match[1]))
    for match in _LIST.finditer(text):
        inner = _up_to_closing(text, match.end())
        for word in _STRING.findall(inner) or _BARE.findall(inner):
            yield [_of_zip(word)] if "*" in word else list(_of_name(word))


def exclusions_of_zip(text: str) -> str:
    """Return the inputs of a zip action as the options of `zip` that they stand for."""
    return f"zip x -x {text}"


def _of_zip(pattern: str) -> str:
    """Return the glob of a pattern of `zip -x`, whose `*` also matches `/`."""
    pattern = pattern.removeprefix("./")
    if pattern.startswith("*") and not pattern.startswith(("**", "*/")):
        pattern = f"**/{pattern}"
    pattern = re.sub(r"^\*/", "**/", pattern)
    return re.sub(r"/\*$", "/**", re.sub(r"/\*(?=/)", "/**", pattern))


def _of_pathspec(pattern: str) -> Iterator[str]:
    """Yield the globs of a path that `git archive` leaves out: a file, or a folder with all in it."""
    if "*" in pattern:
        yield _of_zip(pattern)
        return
    pattern = pattern.rstrip("/")
    yield pattern
    yield f"{pattern}/**"


def _anywhere(pattern: str) -> Iterator[str]:
    """Yield the globs of a pattern as rsync, tar and git have it: without a slash it matches at any depth."""
    body = pattern.removeprefix("./").rstrip("/")
    if body.startswith("/") or "/" in body:
        body = body.lstrip("/")
        yield from (_of_zip(body), f"{body}/**") if not body.endswith("*") else (_of_zip(body),)
        return
    yield body
    yield f"**/{body}" if body else "**"
    yield f"{body}/**"
    yield f"**/{body}/**"


def _of_name(word: str) -> Iterator[str]:
    """Yield the globs for a name in a list of a program: a suffix, a file or a folder."""
    if re.fullmatch(r"\.[A-Za-z0-9]{1,5}", word):
        yield f"**/*{word}"
    body = word.strip("/")
    yield body
    yield f"{body}/**"
    if "/" not in body:
        yield f"**/{body}"
        yield f"**/{body}/**"


def _matching(
    candidates: Sequence[str], files: Sequence[str], mod: str, left_out: set[str]
) -> Iterator[str]:
    """Yield those of the globs that match a file that is not in `left_out` yet; it is added there."""
    for text in candidates:
        for pattern in (text, _without_first_folder(text, mod)):
            if not pattern or set(pattern) <= set("*/"):
                continue
            matched = _matched(pattern, files)
            # A pattern that takes what the game needs was read wrongly.
            if not matched or not _NEEDED.isdisjoint(matched):
                continue
            if not matched <= left_out:
                left_out |= matched
                yield pattern
                break


def _matched(pattern: str, files: Sequence[str]) -> set[str]:
    try:
        glob = read_glob(pattern)
    except GlobError:
        return set()
    return {file for file in files if glob.matches(file)} if not glob.is_negated else set()


def _without_first_folder(pattern: str, mod: str) -> str:
    """Return a pattern without the folder that a zip has around its files; empty where it names none."""
    first, slash, rest = pattern.partition("/")
    if slash and ("$" in first or "{" in first or (mod and first.startswith(mod))):
        return rest
    return ""


def _up_to_closing(text: str, start: int) -> str:
    """Return what stands in brackets that open before `start`; only the beginning of a long list."""
    end = _CLOSING.search(text, start, start + _MAX_LIST_CHARACTERS)
    return text[start : end.start() if end else start]


def _entries(text: str) -> list[str]:
    """Return the items of a list that has info.json among them, such as `ENTRIES=( info.json … )`."""
    for found in islice(re.finditer(re.escape(INFO_FILE), text), _MAX_MENTIONS):
        place = found.start()
        before = text[max(0, place - _MAX_LIST_CHARACTERS) : place]
        opening = max(before.rfind("("), before.rfind("["))
        if opening < 0 or _CLOSING.search(before, opening) or "=" not in before[:opening][-3:]:
            continue
        inner = before[opening + 1 :] + _up_to_closing(text, place)
        return _STRING.findall(inner) or _BARE.findall(inner)
    return []


def _not_listed(text: str, files: Sequence[str]) -> Iterator[str]:
    """Yield globs for what stands beside the files that a script copies, where it names them one by one."""
    listed = _entries(text)
    there = {file.partition("/")[0] for file in files}
    copied: dict[str, list[str]] = {}
    for match in _COPY.finditer(text):
        sources = [word.strip("\"'") for word in match[1].split()]
        copied.setdefault(match[2].strip("\"'").rstrip("/"), []).extend(sources)
    for sources in (listed, *copied.values()):
        names = {source.removeprefix("./").rstrip("/") for source in sources}
        # VERSION=$(jq -r .version info.json) looks like a list: the words of a command are no files.
        known = [name for name in names if name.partition("/")[0] in there or "*" in name]
        if len(known) < _MIN_ENTRIES or "info.json" not in names or "*" in names:
            continue
        globs = [read_glob(name) for name in names if "*" in name and "$" not in name]
        for entry in dict.fromkeys(file.partition("/")[0] for file in files):
            is_folder = any(file.startswith(f"{entry}/") for file in files)
            is_listed = entry in names or any(glob.matches(entry) for glob in globs)
            if not is_listed and entry not in _ALWAYS:
                inner = any(name.startswith(f"{entry}/") for name in names)
                if not inner:
                    yield f"{entry}/**" if is_folder else entry
