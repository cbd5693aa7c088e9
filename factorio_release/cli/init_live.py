"""What the portal shows of a mod, for `init`: read once, and compared with what the repository would sync."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from factorio_release.cli.portal_clients import portal_clients, run_time_of
from factorio_release.errors import ReleaseError, UsageError
from factorio_release.page.from_settings import changed_since, desired_page
from factorio_release.plan import Desired, EditDetails, make_plan
from factorio_release.scaffold.first_values import Standing
from factorio_release.settings.options import CiSource, Origin, Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from factorio_release.cli.session import Session
    from factorio_release.live.models import LiveMod
    from factorio_release.mod.mod import Mod
    from factorio_release.portal.reader import PortalReader
    from factorio_release.scaffold.found_page import FoundPage

_SHOWN_LINES: Final = 20


class Seen(NamedTuple):
    """The portal's answer: the mod, None where it has none, and what that means."""

    live: LiveMod | None
    standing: Standing


def look(session: Session, settings: Settings, name: str, *, needed: bool) -> Seen:
    """Return what the portal has of a mod.

    Without `needed` it is asked once and briefly, and no answer is no error. With it every failure of the
    reader is raised, and UsageError where the portal has no such mod.
    """
    reader, _ = portal_clients(session, settings, "", run_time_of(session, settings))
    return _needed(reader, name) if needed else _briefly(reader, name)


def _needed(reader: PortalReader, name: str) -> Seen:
    live = reader.fetch(name)
    if live is None:
        raise UsageError(
            f"--from-portal: {reader.base_url} has no mod {name}; leave it out for a mod that is new"
        )
    return Seen(live, Standing.LIVE)


def _briefly(reader: PortalReader, name: str) -> Seen:
    try:
        live = reader.fetch_briefly(name)
    except ReleaseError:
        return Seen(None, Standing.UNKNOWN)
    return Seen(live, Standing.LIVE if live else Standing.NEW)


def unchanged_fields(mod: Mod, found: FoundPage, live: LiveMod) -> tuple[str, ...]:
    """Return which of description, FAQ and gallery the files that were found would not change."""
    values = {"description": found.description, "faq": found.faq, "images": found.images}
    return tuple(
        name for name, value in values.items() if value and not _changes(mod, live, name, value)
    )


def difference(mod: Mod, live: LiveMod, name: str, path: str) -> Iterator[str]:
    """Yield the lines in which a file differs from the text on the portal, at most the first ones."""
    from difflib import unified_diff  # noqa: PLC0415 start-up: only where they differ

    after = _text(mod, name, path)
    before = getattr(live.page, name) or ""
    lines = list(
        unified_diff(
            before.splitlines(), after.splitlines(), "on the portal", path, lineterm="", n=0
        )
    )
    yield from lines[:_SHOWN_LINES]
    if len(lines) > _SHOWN_LINES:
        yield f"… and {len(lines) - _SHOWN_LINES} more lines"


def _text(mod: Mod, name: str, path: str) -> str:
    page = desired_page(_settings(mod, name, path), mod, "", CiSource())
    return getattr(page.page, name) or ""


def _changes(mod: Mod, live: LiveMod, name: str, value: str | tuple[str, ...]) -> bool:
    """Return whether the plan of a run with this file would change the portal."""
    page = desired_page(_settings(mod, name, value), mod, "", CiSource())
    desired = Desired(
        mod.name,
        None,
        page.page,
        version=mod.version,
        ordered=page.ordered,
        prune=name == "images",
        source=page.source,
        changed=changed_since(mod),
        sync_older=True,
    )
    plan = make_plan(desired, live)
    if name == "images":
        return bool(plan.changes)
    return any(
        isinstance(change, EditDetails) and name in change.after for change in plan.changes
    ) or any(not isinstance(change, EditDetails) for change in plan.changes)


def _settings(mod: Mod, name: str, value: str | tuple[str, ...]) -> Settings:
    values: dict[str, Any] = {name: value if isinstance(value, tuple) else (value,)}
    return Settings(origins={name: Origin(mod.path)}, **values)
