"""A plan's changes as values that the text and the Markdown renderings share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from factorio_release.limits import MAX_DIFF_LINES
from factorio_release.plan import AddImage, AddRelease, EditDetails, OrderImages, Publish
from factorio_release.report.labels import counted, size_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from factorio_release.plan import Change, FieldValue, Plan

# A field with a longer value, or with several lines, is shown as a diff.
_MAX_INLINE_CHARACTERS = 60
# An image id is a SHA-1 in hex; this much of it tells two images of a gallery apart.
_ID_CHARACTERS = 8


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of the page: short values as `before` and `after`, long ones as `diff` lines.

    A diff line begins with `+`, `-`, a space, or `@@`. `before` is None where the portal had no value.
    """

    name: str
    before: str | None
    after: str
    diff: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GalleryChange:
    """What changes in the gallery; each image by its name, or by the beginning of its id."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    moved: tuple[str, ...]


def headline(change: Change) -> str:
    """Return one line that says what a change does."""
    match change:
        case Publish(package=package):
            return f"publish {package.version} as a new mod ({package.file_name}, {size_text(package.size)})"
        case AddRelease(package=package, before=before):
            line = f"release {package.version} ({package.file_name}, {size_text(package.size)})"
            if before:
                line += f", the portal has {before}"
            return line
        case AddImage(image=image):
            return f"add image {image.name or image.id[:_ID_CHARACTERS]}"
        case OrderImages(after=after):
            return f"order images: {counted(len(after), 'image')} in the gallery"
        case EditDetails(after=after):
            return f"edit details: {', '.join(after)}"


def field_changes(change: Change) -> tuple[FieldChange, ...]:
    """Return the page fields that a change sets; empty for a change that sets none."""
    match change:
        case Publish(fields=fields):
            return tuple(_field_change(name, None, value) for name, value in fields.items())
        case EditDetails(before=before, after=after):
            return tuple(
                _field_change(name, before.get(name, ""), value) for name, value in after.items()
            )
        case _:
            return ()


def gallery_change(change: OrderImages, names: Mapping[str, str]) -> GalleryChange:
    """Compare the gallery before and after; `names` maps image ids to names."""
    before, after = frozenset(change.before), frozenset(change.after)
    added = [image for image in change.after if image not in before]
    kept_before = [image for image in change.before if image in after]
    kept_after = [image for image in change.after if image in before]
    moved = _moved(kept_before, kept_after)
    return GalleryChange(_named(added, names), _named(change.removed, names), _named(moved, names))


def image_names(plan: Plan) -> dict[str, str]:
    """Return the names of the images that a plan adds, by id."""
    return {
        change.image.id: change.image.name
        for change in plan.changes
        if isinstance(change, AddImage)
    }


def _named(images: Iterable[str], names: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(names.get(image) or image[:_ID_CHARACTERS] for image in images)


def _moved(before: list[str], after: list[str]) -> tuple[str, ...]:
    """Return the images that are not in the longest common order of both lists."""
    if before == after:
        return ()
    from difflib import SequenceMatcher  # noqa: PLC0415 start-up: only when used

    stayed: set[str] = set()
    for block in SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks():
        stayed.update(after[block.b : block.b + block.size])
    return tuple(image for image in after if image not in stayed)


def _field_change(name: str, before: FieldValue | None, after: FieldValue) -> FieldChange:
    old = None if before is None else _value_text(before)
    new = _value_text(after)
    if _is_short(old or "") and _is_short(new):
        return FieldChange(name, old, new)
    return FieldChange(name, old, new, _diff(old or "", new))


def _is_short(text: str) -> bool:
    return len(text) <= _MAX_INLINE_CHARACTERS and "\n" not in text


def _value_text(value: FieldValue) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return value
    return ", ".join(value)


def _diff(before: str, after: str) -> tuple[str, ...]:
    from difflib import unified_diff  # noqa: PLC0415 start-up: only when used

    old, new = _lines(before), _lines(after)
    # difflib takes quadratic time, and both texts are from outside.
    if max(len(old), len(new)) > MAX_DIFF_LINES:
        return (f"  {len(old):,} lines become {len(new):,}: too many to compare one by one",)
    with_file_names = list(unified_diff(old, new, n=2, lineterm=""))
    return tuple(with_file_names[2:]) or ("  only line ends differ",)


def _lines(text: str) -> list[str]:
    if not text:
        return []
    return text.replace("\r\n", "\n").split("\n")
