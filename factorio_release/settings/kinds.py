"""The kinds of values that options have.

A kind is a function from a raw value to the final one. It raises ValueError with a message for the user.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from factorio_release.limits import MAX_LOAD_SETS, MAX_PAGE_FILES
from factorio_release.parsers.suggestion import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable

# A value as it was written. The command line, the CI's inputs and the environment give text. A config
# file also gives lists and mappings of text, and None for an explicit null.
Raw = str | list[str] | dict[str, str] | None

YES: Final = frozenset({"true", "yes", "on", "1"})
NO: Final = frozenset({"false", "no", "off", "0"})
MAX_RETRIES: Final = 100
MAX_WAIT_SECONDS: Final = 24 * 60 * 60
MAX_LOAD_MEBIBYTES: Final = 16 * 1024
MAX_TICKS: Final = 216_000
_LEAST_MEBIBYTES: Final = 16  # an empty load of the game's data takes more
SHA256_DIGITS: Final = 64


def text(raw: Raw) -> str:
    """Return text as it was written."""
    if not isinstance(raw, str):
        raise ValueError("give one value, not a list or a mapping")  # noqa: TRY004 the user's value, not a type of ours
    return raw


def place_inside(raw: Raw) -> str:
    """Return the path of something that the run writes, as a config file may name it.

    The path must lead to a place below the folder of that file. It may not lead into anything that other
    programs read as their own, which means names that begin with a dot, such as `.git`. Windows also
    knows that folder as `git~1`.
    """
    path = text(raw)
    if "\\" in path and ":" not in path:
        raise ValueError(_write_slashes(path))
    is_plain = path.isprintable() and not set(path) & set('\\:<>"|?*')
    names = path.removeprefix("./").rstrip("/").split("/")
    is_usable = all(name and not name.lower().startswith((".", "git~")) for name in names)
    if not is_plain or not is_usable:
        raise ValueError(
            f"{path!r} is not a place below this file's folder, such as `dist`; a file of the repository "
            "can name no other place, and no name that begins with a dot"
        )
    return "/".join(names)


def flag(raw: Raw) -> bool:
    """Return a truth value; also reads the spellings of CI systems other than `true` and `false`."""
    word = text(raw).strip().lower()
    if word in YES:
        return True
    if word in NO:
        return False
    raise ValueError(f"{text(raw)!r} is neither true nor false")


def sha256(raw: Raw) -> str:
    """Return a SHA-256 in lower-case hex."""
    digest = text(raw).strip().lower()
    if len(digest) != SHA256_DIGITS or set(digest) - set("0123456789abcdef"):
        raise ValueError(f"{raw!r} is not a SHA-256, which has {SHA256_DIGITS} digits from 0 to f")
    return digest


def _texts(items: list[str]) -> list[str]:
    """Return the items; raises ValueError where a config file has anything but text there."""
    for item in items:
        if not isinstance(item, str):
            raise ValueError("each item must be one value, not empty, a list or a mapping")  # noqa: TRY004 the user's value
    return items


def words(raw: Raw) -> tuple[str, ...]:
    """Return the items of a list: a YAML list, or text with items separated by commas or line breaks."""
    if isinstance(raw, dict):
        raise ValueError("give a list, not a mapping")  # noqa: TRY004 the user's value, not a type of ours
    items = _texts(raw) if isinstance(raw, list) else text(raw).replace(",", "\n").splitlines()
    stripped = (item.strip() for item in items)
    return tuple(item for item in stripped if item)


def files(raw: Raw) -> tuple[str, ...]:
    """Return paths: from a YAML list, or from text with one a line. A comma may be part of a name."""
    if isinstance(raw, dict):
        raise ValueError("give a file or a list of files, not a mapping")  # noqa: TRY004 the user's value
    items = _texts(raw) if isinstance(raw, list) else text(raw).splitlines()
    paths = tuple(item.strip() for item in items if item.strip())
    if len(paths) > MAX_PAGE_FILES:
        raise ValueError(f"{len(paths)} files are named; one text takes at most {MAX_PAGE_FILES}")
    return paths


# A backslash before these escapes them in a glob, unless a name stands before it: `gallery\*.png`.
_AS_SEPARATOR: Final = r"\\[^*?+@!#{}()\[\]\\|]|(?<=[\w.])\\[*?]"


def globs(raw: Raw) -> tuple[str, ...]:
    """Return the items of a list of globs; in a glob a backslash is no separator, on no system."""
    import re  # noqa: PLC0415 start-up: only where a backslash is

    items = words(raw)
    for item in items:
        if "\\" in item and re.search(_AS_SEPARATOR, item):
            raise ValueError(_write_slashes(item))
    return items


def files_below(raw: Raw) -> tuple[str, ...]:
    """Return paths of files, as a config file names them: with `/`, so that they are such on every system."""
    paths = files(raw)
    for path in paths:
        if "\\" in path:
            raise ValueError(_write_slashes(path))
    return paths


def _write_slashes(path: str) -> str:
    slashes = path.replace("\\", "/")
    return f"{path} has a backslash, which separates folders on Windows alone; write {slashes}"


def reasons(raw: Raw) -> dict[str, str]:
    """Return reasons by check code: from a YAML mapping, or from lines `code: reason`.

    Every code needs a reason.
    """
    if isinstance(raw, dict):
        found = raw
    else:
        found = {}
        lines = _texts(raw) if isinstance(raw, list) else text(raw).splitlines()
        for line in lines:
            if line.strip():
                code, _, reason = line.partition(":")
                found[code.strip()] = reason.strip()
    _texts([reason for reason in found.values() if reason])
    without = [code for code, reason in found.items() if not reason]
    if without:
        raise ValueError(f"say why {', '.join(without)} is ignored, as `code: reason`")
    return found


class Choice:
    """The kind of an option that takes one of some words."""

    def __init__(self, allowed: tuple[str, ...]) -> None:
        self.allowed = allowed

    def __call__(self, raw: Raw) -> str:
        """Return the word; the error for any other word suggests the nearest one."""
        word = text(raw).strip()
        if word not in self.allowed:
            near = did_you_mean(word, self.allowed)
            raise ValueError(f"{word!r} is not one of {', '.join(self.allowed)}{near}")
        return word


def seconds(raw: Raw) -> float:
    """Return a time in seconds, more than zero and at most a day."""
    try:
        value = float(text(raw))
    except ValueError:
        value = -1.0
    if not 0 < value <= MAX_WAIT_SECONDS:  # also refuses NaN, which is not greater than zero
        raise ValueError(f"{raw!r} is not a number of seconds between 0 and {MAX_WAIT_SECONDS}")
    return value


def count(raw: Raw) -> int:
    """Return a small whole number."""
    number = whole_number(text(raw).strip(), MAX_RETRIES)
    if number is None:
        raise ValueError(f"{raw!r} is not a whole number from 0 to {MAX_RETRIES}")
    return number


def whole_number(digits: str, largest: int) -> int | None:
    """Return the number from 0 to `largest` that ASCII digits give, None for anything else.

    Leading zeros do not count. The length is checked before the conversion, because Python refuses to
    convert thousands of digits.
    """
    if not (digits.isascii() and digits.isdigit()):
        return None
    significant = digits.lstrip("0") or "0"
    if len(significant) > len(str(largest)):
        return None
    number = int(significant)
    if number > largest:
        return None
    return number


def portal_url(raw: Raw) -> str:
    """Return the portal's address without a slash at the end.

    It is https, or plain http on this machine. It has no user, path, query or fragment.
    """
    from urllib.parse import urlsplit  # noqa: PLC0415 start-up: only when an address is given

    url = text(raw).strip().rstrip("/")
    try:
        parts = urlsplit(url)
        _ = parts.port  # reading it raises ValueError where the port is no number
    except ValueError:
        raise ValueError(f"{url!r} is not an address") from None
    is_loopback = parts.hostname in {"localhost", "127.0.0.1", "::1"}
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback):
        raise ValueError(
            f"{url!r} is neither https nor plain http on this machine: anyone on the way could read the key"
        )
    extra = (parts.username, parts.password, parts.path, parts.query, parts.fragment)
    if not parts.hostname or any(extra):
        raise ValueError(
            f"{url!r} is not just a scheme and a host, such as https://mods.factorio.com"
        )
    return url


def mirror_url(raw: Raw) -> str:
    """Return the address of the game's data or a mirror of it, without a slash at the end.

    It is https, or plain http on this machine, without user and query: what comes from it is run.
    """
    from urllib.parse import urlsplit  # noqa: PLC0415 start-up: only when an address is given

    url = text(raw).strip().rstrip("/")
    parts = urlsplit(url)
    is_loopback = parts.hostname in {"localhost", "127.0.0.1", "::1"}
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and is_loopback)
    if not (is_safe and parts.hostname and not parts.query and "@" not in parts.netloc):
        raise ValueError(f"{url!r} is not an https:// address without user and query")
    return url


def game_version(raw: Raw) -> str:
    """Return `auto`, or a version of the game in its usual form."""
    from factorio_release.parsers.version import parse_version  # noqa: PLC0415 start-up: only for a load

    version = text(raw).strip()
    if version == "auto":
        return version
    try:
        return str(parse_version(version))
    except ValueError as error:
        raise ValueError(f"{error}; give a version such as 2.0.77, or auto") from None


def mod_sets(raw: Raw) -> tuple[str, ...]:
    """Return sets of mods, each once: `required`, `optional`, `all`, or names of mods joined by `+`."""
    from factorio_release.parsers.dependency import MOD_NAME  # noqa: PLC0415 start-up: only for a load

    sets = tuple(dict.fromkeys(words(raw)))
    for one in sets:
        if not all(MOD_NAME.fullmatch(name) for name in one.split("+")):
            raise ValueError(f"{one!r} is not required, optional, all, or names of mods as in A+B")
    if not sets:
        raise ValueError("give at least one set, such as `required`")
    if len(sets) > MAX_LOAD_SETS:
        raise ValueError(f"{len(sets)} sets are named; at most {MAX_LOAD_SETS} are loaded")
    return sets


def mebibytes(raw: Raw) -> int:
    """Return an amount of memory in MiB, from 16 on."""
    number = whole_number(text(raw).strip(), MAX_LOAD_MEBIBYTES)
    if number is None or number < _LEAST_MEBIBYTES:
        raise ValueError(
            f"{raw!r} is not a whole number of MiB from {_LEAST_MEBIBYTES} to {MAX_LOAD_MEBIBYTES}"
        )
    return number


def ticks(raw: Raw) -> int:
    """Return a number of the game's ticks, up to those of an hour."""
    number = whole_number(text(raw).strip(), MAX_TICKS)
    if number is None:
        raise ValueError(f"{raw!r} is not a whole number of ticks from 0 to {MAX_TICKS}")
    return number


def unknown(kind: str, names: Iterable[str], known: Iterable[str]) -> list[str]:
    """Return a message for every name that is not among the known ones, with the nearest known name."""
    all_known = list(known)
    unknown_names = [name for name in names if name not in all_known]
    return [f"{kind} {name} is not known{did_you_mean(name, all_known)}" for name in unknown_names]
