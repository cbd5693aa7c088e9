"""Recognises a licence by its text, and only where every word of it is the licence's own."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import Final

from factorio_release.page.vocabulary import license_id

_SPDX: Final = re.compile(r"^\W*SPDX-License-Identifier:\s*(\S+)\s*$", re.MULTILINE)
_COPYRIGHT_LINE: Final = re.compile(
    r"^\W*(?:copyright\b.*(?:\(c\)|©|[0-9]{4}).*|\(c\).*|©.*)$", re.IGNORECASE | re.MULTILINE
)
_MIT_HEADING: Final = re.compile(
    r"^(?:the )?mit license (?:mit )?(?=permission is hereby granted )"
)
# Behind this line there is advice on how to apply the licence. Authors fill it in or remove it.
_END: Final = "end of terms and conditions"
# SHA-256 of the texts as published by their stewards, reduced to words, without copyright lines.
_LICENSE_OF_DIGEST: Final = {
    "0cf21bdfd1964a97a8615e128534845826afbc887edc95aa5c925cbf64386b5c": "default_mit",
    "ac6b52d57c0104e687039148f7b8e370e04c9bb5705bb786f8ef814eb65e8636": "default_gnugplv3",
    "aae2b222477171fb64e298e7965e768a9a6f85320646b266c94399ac029d42be": "default_gnulgplv3",
    "95f6a0d094cf3da6a140310541c7b576789031b600469b70877b34f97918e4c9": "default_mozilla2",
    "108490d21e2d3edc9128233e48fabc169818d0c7c5f0bbdd58231a367d2d6c87": "default_apache2",
    "7a4d92cdb11d254973a073803be1148a5402f1b2ca67808cdb3ef78b596102cd": "default_unlicense",
}


def license_of_text(text: str) -> str | None:
    """Return the portal's id of the licence that this text is, or that its SPDX line names; else None.

    Line breaks, case and punctuation do not count, nor do copyright lines and a title. With one word more,
    such as an added clause, it is another licence.
    """
    named = _SPDX.findall(text)
    if len(named) > 1:  # "A and B" or "A or B": the portal has no such licence
        return None
    if named:
        return license_id(named[0])
    return _LICENSE_OF_DIGEST.get(sha256(_words(text).encode()).hexdigest())


def _words(text: str) -> str:
    plain = _COPYRIGHT_LINE.sub("", text).lower().replace("https://", "http://")
    terms, end, _advice = plain.partition(_END)
    words = " ".join(re.findall(r"[a-z0-9]+", terms + end))
    return _MIT_HEADING.sub("", words)
