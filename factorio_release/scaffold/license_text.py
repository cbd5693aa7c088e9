"""Tells a licence by its text, and only where every word of it is the licence's own."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import Final

from factorio_release.page.vocabulary import license_id

_SPDX: Final = re.compile(r"^\W*SPDX-License-Identifier:\s*(\S+)\s*$", re.MULTILINE)
_COPYRIGHT: Final = re.compile(
    r"^\W*(?:copyright\b.*(?:\(c\)|©|[0-9]{4}).*|\(c\).*|©.*)$", re.IGNORECASE | re.MULTILINE
)
_MIT_HEADING: Final = re.compile(r"^(?:the )?mit license (?:mit )?(?=permission is hereby granted )")
# What follows is advice on how to apply the licence, which authors fill in or leave out.
_END: Final = "end of terms and conditions"
# SHA-256 of the texts as published by their stewards, reduced to words; copyright lines left out.
_KNOWN: Final = {
    "0cf21bdfd1964a97a8615e128534845826afbc887edc95aa5c925cbf64386b5c": "default_mit",
    "ac6b52d57c0104e687039148f7b8e370e04c9bb5705bb786f8ef814eb65e8636": "default_gnugplv3",
    "aae2b222477171fb64e298e7965e768a9a6f85320646b266c94399ac029d42be": "default_gnulgplv3",
    "95f6a0d094cf3da6a140310541c7b576789031b600469b70877b34f97918e4c9": "default_mozilla2",
    "108490d21e2d3edc9128233e48fabc169818d0c7c5f0bbdd58231a367d2d6c87": "default_apache2",
    "7a4d92cdb11d254973a073803be1148a5402f1b2ca67808cdb3ef78b596102cd": "default_unlicense",
}


def license_of_text(text: str) -> str | None:
    """Return the portal's id of the licence that this text is, or that its SPDX line names; else None.

    Line breaks, case and punctuation do not matter, nor do copyright lines and a title. One word
    more, such as a clause that somebody added, and the text is not the licence any more.
    """
    if named := _SPDX.findall(text):
        return license_id(named[0]) if len(named) == 1 else None
    return _KNOWN.get(sha256(_words(text).encode()).hexdigest())


def _words(text: str) -> str:
    terms, end, _ = _COPYRIGHT.sub("", text).lower().replace("https://", "http://").partition(_END)
    return _MIT_HEADING.sub("", " ".join(re.findall(r"[a-z0-9]+", terms + end)))
