"""Secrets in what would be published. A finding never shows the secret."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from factorio_release.checks.facts.contents import (
    NOT_FOUND,
    find_secret,
    find_secret_in_blocks,
    forms_of,
)
from factorio_release.checks.facts.media_structure import PNG_SIGNATURE
from factorio_release.errors import ModError
from factorio_release.mod_page import DETAIL_FIELDS
from factorio_release.parsers.positions import line_of
from factorio_release.parsers.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from factorio_release.checks.context import CheckContext
    from factorio_release.checks.facts.contents import Content, Contents
    from factorio_release.mod_page import ModPage


class _SecretForm(NamedTuple):
    """The form of one kind of secret, as its maker documents it.

    `mark` is bytes that every such secret contains. It is searched for first, because `in` is many
    times faster than the pattern.
    """

    name: str
    mark: bytes
    pattern: re.Pattern[bytes]


_FORMS: Final = (
    # "gh" is in most files, and a pattern is searched for fast only if it begins with a text: so the
    # beginning of the word comes behind it.
    _SecretForm("a GitHub token", b"gh", re.compile(rb"gh(?<!\wgh)[pousr]_[A-Za-z0-9]{36,251}\b")),
    _SecretForm(
        "a GitHub token", b"github_pat_", re.compile(rb"\bgithub_pat_[A-Za-z0-9_]{60,250}\b")
    ),
    _SecretForm("a GitLab token", b"glpat-", re.compile(rb"\bglpat-[A-Za-z0-9_-]{20,}")),
    _SecretForm("an AWS access key", b"AKIA", re.compile(rb"\bAKIA[0-9A-Z]{16}\b")),
    _SecretForm(
        "a private key",
        b"PRIVATE KEY-----",
        re.compile(rb"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----\s+[A-Za-z0-9+/=]{20,}"),
    ),
    _SecretForm("a Slack token", b"xox", re.compile(rb"\bxox[abprs]-[0-9A-Za-z-]{20,}")),
    _SecretForm("an npm token", b"npm_", re.compile(rb"\bnpm_[A-Za-z0-9]{36}\b")),
    _SecretForm("a PyPI token", b"pypi-AgEI", re.compile(rb"\bpypi-AgEI[A-Za-z0-9_-]{50,}")),
    _SecretForm(
        "a Discord webhook",
        b"/api/webhooks/",
        re.compile(rb"\bdiscord(?:app)?\.com/api/webhooks/\d{16,20}/[\w-]{60,}"),
    ),
    _SecretForm(
        "a Factorio service token",
        b"service-token",
        re.compile(rb'"service-token"\s*:\s*"[0-9a-f]{30}"'),
    ),
)
# Signature and header of a PNG have 33 bytes, and each of these secrets 20 or more.
_MIN_PNG_TEXT_END: Final = 33 + 20
_BLOCK_BYTES: Final = 1 << 20
_HINT: Final = "Remove it and revoke it where it was issued. It may also be in the git history."


def known_secrets(contents: Contents, context: CheckContext) -> Iterator[Problem]:
    """Report files that have the API key of this run in their content or in their name."""
    forms = forms_of(context.secrets)
    for path, content in contents.items():
        if content.secret_offset != NOT_FOUND:
            yield _problem("the API key", path, content, content.secret_offset)
        if find_secret(_bytes(path), forms) != NOT_FOUND:
            yield Problem(f"{path} has the API key in its name", path, hint=_HINT)


def likely_secrets(contents: Contents) -> Iterator[Problem]:
    """Report text that has the form of a well-known kind of secret.

    The pixels of a PNG are compressed: only what is in front of them can be text.
    """
    for path, content in contents.items():
        data = content.data
        if data.startswith(PNG_SIGNATURE):
            end = data.find(b"IDAT")
            if 0 <= end < _MIN_PNG_TEXT_END:  # most pictures
                continue
            data = data[:end] if end > 0 else data
        for name, mark, pattern in _FORMS:
            match = pattern.search(data) if mark in data else None
            if match:
                yield _problem(name, path, content, match.start())


def secrets_on_page(page: ModPage, context: CheckContext) -> Iterator[Problem]:
    """Report texts and images of the page that contain the API key.

    Their files need not be in the package. Raises ModError when an image cannot be read.
    """
    forms = forms_of(context.secrets)
    if not forms:
        return
    for name in DETAIL_FIELDS:
        value = getattr(page, name)
        texts = value if isinstance(value, tuple) else (value,)
        if any(
            isinstance(text, str) and find_secret(_bytes(text), forms) != NOT_FOUND
            for text in texts
        ):
            yield Problem(f"the page's {name} contains the API key", hint=_HINT)
    for image in page.images or ():
        if find_secret(_bytes(image.name), forms) != NOT_FOUND:
            yield Problem(f"the image {image.name} has the API key in its name", hint=_HINT)
        if image.path is None:
            continue
        if find_secret_in_blocks(_blocks(image.path), forms) != NOT_FOUND:
            yield Problem(f"the image {image.name} contains the API key", hint=_HINT)


def _blocks(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as stream:
            while block := stream.read(_BLOCK_BYTES):
                yield block
    except OSError as error:
        raise ModError(f"{path} cannot be read: {error.strerror}", "make it readable") from None


def _bytes(text: str) -> bytes:
    return text.encode(errors="surrogateescape")


def _problem(secret: str, path: str, content: Content, offset: int) -> Problem:
    line = 0
    if content.whole:
        line = line_of(content.data, offset)
    return Problem(f"{path} contains {secret}", path, line, hint=_HINT)
