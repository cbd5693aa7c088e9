"""The game's real public data, where this machine's cache has it: it is never part of the project.

`truth/` beside the data may have the public data set of the calculator KirkMcDonald for 2.0.55
(`data/vanilla-2.0.55.json` and `data/space-age-2.0.55.json` of its repository), which was exported from the
real game.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
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
STATES = 3


def nothing_is_fetched(url: str) -> bytes | None:
    raise NotAtHand(f"{url} is not in the cache")


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


@dataclass(frozen=True)
class Loaded:
    kept: GameCache
    request: StageRequest
    data: GameData


@pytest.fixture(scope="module")
def loaded(request: pytest.FixtureRequest) -> Loaded:
    """Load a version once for all that is asked of it."""
    version, expansions = request.param
    kept, stages = game(version, expansions=expansions)
    return Loaded(kept, stages, data_of(stages))


EACH = pytest.mark.parametrize(
    "loaded",
    [
        pytest.param((version, more), id=f"{'expansions' if more else 'base'}-{version}")
        for version in VERSIONS or ["none"]
        for more in (False, True)
    ],
    indirect=True,
)


@EACH
def test_the_game_loads_whole(loaded: Loaded) -> None:
    data = loaded.data
    assert len(data.prototypes["recipe"]) > 150
    assert broken_references(data, loaded.kept.api(loaded.request.version)) == ()
    assert data.added_by == {}  # all of it is the game's own


@pytest.mark.parametrize("loaded", [((VERSIONS or ["none"])[-1], True)], indirect=True)
def test_all_states_give_the_same_data(loaded: Loaded) -> None:
    for _ in range(STATES - 1):
        assert data_of(loaded.request) == loaded.data


@pytest.mark.skipif(TRUTH not in VERSIONS, reason=f"the game's public data of {TRUTH}")
@pytest.mark.parametrize(
    ("name", "loaded"),
    [("vanilla", (TRUTH, False)), ("space-age", (TRUTH, True))],
    indirect=["loaded"],
)
def test_ingredients_are_those_of_the_real_game(name: str, loaded: Loaded) -> None:
    truth = FOLDER / "truth" / f"{name}-{TRUTH}.json"
    if not truth.is_file():
        pytest.skip(f"the data set {truth.name} of the calculator KirkMcDonald")
    recipes = {one["key"]: one for one in json.loads(truth.read_text("utf-8"))["recipes"]}
    ours = loaded.data.prototypes["recipe"]
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
