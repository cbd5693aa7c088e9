"""Translations: one case that fires and one that does not for each code."""

from __future__ import annotations

import pytest

from tests.checks.memory_mod import Case, findings, memory_mod

EN = {"locale/en/a.cfg": "[item-name]\nx=Take __1__ of __2__\ny=Yes\n"}
DE = "locale/de/a.cfg"

CASES = [
    Case("locale-encoding", {DE: b"x=\xe4"}, {DE: "x=ä"}, DE, 1, 3),
    Case("locale-syntax", {DE: "[a]\n  nothing"}, {DE: "[a]\n# nothing\n\n; no\nx="}, DE, 2, 3),
    Case(
        "locale-syntax", {"scenarios/s/locale/en/b.cfg": "[a"}, {"locale/readme.txt": "[a"}, line=1, column=1
    ),
    Case(
        "locale-duplicate",
        {DE: "[a]\nx=1\ny=2\nx=3"},
        {DE: "[a]\nx=1\n[b]\nx=3"},
        DE,
        4,
        1,
        says="a.x stands on line 2",
    ),
    Case("locale-language", {"locale/pt-br/a.cfg": ""}, {"locale/pt-BR/a.cfg": ""}, "locale/pt-br/a.cfg"),
    Case("locale-language", {"locale/sv/a.cfg": ""}, {"locale/sv-SE/a.cfg": ""}, "locale/sv/a.cfg"),
    Case("locale-place", {"locale/en.cfg": ""}, {"locale/en/x.cfg": ""}, "locale/en.cfg"),
    Case("locale-place", {"locale/en/x/y.cfg": ""}, {"other/y.cfg": ""}, "locale/en/x/y.cfg"),
    Case(
        "locale-parameters",
        {**EN, DE: "[item-name]\nx=Nimm __1__\ny=Ja"},
        {**EN, DE: "[item-name]\nx=Von __2__ __plural_for_parameter__1__{1=eins|rest=__1__}__\ny=Ja"},
        DE,
        2,
        1,
        says="__1__ where English has __1__, __2__",
    ),
    Case("locale-missing", {**EN, DE: "[item-name]\ny=Ja"}, EN, DE, says="de lacks 1 of 2 keys: item-name.x"),
    Case(
        "locale-missing",
        {**EN, DE: "y=Ja"},
        {**EN, DE: "[item-name]\ny=Ja", "locale/de/b.cfg": "[item-name]\nx=__1__ __2__"},
        DE,
        says="de lacks 2 of 2",
    ),
    Case(
        "locale-missing",
        {**EN, DE: "[item-name]\ny=Ja", "locale/fr/a.cfg": "", "locale/zz/a.cfg": "[item-name]\nx=\ny="},
        {DE: "[item-name]\ny=Ja"},
        DE,
        says="2 languages lack some of the 2 English keys: de 1, fr 2",
    ),
]


MEANT = {"pt-br": "pt-BR", "sv": "sv-SE", "zh_CN": "zh-CN", "zh-Hant": "zh-TW", "de-AT": "de", "nb": "no"}


def named(case: Case) -> str:
    return f"{case.code}: {list(case.fires)[-1]}"


@pytest.mark.parametrize("case", CASES, ids=named)
def test_what_is_wrong_is_found_and_what_is_right_is_not(case: Case) -> None:
    found = findings(case.code, memory_mod(case.fires))
    assert len(found) == case.times
    first = found[0]
    assert not case.file or first.file == case.file
    assert first.line == case.line or not case.line
    assert first.column == case.column or not case.column
    assert case.says in first.message
    assert findings(case.code, memory_mod(case.silent)) == []


@pytest.mark.parametrize("folder", MEANT)
def test_a_language_that_the_game_does_not_have_is_named_as_it_was_meant(folder: str) -> None:
    (found,) = findings("locale-language", memory_mod({f"locale/{folder}/a.cfg": "a=b"}))
    assert found.hint == f"Rename the folder to {MEANT[folder]}."


def test_a_language_that_nobody_knows_gets_no_guess() -> None:
    (found,) = findings("locale-language", memory_mod({"locale/tlh/a.cfg": "a=b"}))
    assert "Rename" not in found.hint
