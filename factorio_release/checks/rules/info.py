"""Rules on info.json, the file that the portal and the game read first."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Final

from factorio_release.checks.rules.info_fields import (
    FIELDS,
    PACKAGE_FIELDS,
    REMARK_PREFIXES,
    REQUIRED,
    type_hint,
    type_problem,
)
from factorio_release.limits import MAX_FINDINGS_PER_CODE
from factorio_release.parsers.dependency import MOD_NAME
from factorio_release.parsers.info import INFO_FILE
from factorio_release.parsers.problem import Problem
from factorio_release.parsers.suggestion import suggest
from factorio_release.parsers.unseen import quoted
from factorio_release.parsers.version import parse_version

if TYPE_CHECKING:
    from collections.abc import Iterator

    from factorio_release.checks.context import CheckContext
    from factorio_release.live.models import LiveMod
    from factorio_release.parsers.info import Info

# The limits of name and title are the game's (observed), that of the summary is the portal's (documented).
MAX_NAME_CHARACTERS: Final = 100
MAX_TITLE_CHARACTERS: Final = 100
MAX_SUMMARY_CHARACTERS: Final = 500
MAX_AUTHOR_CHARACTERS: Final = 1000  # a choice of this project: no author has as many
_MAX_VERSION_DIGITS: Final = 5  # of one number; what 65535 needs
_NEW_NAME: Final = re.compile(r"[A-Za-z0-9_-]{4,49}")
_NEW_NAME_FORM: Final = "4 to 49 letters, digits, - and _"
_GAME_VERSION: Final = re.compile(r"[0-9]+\.[0-9]+")
_WEB_ADDRESS: Final = re.compile(r"https?://[^\s/]+\S*", re.IGNORECASE)
_DEPENDENCIES_HINT: Final = 'Write a list of strings, such as ["base >= 2.0", "? flib"].'
_PAGE_SETTINGS: Final = ("license", "tags", "category", "source_url", "faq")


def missing_fields(info: Info) -> Iterator[Problem]:
    """Report required fields that are missing.

    `factorio_version` is required here although the game has a default: it is 0.12, and no current
    game loads such a mod (documented).
    """
    if not info.complete:
        return  # the field may be in the part that could not be read
    for key, example in REQUIRED.items():
        if key in info.value:
            continue
        message = f'the field "{key}" is missing'
        near = suggest(key, _unknown(info))
        if near:
            yield _on_key(
                info,
                near,
                message,
                f'Rename the key "{near}" to "{key}", if that is what it means.',
            )
        else:
            yield _at(info, (), message, f'Add it to info.json, such as "{key}": "{example}".')


def wrong_types(info: Info) -> Iterator[Problem]:
    """Report fields of the game that have another type than the game reads."""
    for key, expected in FIELDS.items():
        if key not in info.value or key == "package":  # fmtk.py judges `package`
            continue
        problem = type_problem(info.value[key], expected)
        if problem:
            hint = _DEPENDENCIES_HINT if key == "dependencies" else type_hint(expected)
            yield _at(info, (key,), f'"{key}" {problem}', hint)


def name(info: Info) -> Iterator[Problem]:
    """Report names that the portal refuses and on which no other mod can depend."""
    if not isinstance(info.value.get("name"), str):
        return
    hint = "Use only letters, digits, - and _, such as my-mod."
    if not info.name:
        yield _at(info, ("name",), "the name is empty", hint)
    elif len(info.name) > MAX_NAME_CHARACTERS:
        message = f"the name has {len(info.name)} characters; the game accepts at most {MAX_NAME_CHARACTERS}"
        yield _at(info, ("name",), message, "Shorten it.")
    elif not MOD_NAME.fullmatch(info.name):
        message = f"the name {quoted(info.name)} contains characters that are not allowed"
        yield _at(info, ("name",), message, hint)


def legacy_name(info: Info) -> Iterator[Problem]:
    """Report names that old mods on the portal have and that it refuses for a new mod (observed)."""
    if MOD_NAME.fullmatch(info.name) and not _NEW_NAME.fullmatch(info.name):
        message = f"the portal accepts the name {quoted(info.name)} only for a mod that is already published"
        hint = f"For a new mod choose {_NEW_NAME_FORM}. For a published mod, ignore this code."
        yield _at(info, ("name",), message, hint)


def new_name(info: Info, live: LiveMod | None) -> Iterator[Problem]:
    """Report, before a first publish, a name that the portal refuses for a new mod."""
    if live is None and info.name and not _NEW_NAME.fullmatch(info.name):
        message = (
            f"the portal refuses the name {quoted(info.name)} for a new mod, "
            "and no mod with it is published"
        )
        hint = f"Choose {_NEW_NAME_FORM}. The name can never be changed."
        yield _at(info, ("name",), message, hint)


def version(info: Info) -> Iterator[Problem]:
    """Report versions that are not three numbers up to 65535, and 0.0.0 (observed: refused).

    Zeros in front are kept by the portal (observed), but no number has more than five digits.
    """
    written = info.value.get("version")
    if not isinstance(written, str):
        return
    try:
        parsed = parse_version(written)
    except ValueError as error:
        hint = "Write three numbers with dots, such as 1.0.0."
        yield _at(info, ("version",), f"the version {error}", hint)
        return
    if parsed.key == (0, 0, 0):
        yield _at(info, ("version",), f"the version {written} is not allowed", "Start with 0.0.1.")
    elif _has_long_number(written):
        plain = ".".join(map(str, parsed.numbers))
        message = (
            f"the version {quoted(written)} has a number of more than five digits: "
            "the portal refuses it"
        )
        yield _at(info, ("version",), message, f"Write {plain}.")


def factorio_version(info: Info) -> Iterator[Problem]:
    """Report a factorio_version that is not two numbers; which versions exist is not judged."""
    written = info.value.get("factorio_version")
    if not isinstance(written, str):
        return
    hint = (
        'Write the game version as two numbers, such as "2.0". '
        'To require a later release of it, add "base >= 2.0.60" to the dependencies.'
    )
    if not _GAME_VERSION.fullmatch(written):
        message = (
            f"factorio_version {quoted(written)} is not two numbers: the portal refuses the package"
        )
        yield _at(info, ("factorio_version",), message, hint)
        return
    if _has_long_number(written):
        message = (
            f"factorio_version {quoted(written)} has a number of more than five digits: "
            "the portal refuses the package"
        )
        yield _at(info, ("factorio_version",), message, hint)
        return
    try:
        parse_version(written, (2,))
    except ValueError as error:
        yield _at(info, ("factorio_version",), f"factorio_version: {error}", hint)


def title(info: Info) -> Iterator[Problem]:
    """Report a title that the portal refuses because it is empty, or that is too long for the game."""
    if info.value.get("title") == "":
        hint = "Write the name that players see, such as My mod."
        yield _at(info, ("title",), "the title is empty: the portal refuses the package", hint)
    if len(info.title) > MAX_TITLE_CHARACTERS:
        message = (
            f"the title has {len(info.title)} characters; the game accepts at most "
            f"{MAX_TITLE_CHARACTERS}"
        )
        yield _at(info, ("title",), message, "Shorten it.")


def author(info: Info) -> Iterator[Problem]:
    """Report an author that the portal refuses."""
    written = info.value.get("author")
    if written == "":
        hint = "Write your name on the portal."
        yield _at(info, ("author",), "the author is empty: the portal refuses the package", hint)
    elif isinstance(written, str) and len(written) > MAX_AUTHOR_CHARACTERS:
        message = (
            f"the author has {len(written):,} characters; the portal accepts at most "
            f"{MAX_AUTHOR_CHARACTERS:,}"
        )
        yield _at(
            info, ("author",), message, "Name the authors here, and thank others in the README."
        )


def homepage(info: Info) -> Iterator[Problem]:
    """Report a homepage that is not a web address; an empty one counts as none."""
    written = info.string("homepage")
    if written.strip() and not _WEB_ADDRESS.fullmatch(written.strip()):
        message = f"the homepage {quoted(written)} is not a web address"
        hint = "Write a full address, such as https://example.com/my-mod, or remove the field."
        yield _at(info, ("homepage",), message, hint)


def long_description(info: Info) -> Iterator[Problem]:
    """Report a description that is too long for the portal, which uses it as the summary."""
    if len(info.summary) > MAX_SUMMARY_CHARACTERS:
        message = (
            f"the description has {len(info.summary)} characters; "
            f"the portal's summary holds at most {MAX_SUMMARY_CHARACTERS}"
        )
        yield _at(info, ("description",), message, "Shorten it. Longer text belongs in the README.")


def misspelt_keys(info: Info) -> Iterator[Problem]:
    """Report unknown keys that look like a field that is not set."""
    for key in _unknown(info):
        near = suggest(key, _unset(info))
        if near and near not in REQUIRED:  # `missing_fields` names the key for a required field
            yield _on_key(info, key, f'the game reads no field "{key}"', f'Did you mean "{near}"?')


def unknown_keys(info: Info) -> Iterator[Problem]:
    """Report the other unknown keys, and say where their content belongs."""
    for key in _unknown(info):
        if suggest(key, _unset(info)):
            continue
        if key in _PAGE_SETTINGS:
            hint = (
                f"It belongs to the mod page: set {key.replace('_', '-')} in factorio-release.yml."
            )
        elif key in PACKAGE_FIELDS:
            hint = 'FMTK reads it inside the object "package": move it there.'
        else:
            hint = "Remove it, if none of your own tools reads it."
        yield _on_key(info, key, f'neither the game nor the portal reads the field "{key}"', hint)


def tag(info: Info, context: CheckContext) -> Iterator[Problem]:
    """Report a tag that does not match the version in info.json."""
    if not context.tag or info.version is None:
        return
    from factorio_release.git.release_tags import text_before_version  # noqa: PLC0415 start-up: only for a tag
    from factorio_release.git.tag_index import read_release_tag  # noqa: PLC0415 likewise

    tag = read_release_tag(context.tag, info.name)
    if tag is None or tag.version != info.version:
        message = f"the tag {context.tag} does not match version {info.version}"
        before = text_before_version(context.tag, info.name)
        # In a repository of several mods a tag without the name would release others too.
        forms = f"{before}{info.version}" if before else f"{info.version} or v{info.version}"
        hint = f"Tag this version as {forms}, or change the version in info.json."
        yield _at(info, ("version",), message, hint)


def _unknown(info: Info) -> Iterator[str]:
    """Yield the keys that neither the game nor FMTK reads.

    Their number has a bound, because each is compared with all known names.
    """
    unknown = (
        key for key in info.value if key not in FIELDS and not key.startswith(REMARK_PREFIXES)
    )
    return islice(unknown, MAX_FINDINGS_PER_CODE)


def _unset(info: Info) -> Iterator[str]:
    return (field for field in FIELDS if field not in info.value)


def _has_long_number(version: str) -> bool:
    return any(len(part) > _MAX_VERSION_DIGITS for part in version.split("."))


def _at(info: Info, path: tuple[str, ...], message: str, hint: str) -> Problem:
    return Problem(message, INFO_FILE, *info.place(*path), hint)


def _on_key(info: Info, key: str, message: str, hint: str) -> Problem:
    return Problem(message, INFO_FILE, *info.key_place(key), hint)
