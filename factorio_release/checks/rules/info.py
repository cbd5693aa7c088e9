"""Rules on info.json, the file that the portal and the game read first."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Final

from factorio_release.checks.rules.info_fields import FIELDS, PACKAGE_FIELDS, REQUIRED, type_fault
from factorio_release.limits import MAX_FINDINGS_PER_CODE
from factorio_release.parsers.dependency import MOD_NAME
from factorio_release.parsers.info import INFO_FILE
from factorio_release.parsers.problem import Problem
from factorio_release.parsers.suggestion import suggest
from factorio_release.parsers.version import parse_version

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from factorio_release.checks.rule import CheckContext
    from factorio_release.live.models import LiveMod
    from factorio_release.parsers.info import Info

LONGEST_NAME: Final = 100
LONGEST_TITLE: Final = 100
LONGEST_DESCRIPTION: Final = 500
_NEW_NAME: Final = re.compile(r"[A-Za-z0-9_-]{4,49}")
_GAME: Final = re.compile(r"[0-9]+\.[0-9]+")
_ADDRESS: Final = re.compile(r"https?://[^\s/]+\S*", re.IGNORECASE)
_ON_THE_PAGE: Final = ("license", "tags", "category", "source_url", "faq")
_NAME_RULE: Final = "the portal takes 4 to 49 letters, digits, - and _ for a new mod"


def stated(code: str) -> Callable[..., Iterable[Problem]]:
    """Return a rule that passes on what the reading of info.json stated under this code."""

    def find(info: Info) -> Iterator[Problem]:
        return (problem for problem in info.problems if problem.code == code)

    return find


def missing_fields(info: Info) -> Iterator[Problem]:
    """Report required fields that are not there; without factorio_version the game assumes 0.12."""
    for key in REQUIRED if info.complete else ():
        if key in info.value:
            continue
        message = f'the field "{key}" is missing'
        if near := suggest(key, _unknown(info)):
            yield _on_key(info, near, message, f'The key "{near}" seems to be meant: write "{key}".')
        else:
            yield _at(info, (), message, f'Add "{key}" to info.json.')


def wrong_types(info: Info) -> Iterator[Problem]:
    """Report fields of the game that hold another type than it reads."""
    for key, wanted in FIELDS.items():
        if key in info.value and key != "package" and (fault := type_fault(info.value[key], wanted)):
            yield _at(info, (key,), f'"{key}" is {fault}', "Write the value in the type that the game reads.")


def name(info: Info) -> Iterator[Problem]:
    """Report names that neither the portal nor another mod's dependency can hold."""
    if not isinstance(info.value.get("name"), str):
        return
    if len(info.name) > LONGEST_NAME:
        message = f"the name has {len(info.name)} characters, and the game refuses more than {LONGEST_NAME}"
        yield _at(info, ("name",), message, "Shorten it.")
    elif not MOD_NAME.fullmatch(info.name):
        message = f"the name {info.name!r} is not made of letters, digits, - and _"
        yield _at(info, ("name",), message, "Use letters, digits, - and _ alone.")


def legacy_name(info: Info) -> Iterator[Problem]:
    """Report names that the portal has from earlier times and takes for no new mod."""
    if MOD_NAME.fullmatch(info.name) and not _NEW_NAME.fullmatch(info.name):
        message = (
            f"the name {info.name!r} can only belong to a mod that is on the portal already: {_NAME_RULE}"
        )
        yield _at(
            info, ("name",), message, "Keep it for a mod that is published under it, else choose another."
        )


def new_name(info: Info, live: LiveMod | None) -> Iterator[Problem]:
    """Report, before a first publish, a name that the portal refuses for a new mod."""
    if live is None and info.name and not _NEW_NAME.fullmatch(info.name):
        message = f"no mod {info.name!r} is on the portal, and it cannot be published: {_NAME_RULE}"
        yield _at(info, ("name",), message, "Choose another name.")


def version(info: Info) -> Iterator[Problem]:
    """Report versions that are not three numbers up to 65535, and 0.0.0."""
    written = info.value.get("version")
    if not isinstance(written, str):
        return
    hint = "Write three numbers with dots, such as 1.0.0."
    try:
        parsed = parse_version(written)
    except ValueError as error:
        yield _at(info, ("version",), f"the version {error}", hint)
        return
    if parsed.key == (0, 0, 0):
        yield _at(info, ("version",), "0.0.0 is not a version", "Begin with 0.0.1.")


