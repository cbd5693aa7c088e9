import json
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from factorio_release.limits import MAX_MODS
from factorio_release.mod.release_order import in_dependency_order
from factorio_release.parsers.info import read_info

NAMES = ["alpha", "beta-1", "gamma", "delta"]


def described(mods: dict[str, list[str]]) -> dict[Path, object]:
    return {
        Path(name): read_info(
            json.dumps({"name": name, "version": "1.0.0", "dependencies": needs}).encode()
        )
        for name, needs in mods.items()
    }


def order(mods: dict[str, list[str]]) -> list[str]:
    return [path.name for path in in_dependency_order(described(mods))]  # type: ignore[arg-type]


def test_what_is_needed_comes_first_and_the_rest_stays() -> None:
    assert order({"alpha": ["gamma >= 1.0.0"], "beta-1": [], "gamma": ["? beta-1"]}) == [
        "beta-1",
        "gamma",
        "alpha",
    ]
    assert order({"alpha": ["! gamma"], "gamma": []}) == ["alpha", "gamma"]
    assert order({"alpha": ["gamma"], "gamma": ["alpha"]}) == ["gamma", "alpha"]
    assert order({"alpha": ["alpha", "base", "not a mod >= x"]}) == ["alpha"]


def test_a_chain_of_dependencies_may_be_as_long_as_a_run_has_mods() -> None:
    chain = {f"mod-{number}": [f"mod-{number + 1}"] for number in range(MAX_MODS)}
    assert order(chain) == list(reversed(chain))


@given(st.dictionaries(st.sampled_from(NAMES), st.lists(st.sampled_from(NAMES))))
def test_every_mod_is_there_once(mods: dict[str, list[str]]) -> None:
    assert sorted(order(mods)) == sorted(mods)
