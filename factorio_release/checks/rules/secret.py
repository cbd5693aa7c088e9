"""Secrets inside the package: once published, they are everybody's. A finding never shows one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from factorio_release.checks.facts.contents import forms_of, leak_in, leak_in_blocks
from factorio_release.errors import ModError
from factorio_release.mod_page import DETAIL_FIELDS
from factorio_release.parsers.positions import line_of
from factorio_release.parsers.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from factorio_release.checks.facts.contents import Content, Contents
    from factorio_release.checks.rule import CheckContext
    from factorio_release.mod_page import ModPage

# What to look for first (quick), the form that must follow, and what it is.
_FORMS: Final = (
    (b"gh", re.compile(rb"\bgh[pousr]_[A-Za-z0-9]{36,251}\b"), "a GitHub token"),
    (b"github_pat_", re.compile(rb"\bgithub_pat_[A-Za-z0-9_]{60,250}\b"), "a GitHub token"),
    (b"glpat-", re.compile(rb"\bglpat-[A-Za-z0-9_-]{20,}"), "a GitLab token"),
    (b"AKIA", re.compile(rb"\bAKIA[0-9A-Z]{16}\b"), "an AWS access key"),
    (
        b"PRIVATE KEY-----",
        re.compile(rb"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----\s+[A-Za-z0-9+/=]{20,}"),
        "a private key",
    ),
    (b"xox", re.compile(rb"\bxox[abprs]-[0-9A-Za-z-]{20,}"), "a Slack token"),
    (b"npm_", re.compile(rb"\bnpm_[A-Za-z0-9]{36}\b"), "an npm token"),
    (b"pypi-AgEI", re.compile(rb"\bpypi-AgEI[A-Za-z0-9_-]{50,}"), "a PyPI token"),
    (
        b"/api/webhooks/",
        re.compile(rb"\bdiscord(?:app)?\.com/api/webhooks/\d{16,20}/[\w-]{60,}"),
        "a Discord webhook",
    ),
    (b"service-token", re.compile(rb'"service-token"\s*:\s*"[0-9a-f]{30}"'), "a Factorio service token"),
)
_BLOCK: Final = 1 << 20
_HINT: Final = "Remove it, and revoke it where it was made: it may be in the history as well."


def known_secrets(contents: Contents, context: CheckContext) -> Iterator[Problem]:
    """Report files that hold what this run keeps secret, the API key, in their content or in their name."""
    wanted = forms_of(context.secrets)
    for path, content in contents.items():
        if content.leak >= 0:
            yield _problem("the API key", path, content, content.leak)
        if leak_in(_bytes(path), wanted) >= 0:
            yield Problem(f"{path} has the API key in its name", path, hint=_HINT)


def secrets_on_page(page: ModPage, context: CheckContext) -> Iterator[Problem]:
    """Report texts and pictures of the page that hold the API key: their files need not be in the package."""
    wanted = forms_of(context.secrets)
    if not wanted:
        return
    for name in DETAIL_FIELDS:
        value = getattr(page, name)
        texts = value if isinstance(value, tuple) else (value,)
        if any(isinstance(text, str) and leak_in(_bytes(text), wanted) >= 0 for text in texts):
            yield Problem(f"the page's {name} holds the API key", hint=_HINT)
    for image in page.images or ():
        if leak_in(_bytes(image.name), wanted) >= 0:
            yield Problem(f"the image {image.name} has the API key in its name", hint=_HINT)
        if image.path is not None and leak_in_blocks(_blocks(image.path), wanted) >= 0:
            yield Problem(f"the image {image.name} holds the API key", hint=_HINT)


def _blocks(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as stream:
            while block := stream.read(_BLOCK):
                yield block
    except OSError as error:
        raise ModError(f"{path} cannot be read: {error.strerror}", "make it readable") from None


def _bytes(text: str) -> bytes:
    return text.encode(errors="surrogateescape")


def likely_secrets(contents: Contents) -> Iterator[Problem]:
    """Report what has the form of a well-known kind of secret."""
    for path, content in contents.items():
        for mark, form, what in _FORMS:
            found = form.search(content.data) if mark in content.data else None
            if found:
                yield _problem(what, path, content, found.start())


def _problem(what: str, path: str, content: Content, offset: int) -> Problem:
    line = line_of(content.data, offset) if content.whole else 0
    return Problem(f"{path} holds {what}", path, line, hint=_HINT)
