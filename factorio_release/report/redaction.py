"""Keeps secrets out of everything that is printed or written."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from factorio_release.report.escape import markdown, workflow_property
from factorio_release.secret_forms import (
    MIN_ENCODED_LENGTH,
    base64_forms,
    encoded_forms,
    quoted_forms,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

_REPLACEMENT: Final = "***"
# Shorter values occur by chance in ordinary words; no key or upload URL is so short.
_MIN_SECRET_CHARACTERS: Final = 4
_MIN_TOKEN_CHARACTERS: Final = 16


class Redactor:
    """Replaces secrets in text by `***`, in every encoding in which they could appear.

    Secrets are registered when they become known: the key at the start, each upload URL before it is
    used.
    """

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._forms: set[str] = set()
        self.register(*secrets)

    def register(self, *secrets: str) -> None:
        """Add secrets; forms of less than four characters are ignored."""
        for secret in secrets:
            forms = [*encodings(secret)]
            if len(secret.strip()) >= MIN_ENCODED_LENGTH:
                forms += encoded_forms(secret.strip())
            self._forms.update(
                form.lower() for form in forms if len(form) >= _MIN_SECRET_CHARACTERS
            )

    def __call__(self, text: str) -> str:
        """Return `text` with `***` for every secret, in upper or lower case."""
        lower = text.lower()
        # A secret has a hundred forms. A pattern of all takes longer to compile than an upload takes, and
        # most texts hold none.
        found = [form for form in self._forms if form in lower]
        if not found:
            return text
        # The longest first: one secret can be the beginning of another.
        found.sort(key=lambda form: (-len(form), form))
        return re.sub("|".join(map(re.escape, found)), _REPLACEMENT, text, flags=re.IGNORECASE)


def encodings(secret: str) -> tuple[str, ...]:
    """Return the forms in which a secret can be in a text, the plain one first, none empty.

    Plain, and line by line; quoted for URLs, JSON, Python, Markdown and workflow commands; base64 (both
    alphabets) at each of the three offsets that it can have in longer data; for a URL also its path
    with the query, and the tokens in them.
    """
    if not secret.strip():
        return ()
    plain = [secret, secret.strip()]
    # A log shows a secret of several lines line by line.
    plain += [line.strip() for line in secret.splitlines() if line.strip()]
    if "://" in secret:
        plain += _parts_of_url(secret.strip())
    forms = list(plain)
    for value in plain:
        if len(value) >= _MIN_SECRET_CHARACTERS:
            forms += _quoted(value)
        if len(value) >= MIN_ENCODED_LENGTH:
            forms += base64_forms(value.encode(errors="surrogatepass"))
    return tuple(dict.fromkeys(forms))


def _parts_of_url(url: str) -> Iterable[str]:
    """Yield the path with its query, and every part of it that is long enough to be a token."""
    path = re.sub(r"^[^:]*://[^/?#]*", "", url)
    if len(path) >= MIN_ENCODED_LENGTH:
        yield path
    for part in re.split(r"[/?&=#]", path):
        if len(part) >= _MIN_TOKEN_CHARACTERS:
            yield part


def _quoted(value: str) -> Iterable[str]:
    """Yield a value as other programs quote it, and as the renderings of this one do."""
    yield from quoted_forms(value)
    yield markdown(value)
    yield workflow_property(value)
