"""The fields of a page that are no files: their values in the portal's form, and the problems in them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from factorio_release.mod_page import PAGE_FIELDS, TAGS
from factorio_release.page.findings import page_finding
from factorio_release.page.vocabulary import (
    category_hint,
    category_named,
    license_hint,
    license_id,
    tag_hint,
)
from factorio_release.parsers.unseen import quoted

if TYPE_CHECKING:
    from factorio_release.findings import Finding
    from factorio_release.page.declared import DeclaredPage, SourcePlace
    from factorio_release.parsers.info import Info

AUTO: Final = "auto"
# Where info.json has the value of a page field.
_INFO_KEYS: Final = {"title": "title", "summary": "description", "homepage": "homepage"}


class FieldReader:
    """Reads the values of one declared page; each problem is added to `findings`.

    `home` is the repository's web address, empty where it has none. A value with a problem is returned
    as written. The finding stops the run; an author who ignores it (the portal's lists grow) gets the
    declared value.
    """

    def __init__(
        self, declared: DeclaredPage, info: Info, home: str, findings: list[Finding]
    ) -> None:
        self._declared = declared
        self._info = info
        self._home = home
        self._findings = findings

    def title(self) -> str | None:
        """Return the declared title, else info.json's, which the rules on info.json judge."""
        title = self._declared.title
        if title is None:
            return self._of_info("title") or None
        longest = PAGE_FIELDS["title"].max_characters
        if not 1 <= len(title) <= longest:
            message = f"the title has {len(title)} characters; the portal takes 1 to {longest}"
            hint = "Shorten it." if title else "Write a title, such as My mod."
            self._add("page-title", message, self._place("title"), hint)
        return title

    def summary(self) -> str | None:
        """Return the declared summary, else info.json's description."""
        summary = self._declared.summary
        if summary is None:
            summary = self._of_info("summary")
            # FMTK sends an empty description too, which clears the summary. Without FMTK's object an empty
            # description is not a declaration.
            if not summary and not self._declared.fmtk_details:
                return None
        longest = PAGE_FIELDS["summary"].max_characters
        if summary and len(summary) > longest:
            message = (
                f"the summary has {len(summary)} characters; the portal takes at most {longest}"
            )
            hint = "Shorten it. Longer text belongs in the description."
            self._add("page-summary", message, self._place("summary"), hint)
        return summary

    def category(self) -> str | None:
        """Return the category; `no-category` where it is declared empty."""
        written = self._declared.category
        if written is None:
            return None
        category = category_named(written)
        if category is None:
            message = f"the portal has no category {quoted(written)}"
            self._add("page-category", message, self._place("category"), category_hint(written))
            return written
        return category

    def tags(self) -> tuple[str, ...] | None:
        """Return the tags, each once."""
        written = self._declared.tags
        if written is None:
            return None
        tags = tuple(dict.fromkeys(written))
        for tag in tags:
            if tag not in TAGS:
                message = f"the tag {quoted(tag)} is not known"
                self._add("page-tag-unknown", message, self._place("tags"), tag_hint(tag))
        return tags

    def license(self) -> str | None:
        """Return the portal's id of the licence."""
        written = self._declared.license
        if written is None:
            return None
        id_ = license_id(written)
        if id_ is None:
            message = f"the portal has no licence {quoted(written)}"
            self._add("page-license", message, self._place("license"), license_hint(written))
            return written
        return id_

    def homepage(self) -> str | None:
        """Return the declared homepage; info.json's only where FMTK would send it."""
        homepage = self._declared.homepage
        if homepage is None and self._declared.fmtk_details:
            homepage = self._of_info("homepage")
        return self._url("homepage", homepage)

    def source_url(self) -> str | None:
        """Return the address of the source; for `auto` the repository's own."""
        written = self._declared.source_url
        if written != AUTO:
            return self._url("source_url", written)
        if not self._home:
            message = "source-url is auto, but the repository has no address on the web"
            hint = "Give the address, or add a remote to the repository."
            self._add("page-url", message, self._place("source_url"), hint)
            return None
        return self._url("source_url", self._home)

    def _url(self, name: str, url: str | None) -> str | None:
        if not url:
            return url
        option = PAGE_FIELDS[name].option
        longest = PAGE_FIELDS[name].max_characters
        # A user name or password in a remote is a credential. The message must not repeat the address.
        if _has_user(url):
            message = f"{option} has a user name or password before the host"
            self._add("page-url", message, self._place(name), "Give the address without it.")
        elif not _is_web_address(url):
            message = f"{option} is not a web address: {quoted(url)}"
            hint = "Write a full address, such as https://example.com/my-mod."
            self._add("page-url", message, self._place(name), hint)
        elif len(url) > longest:
            message = f"{option} has {len(url)} characters; the portal takes at most {longest}: {quoted(url)}"
            self._add("page-url", message, self._place(name), "Give a shorter address.")
        return url

    def _of_info(self, name: str) -> str | None:
        value = self._info.value.get(_INFO_KEYS[name])
        return value if isinstance(value, str) else None

    def _place(self, name: str) -> SourcePlace:
        """Return where the value of a field was written: in info.json when it is not declared."""
        if getattr(self._declared, name) is None and name in _INFO_KEYS:
            line, column = self._info.place(_INFO_KEYS[name])
            return "info.json", line, column
        return self._declared.place_of(name)

    def _add(self, code: str, message: str, place: SourcePlace, hint: str) -> None:
        self._findings.append(page_finding(code, message, *place, hint=hint))


def _has_user(url: str) -> bool:
    """Return whether there is an `@` before the first `/`, `?` or `#` behind the scheme."""
    after_scheme = url.partition("://")[2]
    authority = re.split(r"[/?#]", after_scheme)[0]
    return "@" in authority


def _is_web_address(url: str) -> bool:
    if any(character.isspace() for character in url):
        return False
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.netloc)
