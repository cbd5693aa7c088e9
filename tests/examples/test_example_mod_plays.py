"""The example mod does in a game what its page says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.examples.conftest import Game


@pytest.mark.parametrize(
    ("status", "verdict", "reason"),
    [
        ("working", "working", "running"),
        ("item_ingredient_shortage", "waiting", "no-ingredients"),
        ("fluid_ingredient_shortage", "waiting", "no-fluid"),
        ("full_output", "waiting", "full-output"),
        ("low_power", "waiting", "low-power"),
        ("no_power", "stopped", "no-power"),
        ("no_fuel", "stopped", "no-fuel"),
        ("no_minable_resources", "stopped", "no-resources"),
        ("frozen", "stopped", "frozen"),
        ("no_recipe", "idle", "no-recipe"),
        ("disabled_by_control_behavior", "idle", "switched-off"),
        ("charging", "idle", "unknown"),
        (None, "idle", "unknown"),
    ],
)
def test_a_lamp_shows_how_the_machine_beside_it_is(
    game: Game, status: str | None, verdict: str, reason: str
) -> None:
    game.machine(status)
    lamp = game.lamp()
    assert game.verdict(lamp) == verdict
    assert game.label(lamp) == [
        "andon-lamps.status",
        ["entity-name.a-machine"],
        [f"andon-reason.{reason}"],
    ]


@pytest.mark.parametrize(
    "how",
    [
        "on_built_entity",
        "on_robot_built_entity",
        "on_space_platform_built_entity",
        "on_entity_cloned",
        "script_raised_built",
        "script_raised_revive",
    ],
)
def test_a_lamp_works_however_it_was_built(game: Game, how: str) -> None:
    game.machine("no_power")
    assert game.verdict(game.lamp(how=how)) == "stopped"
    filters = game.fake.filters[game.fake.defines.events[how]]
    assert filters[1].filter == "name"
    assert filters[1].name == "andon-lamp"


def test_a_lamp_follows_its_machine(game: Game) -> None:
    machine = game.machine("working")
    lamp = game.lamp()
    game.fake.set_status(machine, "no_fuel")
    assert game.verdict(lamp) == "working"
    game.fake["pass"](1)
    assert game.verdict(lamp) == "stopped"


def test_a_lamp_speaks_for_the_closest_machine_of_its_own_force(game: Game) -> None:
    game.machine("no_power", x=2, y=2)
    game.machine("no_fuel", x=1.9, force=game.fake.force("enemy"))
    game.machine("working", x=-2)
    game.machine("no_power", y=2, kind="inserter")
    assert game.verdict(game.lamp()) == "working"


def test_of_two_equally_close_machines_the_older_one_counts(game: Game) -> None:
    game.machine("no_power", x=-2)
    game.machine("working", x=2)
    assert game.verdict(game.lamp()) == "stopped"


def test_a_lamp_waits_for_a_machine_and_looks_for_another_when_it_goes(game: Game) -> None:
    lamp = game.lamp()
    assert game.label(lamp) == ["andon-reason.no-machine"]
    first = game.machine("no_recipe")
    game.fake["pass"](1)
    assert game.label(lamp)[2] == ["andon-reason.no-recipe"]
    game.fake.destroy(first)
    game.fake["pass"](1)
    assert game.label(lamp) == ["andon-reason.no-machine"]


def test_a_lamp_names_the_new_machine_even_if_that_is_no_better_off(game: Game) -> None:
    first = game.machine("no_power")
    lamp = game.lamp()
    game.fake.destroy(first)
    game.machine("no_power", name="another-machine")
    game.fake["pass"](1)
    assert game.label(lamp)[1] == ["entity-name.another-machine"]


def test_a_machine_that_is_out_of_reach_is_none_of_its_business(game: Game) -> None:
    game.machine("no_power", x=2.3)
    assert game.label(game.lamp()) == ["andon-reason.no-machine"]


def test_each_tick_looks_at_as_many_lamps_as_the_setting_says_and_at_each_in_turn(
    game: Game,
) -> None:
    game.setting("andon-lamps-checks-per-tick", 3)
    machines = [game.machine("working", y=10 * row) for row in range(8)]
    lamps = [game.lamp(y=10 * row) for row in range(8)]
    for machine in machines:
        game.fake.set_status(machine, "no_power")

    def stopped() -> int:
        return sum(game.verdict(lamp) == "stopped" for lamp in lamps)

    seen = []
    for _ in range(3):
        game.fake["pass"](1)
        seen.append(stopped())
    assert seen == [3, 6, 8]


@pytest.mark.parametrize("told", [True, False])
@pytest.mark.parametrize("gone", [0, 2, 4])
def test_a_removed_lamp_leaves_the_others_at_work(game: Game, gone: int, told: bool) -> None:
    machines = [game.machine("working", y=10 * row) for row in range(5)]
    lamps = [game.lamp(y=10 * row) for row in range(5)]
    removed = lamps.pop(gone)
    game.fake.destroy(removed)
    if told:
        game.fake.report_destroyed(removed.unit_number)
    for machine in machines:
        game.fake.set_status(machine, "no_power")
    game.fake["pass"](2)
    assert [game.verdict(lamp) for lamp in lamps] == ["stopped"] * 4
    assert len(game.storage.lamps) == 4
    slots = {
        unit: game.storage.lamps[slot].unit_number for unit, slot in game.storage.slots.items()
    }
    assert slots == {lamp.unit_number: lamp.unit_number for lamp in lamps}


def test_the_last_lamp_may_go(game: Game) -> None:
    game.fake.destroy(game.lamp())
    game.fake["pass"](3)
    assert len(game.storage.lamps) == 0


def test_the_other_colours_are_put_on_at_once(game: Game) -> None:
    machine = game.machine("no_power")
    lamp = game.lamp()
    game.fake.destroy(machine)
    game.setting("andon-lamps-palette", "colour-blind")
    assert game.verdict(lamp, "colour-blind") == "stopped"
    assert game.palette("colour-blind")["stopped"] != game.palette("classic")["stopped"]


def test_lamps_built_before_the_mod_could_listen_are_taken_in_once(game: Game) -> None:
    game.machine("no_power")
    lamp = game.lamp(how=None)
    game.fake.on_configuration_changed()
    game.fake.on_configuration_changed()
    assert game.verdict(lamp) == "stopped"
    assert len(game.storage.lamps) == 1


def test_an_alert_comes_after_each_players_own_patience(game: Game) -> None:
    for index, patience in enumerate([30, 60, 0], start=1):
        game.fake.player(game.force, index, patience)
    game.fake.player(game.fake.force("enemy"), 4, 1)
    machine = game.machine("no_power")
    game.lamp()
    game.fake["pass"](29 * 60)
    assert len(game.fake.alerts) == 0
    game.fake["pass"](60)
    assert [(alert.player, alert.entity.unit_number) for alert in game.fake.alerts.values()] == [
        (1, machine.unit_number)
    ]
    game.fake["pass"](30 * 60)
    assert {alert.player for alert in game.fake.alerts.values()} == {1, 2}


def test_patience_begins_anew_when_the_machine_has_worked(game: Game) -> None:
    game.fake.player(game.force, 1, 30)
    machine = game.machine("no_power")
    game.lamp()
    game.fake["pass"](20 * 60)
    game.fake.set_status(machine, "working")
    game.fake["pass"](60)
    game.fake.set_status(machine, "no_fuel")
    game.fake["pass"](25 * 60)
    assert len(game.fake.alerts) == 0


def test_the_command_counts_and_names_the_longest_standing_first(game: Game) -> None:
    game.fake.player(game.force, 1, 30)
    enemy = game.fake.force("enemy")
    game.machine("no_power", y=500, force=enemy)
    game.lamp(y=500, force=enemy)
    for row, status in enumerate(["working", "working", "full_output", "no_recipe"]):
        game.machine(status, y=10 * row)
        game.lamp(y=10 * row)
    for row in range(7):
        game.machine("no_fuel", y=100 + 10 * row)
        game.lamp(y=100 + 10 * row)
        game.fake["pass"](3600)
    summary, *lines, more = game.command(1)
    assert summary == ["andon-lamps.report", 2, 1, 7, 1]
    assert [(line[1], line[4]) for line in lines] == [
        (f"[gps=2,{100 + 10 * row}]", 7 - row) for row in range(5)
    ]
    assert lines[0][3] == ["andon-reason.no-fuel"]
    assert more == ["andon-lamps.report-more", 2]
    assert game.command(None)[0] == ["andon-lamps.report", 2, 1, 8, 1]


def test_a_map_of_version_1_0_keeps_its_lamps(game: Game) -> None:
    machine = game.machine("no_power")
    kept, gone = game.lamp(how=None), game.lamp(y=50, how=None)
    game.fake.destroy(gone)
    record = game.lua.eval(
        "function(entity, machine) return {entity = entity, machine = machine} end"
    )
    old = {kept.unit_number: record(kept, machine), gone.unit_number: record(gone, None)}
    game.storage.lamps, game.storage.slots, game.storage.cursor = (
        game.lua.table_from(old),
        None,
        None,
    )
    game.run("migrations/1.1.0.lua")
    game.fake.on_configuration_changed()
    assert [lamp.unit_number for lamp in game.storage.lamps.values()] == [kept.unit_number]
    game.fake["pass"](1)
    assert game.verdict(kept) == "stopped"
    game.fake.destroy(kept)
    game.fake.report_destroyed(kept.unit_number)
    assert len(game.storage.lamps) == 0
