"""The fields of info.json: what the game and FMTK know, and the type of each."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

REQUIRED: Final = ("name", "version", "title", "author", "factorio_version")
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
EXTRA_FIELDS: Final[Mapping[str, type]] = MappingProxyType({"root": str, "glob": str, "ignore": list})
MAY_BE_NULL: Final = ("git_publish_branch",)  # FMTK: null stands for "any branch"

_NAMES: Final = {str: "a string", bool: "true or false", list: "a list", dict: "an object"}


def type_fault(value: Any, wanted: type) -> str:
    """Return "a number where a string is wanted" or the like; empty when the type is right."""
    if isinstance(value, wanted):
        return ""
    return f"{_type_name(value)} where {_NAMES[wanted]} is wanted"


def _type_name(value: Any) -> str:
    if value is None:
        return "null"
    return _NAMES.get(type(value), "a number")
