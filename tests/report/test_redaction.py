import base64
import json
import re
from html import escape
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factorio_release.report.escape import markdown, workflow_property
from factorio_release.report.redaction import Redactor, encodings
from tests.faults.leak_search import forms_of

PLAIN_KEY = "canary-key-0123456789abcdef"
KEY = "sk_T0p+Secret/Key==&<'é'>"
URL = "https://direct.mods-data.factorio.com/upload/mod/abc%2F123?token=a_b&x=1"


@pytest.mark.parametrize(
    "encode",
    [
        str,
        lambda key: quote(key, safe=""),
        quote,
        quote_plus,
        lambda key: re.sub("%..", lambda match: match.group().lower(), quote(key, safe="")),
        lambda key: json.dumps({"key": key}),
        lambda key: repr([key]),
        escape,
        markdown,
        workflow_property,
        lambda key: base64.b64encode(key.encode()).decode(),
        lambda key: base64.urlsafe_b64encode(key.encode()).decode(),
        lambda key: base64.b64encode(f"u:{key}:more".encode()).decode(),
        lambda key: base64.b64encode(f"us:{key}".encode()).decode(),
        lambda key: base64.b64encode(f"usr:{key}!".encode()).decode(),
    ],
)
def test_the_key_is_gone_in_every_encoding(encode: object) -> None:
    assert callable(encode)
    encoded = encode(KEY)
    cleaned = Redactor([KEY])(f"before {encoded} after")
    assert "***" in cleaned
    assert cleaned.startswith("before ")
    assert cleaned.endswith(" after")
    longest = max((piece for piece in KEY.replace("+", " ").split()), key=len)
    assert longest not in cleaned


# Of base64 and base32 the search knows only the part that does not depend on what follows.
@pytest.mark.parametrize(
    "form", [one for one in forms_of(PLAIN_KEY) if not one.startswith(("base", "UTF"))]
)
def test_the_key_is_gone_as_other_programs_write_it(form: str) -> None:
    text = forms_of(PLAIN_KEY)[form].decode()
    assert text not in Redactor([PLAIN_KEY])(f"before {text} after")


@given(
    st.text(st.characters(codec="ascii", categories=("L", "N")), min_size=8), st.binary(max_size=5)
)
def test_base64_of_something_longer_gives_nothing_away(key: str, before: bytes) -> None:
    encoded = base64.b64encode(before + key.encode() + b"tail").decode()
    cleaned = Redactor([key])(encoded)
    shown = cleaned.replace("***", "")
    assert len(encoded) - len(shown) >= len(key) * 4 // 3 - 4


def test_an_upload_url_is_known_by_its_path_as_well() -> None:
    redact = Redactor()
    redact.register(URL)
    assert redact(f"POST {URL} 200") == "POST *** 200"
    assert redact("POST /upload/mod/abc%2F123?token=a_b&x=1 200") == "POST *** 200"


def test_the_tokens_in_an_upload_url_are_secrets_of_their_own() -> None:
    redact = Redactor(["https://upload.example/mod/0123456789abcdef?sign=fedcba9876543210#short"])
    assert redact("0123456789abcdef, fedcba9876543210, mod, short") == "***, ***, mod, short"


def test_each_line_of_a_long_secret_counts() -> None:
    redact = Redactor(["first-line\nsecond-line\n"])
    assert redact("a first-line b\nsecond-line") == "a *** b\n***"


@pytest.mark.parametrize("secret", ["", "  ", "\n", "abc"])
def test_what_is_too_short_changes_nothing(secret: str) -> None:
    assert Redactor([secret])("a b abc \n") == "a b abc \n"


@pytest.mark.parametrize("secret", ["", " \n"])
def test_nothing_has_no_encodings(secret: str) -> None:
    assert encodings(secret) == ()


def test_the_longer_secret_wins() -> None:
    assert Redactor(["secret", "secret-and-more"])("secret-and-more secret") == "*** ***"
