"""The fields of a mod's page and the rules for their values.

Fields, categories and limits are documented. The tags `planets` and `character`, and custom licences,
were observed. The texts of the refusals are a choice of this portal, except `Tag does not exist.` (observed).
"""

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
NO_CATEGORY = "no-category"  # documented: the same as an empty category
CATEGORIES = (
    *("content", "overhaul", "tweaks", "utilities", "scenarios"),
    *("mod-packs", "localizations", "internal", NO_CATEGORY),
)
TAGS = (
    *(
        "transportation",
        "logistics",
        "trains",
        "combat",
        "armor",
        "enemies",
        "environment",
        "mining",
    ),
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
MAX_TITLE_CHARACTERS = 250
MAX_SUMMARY_CHARACTERS = 500
MAX_URL_CHARACTERS = 256
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
    """Return the values of the known fields in a form; other fields are ignored.

    Raises:
        Refusal: InvalidRequest for the first value that breaks its rule.
    """
    return {name: rule(fields[name]) for name, rule in _DETAIL_RULES.items() if name in fields}


def read_publish_options(fields: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """Return the values of the fields that may come with the zip of a first publish (documented)."""
    allowed = ("description", "category", "license", "source_url")
    return read_details({name: fields[name] for name in allowed if name in fields})


def _text(limit: int, least: int, name: str) -> Callable[[Sequence[str]], str]:
    def rule(values: Sequence[str]) -> str:
        if not least <= len(values[-1]) <= limit:
            raise wrong(f"The {name} must have {least} to {limit} characters.")
        return values[-1]

    return rule


def _markdown(values: Sequence[str]) -> str:
    # How long a description or an FAQ may be is not established: only the size of the form bounds them.
    return values[-1]


def _category(values: Sequence[str]) -> str:
    category = values[-1]
    if category in {"", NO_CATEGORY}:
        return ""
    if category not in CATEGORIES:
        raise wrong("Category does not exist.")
    return category


def _tags(values: Sequence[str]) -> list[str]:
    if any(tag not in TAGS for tag in values):
        raise wrong("Tag does not exist.")
    # Without repetitions, in the order in which they were sent.
    return list(dict.fromkeys(values))


def _license(values: Sequence[str]) -> str:
    if values[-1] not in LICENSES and not _CUSTOM_LICENSE.fullmatch(values[-1]):
        raise wrong("License does not exist.")
    return values[-1]


def _url(name: str) -> Callable[[Sequence[str]], str]:
    def rule(values: Sequence[str]) -> str:
        url = values[-1]
        if not url:
            return ""  # an empty value removes the address
        if len(url) > MAX_URL_CHARACTERS or not _URL.fullmatch(url):
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
