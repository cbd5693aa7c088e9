"""A plan as JSON values: the form of `plan.json` in a plan file, described in docs/plan-file.md."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from factorio_release import __version__, project
from factorio_release.mod_page import DETAIL_FIELDS
from factorio_release.plan_file.approved import approved

if TYPE_CHECKING:
    from factorio_release.disk.upload_content import UploadContent
    from factorio_release.live.models import LiveMod
    from factorio_release.mod_page import ModPage
    from factorio_release.plan import Desired, Plan
    from factorio_release.plan_file.entry import IdleMod, PlanEntry, SavedPlan

# It changes when a reader of the earlier form would misread the new one.
FORMAT: Final = 1


def record_of(saved: SavedPlan) -> dict[str, Any]:
    """Return the whole plan; `changes` of each mod are for readers, the rest gives them again."""
    plans = [one.plan for one in approved(saved.mods)]
    return {
        "format": FORMAT,
        "tool": {"name": project.NAME, "version": __version__, "url": project.home()},
        "portal": saved.portal,
        "mods": [
            *(_mod(entry, plan) for entry, plan in zip(saved.mods, plans, strict=True)),
            *map(_idle, saved.idle),
        ],
    }


def changes_record(plan: Plan) -> list[dict[str, Any]]:
    """Return the changes of a plan as JSON gives them back: with lists, and no tuples."""
    return [_as_json(change.record()) for change in plan.changes]


def zip_member(zip_name: str) -> str:
    """Return where a plan file has a package."""
    return f"packages/{zip_name}"


def image_member(image: str) -> str:
    """Return where a plan file has an image, by its SHA-1."""
    return f"images/{image}"


def _mod(entry: PlanEntry, plan: Plan) -> dict[str, Any]:
    desired = entry.desired
    return {
        "mod": entry.name,
        "version": entry.version,
        "path": entry.path,
        "changes": changes_record(plan),
        "package": _content(zip_member(entry.zip.name), entry.zip) | {"sha256": entry.sha256},
        "images": [_content(image_member(one.sha1), one) for one in entry.images.values()],
        "desired": {
            "release": desired.package is not None,
            "title": desired.title,
            "summary": desired.summary,
            "page": _declared(desired),
            "prune": desired.prune,
            "ordered": desired.ordered,
            "sync-older": desired.sync_older,
            "page-failure": entry.page_failure,
        },
        "seen": _live(entry.seen) if entry.seen else None,
    }


def _idle(mod: IdleMod) -> dict[str, Any]:
    return {"mod": mod.name, "version": mod.version, "path": mod.path, "changes": []}


def _content(member: str, content: UploadContent) -> dict[str, Any]:
    return {"file": member, "size": content.size, "sha1": content.sha1}


def _declared(desired: Desired) -> dict[str, Any]:
    """Return the fields that are declared, and the gallery where there is one."""
    page = _fields(desired.page)
    if desired.page.images is not None:
        page["images"] = [
            {"id": image.id, "name": image.name, "content-type": image.content_type}
            for image in desired.page.images
        ]
    return page


def _live(live: LiveMod) -> dict[str, Any]:
    releases = [{"version": one.version, "sha1": one.sha1} for one in live.releases]
    images = [{"id": image.id, "url": image.url} for image in live.page.images or ()]
    return {"releases": releases, "page": _fields(live.page) | {"images": images}}


def _fields(page: ModPage) -> dict[str, Any]:
    values = {name: getattr(page, name) for name in DETAIL_FIELDS}
    return {name: _as_json(value) for name, value in values.items() if value is not None}


def _as_json(value: Any) -> Any:
    if isinstance(value, tuple | list):
        return [_as_json(one) for one in value]
    if isinstance(value, dict):
        return {name: _as_json(one) for name, one in value.items()}
    return value
