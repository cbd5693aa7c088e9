"""Whether a folder that a config file names for the output is one that holds nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from factorio_release.errors import UsageError

if TYPE_CHECKING:
    from factorio_release.settings.options import Settings


def prove_output_folder(settings: Settings) -> None:
    """Raise UsageError when a config file names a folder with files that git tracks.

    Whoever starts the run may name any folder; a file of the repository only one for output alone.
    """
    origin = settings.origins.get("output_dir")
    if origin is None or not origin.file:
        return
    from factorio_release.git.repository import find_repository  # noqa: PLC0415 start-up: only with such a file

    folder = Path(settings.output_dir)
    repository = find_repository(folder) if folder.is_dir() else None
    if repository and (tracked := repository.tracked()):
        raise UsageError(
            f"{origin.file}:{origin.line}: output-dir: {settings.output_dir} holds files that git tracks, "
            f"such as {tracked[0].path}; name a folder for output alone"
        )
