"""The forms in which a secret could be in a text or a file: quoted, encoded, spelt backwards, wide."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

# A shorter value occurs by chance in other text once it is encoded.
MIN_ENCODED_LENGTH: Final = 8


def quoted_forms(value: str) -> Iterable[str]:
    """Yield a value as URLs, JSON, Python and HTML quote it."""
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


def base64_forms(value: bytes) -> Iterable[str]:
    """Yield the base64 of a value, also as a part of longer data: it can start at three places there."""
    from base64 import b64encode, urlsafe_b64encode  # noqa: PLC0415 start-up: only where there is a secret

    for encode in (b64encode, urlsafe_b64encode):
        yield encode(value).decode()
        for shift in range(3):
            # The characters that also hold bits of what is before and after are cut off.
            text = encode(b"\0" * shift + value).decode().rstrip("=")
            end = len(text) - (1 if (shift + len(value)) % 3 else 0)
            yield text[(0, 2, 3)[shift] : end]


def encoded_forms(value: str) -> tuple[str, ...]:
    """Return what a value becomes by the encoders that people and programs use.

    Besides `quoted_forms` and `base64_forms`: quoted twice, every character escaped, hexadecimal, lists of
    byte values, base32, base64 and hexadecimal of UTF-16, ROT13, and all that is left of it backwards.
    """
    from urllib.parse import quote  # noqa: PLC0415 start-up: only where there is a secret

    raw = value.encode(errors="surrogatepass")
    wide = value.encode("utf-16-le", "surrogatepass")
    forms = [value, value[::-1], _rot13(value), quote(quote(value, safe=""), safe="")]
    forms += [*quoted_forms(value), *_escapes(raw, value)]
    for data in (raw, raw[::-1], wide):
        forms += [data.hex(), *base64_forms(data)]
    forms += [raw.hex(separator) for separator in " :-"]
    forms += [*_base32_forms(raw), *_lists(raw)]
    return tuple(dict.fromkeys(forms))


def byte_forms(secret: str) -> tuple[bytes, ...]:
    """Return what to look for in content, both in lower case; nothing for an empty secret."""
    value = secret.strip()
    raw = value.lower().encode(errors="surrogatepass")
    if not raw:
        return ()
    if len(raw) < MIN_ENCODED_LENGTH:
        return (raw,)
    forms = {form.lower().encode(errors="surrogatepass"): None for form in encoded_forms(value)}
    # Without the outer zeros this is what both byte orders have of UTF-16, and of UTF-32.
    forms |= {zeros.join(bytes([byte]) for byte in raw): None for zeros in (b"\0", b"\0\0\0")}
    return tuple(forms)


def _escapes(raw: bytes, value: str) -> Iterable[str]:
    """Yield a value with every character escaped: for URLs, C, Lua, JSON and HTML."""
    for form in ("%{:02x}", "\\x{:02x}", "\\{:03d}", "\\{:d}", "\\{:03o}"):
        yield "".join(form.format(byte) for byte in raw)
    for form in ("\\u{:04x}", "\\u{{{:x}}}", "&#{:d};", "&#x{:x};"):
        yield "".join(form.format(ord(letter)) for letter in value)
    yield "".join(letter if letter.isalnum() else f"\\{letter}" for letter in value)


def _lists(raw: bytes) -> Iterable[str]:
    """Yield the values of all bytes, as JSON, Lua and C list them."""
    for separator in (",", ", ", " "):
        yield separator.join(str(byte) for byte in raw)
        yield separator.join(f"0x{byte:02x}" for byte in raw)


def _base32_forms(raw: bytes) -> Iterable[str]:
    from base64 import b32encode  # noqa: PLC0415 start-up: only where there is a secret

    for shift in range(5):
        text = b32encode(b"\0" * shift + raw).decode().rstrip("=")
        end = len(text) - (1 if (shift + len(raw)) % 5 else 0)
        yield text[-(-shift * 8 // 5) : end]


def _rot13(value: str) -> str:
    import codecs  # noqa: PLC0415 start-up: only where there is a secret

    return codecs.encode(value, "rot13")
