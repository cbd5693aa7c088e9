"""Every write under every fault, once and for good: run, run again, and everything is right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.faults.matrix import STRIKING, WRITES, cells
from tests.faults.portals import EVERYTHING
from tests.faults.verdict import faults_of, listed

if TYPE_CHECKING:
    from tests.faults.conftest import Laboratory
    from tests.faults.matrix import Cell
    from tests.faults.stages import Stage

# Unless everything is asked for: others for each endpoint, and each cell in one scenario.
SHARE_ONCE, SHARE_LASTING = 3, 6


def scenario_of(endpoint: str, unbroken: dict[str, dict[str, Any]]) -> list[str]:
    return [
        name
        for name, result in unbroken.items()
        if endpoint in {request["endpoint"] for request in result["runs"][0]["requests"]}
    ]


def test_the_scenarios_need_every_write(unbroken: dict[str, dict[str, Any]]) -> None:
    assert {
        endpoint: scenario_of(endpoint, unbroken) != [] for endpoint in WRITES
    } == dict.fromkeys(WRITES, True)


@pytest.mark.parametrize("lasting", [False, True], ids=["once", "for good"])
@pytest.mark.parametrize("endpoint", WRITES)
def test_every_fault(  # noqa: PLR0917 fixtures
    laboratory: Laboratory,
    stages: dict[str, Stage],
    unbroken: dict[str, dict[str, Any]],
    endpoint: str,
    lasting: bool,
    record_property: Any,
) -> None:
    scenarios = scenario_of(endpoint, unbroken)
    share = 1 if EVERYTHING else (SHARE_LASTING if lasting else SHARE_ONCE)
    chosen = [
        (cell, name)
        for index, cell in enumerate(cells(endpoint, lasting=lasting), list(WRITES).index(endpoint))
        for name in (scenarios if EVERYTHING else [scenarios[index // share % len(scenarios)]])
        if index % share == 0
    ]
    cases = [cell.case(stages[name]) for cell, name in chosen]
    # Dear: a script in front of every start of git.
    cases[0] |= {"spy": True, "repo": stages[chosen[0][1]].checkout}
    found = laboratory.results(cases)
    wrong = {
        f"{name}: {cell.fault}": faults
        for (cell, name), result in zip(chosen, found, strict=True)
        if (faults := judged(cell, result, unbroken[name]["state"]))
    }
    record_property("cells", len(chosen))
    assert not wrong, listed(wrong)


def judged(cell: Cell, result: dict[str, Any], reference: dict[str, Any]) -> list[str]:
    first = result["runs"][0]
    faults = faults_of(result, reference)
    if not any(request["fault"] for request in first["requests"]):
        faults.append("the fault did not strike")
    if cell.obscure and (blind := repeated_blindly(first["requests"])):
        faults.append(f"{blind} was the next request after a write whose effect was not known")
    if first["code"] not in cell.exit_codes:
        faults.append(
            f"exit code {first['code']} where {set(cell.exit_codes)} is documented: {first['err'][-400:]}"
        )
    return faults


def repeated_blindly(requests: list[dict[str, Any]]) -> str:
    """Give the request that followed the first struck one, if it was not a look at the mod."""
    struck = next(number for number, request in enumerate(requests) if request["fault"])
    following = requests[struck + 1]["endpoint"] if struck + 1 < len(requests) else "none"
    return "" if following == "mod_full" else following


def test_no_kind_of_fault_is_forgotten() -> None:
    for endpoint in WRITES:
        assert {cell.kind for cell in cells(endpoint, lasting=False)} == set(STRIKING)
