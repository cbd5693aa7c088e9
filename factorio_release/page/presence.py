"""Whether a mod declares a page at all.

Most of `page/` reads Markdown and images. A check of a mod without a page need not import it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from factorio_release.mod_page import PAGE_FIELDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from factorio_release.settings.options import Settings

# The keys of FMTK's `package` object that declare a page; `sync_portal_details: true` does it too.
FMTK_PAGE_KEYS: Final = ("readme", "faq", "gallery", "prune_gallery", "markdown")


def declares_page(settings: Settings, package: Mapping[str, Any]) -> bool:
    """Return whether the settings, or info.json's `package` object, declare a field of the page."""
    if settings.sync == ("none",):
        return False
    return fmtk_declares_page(package) or any(
        getattr(settings, name) is not None for name in PAGE_FIELDS
    )


def fmtk_declares_page(package: Mapping[str, Any]) -> bool:
    """Return whether FMTK's object declares a page."""
    if package.get("sync_portal_details") is True:
        return True
    return any(key in package for key in FMTK_PAGE_KEYS)
