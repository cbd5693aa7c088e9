"""The plain fields of a page: what is declared, in the portal's form and held against its limits."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from factorio_release.mod_page import TAGS
from factorio_release.page.findings import page_finding
from factorio_release.page.license import license_hint, license_id
from factorio_release.page.vocabulary import category_hint, category_named, tag_hint

if TYPE_CHECKING:
    from factorio_release.findings import Finding
    from factorio_release.page.declared import DeclaredPage, SourcePlace
    from factorio_release.parsers.info import Info

LARGEST_TITLE: Final = 250
LARGEST_SUMMARY: Final = 500
LARGEST_URL: Final = 256
AUTO: Final = "auto"
_INFO_KEYS: Final = {"title": "title", "summary": "description", "homepage": "homepage"}


class FieldReader:
    """Reads the fields of one declaration; `findings` grows with what is wrong.

    A value that is wrong is returned as it was written: the finding stops a run, and an author who
    ignores it (the portal's lists grow) gets what was asked for.
    """

    def __init__(self, declaration: DeclaredPage, info: Info, home: str, findings: list[Finding]) -> None:
        self._declared = declaration
        self._info = info
        self._home = home
        self._findings = findings

    def title(self) -> str | None:
        """Return the title, info.json's unless declared."""
        title = self._declared.title
        if title is None:
            title = self._of_info("title") or None
        if title is not None and not 1 <= len(title) <= LARGEST_TITLE:
            message = f"the title has {len(title)} characters"
            self._say("page-title", message, self._place("title"), f"the portal takes 1 to {LARGEST_TITLE}")
        return title

    def summary(self) -> str | None:
        """Return the summary, info.json's description unless declared."""
        summary = self._declared.summary
        if summary is None:
            summary = self._of_info("summary")
            if not summary and not self._declared.fmtk_details:
                return None
        if summary and len(summary) > LARGEST_SUMMARY:
            message = f"the summary has {len(summary)} characters"
            self._say("page-summary", message, self._place("summary"), f"the portal takes {LARGEST_SUMMARY}")
        return summary

    def category(self) -> str | None:
        """Return the category, `no-category` where it is declared empty."""
        written = self._declared.category
        if written is None:
            return None
        category = category_named(written)
        if category is None:
            message = f"the portal has no category {written!r}"
            self._say("page-category", message, self._declared.place_of("category"), category_hint(written))
        return category or written

    def tags(self) -> tuple[str, ...] | None:
        """Return the tags, each once."""
        written = self._declared.tags
        if written is None:
            return None
        place = self._declared.place_of("tags")
        tags = tuple(dict.fromkeys(written))
        for tag in tags:
            if tag not in TAGS:
                self._say("page-tag-unknown", f"the tag {tag!r} is not known", place, tag_hint(tag))
        return tags

    def license(self) -> str | None:
        """Return the licence's id."""
        written = self._declared.license
        if written is None:
            return None
        known = license_id(written)
        if known is None:
            message = f"the portal has no licence {written!r}"
            self._say("page-license", message, self._declared.place_of("license"), license_hint(written))
        return known or written

    def homepage(self) -> str | None:
        """Return the homepage; info.json's only where FMTK would send it."""
        homepage = self._declared.homepage
        if homepage is None and self._declared.fmtk_details:
            homepage = self._of_info("homepage")
        return self._url("homepage", homepage)

    def source_url(self) -> str | None:
        """Return the address of the source, the repository's own for `auto`."""
        written = self._declared.source_url
        if written != AUTO:
            return self._url("source_url", written)
        if not self._home:
            message = "source-url is auto, but the repository has no address on the web"
            place = self._declared.place_of("source_url")
            self._say("page-url", message, place, "give the address, or add a remote to the repository")
            return None
        return self._url("source_url", self._home)

    def _url(self, name: str, url: str | None) -> str | None:
        option = name.replace("_", "-")
        if url and _has_user(url):
            message = f"{option} has a user name or password before the host"
            self._say("page-url", message, self._place(name), "give the address without it")
        elif url and not _is_web_address(url):
            hint = f"http:// or https://, up to {LARGEST_URL} characters"
            self._say(
                "page-url", f"{option} is no address the portal takes: {url!r}", self._place(name), hint
            )
        return url

    def _of_info(self, name: str) -> str | None:
        value = self._info.value.get(_INFO_KEYS[name])
        return value if isinstance(value, str) else None

    def _place(self, name: str) -> SourcePlace:
        if getattr(self._declared, name) is None and name in _INFO_KEYS:
            return ("info.json", *self._info.place(_INFO_KEYS[name]))
        return self._declared.place_of(name)

    def _say(self, code: str, message: str, place: SourcePlace, hint: str) -> None:
        self._findings.append(page_finding(code, message, *place, hint=hint))


def _has_user(url: str) -> bool:
    return "@" in re.split(r"[/?#]", url.partition("://")[2])[0]


def _is_web_address(url: str) -> bool:
    try:
        split = urlsplit(url)
    except ValueError:
        return False
    fits = len(url) <= LARGEST_URL and not any(character.isspace() for character in url)
    return fits and split.scheme in {"http", "https"} and bool(split.netloc)
