"""Keeps secrets out of everything that is printed or written."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from factorio_release.report.escape import markdown, workflow_property
from factorio_release.secret_forms import MIN_ENCODED_LENGTH, base64_forms, encoded_forms, quoted_forms

if TYPE_CHECKING:
    from collections.abc import Iterable

SHOWN: Final = "***"
# Shorter values occur by chance in ordinary words; no key or upload URL is that short.
SHORTEST: Final = 4
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
        for secret in secrets:
            forms = [*encodings(secret)]
            if len(secret.strip()) >= MIN_ENCODED_LENGTH:
                forms += encoded_forms(secret.strip())
            self._forms.update(form.lower() for form in forms if len(form) >= SHORTEST)
        longest_first = sorted(self._forms, key=lambda form: (-len(form), form))
        pattern = "|".join(map(re.escape, longest_first))
        self._pattern = re.compile(pattern, re.IGNORECASE) if longest_first else None

    def __call__(self, text: str) -> str:
        """Return `text` with `***` for every secret, in whatever case it is written."""
        if self._pattern is None:
            return text
        lower = text.lower()  # to look for each form is quicker than the pattern, and mostly there is none
        return self._pattern.sub(SHOWN, text) if any(form in lower for form in self._forms) else text


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
        if len(value) >= MIN_ENCODED_LENGTH:
            forms |= dict.fromkeys(base64_forms(value.encode(errors="surrogatepass")))
    if "://" in secret:
        for part in _parts_of_url(secret.strip()):
            forms |= dict.fromkeys((part, *_quoted(part), *base64_forms(part.encode(errors="surrogatepass"))))
    return tuple(forms)


def _parts_of_url(url: str) -> Iterable[str]:
    """Yield the path with its query, and every piece of it that is long enough to be a token."""
    path = re.sub(r"^[^:]*://[^/?#]*", "", url)
    if len(path) >= MIN_ENCODED_LENGTH:
        yield path
    yield from (piece for piece in re.split(r"[/?&=#]", path) if len(piece) >= _SHORTEST_TOKEN)


def _quoted(value: str) -> Iterable[str]:
    yield from quoted_forms(value)
    yield markdown(value)
    yield workflow_property(value)
