"""The game's real public data, where this machine's cache has it: it is never part of the project."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from factorio_release.load.game_cache import GameCache
from factorio_release.load.mod_set import Candidate, Resolver
from factorio_release.load.references import broken_references
from factorio_release.load.stage import StageRequest, run_stages
from factorio_release.parsers.info import read_info
from factorio_release.portal_memory import cache_folder

FOLDER = (cache_folder(os.environ) or Path()) / "factorio-release" / "game"
VERSIONS = sorted(
    path.name.removeprefix("factorio-data-").removesuffix(".tar.gz")
    for path in FOLDER.glob("factorio-data-*.tar.gz")
)
NEEDS = "the game's public data in the user's cache; `factorio-release load` of a mod puts it there"
pytestmark = pytest.mark.skipif(not VERSIONS, reason=NEEDS)


def from_cache_alone(url: str) -> bytes | None:
    pytest.skip(f"{NEEDS}: {url}")


@pytest.mark.parametrize("version", VERSIONS or ["none"])
@pytest.mark.parametrize("expansions", [False, True], ids=["base", "expansions"])
def test_the_game_loads_whole_and_the_same_in_each_state(version: str, expansions: bool) -> None:
    cache = GameCache(FOLDER, from_cache_alone, print)
    api = cache.api(version)
    resolver = Resolver(cache.mods(version), version, {})
    info = read_info(b'{"name": "empty", "version": "1.0.0", "dependencies": ["base"]}')
    more = resolver.expansions if expansions else ()
    mods = resolver.resolve(Candidate(info, dict), more).mods
    outcomes = [run_stages(StageRequest(mods, version, api.defines())) for _ in range(2)]
    first = outcomes[0]
    assert first.error is None, first.error
    assert first.data is not None, first.stopped
    assert first.data == outcomes[1].data
    assert len(first.data.prototypes["recipe"]) > 150
    assert broken_references(first.data, api) == ()
