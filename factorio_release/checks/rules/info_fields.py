"""The fields of info.json that the game and FMTK read, with the type of each.

Source: the wiki's "Mod structure" for the game, FMTK's schema of info.json for `package`.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

REQUIRED: Final[Mapping[str, str]] = MappingProxyType(  # name → an example of its value
    {
        "name": "my-mod",
        "version": "1.0.0",
        "title": "My mod",
        "author": "Your name",
        "factorio_version": "2.0",
    }
)
FLAGS: Final = (
    "quality_required",
    "rail_bridges_required",
    "spoiling_required",
    "freezing_required",
    "segmented_units_required",
    "expansion_shaders_required",
    "space_travel_required",
    "expansion_required",
)
FIELDS: Final[Mapping[str, type]] = MappingProxyType(
    {
        **dict.fromkeys(REQUIRED, str),
        **dict.fromkeys(("contact", "homepage", "description"), str),
        "dependencies": list,
        **dict.fromkeys(FLAGS, bool),
        "package": dict,
    }
)
PACKAGE_FIELDS: Final[Mapping[str, type]] = MappingProxyType(
    {
        **dict.fromkeys(("ignore", "extra", "gallery"), list),
        **dict.fromkeys(("readme", "faq", "datestamp_format", "git_publish_branch"), str),
        **dict.fromkeys(("prune_gallery", "no_git_tag", "no_git_push"), bool),
        **dict.fromkeys(("no_portal_upload", "sync_portal_details"), bool),
        **dict.fromkeys(("markdown", "scripts"), dict),
    }
)
MARKDOWN_FIELDS: Final[Mapping[str, type]] = MappingProxyType(
    {"strip_first_header": bool, "images": str, "base_url": str, "url_match": str}
)
EXTRA_FIELDS: Final[Mapping[str, type]] = MappingProxyType(
    {"root": str, "glob": str, "ignore": list}
)
MAY_BE_NULL: Final = ("git_publish_branch",)  # FMTK: null means any branch

# A key with one of these beginnings is a remark of the author, by convention.
REMARK_PREFIXES: Final = ("_", "$", "//")

_TYPE_NAMES: Final = {str: "a string", bool: "true or false", list: "a list", dict: "an object"}
_TYPE_HINTS: Final = {
    str: 'Write a text in double quotes, such as "2.0".',
    bool: "Write true or false, without quotes.",
    list: 'Write a list in brackets, such as ["first", "second"].',
    dict: "Write an object in braces: { … }.",
}


def type_problem(value: Any, expected: type) -> str:
    """Return `must be a string, but is a number` or the like, or `""` when the type is right.

    `expected` is str, bool, list or dict.
    """
    if isinstance(value, expected):
        return ""
    return f"must be {_TYPE_NAMES[expected]}, but is {_type_name(value)}"


def type_hint(expected: type) -> str:
    """Return how a value of this type is written in JSON."""
    return _TYPE_HINTS[expected]


def _type_name(value: Any) -> str:
    if value is None:
        return "null"
    return _TYPE_NAMES.get(type(value), "a number")
