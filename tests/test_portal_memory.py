"""Where it is kept what was learnt of the portal, and what is believed of it."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from factorio_release.live.portal_forms import MAX_ENTRIES, OwnForm, PortalForms, forms_of
from factorio_release.portal_memory import MAX_MEMORY_BYTES, PortalMemory, cache_folder

if TYPE_CHECKING:
    from tests.conftest import ModRepository

FORMS = PortalForms(
    {"faq": OwnForm("a" * 64, "b" * 64, ignored=True)},
    {"c" * 40: "d" * 40},
    {"e" * 40: "f" * 40},
    OwnForm("1" * 64, "2" * 64),
    {"3" * 40: "4" * 64},
)
HOME = Path(os.sep, "home", "demo").absolute()


@pytest.mark.parametrize(
    ("environ", "windows", "expected"),
    [
        ({"XDG_CACHE_HOME": str(HOME / "c"), "HOME": str(HOME)}, False, HOME / "c"),
        ({"HOME": str(HOME)}, False, HOME / ".cache"),
        ({"XDG_CACHE_HOME": "relative", "HOME": str(HOME)}, False, HOME / ".cache"),
        ({"XDG_CACHE_HOME": ".cache"}, False, None),
        ({"HOME": "."}, False, None),
        ({}, False, None),
        ({"LOCALAPPDATA": str(HOME)}, True, HOME),
        ({"LOCALAPPDATA": "relative"}, True, None),
        ({"HOME": str(HOME)}, True, None),
    ],
)
def test_the_folder_is_the_users(
    environ: dict[str, str], windows: bool, expected: Path | None
) -> None:
    assert cache_folder(environ, windows=windows) == expected


def test_what_was_saved_is_loaded(tmp_path: Path) -> None:
    memory = PortalMemory.of(
        tmp_path / "cache", "https://portal.example", "lamp-post", tmp_path / "mod"
    )
    assert memory.load() == PortalForms()
    memory.save(FORMS)
    assert memory.load() == FORMS
    for other in ("https://elsewhere.example", "https://portal.example"):
        name = "lamp-post" if "elsewhere" in other else "../../lamp-post"
        another = PortalMemory.of(tmp_path / "cache", other, name, tmp_path / "mod")
        assert another.load() == PortalForms()
        assert another.file
        assert another.file.parent == tmp_path / "cache" / "factorio-release" / "portal"


@pytest.mark.parametrize("place", [".", ".cache", "deep/er"])
def test_nothing_is_kept_in_a_checkout(repository: ModRepository, place: str) -> None:
    inside = repository.root / place
    assert (
        PortalMemory.of(inside, "https://portal.example", "lamp-post", repository.root).file is None
    )


def test_nothing_is_kept_in_a_checkout_by_a_link(repository: ModRepository, tmp_path: Path) -> None:
    (repository.root / "cache").mkdir()
    link = tmp_path / "cache"
    link.symlink_to(repository.root / "cache")
    assert (
        PortalMemory.of(link, "https://portal.example", "lamp-post", repository.root).file is None
    )
    seen_by_a_link = tmp_path / "mod"
    seen_by_a_link.symlink_to(repository.root)
    memory = PortalMemory.of(
        repository.root / "x", "https://portal.example", "lamp-post", seen_by_a_link
    )
    assert memory.file is None


def test_a_folder_that_cannot_be_written_ends_no_run(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file")
    memory = PortalMemory.of(
        tmp_path / "cache", "https://portal.example", "lamp-post", tmp_path / "mod"
    )
    memory.save(FORMS)
    assert memory.load() == PortalForms()


def test_a_long_life_is_remembered_from_its_end() -> None:
    many = {str(number): "a" for number in range(MAX_ENTRIES + 5)}
    kept = forms_of(PortalForms(images=many, packages=many).record())
    assert (min(map(int, kept.images)), len(kept.packages)) == (5, MAX_ENTRIES)


@pytest.mark.parametrize(
    "change",
    [
        {"fields": None},
        {"fields": []},
        {"fields": {"faq": {"sent": "a"}}},
        {"fields": {"faq": "a"}},
        {"images": {"a": 1}},
        {"images": {"a": "x" * 1000}},
        {"packages": {str(number): "a" for number in range(MAX_ENTRIES + 1)}},
        {"gallery": []},
        {"gallery": {"sent": 1, "shown": 2}},
    ],
)
def test_what_was_not_written_by_this_program_is_not_believed(change: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"."):
        forms_of({**FORMS.record(), **change})


def test_the_file_is_read_to_a_bound(tmp_path: Path) -> None:
    memory = PortalMemory.of(tmp_path, "https://portal.example", "lamp-post", tmp_path / "mod")
    memory.save(FORMS)
    assert memory.file
    memory.file.write_text(json.dumps(FORMS.record()) + " " * MAX_MEMORY_BYTES)
    assert memory.load() == FORMS
    memory.file.write_text(" " * MAX_MEMORY_BYTES + json.dumps(FORMS.record()))
    assert memory.load() == PortalForms()
