"""The dependencies of a mod's newest release, and what is known here of the mods that they name."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from factorio_release.local_portal.state.records import version_number

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from factorio_release.local_portal.state.elsewhere import KnownMod

PUBLIC_PORTAL = "https://mods.factorio.com"
# Documented: they come with the game and are never on the portal.
BUILT_IN = frozenset({"base", "core", "quality", "elevated-rails", "space-age", "recycler"})
# Documented, but for `+~`, which is said to be allowed.
_KINDS = {
    "": "required",
    "~": "required, in any order",
    "?": "optional",
    "(?)": "optional, hidden",
    "+": "recommended",
    "+~": "recommended, in any order",
    "!": "incompatible",
}
MAX_CHARACTERS = 300
_FORM = re.compile(
    r"\s*(?P<prefix>\+~|!|\?|\(\?\)|~|\+)?\s*(?P<name>[^<>=]+?)\s*"
    r"(?:(?P<operator><=|>=|=|<|>)\s*(?P<version>\d{1,5}(?:\.\d{1,5}){0,2}))?\s*"
)


class Dependency(NamedTuple):
    """One line of info.json; `operator` and `version` are empty where any version will do."""

    kind: str
    name: str
    operator: str = ""
    version: str = ""

    def accepts(self, version: str) -> bool:
        """Return whether a release of the mod satisfies the dependency."""
        if not self.operator:
            return True
        have, want = _three(version), _three(self.version)
        is_equal, is_higher = have == want, have > want
        return ("=" in self.operator and is_equal) or (
            not is_equal and (">" if is_higher else "<") in self.operator
        )


def read_dependency(text: str) -> Dependency | None:
    """Read a dependency; None for a text that is none."""
    # With one blank for each run of them, and a bound, the time that matching takes is bounded as well.
    form = _FORM.fullmatch(" ".join(text.split())) if len(text) <= MAX_CHARACTERS else None
    if form is None:
        return None
    return Dependency(
        _KINDS[form["prefix"] or ""], form["name"], form["operator"] or "", form["version"] or ""
    )


def dependencies_html(texts: Iterable[str], known: Mapping[str, KnownMod | None]) -> str:
    """Return the table; `known` has None for a mod that the portal does not have."""
    rows = "".join(_row(text, known) for text in texts)
    if not rows:
        return '<p class="empty">This release depends on nothing.</p>'
    head = "<tr><th>Mod</th><th>Kind</th><th>Version</th><th>State</th></tr>"
    return f'<div class="wide"><table><thead>{head}</thead><tbody>{rows}</tbody></table></div>'


def _row(text: str, known: Mapping[str, KnownMod | None]) -> str:
    one = read_dependency(text)
    if one is None:
        return f'<tr><td colspan="4"><code>{escape(text)}</code> is no dependency</td></tr>'
    name = escape(one.name)
    if one.name not in BUILT_IN:
        address = f"{PUBLIC_PORTAL}/mod/{quote(one.name, safe='')}"
        name = f'<a href="{escape(address)}" rel="nofollow noopener noreferrer">{name}</a>'
    is_good, state = _state(one, known)
    version = escape(f"{one.operator} {one.version}".strip()) or "any"
    return (
        f"<tr><td>{name}</td><td>{one.kind}</td><td>{version}</td>"
        f'<td class="{"" if is_good else "bad"}">{escape(state)}</td></tr>'
    )


def _state(one: Dependency, known: Mapping[str, KnownMod | None]) -> tuple[bool, str]:
    """Return whether nothing is wrong, and what is known."""
    if one.name in BUILT_IN:
        return True, "comes with the game"
    if one.name not in known:
        return True, "not looked up here"
    mod = known[one.name]
    may_be_absent = not one.kind.startswith("required")
    if mod is None:
        return may_be_absent, "not on the portal"
    if one.kind == "incompatible":
        return True, "on the portal"
    fitting = [version for version in mod.versions if one.accepts(version)]
    if not fitting:
        newest = max(mod.versions, key=_three, default="")
        return False, f"no release fits; the newest is {newest}" if newest else "it has no release"
    state = f"{max(fitting, key=_three)} {mod.where}"
    return not mod.deprecated, f"{state}; deprecated" if mod.deprecated else state


def _three(version: str) -> tuple[int, ...]:
    numbers = version_number(version)
    return (*numbers, 0, 0, 0)[:3]
