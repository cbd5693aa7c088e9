"""The project's name, addresses and config file; its home is declared in `pyproject.toml` alone."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path
from typing import Final

from factorio_release import __version__

NAME: Final = "factorio-release"
SUMMARY: Final = (
    "Takes a Factorio mod from its repository to the mod portal: checked, "
    "packaged, published once, verified."
)
# The first is the preferred name.
CONFIG_FILES: Final = ("factorio-release.yml", "factorio-release.yaml")
DISCLAIMER: Final = (
    "factorio-release is a third-party tool. "
    "It is in no way sanctioned by or associated with Wube Software."
)


def home() -> str:
    """Return the URL of the repository, from `project.urls` in `pyproject.toml`.

    Raises LookupError for an installation whose metadata does not have it.
    """
    return _url("Repository")


def docs_url(page: str) -> str:
    """Return the URL of a document below `docs/` on the project's site: `page.md`, `checks.md#secret`.

    Each check has a page of its own there (`scripts/site.py`). Raises LookupError as `home` does.
    """
    name, _, anchor = page.partition("#")
    name = name.removesuffix(".md")
    if name == "checks" and anchor:
        return f"{_url('Documentation')}checks/{anchor}/"
    return f"{_url('Documentation')}{name}/{'#' if anchor else ''}{anchor}"


@cache
def _url(wanted: str) -> str:
    for line in _metadata().partition("\n\n")[0].splitlines():
        header, _, entry = line.partition(": ")
        label, _, url = entry.partition(", ")
        if header == "Project-URL" and label == wanted:
            return url
    raise LookupError(f"the package's metadata has no {wanted} URL")


@cache
def _metadata() -> str:
    """Return the METADATA of the installed package."""
    # `importlib.metadata` imports the standard library's reader of mails, which takes 13 ms.
    folder = f"{NAME.replace('-', '_')}-{__version__}.dist-info"
    for entry in filter(None, sys.path):
        try:
            return Path(entry, folder, "METADATA").read_text(encoding="utf-8")
        except OSError:
            continue
    from importlib.metadata import distribution  # noqa: PLC0415 start-up: for other forms of installation

    return (
        distribution(NAME).read_text("METADATA") or distribution(NAME).read_text("PKG-INFO") or ""
    )


def user_agent() -> str:
    """Return the User-Agent of every request: the operator of the portal asks for a name and a contact."""
    return f"{NAME}/{__version__} (+{home()})"
