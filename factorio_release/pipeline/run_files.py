"""What a run is to send, from the plan to the upload: in a few private files, for any number of mods.

A mod has at least one zip, and a process may have as few as 256 open files.
"""

from __future__ import annotations

from pathlib import Path
from typing import Self

from factorio_release.disk.upload_content import PrivateFile, UploadContent
from factorio_release.errors import ModError


class RunFiles:
    """One private file for each disk. What is put into it stays there until the run ends or drops it."""

    def __init__(self) -> None:
        self._by_device: dict[int, PrivateFile] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for file in self._by_device.values():
            file.close()

    def on_disk_of(self, folder: Path) -> PrivateFile:
        """Return the file on the disk of an existing folder."""
        device = folder.stat().st_dev
        file = self._by_device.get(device)
        if file is None or file.is_given_away:
            self._by_device[device] = PrivateFile(folder)
        return self._by_device[device]

    def near(self, folder: Path) -> PrivateFile:
        """Return the file on the disk where a folder is or will be made. Raises OSError without one."""
        at = folder.absolute()
        while not at.exists():
            at = at.parent
        return self.on_disk_of(at)

    def temporary(self) -> PrivateFile:
        """Return the file on the disk of the system's temporary folder."""
        from tempfile import gettempdir  # noqa: PLC0415 start-up: not for a check

        return self.on_disk_of(Path(gettempdir()))

    def keep(self, content: UploadContent, folder: Path) -> UploadContent:
        """Copy a content to the disk of `folder`, close the file in which it was, and return the copy.

        Raises ModError when there is no space for it.
        """
        try:
            file = self.on_disk_of(folder)
            start = file.append(content.blocks())
        except OSError as error:
            raise ModError(
                f"{content.name} cannot be copied to the disk of {folder}: {error.strerror}",
                "free some space, or name another folder as `output-dir`",
            ) from error
        content.file.close()
        return UploadContent(content.name, content.size, content.sha1, file, start)

    def drop(self, content: UploadContent) -> None:
        """Free the space of a content that will not be sent, where it is the last in its file."""
        if content.start + content.size == content.file.size:
            content.file.cut(content.start)
