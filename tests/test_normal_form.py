"""What a portal may change of a value without changing what it means, and what it may not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factorio_release.live.normal_form import digest, normal_form
from factorio_release.mod_page import DETAIL_FIELDS

if TYPE_CHECKING:
    from factorio_release.live.normal_form import Value

ALIKE: list[tuple[str, Value, Value]] = [
    ("description", "# Lamp\n\nLight.\n", "# Lamp\r\n\r\nLight."),
    ("description", "a  \nb\t\nc", "a\nb\nc"),
    ("faq", "\n\n  a\n\n", "a"),
    ("faq", "Cafe\u0301", "Café"),
    ("title", " Lamp  post ", "Lamp post"),
    ("summary", "Light\nat night", "Light at night"),
    ("tags", ("trains", "Power"), ("power", "TRAINS", "trains")),
    ("category", "no-category", ""),
    ("category", "Utilities", "utilities"),
    ("license", "default_mit", "DEFAULT_MIT"),
    ("homepage", "https://EXAMPLE.com", "https://example.com/"),
    ("homepage", "HTTPS://example.com/Lamp/", "https://example.com/Lamp"),
    ("source_url", "https://example.com:443/a?b#c", "https://example.com/a?b#c"),
]
DIFFERENT: list[tuple[str, Value, Value]] = [
    ("description", "a\nb", "a\n\nb"),
    ("description", "- a\n  - b", "- a\n- b"),
    ("description", "Lamp", "lamp"),
    ("title", "Lamp post", "Lamppost"),
    ("title", "Lamp", "LAMP"),
    ("tags", ("trains",), ("trains", "power")),
    ("homepage", "https://example.com/Lamp", "https://example.com/lamp"),
    ("homepage", "http://example.com", "https://example.com"),
    ("homepage", "https://example.com:444", "https://example.com"),
    ("homepage", "https://example.com/?a=/", "https://example.com/?a="),
    ("homepage", "", "https://example.com"),
    ("deprecated", True, False),
]


@pytest.mark.parametrize(("name", "one", "other"), ALIKE)
def test_the_same_value(name: str, one: Value, other: Value) -> None:
    assert normal_form(name, one) == normal_form(name, other)
    assert digest(name, one) == digest(name, other)


@pytest.mark.parametrize(("name", "one", "other"), DIFFERENT)
def test_another_value(name: str, one: Value, other: Value) -> None:
    assert normal_form(name, one) != normal_form(name, other)
    assert digest(name, one) != digest(name, other)


addresses = st.text("htps:/ae.?#[]@4 \t\u00a0", max_size=12).map("https://A/{}".format)


@given(st.sampled_from(DETAIL_FIELDS), st.text() | addresses)
def test_a_normal_form_is_its_own(name: str, text: str) -> None:
    value: Value = (text,) if name == "tags" else text
    if name != "deprecated":
        assert normal_form(name, normal_form(name, value)) == normal_form(name, value)


@pytest.mark.parametrize(
    "url", ["https://[::1", "https://a:b:c/", "https://\x00", "https://ex ample"]
)
def test_an_address_that_is_none_has_a_form_too(url: str) -> None:
    assert normal_form("homepage", url)
