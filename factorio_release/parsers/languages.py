"""The languages of the game, by the names of their folders, and what authors write instead."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

_CODES: Final = """
    af ar be bg ca cs da de el en eo es-ES et eu fa fi fil fr fy-NL ga-IE he hr hu id is it ja ka kk ko
    lt lv nl no pl pt-BR pt-PT ro ru sk sl sq sr sv-SE th tr uk vi zh-CN zh-TW
"""
LANGUAGES: Final = frozenset(_CODES.split())
_BY_LOWER: Final = MappingProxyType({code.lower(): code for code in LANGUAGES})
# In lower case: codes of other programs, codes of countries, and names of languages.
_OTHER_CODES: Final = MappingProxyType(
    {
        "es": ("es-ES",),
        "fy": ("fy-NL",),
        "ga": ("ga-IE",),
        "iw": ("he",),
        "in": ("id",),
        "nb": ("no",),
        "nn": ("no",),
        "pt": ("pt-BR", "pt-PT"),
        "sv": ("sv-SE",),
        "tl": ("fil",),
        "zh": ("zh-CN", "zh-TW"),
        "zh-hans": ("zh-CN",),
        "zh-hant": ("zh-TW",),
        "zh-hk": ("zh-TW",),
        "zh-sg": ("zh-CN",),
        # Countries
        "br": ("pt-BR",),
        "cn": ("zh-CN",),
        "cz": ("cs",),
        "dk": ("da",),
        "gb": ("en",),
        "gr": ("el",),
        "jp": ("ja",),
        "kr": ("ko",),
        "se": ("sv-SE",),
        "tw": ("zh-TW",),
        "ua": ("uk",),
        "us": ("en",),
        "vn": ("vi",),
        # Names
        "chinese": ("zh-CN", "zh-TW"),
        "english": ("en",),
        "french": ("fr",),
        "german": ("de",),
        "japanese": ("ja",),
        "polish": ("pl",),
        "russian": ("ru",),
        "spanish": ("es-ES",),
    }
)


def codes_meant(written: str) -> tuple[str, ...]:
    """Return the game's codes that another name of a language folder may mean; () for no idea."""
    plain = written.lower().replace("_", "-").strip()
    for name in (plain, plain.partition("-")[0]):
        if name in _BY_LOWER:
            return (_BY_LOWER[name],)
        if name in _OTHER_CODES:
            return _OTHER_CODES[name]
    return ()
