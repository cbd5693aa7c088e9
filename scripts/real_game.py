"""Tries a load in the game against the game: a whole mod, and one break of each kind.

The tests use a stand-in for the game, which is written from what is publicly known of it. This program
asks the game itself. It makes small mods in a temporary folder, loads each with `load: game`, compares what
is found with what is expected, and leaves the game's logs in a folder.

python scripts/real_game.py [--logs DIR] [--only TRIAL] [OPTION OF load …]

For example `--game-path ~/factorio`, or `--game-version 2.0.77`. Exit code 1 if something is not as expected.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Final, NamedTuple

NAME: Final = "factorio-release-probe"
DATA: Final = """data:extend({
  {
    type = "item", name = "probe-lamp", localised_name = "Probe", stack_size = 50,
    icon = "__base__/graphics/icons/iron-plate.png", icon_size = 64,
  },
  {
    type = "recipe", name = "probe-lamp", enabled = true,
    ingredients = { { type = "item", name = "iron-plate", amount = 1 } },
    results = { { type = "item", name = "probe-lamp", amount = 1 } },
  },
})
"""
CONTROL: Final = """script.on_init(function()
  storage.count = 0
end)
script.on_event(defines.events.on_tick, function(event)
  storage.count = storage.count + 1
end)
"""


class Trial(NamedTuple):
    """A change of the whole mod, and what the load must find: code, file and line; no code for nothing."""

    name: str
    file: str = ""
    old: str = ""
    new: str = ""
    code: str = ""
    line: int = 0
    info: tuple[tuple[str, Any], ...] = ()


TRIALS: Final = (
    Trial("whole"),
    Trial("nil in the data stage", "data.lua", "data:", "missing.value = 1 data:", "game-error", 1),
    Trial("syntax", "data.lua", "})\n", "}\n", "game-error"),
    Trial(
        "unknown ingredient", "data.lua", 'iron-plate", amount', 'gone", amount', "game-error", 8
    ),
    Trial("icon without a file", "data.lua", "icon_size = 64", "icons = { {} }", "game-error", 3),
    Trial("missing require", "control.lua", "script.", 'require("gone") script.', "game-error", 1),
    Trial("error in on_init", "control.lua", "storage.count = 0", 'error("x")', "game-error", 2),
    Trial("error in on_tick", "control.lua", "count + 1", "cnt + 1", "game-error", 5),
    Trial("for another game", code="game-mod-absent", info=(("factorio_version", "1.1"),)),
    Trial("Space Age required", info=(("dependencies", ["base", "space-age"]),)),
)


def main() -> int:
    """Run every trial and return the exit code."""
    parser = argparse.ArgumentParser(description="Try a load in the game against the game.")
    parser.add_argument("--logs", default="game-logs", help="where the game's logs are left")
    parser.add_argument("--only", action="append", help="the name of a trial; can be repeated")
    given, options = parser.parse_known_args()
    logs = Path(given.logs).absolute()
    logs.mkdir(parents=True, exist_ok=True)
    failed = 0
    version = ""
    trials = [one for one in TRIALS if not given.only or one.name in given.only]
    for trial in trials:
        with tempfile.TemporaryDirectory() as folder:
            # Only a version that is named is loaded with a mod that is for another.
            more = [f"--game-version={version}"] if trial.code == "game-mod-absent" else []
            found, said = load(trial, Path(folder), [*options, *more], logs)
        version = version or said.partition("in the game ")[2].partition(" ")[0]
        wrong = difference(trial, found)
        failed += bool(wrong)
        print(f"{'ok' if not wrong else 'WRONG'}: {trial.name}{wrong and ': '}{wrong}")
        if wrong:
            print(said)
    print(
        f"{len(trials) - failed} of {len(trials)} as expected in Factorio {version or '(unknown)'}"
    )
    return 1 if failed else 0


def load(
    trial: Trial, folder: Path, options: list[str], logs: Path
) -> tuple[list[dict[str, Any]], str]:
    """Load the mod of a trial; return what was found, and what the program said."""
    info = {
        "name": NAME,
        "version": "1.0.0",
        "title": "Probe",
        "author": "factorio-release",
        "factorio_version": "2.0",
        "dependencies": ["base >= 2.0.0"],
        **dict(trial.info),
    }
    texts = {"info.json": json.dumps(info), "data.lua": DATA, "control.lua": CONTROL}
    if trial.file:
        if trial.old not in texts[trial.file]:
            raise SystemExit(f"{trial.name}: {trial.old!r} is not in {trial.file}")
        texts[trial.file] = texts[trial.file].replace(trial.old, trial.new, 1)
    mod = folder / NAME
    mod.mkdir()
    for path, text in texts.items():
        (mod / path).write_text(text, "utf-8")
    command = [sys.executable, "-m", "factorio_release", "load", "--load=game", "--format=json"]
    done = subprocess.run(
        [*command, "--output-dir", str(folder / "dist"), *options, str(mod)],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
    )
    for log in (folder / "dist").glob("*.log"):
        shutil.copyfile(log, logs / f"{trial.name.replace(' ', '-')}.log")
    try:
        (result,) = json.loads(done.stdout)["mods"]
    except ValueError:
        return [{"code": "none", "message": "the program printed no result"}], done.stderr
    said = f"{done.stderr}{result.get('error') or ''}"
    for one in result["findings"]:
        said += f"{one['code']} {one['file']}:{one['line']} {one['message']}\n"
    return result["findings"], said


def difference(trial: Trial, found: list[dict[str, Any]]) -> str:
    """Return what is not as a trial expects, empty where all is."""
    codes = sorted({one["code"] for one in found})
    expected = [trial.code] if trial.code else []
    if codes != expected:
        return f"found {', '.join(codes) or 'nothing'}, expected {trial.code or 'nothing'}"
    if trial.line and found[0]["line"] != trial.line:
        return f"found at line {found[0]['line']}, expected line {trial.line}"
    return ""


if __name__ == "__main__":
    sys.exit(main())
