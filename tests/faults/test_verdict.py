"""The verdict on the report of a run finds each statement that is not so."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

import pytest

from tests.faults.verdict import untruths

if TYPE_CHECKING:
    from tests.faults.conftest import Laboratory
    from tests.faults.stages import Stage


@pytest.fixture(scope="module")
def published(laboratory: Laboratory, stages: dict[str, Stage]) -> dict[str, Any]:
    """Give a run that has published a mod with its page, of which every word is so."""
    runs: list[dict[str, Any]] = laboratory.result(stages["publish"].case())["runs"]
    assert [untruths(run) for run in runs] == [[], []]
    return runs[0]


@pytest.fixture
def run(published: dict[str, Any]) -> dict[str, Any]:
    return deepcopy(published)


@pytest.mark.parametrize("status", ["unchanged", "updated", "released", "planned"])
def test_another_status(run: dict[str, Any], status: str) -> None:
    run["report"]["mods"][0]["status"] = status
    run["outputs"] = run["outputs"].replace("published", status)
    assert untruths(run) == [f"lamp-post: the status is {status}, and what happened is published"]


def test_another_exit_code(run: dict[str, Any]) -> None:
    run["report"]["exit_code"] = 5
    assert untruths(run) == ["exit code 0, and 5 in the report"]


def test_a_failure_that_ends_well(run: dict[str, Any]) -> None:
    run["report"]["mods"][0]["status"] = "failed"
    assert "exit code 0 with 1 mods that failed" in untruths(run)


def test_a_change_that_is_denied(run: dict[str, Any]) -> None:
    run["report"]["mods"][0]["changed"] = False
    assert "lamp-post: the portal was changed, and the report says it was not" in untruths(run)


def test_another_sum(run: dict[str, Any]) -> None:
    run["report"]["mods"][0]["package"]["sha1"] = "0" * 40
    assert any(
        one.startswith(f"lamp-post: SHA-1 {'0' * 40} in the report") for one in untruths(run)
    )


def test_another_address(run: dict[str, Any]) -> None:
    run["report"]["mods"][0]["download_url"] = "https://mods.factorio.com/download/other"
    assert any("/download/other in the report" in one for one in untruths(run))


def test_a_release_that_is_not_public(run: dict[str, Any]) -> None:
    run["after"]["lamp-post"]["releases"] = {}
    assert any("nothing is public, and the report says public" in one for one in untruths(run))


@pytest.mark.parametrize(
    ("public", "wrong"),
    [
        ("no", "it is public, and `public` is no: "),
        ("as-before", "this run made it, and `public` is as-before: "),
        ("unknown", "the error says public, and `public` is unknown: "),
    ],
)
def test_another_state_of_the_release(run: dict[str, Any], public: str, wrong: str) -> None:
    run["report"]["mods"][0]["public"] = public
    assert untruths(run) == [f"lamp-post: {wrong}"]


def test_an_address_of_no_page(run: dict[str, Any]) -> None:
    run["after"] = {}
    assert any(one.startswith("lamp-post: there is no page at http") for one in untruths(run))


def test_a_run_that_does_not_say_what_is_public(run: dict[str, Any]) -> None:
    run["out"] = run["out"].replace("public: ", "")
    assert untruths(run) == ["lamp-post: no 'public:' at the end"]


def test_outputs_of_another_run(run: dict[str, Any]) -> None:
    run["outputs"] = run["outputs"].replace("published", "unchanged")
    assert any(one.startswith("the outputs are") for one in untruths(run))
