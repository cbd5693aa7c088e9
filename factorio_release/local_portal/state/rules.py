"""Rules of the details page: which fields there are, and what each may hold."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from factorio_release.local_portal.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

USAGE_NAMES = {
    "publish": "ModPortal: Publish Mods",
    "upload": "ModPortal: Upload Mods",
    "edit": "ModPortal: Edit Mods",
}
NO_CATEGORY = "no-category"
CATEGORIES = (
    *("content", "overhaul", "tweaks", "utilities", "scenarios"),
    *("mod-packs", "localizations", "internal", NO_CATEGORY),
)
TAGS = (
    *("transportation", "logistics", "trains", "combat", "armor", "enemies", "environment", "mining"),
    *("fluids", "logistic-network", "circuit-network", "manufacturing", "power", "storage"),
    *("blueprints", "cheats", "planets", "character"),
)
LICENSES = {
    "default_mit": ("MIT", "https://opensource.org/license/mit"),
    "default_gnugplv3": ("GNU GPLv3", "https://www.gnu.org/licenses/gpl-3.0.html"),
    "default_gnulgplv3": ("GNU LGPLv3", "https://www.gnu.org/licenses/lgpl-3.0.html"),
    "default_mozilla2": ("Mozilla Public License 2.0", "https://www.mozilla.org/MPL/2.0/"),
    "default_apache2": ("Apache License 2.0", "https://www.apache.org/licenses/LICENSE-2.0"),
    "default_unlicense": ("The Unlicense", "https://unlicense.org/"),
}
MAX_TITLE_CHARACTERS, MAX_SUMMARY_CHARACTERS, MAX_URL_CHARACTERS = 250, 500, 256
_CUSTOM_LICENSE = re.compile(r"custom_[0-9a-f]{24}")
_URL = re.compile(r"https?://[^\s/]+\S*", re.IGNORECASE)
_NAME = re.compile(r"[A-Za-z0-9_-]{4,49}")


def wrong(message: str) -> Refusal:
    """Return the refusal of a field's value."""
    return Refusal("InvalidRequest", message)


def check_new_name(name: str) -> None:
    """Refuse a name that no new mod may have (longer than 3, shorter than 50)."""
    if not _NAME.fullmatch(name):
        raise wrong("Invalid mod name")


def read_details(fields: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """Return the changes that a form asks for; fields the portal does not know are passed over.

    Raises:
        Refusal: InvalidRequest for the first value that breaks its rule.
    """
    return {name: rule(fields[name]) for name, rule in _DETAIL_RULES.items() if name in fields}


def read_publish_options(fields: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """Return the details that may come with the zip of a first publish."""
    allowed = ("description", "category", "license", "source_url")
    return read_details({name: fields[name] for name in allowed if name in fields})


def _text(limit: int, least: int, name: str) -> Callable[[Sequence[str]], str]:
    def rule(values: Sequence[str]) -> str:
        if not least <= len(values[-1]) <= limit:
            raise wrong(f"The {name} must have {least} to {limit} characters.")
        return values[-1]

    return rule


def _markdown(values: Sequence[str]) -> str:
    return values[-1]


def _category(values: Sequence[str]) -> str:
    if values[-1] not in {"", *CATEGORIES}:
        raise wrong("Category does not exist.")
    return "" if values[-1] == NO_CATEGORY else values[-1]


def _tags(values: Sequence[str]) -> list[str]:
    if any(tag not in TAGS for tag in values):
        raise wrong("Tag does not exist.")
    return list(dict.fromkeys(values))


def _license(values: Sequence[str]) -> str:
    if values[-1] not in LICENSES and not _CUSTOM_LICENSE.fullmatch(values[-1]):
        raise wrong("License does not exist.")
    return values[-1]


def _url(name: str) -> Callable[[Sequence[str]], str]:
    def rule(values: Sequence[str]) -> str:
        if len(values[-1]) > MAX_URL_CHARACTERS or (values[-1] and not _URL.fullmatch(values[-1])):
            raise wrong(
                f"The {name} must be an http or https address of up to {MAX_URL_CHARACTERS} characters."
            )
        return values[-1]

    return rule


def _bool(values: Sequence[str]) -> bool:
    if values[-1] not in {"true", "false"}:
        raise wrong("deprecated must be true or false.")
    return values[-1] == "true"


_DETAIL_RULES: dict[str, Callable[[Sequence[str]], Any]] = {
    "title": _text(MAX_TITLE_CHARACTERS, 1, "title"),
    "summary": _text(MAX_SUMMARY_CHARACTERS, 0, "summary"),
    "description": _markdown,
    "faq": _markdown,
    "category": _category,
    "tags": _tags,
    "license": _license,
    "homepage": _url("homepage"),
    "source_url": _url("source_url"),
    "deprecated": _bool,
}
