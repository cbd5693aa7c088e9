"""Keeps secrets out of everything that is printed or written."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from factorio_release.report.escape import markdown, workflow_property

if TYPE_CHECKING:
    from collections.abc import Iterable

SHOWN: Final = "***"
# Shorter values occur by chance in ordinary words; no key or upload URL is that short.
SHORTEST: Final = 4
_SHORTEST_ENCODED: Final = 8
_SHORTEST_TOKEN: Final = 16


class Redactor:
    """Replaces secrets in text, in every encoding in which they could turn up.

    Secrets are registered as they become known: the key at the start, upload URLs as they come.
    """

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._forms: set[str] = set()
        self._pattern: re.Pattern[str] | None = None
        self.register(*secrets)

    def register(self, *secrets: str) -> None:
        """Know further secrets; empty ones and ones of less than `SHORTEST` characters are passed over."""
        self._forms.update(form for secret in secrets for form in encodings(secret) if len(form) >= SHORTEST)
        longest_first = sorted(self._forms, key=lambda form: (-len(form), form))
        self._pattern = re.compile("|".join(map(re.escape, longest_first))) if longest_first else None

    def __call__(self, text: str) -> str:
        """Return `text` with `***` for every secret."""
        return self._pattern.sub(SHOWN, text) if self._pattern else text


def encodings(secret: str) -> tuple[str, ...]:
    """Return the forms in which a secret can stand in a text, the plain one first, none empty.

    Plain, line by line; quoted for URLs, JSON, Python, Markdown and workflow commands; base64 (both
    alphabets) at each of the three places it can start at within something longer; for a URL also
    its path with the query, and the tokens in them.
    """
    if not secret.strip():
        return ()
    forms = {secret: None, secret.strip(): None}
    forms |= {line.strip(): None for line in secret.splitlines() if line.strip()}
    plain = list(forms)
    for value in plain:
        if len(value) >= SHORTEST:
            forms |= dict.fromkeys(_quoted(value))
        if len(value) >= _SHORTEST_ENCODED:
            forms |= dict.fromkeys(_base64(value.encode(errors="surrogatepass")))
    if "://" in secret:
        for part in _parts_of_url(secret.strip()):
            forms |= dict.fromkeys((part, *_quoted(part), *_base64(part.encode(errors="surrogatepass"))))
    return tuple(forms)


def _parts_of_url(url: str) -> Iterable[str]:
    """Yield the path with its query, and every piece of it that is long enough to be a token."""
    path = re.sub(r"^[^:]*://[^/?#]*", "", url)
    if len(path) >= _SHORTEST_ENCODED:
        yield path
    yield from (piece for piece in re.split(r"[/?&=#]", path) if len(piece) >= _SHORTEST_TOKEN)


def _quoted(value: str) -> Iterable[str]:
    import json  # noqa: PLC0415 start-up: only where there is a secret
    from html import escape  # noqa: PLC0415 likewise
    from urllib.parse import quote, quote_plus  # noqa: PLC0415 likewise

    for quoted in (quote(value, safe=""), quote(value), quote_plus(value)):
        yield quoted
        yield re.sub("%[0-9A-F]{2}", lambda match: match.group().lower(), quoted)
    yield json.dumps(value)[1:-1]
    yield json.dumps(value, ensure_ascii=False)[1:-1]
    yield repr(value)[1:-1]
    yield escape(value)
    yield escape(value, quote=False)
    yield markdown(value)
    yield workflow_property(value)


def _base64(value: bytes) -> Iterable[str]:
    from base64 import b64encode, urlsafe_b64encode  # noqa: PLC0415 start-up: only where there is a secret

    for encode in (b64encode, urlsafe_b64encode):
        yield encode(value).decode()
        for shift in range(3):
            # The characters that also hold bits of what stands before and after are cut off.
            text = encode(b"\0" * shift + value).decode().rstrip("=")
            end = len(text) - (1 if (shift + len(value)) % 3 else 0)
            yield text[(0, 2, 3)[shift] : end]
