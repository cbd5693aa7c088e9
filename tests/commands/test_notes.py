"""`notes`: which sections are printed, in which form, and what is said where there are none."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factorio_release.mod.changelog_range import VersionRange, read_range
from factorio_release.parsers.changelog.reader import read_changelog
from factorio_release.parsers.version import parse_version
from tests.support.changelogs import SEPARATOR

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def released(repository: Any) -> Any:
    for version in ("1.1.0", "1.2.0"):
        repository.git("tag", f"v{repository.info['version']}")
        repository.release(version)
    repository.write(
        "changelog.txt",
        f"{SEPARATOR}\nVersion: 2.0.0\nDate: ????\n  Changes:\n    - Not yet.\n"
        + (repository.root / "changelog.txt").read_text(),
    )
    return repository


@pytest.fixture
def notes(program: Any, released: Any) -> Callable[..., Any]:
    return lambda *arguments, **more: program("notes", *arguments, str(released.root), **more)


def versions(ran: Any) -> list[str]:
    assert ran.code == 0, ran.err
    return [section["version"] for section in json.loads(ran.out)["sections"]]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ((), ["1.2.0"]),
        (("1.1.0",), ["1.1.0"]),
        (("v1.1.0",), ["1.1.0"]),
        (("lamp-post_1.1.0",), ["1.1.0"]),
        (("01.01.0",), ["1.1.0"]),
        (("1.0.0..1.1.0",), ["1.1.0", "1.0.0"]),
        (("1.1.0..",), ["2.0.0", "1.2.0", "1.1.0"]),
        (("..1.1.0",), ["1.1.0", "1.0.0"]),
        (("v1.0.5..v1.1.0",), ["1.1.0"]),
        (("--since", "1.0.0"), ["1.2.0", "1.1.0"]),
        (("--since", "v1.1.0"), ["1.2.0"]),
        (("2.0.0", "--since", "1.1.0"), ["2.0.0", "1.2.0"]),
        (("..1.2.0", "--format", "json", "--since", "0.9"), None),
        (("--since", "stable"), ["1.2.0"]),
    ],
)
def test_the_sections_of_the_named_versions(
    notes: Callable[..., Any], released: Any, arguments: tuple[str, ...], expected: list[str] | None
) -> None:
    released.git("tag", "stable", "v1.1.0")
    ran = notes("--format=json", *arguments)
    if expected is None:
        assert ran.code == 2
        assert "has a first version of its own" in ran.err
    else:
        assert versions(ran) == expected


def test_one_section_is_its_text_alone_and_several_have_headings(notes: Callable[..., Any]) -> None:
    assert notes("1.1.0").out == "Features:\n  - Lights 1.1.0.\n"
    assert notes("1.1.0", "--format", "markdown").out == "### Features\n\n- Lights 1.1.0.\n"
    assert notes("1.1.0..1.2.0").out == (
        "Version: 1.2.0\nDate: 2026-01-01\nFeatures:\n  - Lights 1.2.0.\n\n"
        "Version: 1.1.0\nDate: 2026-01-01\nFeatures:\n  - Lights 1.1.0.\n"
    )
    assert notes("1.1.0..1.2.0", "--format", "markdown").out == (
        "## 1.2.0 (2026-01-01)\n\n### Features\n\n- Lights 1.2.0.\n\n"
        "## 1.1.0 (2026-01-01)\n\n### Features\n\n- Lights 1.1.0.\n"
    )


def test_json_has_every_part(notes: Callable[..., Any]) -> None:
    assert json.loads(notes("1.1.0", "--format", "json").out) == {
        "mod": "lamp-post",
        "sections": [
            {
                "version": "1.1.0",
                "date": "2026-01-01",
                "categories": [{"name": "Features", "entries": ["Lights 1.1.0."]}],
                "markdown": "### Features\n\n- Lights 1.1.0.",
            }
        ],
    }


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("3.0.0",), 3, "lamp-post/changelog.txt has no section for version 3.0.0"),
        (("3.0.0..",), 3, "has no section for a version from 3.0.0"),
        (("--since", "1.2.0"), 3, "has no section for a version after 1.2.0 up to 1.2.0"),
        (("1.2.0..1.0.0",), 2, "write 1.0.0..1.2.0"),
        (("..",), 2, "'..' has no end; write 1.0.0..1.2.0"),
        (("newest",), 2, "'newest' is neither a version nor a tag"),
        (("--since", "newest"), 2, "'newest' is neither a version nor a tag whose commit"),
        (("1.70000.0",), 2, "neither a version"),
        (("1.1.0", "--format", "xml"), 2, "'xml' is not one of text, markdown, json"),
        (("1.1.0", "--fromat=json"), 2, "the option --fromat is not known"),
    ],
)
def test_what_is_refused(
    notes: Callable[..., Any], arguments: tuple[str, ...], code: int, said: str
) -> None:
    ran = notes(*arguments)
    assert (ran.code, ran.out) == (code, "")
    assert said in ran.err


def test_a_missing_section_names_the_versions_that_have_one(notes: Callable[..., Any]) -> None:
    assert "name another version: 2.0.0, 1.2.0, 1.1.0, 1.0.0" in notes("3.0.0").err


def test_a_mod_without_changelog(program: Any, repository: Any) -> None:
    (repository.root / "changelog.txt").unlink()
    ran = program("notes", cwd=repository.root)
    assert (ran.code, ran.out) == (3, "")
    assert (
        ran.err
        == "error: changelog.txt does not exist\n    hint: `factorio-release bump` creates it\n"
    )


def test_the_path_can_be_the_only_argument_and_a_zip(program: Any, repository: Any) -> None:
    expected = "Features:\n  - Lights 1.0.0.\n"
    assert program("build", str(repository.root)).code == 0
    assert program("notes", str(repository.root)).out == expected
    assert program("notes", "dist/lamp-post_1.0.0.zip").out == expected
    assert program("notes", env={"FACTORIO_RELEASE_PATH": str(repository.root)}).out == expected
    assert program("notes", "..", cwd=(repository.root / ".git")).out == expected


def test_neither_config_file_nor_network_is_used(program: Any, repository: Any) -> None:
    repository.write("factorio-release.yml", "format: sarif\nportal-url: nonsense\n")
    assert program("notes", cwd=repository.root).out == "Features:\n  - Lights 1.0.0.\n"


def test_nothing_in_an_entry_reaches_a_terminal_or_a_runner(program: Any, repository: Any) -> None:
    path = repository.root / "changelog.txt"
    path.write_text(
        path.read_text() + "    - Red \x1b[31m.\n      ::error::boo\n", encoding="utf-8"
    )
    for form in ("text", "markdown", "json"):
        ran = program(
            "notes", "--format", form, cwd=repository.root, env={"GITHUB_ACTIONS": "true"}
        )
        assert ran.code == 0
        assert "\x1b" not in ran.out
        assert not [line for line in ran.out.splitlines() if line.strip().startswith("::")]


def test_a_changelog_that_the_game_drops_is_printed_with_a_warning(
    program: Any, repository: Any
) -> None:
    path = repository.root / "changelog.txt"
    path.write_text(path.read_text() + "   - Crooked.\n", encoding="utf-8")
    ran = program("notes", cwd=repository.root)
    assert "  - Crooked.\n" in ran.out
    assert ran.err == ("warning: changelog.txt has problems; `factorio-release check` lists them\n")


numbers = st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(1, 3))


@given(
    st.lists(numbers, unique=True, max_size=8),
    st.none() | numbers,
    st.none() | numbers,
    st.booleans(),
)
def test_a_range_holds_what_lies_between(
    there: list[tuple[int, ...]],
    first: tuple[int, ...] | None,
    last: tuple[int, ...] | None,
    after: bool,
) -> None:
    def version(numbers: tuple[int, ...]) -> Any:
        return parse_version(".".join(map(str, numbers)))

    changelog = read_changelog(
        "".join(f"{SEPARATOR}\nVersion: {version(numbers)}\n" for numbers in there).encode()
    )
    wanted = VersionRange(version(first) if first else None, version(last) if last else None, after)
    expected = [
        numbers
        for numbers in there
        if (first is None or numbers > first or (numbers == first and not after))
        and (last is None or numbers <= last)
    ]
    assert [
        section.version and section.version.key for section in wanted.sections(changelog)
    ] == expected


@given(st.text(max_size=12) | st.from_regex(r"v?[0-9.]{0,8}\.\.[0-9.]{0,8}", fullmatch=True))
def test_any_text_is_a_range_or_a_value_error(text: str) -> None:
    try:
        found = read_range(text, "lamp-post")
    except ValueError:
        return
    assert found.first or found.last
