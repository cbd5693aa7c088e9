"""Texts that differ from the live ones in nothing but the tag or commit of their links.

Every run pins links and images to its own tag or commit. Without this comparison each new commit would be a
change of the page, and no second run could find the page unchanged.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

from factorio_release.live.normal_form import normal_text
from factorio_release.mod_page import DOCUMENT_FIELDS

if TYPE_CHECKING:
    from collections.abc import Callable

    from factorio_release.mod_page import ModPage
    from factorio_release.page.source_urls import SourceUrls

    # (tag or commit, path from the repository's root) -> whether the file has changed since then
    ChangedSince = Callable[[str, str], bool]
    # tag or commit -> whether it is a later commit than the one that is checked out
    IsNewer = Callable[[str], bool]

# What a tag or commit in an address ends at, and what follows it up to the end of the address.
_AFTER_PIN: Final = r"(?=[/\s\"'<>()?#]|$)"
_OTHER_PIN: Final = r"([^\s\"'<>()?#]+?)"
_PATH: Final = re.compile(r"/?([^\s\"'<>()?#]*)")
# git is started for each tag or commit of a live text, and a text has one in all its links.
_MAX_PINS: Final = 10
# Forgejo's addresses name the kind before the tag or commit.
_FORGEJO_KIND: Final = re.compile(r"(?:tag|commit|branch)/")


def with_live_pins(
    page: ModPage, live: ModPage, source: SourceUrls, changed: ChangedSince
) -> ModPage:
    """Return `page` with the live text wherever only the pin differs and no linked file has changed.

    The texts of `page` have the addresses of their gallery images already; their links are pinned to
    `source`. If one file that a text shows or links to has changed, the text keeps its new pins.
    """
    texts: dict[str, Any] = {}
    for name in DOCUMENT_FIELDS:
        desired_text, live_text = getattr(page, name), getattr(live, name)
        if (
            desired_text
            and live_text
            and _differs_in_pin_alone(desired_text, live_text, source, changed)
        ):
            texts[name] = live_text
    return page._replace(**texts)


def newer_pin(page: ModPage, source: SourceUrls, is_newer: IsNewer) -> str:
    """Return a tag or commit that a live text is pinned to and that is newer than `source`'s; empty for none.

    Such a text was made by a later run. Only the first part of a tag with a `/` is seen, which is no tag.
    """
    for name in DOCUMENT_FIELDS:
        for pin in _pins_in(getattr(page, name) or "", source):
            if pin != source.ref and is_newer(pin):
                return pin
    return ""


def _pins_in(text: str, source: SourceUrls) -> list[str]:
    """Return what the links of a text into `source`'s repository are pinned to, each once."""
    pins: dict[str, None] = {}
    for start, _pinned in source.pinned_starts():
        pin = re.compile(re.escape(start) + f"(?:{_FORGEJO_KIND.pattern})?" + r"([^/\s\"'<>()?#]+)")
        pins |= dict.fromkeys(unquote(found) for found in pin.findall(text))
    return list(pins)[:_MAX_PINS]


def with_pins_of(source: SourceUrls, text: str) -> str:
    """Return a live text with the links to `source`'s repository pinned as `source` is.

    For people who compare two texts. What looks like a tag of the same form, or like a commit, is taken
    for a pin; nothing is decided by it.
    """
    more_parts = r"(?:/[^/\s\"'<>()?#]+)" * source.ref.count("/")
    kind = "(?:tag|commit|branch)/"
    for start, pinned in source.pinned_starts():
        is_kind_in_pin = re.match(kind, pinned.removeprefix(start)) is not None
        before_pin = re.escape(start) + (kind if is_kind_in_pin else "")
        pin = rf"(?:[0-9a-f]{{64}}|[0-9a-f]{{40}}|[^/\s\"'<>()?#]+{more_parts})"
        text = re.sub(before_pin + pin + _AFTER_PIN, pinned.replace("\\", r"\\"), text)
    return text


def _differs_in_pin_alone(
    desired: str, live: str, source: SourceUrls, changed: ChangedSince
) -> bool:
    desired, live = normal_text(desired), normal_text(live)
    if desired == live:
        return False  # nothing differs, and `changed` may have to call git
    links = _live_pins(desired, live, source)
    if links is None:
        return False
    return not any(changed(ref, path) for ref, path in links)


def _live_pins(desired: str, live: str, source: SourceUrls) -> set[tuple[str, str]] | None:
    """Return what the live text's links are pinned to, with their paths; None when more differs.

    The desired text is cut at its pinned addresses and made into a pattern that takes any pin in their
    place. The live text has to match it as a whole.
    """
    starts = {pinned: start for start, pinned in source.pinned_starts()}
    longest_first = sorted(starts, key=len, reverse=True)
    pinned_address = re.compile("(" + "|".join(map(re.escape, longest_first)) + ")" + _AFTER_PIN)
    pieces = pinned_address.split(desired)  # text, pinned start, text, …, pinned start, text
    addresses, texts = pieces[1::2], pieces[2::2]
    pattern = re.escape(pieces[0])
    for number, (address, text) in enumerate(zip(addresses, texts, strict=True), 1):
        # Atomic groups: the first end of a pin that fits is taken. Otherwise a text with many links
        # would be tried in all ways to divide it, which takes exponential time. The last group is not
        # atomic, because it must reach the end of the text.
        group = "(?:" if number == len(addresses) else "(?>"
        pattern += f"{re.escape(starts[address])}{group}{_OTHER_PIN}{re.escape(text)})"
    match = re.fullmatch(pattern, live)
    if match is None:
        return None
    links: set[tuple[str, str]] = set()
    for pin, text in zip(match.groups(), texts, strict=True):
        path = _PATH.match(text)
        if path:
            ref = _FORGEJO_KIND.sub("", unquote(pin), count=1)
            links.add((ref, unquote(path[1])))
    return links
