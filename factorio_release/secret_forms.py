"""The forms in which a secret can occur in a text or a file: quoted, encoded, escaped, reversed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

# Encoded forms of a shorter value occur in other text by chance.
MIN_ENCODED_LENGTH: Final = 8
# base64 writes three bytes as four characters, base32 five bytes as eight.
_BASE64_BYTES: Final = 3
_BASE32_BYTES, _BASE32_CHARACTERS = 5, 8


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
    """Yield the base64 of a value, alone and as part of longer data.

    Longer data is encoded in groups of three bytes. The value can begin at each place of a group, which makes
    three different texts.
    """
    from base64 import b64encode, urlsafe_b64encode  # noqa: PLC0415 start-up: only where there is a secret

    for encode in (b64encode, urlsafe_b64encode):
        yield encode(value).decode()
        # The characters at both ends that also have bits of neighbouring bytes are removed.
        for bytes_before, mixed_characters in ((0, 0), (1, 2), (2, 3)):
            text = encode(b"\0" * bytes_before + value).decode().rstrip("=")
            if (bytes_before + len(value)) % _BASE64_BYTES:
                text = text[:-1]
            yield text[mixed_characters:]


def encoded_forms(value: str) -> tuple[str, ...]:
    """Return a value as the encoders that people and programs use write it, each form once.

    Beside `quoted_forms` and `base64_forms`: quoted twice, every character escaped, hexadecimal, lists of
    byte values, base32, base64 and hexadecimal of UTF-16, ROT13; reversed, also in base64 and hexadecimal.
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
    """Return the bytes to search for in lower-case content; none for an empty secret."""
    value = secret.strip()
    raw = value.lower().encode(errors="surrogatepass")
    if not raw:
        return ()
    if len(raw) < MIN_ENCODED_LENGTH:
        return (raw,)
    forms = {form.lower().encode(errors="surrogatepass"): None for form in encoded_forms(value)}
    # UTF-16 and UTF-32. Without the zeros at both ends, the two byte orders are the same.
    for zeros in (b"\0", b"\0\0\0"):
        forms[zeros.join(bytes([byte]) for byte in raw)] = None
    return tuple(forms)


def _escapes(raw: bytes, value: str) -> Iterable[str]:
    """Yield a value with every character escaped: for URLs, C, Lua, JSON and HTML."""
    for form in ("%{:02x}", "\\x{:02x}", "\\{:03d}", "\\{:d}", "\\{:03o}"):
        yield "".join(form.format(byte) for byte in raw)
    for form in ("\\u{:04x}", "\\u{{{:x}}}", "&#{:d};", "&#x{:x};"):
        yield "".join(form.format(ord(letter)) for letter in value)
    yield "".join(letter if letter.isalnum() else f"\\{letter}" for letter in value)


def _lists(raw: bytes) -> Iterable[str]:
    """Yield the values of all bytes, as JSON, Lua and C list them, in decimal and hexadecimal."""
    for separator in (",", ", ", " "):
        yield separator.join(str(byte) for byte in raw)
        yield separator.join(f"0x{byte:02x}" for byte in raw)


def _base32_forms(raw: bytes) -> Iterable[str]:
    """Yield the base32 of a value as part of longer data, as `base64_forms` does."""
    from base64 import b32encode  # noqa: PLC0415 start-up: only where there is a secret

    for bytes_before in range(_BASE32_BYTES):
        text = b32encode(b"\0" * bytes_before + raw).decode().rstrip("=")
        if (bytes_before + len(raw)) % _BASE32_BYTES:
            text = text[:-1]
        mixed_characters = -(-bytes_before * _BASE32_CHARACTERS // _BASE32_BYTES)  # rounded up
        yield text[mixed_characters:]


def _rot13(value: str) -> str:
    import codecs  # noqa: PLC0415 start-up: only where there is a secret

    return codecs.encode(value, "rot13")
