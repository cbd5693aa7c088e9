"""Licences by the portal's id, by SPDX name or by the name people write."""

from __future__ import annotations

import re
from typing import Final

from factorio_release.mod_page import LICENSES
from factorio_release.parsers.suggestion import LOW_SIMILARITY, suggest

_CUSTOM: Final = re.compile(r"custom_[0-9a-f]{24}")
_OTHER_NAMES: Final = {
    "the mit license": "default_mit",
    "mit license": "default_mit",
    "expat": "default_mit",
    "gpl-3.0-only": "default_gnugplv3",
    "gpl-3.0-or-later": "default_gnugplv3",
    "gpl-3.0+": "default_gnugplv3",
    "gplv3": "default_gnugplv3",
    "gpl-3": "default_gnugplv3",
    "gnu gplv3": "default_gnugplv3",
    "lgpl-3.0-only": "default_gnulgplv3",
    "lgpl-3.0-or-later": "default_gnulgplv3",
    "lgpl-3.0+": "default_gnulgplv3",
    "lgplv3": "default_gnulgplv3",
    "lgpl-3": "default_gnulgplv3",
    "gnu lgplv3": "default_gnulgplv3",
    "mpl-2": "default_mozilla2",
    "mplv2": "default_mozilla2",
    "mozilla public license 2.0": "default_mozilla2",
    "apache-2": "default_apache2",
    "apache license 2.0": "default_apache2",
    "the unlicense": "default_unlicense",
}
_BY_NAME: Final = {spdx.lower(): id_ for id_, spdx in LICENSES.items()} | _OTHER_NAMES


def license_id(written: str) -> str | None:
    """Return the portal's id of a licence; None when the portal knows none by that name.

    `custom_` and 24 hex digits is a licence that the mod's owner made on the portal.
    """
    name = " ".join(written.split()).lower()
    if name in LICENSES or _CUSTOM.fullmatch(name):
        return name
    return _BY_NAME.get(name)


def license_hint(written: str) -> str:
    """Say what could have been meant by a licence that the portal does not know."""
    name = " ".join(written.split()).lower()
    if name.startswith("custom"):
        return "a licence of your own is custom_ and the 24 hex digits of its id on the portal"
    suggestion = suggest(name, (*LICENSES, *_BY_NAME), LOW_SIMILARITY)
    if suggestion:
        id_ = license_id(suggestion)
        return f"did you mean {id_} ({LICENSES[id_]})" if id_ in LICENSES else f"did you mean {id_}"
    return (
        f"the portal has {', '.join(LICENSES)}; for another licence make a custom one there "
        "and give its id (custom_…)"
    )
