"""What the project says of itself; its home comes from the package's metadata alone."""

from __future__ import annotations

from functools import cache

from factorio_release import __version__

NAME = "factorio-release"
SUMMARY = (
    "Takes a Factorio mod from its repository to the mod portal: checked, packaged, published once, verified."
)
DISCLAIMER = (
    "factorio-release is a third-party tool. It is in no way sanctioned by or associated with Wube Software."
)


@cache
def home() -> str:
    """Return the repository's address, as `pyproject.toml` has it under `project.urls`."""
    from importlib.metadata import metadata  # noqa: PLC0415 start-up: only when a URL is shown

    for entry in metadata(NAME).get_all("Project-URL") or []:
        label, _, url = entry.partition(", ")
        if label == "Repository":
            return str(url)
    raise LookupError("the package's metadata has no Repository URL")


def docs_url(page: str) -> str:
    """Return the address of a file below `docs/`, at this version's tag."""
    return f"{home()}/blob/v{__version__}/docs/{page}"


def user_agent() -> str:
    """Return the honest name that every request carries, as the portal's operator asks."""
    return f"{NAME}/{__version__} (+{home()})"
