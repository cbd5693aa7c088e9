"""What a plan's changes mean, in values that text and Markdown renderings share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from factorio_release.limits import MAX_DIFF_LINES
from factorio_release.plan import AddImage, AddRelease, EditDetails, OrderImages, Publish
from factorio_release.report.measures import counted, size_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from factorio_release.plan import Change, FieldValue, Plan

_LONG = 60
_ID_SHOWN = 8


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of the page: short values as `before` and `after`, long ones as `diff` lines.

    A diff line starts with `+`, `-`, a space, or `@@`. `before` is None where nothing was there.
    """

    name: str
    before: str | None
    after: str
    diff: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GalleryChange:
    """What happens to the gallery: names of images, or the beginnings of their ids."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    moved: tuple[str, ...]


def headline(change: Change) -> str:
    """Return one line that says what a change does."""
    match change:
        case Publish(package=package):
            return f"publish {package.version} as a new mod ({package.file_name}, {size_text(package.size)})"
        case AddRelease(package=package, before=before):
            known = f", the portal has {before}" if before else ""
            return f"release {package.version} ({package.file_name}, {size_text(package.size)}){known}"
        case AddImage(image=image):
            return f"add image {image.name or image.id[:_ID_SHOWN]}"
        case OrderImages(after=after):
            return f"order images: {counted(len(after), 'image')} in the gallery"
        case EditDetails(after=after):
            return f"edit details: {', '.join(after)}"


def field_changes(change: Change) -> tuple[FieldChange, ...]:
    """Return the page fields that a change sets."""
    match change:
        case Publish(fields=fields):
            return tuple(_field(name, None, value) for name, value in fields.items())
        case EditDetails(before=before, after=after):
            return tuple(_field(name, before.get(name, ""), value) for name, value in after.items())
        case _:
            return ()


def gallery_change(change: OrderImages, names: Mapping[str, str]) -> GalleryChange:
    """Compare the gallery before and after; `names` maps image ids to names."""
    before, after = frozenset(change.before), frozenset(change.after)
    kept = [image for image in change.before if image in after]
    wanted = [image for image in change.after if image in before]
    added = tuple(image for image in change.after if image not in before)
    return GalleryChange(
        *(
            tuple(names.get(image) or image[:_ID_SHOWN] for image in images)
            for images in (added, change.removed, _moved(kept, wanted))
        )
    )


def image_names(plan: Plan) -> dict[str, str]:
    """Return the names of the images that a plan adds, by id."""
    return {change.image.id: change.image.name for change in plan.changes if isinstance(change, AddImage)}


def _moved(before: list[str], after: list[str]) -> tuple[str, ...]:
    if before == after:
        return ()
    from difflib import SequenceMatcher  # noqa: PLC0415 start-up: only when used

    blocks = SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks()
    stayed = {image for block in blocks for image in after[block.b : block.b + block.size]}
    return tuple(image for image in after if image not in stayed)


def _field(name: str, before: FieldValue | None, after: FieldValue) -> FieldChange:
    old, new = None if before is None else _value(before), _value(after)
    if all(len(text) <= _LONG and "\n" not in text for text in (old or "", new)):
        return FieldChange(name, old, new)
    return FieldChange(name, old, new, _diff(old or "", new))


def _value(value: FieldValue) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, str) else ", ".join(value)


def _diff(before: str, after: str) -> tuple[str, ...]:
    from difflib import unified_diff  # noqa: PLC0415 start-up: only when used

    old, new = (text.replace("\r\n", "\n").split("\n") if text else [] for text in (before, after))
    if max(len(old), len(new)) > MAX_DIFF_LINES:
        return (f"  {len(old):,} lines become {len(new):,}: too many to compare one by one",)
    lines = list(unified_diff(old, new, n=2, lineterm=""))[2:]
    return tuple(lines) if lines else ("  only line ends differ",)
