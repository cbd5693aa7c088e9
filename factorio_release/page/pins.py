"""Tells a page that changed from one that is only pinned to another tag or commit.

Every run pins links and images to its own tag or commit. Without this, a run after each commit would
find the page changed, and a page could never be found to be what the repository says.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from factorio_release.live.normal_form import normal_text
from factorio_release.page.gallery import image_urls, with_image_urls

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from factorio_release.mod_page import ModPage
    from factorio_release.page.source_urls import SourceUrls

_END: Final = r"(?=[/\s\"'<>()?#]|$)"
_OTHER_PIN: Final = r"([^\s\"'<>()?#]+?)"
_PATH: Final = re.compile(r"/?([^\s\"'<>()?#]*)")
_KIND: Final = re.compile(r"(?:tag|commit|branch)/")


def keep_pins(
    wanted: ModPage,
    live: ModPage,
    source: SourceUrls,
    changed: Callable[[str, str], bool],
    given_ids: Mapping[str, str] | None = None,
) -> ModPage:
    """Return `wanted`, but with the live text where that differs in the pinned tag or commit alone.

    `changed(ref, path)` tells whether the file at `path` is another one now than it was at `ref`; one
    such file, and the text is pinned anew. `given_ids` are those of `gallery.image_urls`.
    """
    urls = image_urls(live.images or (), given_ids or {})
    description = _kept(wanted.description, live.description, source, urls, changed)
    return replace(wanted, description=description, faq=_kept(wanted.faq, live.faq, source, urls, changed))


def _kept(
    wanted: str | None,
    live: str | None,
    source: SourceUrls,
    urls: dict[str, str],
    changed: Callable[[str, str], bool],
) -> str | None:
    if not wanted or not live:
        return wanted
    pins = _pins(normal_text(with_image_urls(wanted, urls)), normal_text(live), source)
    if pins is None or any(changed(_KIND.sub("", unquote(ref), count=1), path) for ref, path in pins):
        return wanted
    return live


def _pins(wanted: str, live: str, source: SourceUrls) -> set[tuple[str, str]] | None:
    """Return what the live text is pinned to and for which files; None when it differs in more."""
    starts = {pinned: start for start, pinned in source.pinned_starts()}
    ours = re.compile("(" + "|".join(map(re.escape, sorted(starts, key=len, reverse=True))) + ")" + _END)
    pieces = ours.split(wanted)  # text, pinned start, text, …, text
    pattern = re.escape(pieces[0])
    for number, (pinned, text) in enumerate(zip(pieces[1::2], pieces[2::2], strict=True), 1):
        # Atomic: the first end that fits is taken, or all ways to part the text would be tried. The
        # last one has to reach the end of the text.
        group = "(?:" if 2 * number == len(pieces) - 1 else "(?>"
        pattern += f"{re.escape(starts[pinned])}{group}{_OTHER_PIN}{re.escape(text)})"
    found = re.fullmatch(pattern, live)
    if found is None:
        return None
    paths = [_PATH.match(text) for text in pieces[2::2]]
    return {(ref, unquote(path[1])) for ref, path in zip(found.groups(), paths, strict=True) if path}
