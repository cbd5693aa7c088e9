"""The game's real public data, where this machine's cache has it: it is never part of the project.

`truth/` beside the data may have the public data set of the calculator KirkMcDonald for 2.0.55
(`data/vanilla-2.0.55.json` and `data/space-age-2.0.55.json` of its repository), which was exported from the
real game.
"""

from __future__ import annotations

import json
import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from factorio_release.load.game_cache import GameCache, NotAtHand
from factorio_release.load.mod_set import Candidate, Resolver
from factorio_release.load.references import broken_references
from factorio_release.load.stage import StageRequest, run_stages
from factorio_release.parsers.info import read_info
from factorio_release.portal_memory import cache_folder

if TYPE_CHECKING:
    from factorio_release.load.game_data import GameData

FOLDER = (cache_folder(os.environ) or Path()) / "factorio-release" / "game"
VERSIONS = sorted(
    path.name.removeprefix("factorio-data-").removesuffix(".tar.gz")
    for path in FOLDER.glob("factorio-data-*.tar.gz")
)
HAS_API = any(FOLDER.glob("prototype-api-*.json"))
NEEDS = "the game's public data in the user's cache; `factorio-release load` of a mod puts it there"
pytestmark = pytest.mark.skipif(not (VERSIONS and HAS_API), reason=NEEDS)
TRUTH = "2.0.55"
STATES = 5


def nothing_is_fetched(url: str) -> bytes | None:
    raise NotAtHand(f"{url} is not in the cache")


@cache
def game(version: str, *, expansions: bool) -> tuple[GameCache, StageRequest]:
    """Return the cache, and the request that loads the game with a mod that is empty."""
    kept = GameCache(FOLDER, nothing_is_fetched, print)
    resolver = Resolver(kept.mods(version), version, {})
    info = read_info(b'{"name": "empty", "version": "1.0.0", "dependencies": ["base"]}')
    more = resolver.expansions if expansions else ()
    mods = resolver.resolve(Candidate(info, dict), more).mods
    return kept, StageRequest(mods, version, kept.api(version).defines())


def data_of(request: StageRequest) -> GameData:
    outcome = run_stages(request)
    assert outcome.error is None, outcome.error
    assert outcome.data is not None, outcome.stopped
    return outcome.data


@pytest.mark.parametrize("version", VERSIONS or ["none"])
@pytest.mark.parametrize("expansions", [False, True], ids=["base", "expansions"])
def test_the_game_loads_whole(version: str, expansions: bool) -> None:
    kept, request = game(version, expansions=expansions)
    data = data_of(request)
    assert len(data.prototypes["recipe"]) > 150
    assert broken_references(data, kept.api(version)) == ()
    assert data.added_by == {}  # all of it is the game's own


def test_all_states_give_the_same_data() -> None:
    _, request = game(VERSIONS[-1], expansions=True)
    first = data_of(request)
    for _ in range(STATES - 1):
        assert data_of(request) == first


@pytest.mark.parametrize(("name", "expansions"), [("vanilla", False), ("space-age", True)])
def test_ingredients_are_those_of_the_real_game(name: str, expansions: bool) -> None:
    truth = FOLDER / "truth" / f"{name}-{TRUTH}.json"
    if TRUTH not in VERSIONS or not truth.is_file():
        pytest.skip(f"the data set {truth.name} of the calculator KirkMcDonald, and {TRUTH}")
    recipes = {one["key"]: one for one in json.loads(truth.read_text("utf-8"))["recipes"]}
    data = data_of(game(TRUTH, expansions=expansions)[1])
    ours = data.prototypes["recipe"]
    assert len(recipes) == {"vanilla": 192, "space-age": 621}[name]
    assert recipes.keys() - ours.keys() == set()
    wrong = {
        key
        for key, one in recipes.items()
        if ingredients(ours[key]["ingredients"]) != ingredients(one["ingredients"])
    }
    assert wrong == set()


def ingredients(listed: list[dict[str, Any]]) -> dict[str, float]:
    return {one["name"]: one["amount"] for one in listed}
