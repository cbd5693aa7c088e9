"""`check` finds what is wrong with the page too: it needs no network, and pre-commit runs nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from factorio_release.errors import ExitCode
from tests.support.in_process import run_here

if TYPE_CHECKING:
    from tests.conftest import ModRepository

# What is written under a key, and the code of the finding about it.
MISTAKES = {
    "category": ("general", "page-category"),
    "license": ("CC0", "page-license"),
    "tags": (["logistic"], "page-tag-unknown"),
    "description": ("READM.md", "page-file-missing"),
    "images": (["galery/*.png"], "page-image-missing"),
    "homepage": ("example.org", "page-url"),
    "title": ("", "page-title"),
    "summary": ("x" * 501, "page-summary"),
}


@pytest.mark.parametrize("command", ["check", "build"])
def test_every_mistake_of_the_page_is_found_together_with_those_of_the_package(
    repository: ModRepository,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    command: str,
) -> None:
    repository.config = {key: value for key, (value, _) in MISTAKES.items()}
    repository.write("data.lua", "x = = 1\n")
    repository.save()
    monkeypatch.chdir(repository.root)
    done = run_here(capsys, command, "--format", "json")
    assert done.code == ExitCode.FINDINGS
    assert done.codes == {"lua-syntax", *(code for _, code in MISTAKES.values())}
    places = {finding["file"] for finding in done.findings if finding["code"] != "lua-syntax"}
    assert places == {"factorio-release.yml"}
    assert all(finding["line"] for finding in done.findings)


def test_the_texts_are_read_and_their_links_judged(
    repository: ModRepository,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    repository.config |= {"description": "README.md", "images": ["shot.png"]}
    repository.write("README.md", "# Lamp\n\n[guide](docs/gide.md), [up](../../../x.md)\n")
    repository.write("shot.png", "no picture")
    repository.git("remote", "add", "origin", "https://github.com/o/r")
    repository.save()
    monkeypatch.chdir(repository.root)
    done = run_here(capsys, "check", "--format", "json")
    found = {finding["code"]: (finding["file"], finding["line"]) for finding in done.findings}
    assert found == {
        "page-link-missing": ("README.md", 3),
        "page-link-outside": ("README.md", 3),
        "page-image-format": ("shot.png", 0),
    }


def test_the_api_key_in_a_text_of_the_page_is_found(
    repository: ModRepository,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    repository.config["description"] = "docs/page.md"
    repository.config["exclude"] = ["docs/**"]
    repository.write("docs/page.md", "The key is S3cret-Key-0123456789.\n")
    repository.save()
    monkeypatch.chdir(repository.root)
    done = run_here(capsys, "check", "--format", "json", FACTORIO_API_KEY="S3cret-Key-0123456789")
    assert done.codes == {"secret-on-page"}


def test_a_page_that_is_not_synced_is_not_judged(
    repository: ModRepository,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    repository.config = {key: value for key, (value, _) in MISTAKES.items()}
    repository.save()
    monkeypatch.chdir(repository.root)
    assert run_here(capsys, "check", "--format", "json", "--sync", "none").findings == []
    done = run_here(capsys, "check", "--format", "json", "--sync", "category")
    assert done.codes == {"page-category"}


def test_one_value_of_info_json_that_the_page_uses_has_one_finding(
    repository: ModRepository,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The game takes them with a warning, the page of the portal does not."""
    repository.info |= {"description": "x" * 501, "title": "t" * 251}
    repository.save()
    monkeypatch.chdir(repository.root)
    done = run_here(capsys, "check", "--format", "json")
    found = [(finding["code"], finding["severity"], finding["file"]) for finding in done.findings]
    assert found == [
        ("info-title", "error", "info.json"),
        ("page-summary", "error", "info.json"),
    ]
