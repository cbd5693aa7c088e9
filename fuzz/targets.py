"""What is fuzzed: everything that reads bytes from outside, each with what must hold of its answer."""

from __future__ import annotations

import json
import os
import re
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from factorio_release.errors import AnswerUnclear, ModError, PortalRefused, UsageError
from factorio_release.package.built_zip import files_of_zip
from factorio_release.page.markdown.document import Document
from factorio_release.page.portal_text import portal_text
from factorio_release.page.repository_tree import RepositoryTree
from factorio_release.page.target_resolver import TargetResolver
from factorio_release.parsers.changelog.reader import read_changelog
from factorio_release.parsers.dependency import DependencyError, parse_dependency
from factorio_release.parsers.info import read_info
from factorio_release.parsers.json.document import read_json
from factorio_release.parsers.locale import read_locale
from factorio_release.parsers.lua.reader import read_lua
from factorio_release.parsers.lua.tables import read_arguments
from factorio_release.parsers.version import parse_version
from factorio_release.plan import Desired, PlannedPackage, make_plan
from factorio_release.portal.answers import expect_success, read_answer
from factorio_release.portal.mod_answer import live_mod
from factorio_release.portal.transport import PortalAnswer
from factorio_release.report.escape import markdown, terminal
from factorio_release.settings.config_file import read_config

if TYPE_CHECKING:
    from collections.abc import Callable

_OBEYED: Final = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff]|##\\[|^\\s*::")
PLACE: Final = Path(tempfile.gettempdir())
PACKAGE: Final = PlannedPackage("1.0.0", "lamp-post_1.0.0.zip", "0" * 40, 1)


def info(data: bytes) -> None:
    """info.json: never raises; what Python's own reader takes is read as the same value."""
    found = read_info(data)
    for line, column in found.places.values():
        assert line >= 1 <= column
    with suppress(ValueError, RecursionError):
        expected = json.loads(data)
        if not read_json(data, "info.json").problems:
            assert read_json(data, "info.json").value == expected or "NaN" in repr(expected)


def changelog(data: bytes) -> None:
    """changelog.txt: never raises; every section can be written as notes."""
    for section in read_changelog(data).sections:
        section.as_text()
        section.as_markdown()
        assert section.line >= 1


def locale(data: bytes) -> None:
    """A locale file: never raises."""
    read_locale(data)


def lua(data: bytes) -> None:
    """A Lua file: never raises."""
    file = read_lua(data)
    _ = file.requires, file.paths, file.joined_paths
    list(read_arguments(data, file.structure.extends))


def dependency(data: bytes) -> None:
    """A dependency: parsed, or refused at a place inside of it."""
    text = data.decode(errors="replace")
    try:
        parse_dependency(text)
    except DependencyError as error:
        assert 1 <= error.column <= len(text) + 1


def version(data: bytes) -> None:
    """A version: three numbers that come out as they went in, or a ValueError."""
    with suppress(ValueError):
        parsed = parse_version(data.decode(errors="replace"))
        assert parse_version(str(parsed)) == parsed


def config(data: bytes) -> None:
    """A config file: a mapping, or a UsageError with its place."""
    path = PLACE / f"fuzzed-config-{os.getpid()}.yml"
    path.write_bytes(data)
    try:
        nodes = read_config(path)
    except UsageError as error:
        assert str(error).startswith(str(path))
    else:
        json.dumps({key: node.plain() for key, node in nodes.items()}).encode()


def answer(data: bytes) -> None:
    """An answer of the portal: a plan can be made of it, or it is unclear; and it can be printed."""
    reply = PortalAnswer(200, {}, data)
    with suppress(AnswerUnclear, PortalRefused):
        expect_success("edit_details", read_answer("edit_details", reply))
    with suppress(ValueError, PortalRefused):
        live = live_mod(reply.json())
        plan = make_plan(Desired("lamp-post", PACKAGE, live.page), live)
        shown = terminal(f"{live.name} {live.page} {plan}")
        assert not _OBEYED.search(shown)
        markdown(live.page.title or "").encode()


def archive(data: bytes) -> None:
    """A finished zip: its files can be read, or it is refused."""
    path = PLACE / f"fuzzed-{os.getpid()}.zip"
    path.write_bytes(data)
    with suppress(ModError):
        for file in files_of_zip(path).files:
            with suppress(ModError):
                assert len(file.read()) == file.size


def readme(data: bytes) -> None:
    """Markdown: rewritten for the portal and read again."""
    try:
        data.decode()
    except UnicodeDecodeError:
        return
    resolver = TargetResolver(
        "README.md", RepositoryTree(PLACE / "no-repository"), base_url="https://example.com/raw/"
    )
    text = portal_text(data, "README.md", resolver, strip_first_heading=False).text
    assert text is not None
    Document(text.encode()).targets()


TARGETS: Final[dict[str, Callable[[bytes], None]]] = {
    one.__name__: one
    for one in (info, changelog, locale, lua, dependency, version, config, answer, archive, readme)
}