def factorio_version(info: Info) -> Iterator[Problem]:
    """Report a factorio_version that is not two numbers; which versions exist is not judged."""
    written = info.value.get("factorio_version")
    if not isinstance(written, str):
        return
    hint = "Write the game's major and minor number alone, such as 2.0; a finer one goes into dependencies."
    message = f"factorio_version {written!r} is not two numbers, and the portal refuses the package for it"
    if not _GAME.fullmatch(written):
        yield _at(info, ("factorio_version",), message, hint)
        return
    try:
        parse_version(written, (2,))
    except ValueError as error:
        yield _at(info, ("factorio_version",), f"factorio_version: {error}", hint)


def long_title(info: Info) -> Iterator[Problem]:
    """Report a title of more than 100 characters, which the game refuses."""
    if len(info.title) > LONGEST_TITLE:
        message = (
            f"the title has {len(info.title)} characters, and the game refuses more than {LONGEST_TITLE}"
        )
        yield _at(info, ("title",), message, "Shorten it.")


def homepage(info: Info) -> Iterator[Problem]:
    """Report a homepage that is no http address; an empty one is none."""
    written = info.string("homepage")
    if written.strip() and not _ADDRESS.fullmatch(written.strip()):
        hint = "Write an address that begins with https://, or remove the field."
        yield _at(info, ("homepage",), f"the homepage {written!r} is no web address", hint)


def long_description(info: Info) -> Iterator[Problem]:
    """Report a description longer than the summary that the portal keeps."""
    if len(info.summary) > LONGEST_DESCRIPTION:
        message = f"the description has {len(info.summary)} characters; the portal's summary holds 500"
        yield _at(info, ("description",), message, "Shorten it; a README can say more.")


def misspelt_keys(info: Info) -> Iterator[Problem]:
    """Report keys that nobody reads and that look like one somebody does."""
    for key in _unknown(info):
        near = suggest(key, _unused(info))
        if near and near not in REQUIRED:
            yield _on_key(info, key, f'the game reads no field "{key}"', f"Did you mean {near}?")


def unknown_keys(info: Info) -> Iterator[Problem]:
    """Report further keys that nobody reads, and where their content belongs."""
    for key in _unknown(info):
        if suggest(key, _unused(info)):
            continue
        hint = "Remove it if nothing of yours reads it."
        if key in _ON_THE_PAGE:
            hint = f"The mod page has it: set {key.replace('_', '-')} in factorio-release.yml."
        elif key in PACKAGE_FIELDS:
            hint = 'FMTK reads it inside the object "package": move it there.'
        yield _on_key(info, key, f'neither the game nor the portal reads a field "{key}"', hint)


def tag(info: Info, context: CheckContext) -> Iterator[Problem]:
    """Report a tag being released that names another version than info.json."""
    if not context.tag or info.version is None:
        return
    written = context.tag
    for prefix in (f"{info.name}_", f"{info.name}-", "v"):
        if info.name and written.startswith(prefix):
            written = written.removeprefix(prefix)
            break
    try:
        fits = parse_version(written) == info.version
    except ValueError:
        fits = False
    if not fits:
        message = f"the tag {context.tag} does not name version {info.version}"
        hint = f"Tag the release {info.version} or v{info.version}, or change the version in info.json."
        yield _at(info, ("version",), message, hint)


def _unknown(info: Info) -> Iterator[str]:
    unknown = (key for key in info.value if key not in FIELDS and not key.startswith(("_", "$", "//")))
    return islice(unknown, MAX_FINDINGS_PER_CODE)  # each is compared with all known names


def _unused(info: Info) -> Iterator[str]:
    return (field for field in FIELDS if field not in info.value)


def _at(info: Info, path: tuple[str, ...], message: str, hint: str) -> Problem:
    return Problem(message, INFO_FILE, *info.place(*path), hint)


def _on_key(info: Info, key: str, message: str, hint: str) -> Problem:
    return Problem(message, INFO_FILE, *info.key_place(key), hint)
