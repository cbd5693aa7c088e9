"""A plan as lines for people, one for each change; the text and the Markdown renderings share them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from factorio_release.amounts import counted, size_text
from factorio_release.limits import MAX_DIFF_LINES
from factorio_release.live.normal_form import normal_text
from factorio_release.mod_page import DOCUMENT_FIELDS
from factorio_release.plan import AddImage, AddRelease, EditDetails, OrderImages, Publish

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from factorio_release.plan import Change, FieldValue, Plan

# A longer value is shown by its length, and as a diff where that is asked for.
_MAX_INLINE_CHARACTERS: Final = 60
# An image id is a SHA-1 in hex; this much of it tells two images of a gallery apart.
_ID_CHARACTERS: Final = 8
_EMPTY: Final = "(empty)"
_NEW_PINS: Final = "new pins for its links, because files behind them have changed"


class PlanLine(NamedTuple):
    """One change in one line: `sign` is `+` for what is new, `-` for what goes, `~` for what changes.

    `name` is the page field, empty for other changes. `diff` is the whole change of a text: its lines
    begin with `+`, `-`, a space, or `@@`.
    """

    sign: str
    text: str
    name: str = ""
    diff: tuple[str, ...] = ()


class GalleryChange(NamedTuple):
    """What a new order does with the gallery, by image id; added images are no part of it."""

    removed: tuple[str, ...]
    moved: tuple[str, ...]


def plan_changes(plan: Plan) -> tuple[PlanLine, ...]:
    """Return the lines of a plan, in the order in which the changes are made."""
    names = {
        change.image.id: change.image.name
        for change in plan.changes
        if isinstance(change, AddImage)
    }
    return tuple(line for change in plan.changes for line in _lines(change, names))


def _lines(change: Change, names: Mapping[str, str]) -> Iterator[PlanLine]:
    match change:
        case Publish(package=package, fields=fields):
            line = f"publish {package.version} as a new mod ({package.file_name}, {size_text(package.size)})"
            if fields:
                values = [f"{name}: {_summed_up(name, value)}" for name, value in fields.items()]
                line += f" with {'; '.join(values)}"
            texts = [_lines_of(value) for name, value in fields.items() if name in DOCUMENT_FIELDS]
            yield PlanLine("+", line, diff=tuple(f"+{one}" for text in texts for one in text))
        case AddRelease(package=package, before=before):
            size = size_text(package.size)
            line = f"upload {package.version} as a new release ({package.file_name}, {size})"
            yield PlanLine("+", f"{line}; the portal has {before}" if before else line)
        case AddImage(image=image):
            yield PlanLine("+", f"add the image {image.name or image.id[:_ID_CHARACTERS]}")
        case OrderImages():
            yield from _gallery_lines(change, names)
        case EditDetails(before=before, after=after, repinned=repinned):
            for name, value in after.items():
                old = before.get(name, "")
                yield _field_line(name, old, value, repinned.get(name))


def _gallery_lines(change: OrderImages, names: Mapping[str, str]) -> Iterator[PlanLine]:
    gallery = gallery_change(change)
    if gallery.moved or not gallery.removed:
        line = f"order the gallery: {counted(len(change.after), 'image')}"
        if gallery.moved:
            moved = [names.get(image) or image[:_ID_CHARACTERS] for image in gallery.moved]
            line += f", moved: {', '.join(moved)}"
        yield PlanLine("~", line)
    for image in gallery.removed:
        line = f"remove the image {image[:_ID_CHARACTERS]}"
        if url := change.urls.get(image):
            line += f" ({url})"
        yield PlanLine("-", line)


def gallery_change(change: OrderImages) -> GalleryChange:
    """Compare the gallery before and after."""
    before = frozenset(change.before)
    kept_before = [image for image in change.before if image in change.after]
    kept_after = [image for image in change.after if image in before]
    return GalleryChange(change.removed, _moved(kept_before, kept_after))


def _moved(before: list[str], after: list[str]) -> tuple[str, ...]:
    """Return the images that are not in the longest common order of both lists."""
    if before == after:
        return ()
    from difflib import SequenceMatcher  # noqa: PLC0415 start-up: only when used

    stayed: set[str] = set()
    for block in SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks():
        stayed.update(after[block.b : block.b + block.size])
    return tuple(image for image in after if image not in stayed)


def _field_line(name: str, before: FieldValue, after: FieldValue, repinned: str | None) -> PlanLine:
    """Return the line of a page field; `repinned` is the live text with today's pins, if known."""
    if not before and before is not False:
        return PlanLine("+", f"{name}: {_summed_up(name, after)}", name, _diff(before, after))
    if not after and after is not False:
        return PlanLine(
            "-", f"{name}: {_summed_up(name, before)} removed", name, _diff(before, after)
        )
    if name in DOCUMENT_FIELDS:
        diff = _diff(before if repinned is None else repinned, after)
        return PlanLine("~", f"{name}: {_changed_lines(diff)}", name, diff)
    old, new = _value_text(before), _value_text(after)
    if max(len(old), len(new)) <= _MAX_INLINE_CHARACTERS:
        return PlanLine("~", f"{name}: {old} → {new}", name)
    line = f"{name}: {len(old):,} characters become {len(new):,}"
    return PlanLine("~", line, name, _diff(before, after))


def _summed_up(name: str, value: FieldValue) -> str:
    """Return a value if it is short, else how long it is."""
    if name in DOCUMENT_FIELDS:
        return counted(len(_lines_of(value)), "line")
    text = _value_text(value)
    if len(text) > _MAX_INLINE_CHARACTERS:
        return counted(len(text), "character")
    return text


def _changed_lines(diff: tuple[str, ...]) -> str:
    """Return `2 lines changed, 1 added` for a diff; a line that is replaced counts once."""
    if not diff:
        return _NEW_PINS
    if not diff[0].startswith("@@"):
        return diff[0].strip()
    changed = added = removed = old = new = 0
    for line in (*diff, " "):
        if line.startswith("-"):
            old += 1
        elif line.startswith("+"):
            new += 1
        else:
            both = min(old, new)
            changed, added, removed = changed + both, added + new - both, removed + old - both
            old = new = 0
    counts = ((changed, "changed"), (added, "added"), (removed, "removed"))
    (first, verb), *others = [(number, what) for number, what in counts if number]
    return ", ".join(
        [f"{counted(first, 'line')} {verb}", *(f"{number:,} {what}" for number, what in others)]
    )


def _value_text(value: FieldValue) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return value or _EMPTY
    return ", ".join(value) or _EMPTY


def _diff(before: FieldValue, after: FieldValue) -> tuple[str, ...]:
    from difflib import unified_diff  # noqa: PLC0415 start-up: only when used

    old, new = _lines_of(before), _lines_of(after)
    # difflib takes quadratic time, and both texts are from outside.
    if max(len(old), len(new)) > MAX_DIFF_LINES:
        return (f"  {len(old):,} lines become {len(new):,}: too many to compare one by one",)
    with_file_names = list(unified_diff(old, new, n=2, lineterm=""))
    return tuple(with_file_names[2:])


def _lines_of(value: FieldValue) -> list[str]:
    """Return the lines of a text in the form in which texts are compared."""
    text = _value_text(value) if value or isinstance(value, bool) else ""
    normal = normal_text(text)
    return normal.split("\n") if normal else []
