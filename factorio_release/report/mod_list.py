"""The mods of a repository as JSON for a job matrix, and as a table for people."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from factorio_release.report.escape import json_in_log, terminal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def render_mod_list(mods: Sequence[Mapping[str, str | bool]], form: str) -> str:
    """Return the records on one line of JSON, or as columns with the keys above them.

    One line: a workflow assigns the output to a matrix.
    """
    if form == "json":
        return json_in_log(json.dumps(list(mods))) + "\n"
    if not mods:
        return ""
    rows = [[key.replace("_", " ") for key in mods[0]]]
    rows += [[_cell(value) for value in mod.values()] for mod in mods]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
        lines.append("  ".join(cells).rstrip() + "\n")
    return "".join(lines)


def _cell(value: str | bool) -> str:  # noqa: FBT001 it is the value itself
    if isinstance(value, bool):
        return "yes" if value else "no"
    return terminal(value)
