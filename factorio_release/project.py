"""The project's name, addresses and config file; its home is declared in `pyproject.toml` alone."""

from __future__ import annotations

from functools import cache
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
    from importlib.metadata import metadata  # noqa: PLC0415 start-up: needed only to show a URL

    for entry in metadata(NAME).get_all("Project-URL") or []:
        label, _, url = entry.partition(", ")
        if label == wanted:
            return str(url)
    raise LookupError(f"the package's metadata has no {wanted} URL")


def user_agent() -> str:
    """Return the User-Agent of every request: the operator of the portal asks for a name and a contact."""
    return f"{NAME}/{__version__} (+{home()})"
