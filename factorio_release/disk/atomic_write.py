"""Writes files: each one appears complete, inside of the intended folder, and never through a link.

No other module writes files of a user.

The attack: a pull request commits a link (`dist` → `~/.ssh`, `report.json` → `~/.profile`), and the job that
checks it writes to the link's target. Therefore below its *root* a path is walked folder by folder. Each
folder is opened relative to the one before (`openat`) with O_NOFOLLOW, so that another program cannot replace
a checked folder by a link before it is used. Systems without these calls (Windows) get the same checks by
name. There a folder that is replaced between check and write is not noticed.

All functions raise OSError: `strerror` says what is wrong, `replace_rules.remedy` what to do about it.
"""

from __future__ import annotations

import os
import secrets
import stat
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from factorio_release.disk.replace_rules import WriteRefused, replaces_anything

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import BinaryIO

    from factorio_release.disk.replace_rules import MayReplace

# Of the file's name in its temporary name: the longest name that file systems take is 255 bytes.
_MAX_NAME_CHARACTERS: Final = 40
# Windows refuses to rename a file that another program has open, and a virus scanner opens each new zip. It
# lets go after a moment: in these seconds the rename is tried again.
_WAITS: Final = (0.05, 0.1, 0.2, 0.4, 0.8, 1.6)
_HAS_DIR_FD: Final = {os.open, os.mkdir, os.rename, os.unlink, os.stat} <= os.supports_dir_fd
_HAS_LINKS_TO_OPEN_FILES: Final = (
    hasattr(os, "O_TMPFILE") and os.link in os.supports_follow_symlinks
)
_NO_LINK_FLAG: Final = getattr(os, "O_NOFOLLOW", 0)
_FOLDER_FLAGS: Final = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_CLOEXEC", 0)
# O_NONBLOCK: opening a pipe in the file's place would wait, before the pipe is refused.
_FILE_FLAGS: Final = (
    _NO_LINK_FLAG
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)


def checkout_around(path: Path) -> Path | None:
    """Return the outermost folder that is a git checkout and contains `path`, or is `path`; None without.

    The innermost would not do: a committed link may lead into another checkout, and would not be refused
    below that one.
    """
    absolute = _absolute(path)
    outermost = None
    for folder in (absolute, *absolute.parents):
        if os.path.lexists(folder / ".git"):
            outermost = folder
    return outermost


def root_of_output(path: Path) -> Path:
    """Return the folder below which no link is followed on the way to the output file `path`.

    It is the checkout around it, else the working directory, else the folder of the file. Outside of these
    the user made the links, for example a home folder on another disk.
    """
    folder = _absolute(path).parent
    checkout = checkout_around(folder)
    if checkout:
        return checkout
    if folder.is_relative_to(Path.cwd()):
        return Path.cwd()
    return folder


def write_file(
    path: Path,
    content: bytes,
    may_replace: MayReplace = replaces_anything,
    *,
    root: Path | None = None,
) -> None:
    """Write a file; a file that is replaced passes on its mode and owner. As `write_files` with one file."""
    write_files({path: (content, may_replace)}, root=root)


def write_files(
    files: Mapping[Path, tuple[bytes, MayReplace]], *, root: Path | None = None
) -> None:
    """Write several files: each is complete on the disk before the first one gets its name.

    So a full disk changes none of them. Below `root` no link is followed; by default it is `root_of_output`
    of each path. The OSError has the path in `filename`.
    """
    staged: list[_Staged] = []
    path = Path()
    try:
        for path, (content, may_replace) in files.items():
            one = _Staged(path, may_replace, root)
            staged.append(one)
            one.stream.write(content)
            one.complete()
        for one in staged:
            path = one.path
            one.publish()
    except OSError as error:
        error.filename = str(path)
        raise
    finally:
        for one in staged:
            one.discard()


@contextmanager
def new_file(
    path: Path, may_replace: MayReplace = replaces_anything, *, root: Path | None = None
) -> Iterator[BinaryIO]:
    """Open a stream whose bytes become the file `path` when the block ends; an exception leaves nothing."""
    staged = _Staged(path, may_replace, root)
    try:
        yield staged.stream
        staged.publish()
    finally:
        staged.discard()


def name_file(
    handle: int,
    path: Path,
    may_replace: MayReplace = replaces_anything,
    *,
    root: Path | None = None,
) -> bool:
    """Give an open file without a name the name `path`; returns False where the system cannot do it.

    Its mode and owner are those that `new_file` would give. Raises OSError as that does.
    """
    staged = _Staged(path, may_replace, root)
    try:
        if not staged.take(handle):
            return False
        staged.publish()
    finally:
        staged.discard()
    return True


def prove_writable(path: Path, may_replace: MayReplace, *, root: Path | None = None) -> None:
    """Raise the OSError that `write_file` would raise, without a change; missing folders are made.

    Called before work that takes long, so that a bad path does not end the run after it.
    """
    _Staged(path, may_replace, root).discard()


def append_to_file(path: Path, content: bytes, max_bytes: int | None = None) -> bool:
    """Append to a file that another program made, such as the CI's file for outputs: all of it or nothing.

    Returns False, with nothing written, when the file would be larger than `max_bytes`.
    """
    _refuse_link(path)
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | _FILE_FLAGS, 0o666)
    try:
        found = os.fstat(handle)
        _refuse_irregular(path.name, found)
        if max_bytes is not None and found.st_size + len(content) > max_bytes:
            return False
        try:
            _write_all(handle, content)
        except OSError:
            with suppress(OSError):
                os.ftruncate(handle, found.st_size)  # half an entry would break those that follow
            raise
    finally:
        os.close(handle)
    return True


class _Folder:
    """An opened folder: names are used relative to it, whatever its own path leads to by then."""

    def __init__(self, path: Path, root: Path) -> None:
        self._path = path
        self._handle: int | None = None
        if not path.is_relative_to(root):
            raise WriteRefused(f"it is outside of {root}", "name a place inside")
        names = path.relative_to(root).parts
        root.mkdir(parents=True, exist_ok=True)
        if not _HAS_DIR_FD:
            _make_folders_by_name(root, names)
            return
        self._handle = os.open(root, _FOLDER_FLAGS)
        try:
            for name in names:
                self._enter(name)
        except OSError:
            self.close()
            raise

    def _enter(self, name: str) -> None:
        try:
            inner = self.open(name, _FOLDER_FLAGS)
        except FileNotFoundError:
            with suppress(FileExistsError):  # another job made it a moment ago
                os.mkdir(name, dir_fd=self._handle)
            inner = self.open(name, _FOLDER_FLAGS)
        self.close()
        self._handle = inner

    def open(self, name: str, flags: int, mode: int = 0o666) -> int:
        try:
            return os.open(self._at(name), flags | _NO_LINK_FLAG, mode, dir_fd=self._handle)
        except OSError:
            # O_NOFOLLOW fails with ELOOP or ENOTDIR, which says nothing to a user.
            found = self.look(name)
            if found is not None:
                _refuse_link_of(name, found)
            raise

    def look(self, name: str) -> os.stat_result | None:
        try:
            return os.stat(self._at(name), dir_fd=self._handle, follow_symlinks=False)
        except FileNotFoundError:
            return None

    def replace(self, name: str, by: str) -> None:
        os.replace(self._at(by), self._at(name), src_dir_fd=self._handle, dst_dir_fd=self._handle)

    def link(self, handle: int, name: str) -> None:
        """Give an open file without a name this one; raises OSError where the system cannot do it."""
        os.link(f"/proc/self/fd/{handle}", name, dst_dir_fd=self._handle, follow_symlinks=True)

    def remove(self, name: str) -> None:
        os.unlink(self._at(name), dir_fd=self._handle)

    @property
    def is_by_name(self) -> bool:
        """Whether the system cannot use names relative to an opened folder."""
        return self._handle is None

    def close(self) -> None:
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None

    def _at(self, name: str) -> str:
        return name if self._handle is not None else str(self._path / name)


class _Staged:
    """A file under a temporary name, in the folder in which it gets its final name.

    A rename within one folder is atomic: readers find the old file or the new one, never a part.
    """

    def __init__(self, path: Path, may_replace: MayReplace, root: Path | None) -> None:
        self.path = path
        self._may_replace = may_replace
        absolute = _absolute(path)
        self._name = absolute.name
        self._temporary = self._new_temporary()
        root = _absolute(root) if root else root_of_output(absolute)
        self._folder = _Folder(absolute.parent, root)
        try:
            present = self._judge()
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _FILE_FLAGS
            self.stream = os.fdopen(self._folder.open(self._temporary, flags), "wb")
        except OSError:
            self._folder.close()
            raise
        if present:
            _take_over(self.stream.fileno(), present)

    def _new_temporary(self) -> str:
        """Return a name that nobody can guess: O_EXCL would fail on a file that is put there before."""
        return f".{self._name[:_MAX_NAME_CHARACTERS]}.{secrets.token_hex(4)}.part"

    def _judge(self) -> os.stat_result | None:
        """Return the state of the present file, None without one; raises WriteRefused if it must stay."""
        found = self._folder.look(self._name)
        if found is None:
            return None
        _refuse_link_of(self._name, found)
        _refuse_irregular(self._name, found)
        # Opened for writing too, so that a read-only file is not replaced: a rename would not ask.
        with os.fdopen(self._folder.open(self._name, os.O_RDWR | _FILE_FLAGS), "rb") as present:
            opened = os.fstat(present.fileno())
            _refuse_irregular(self._name, opened)
            reason = self._may_replace(present)
            if reason:
                raise WriteRefused(reason, "name another place, or move that file away")
        return opened

    def take(self, handle: int) -> bool:
        """Put an open file without a name in the place of the empty temporary one, where that is possible."""
        if not _HAS_LINKS_TO_OPEN_FILES or self._folder.is_by_name:
            return False
        state = os.fstat(self.stream.fileno())
        named = self._new_temporary()
        try:
            self._folder.link(handle, named)
        except OSError:  # no /proc, another disk, or a file that had a name
            return False
        try:
            _take_over(handle, state)
            self._folder.replace(self._temporary, named)
        except OSError:
            self._folder.remove(named)
            raise
        return True

    def complete(self) -> None:
        """Write everything to the disk. On some file systems a full disk is reported only here."""
        self.stream.flush()
        os.fsync(self.stream.fileno())

    def publish(self) -> None:
        """Give the file its final name; raises WriteRefused if something else has it by now."""
        self.stream.close()
        for seconds in _WAITS if os.name == "nt" else ():
            try:
                self._replace()
            except PermissionError:
                time.sleep(seconds)
            else:
                return
        self._replace()

    def _replace(self) -> None:
        self._judge()
        self._folder.replace(self._name, self._temporary)

    def discard(self) -> None:
        """Remove the temporary file, if there still is one."""
        with suppress(OSError):
            self.stream.close()
        with suppress(OSError):
            self._folder.remove(self._temporary)
        self._folder.close()


def _absolute(path: Path) -> Path:
    """Return the absolute path, with `..` resolved by name: Path.resolve would follow links."""
    return Path(os.path.abspath(path))  # noqa: PTH100


def _make_folders_by_name(root: Path, names: tuple[str, ...]) -> None:
    folder = root
    for name in names:
        folder /= name
        _refuse_link(folder)  # mkdir would follow it
        folder.mkdir(exist_ok=True)
        _refuse_link(folder)


def _take_over(handle: int, present: os.stat_result) -> None:
    if hasattr(os, "fchown"):
        # Only root may give a file to somebody else, as in a container. For others it has the right owner.
        with suppress(OSError):
            os.fchown(handle, present.st_uid, present.st_gid)
    if hasattr(os, "fchmod"):
        # Without setuid and setgid: they were given to the old content.
        os.fchmod(handle, stat.S_IMODE(present.st_mode) & 0o777)


def _refuse_link(path: Path) -> None:
    with suppress(FileNotFoundError):
        _refuse_link_of(path.name, path.lstat())


def _refuse_link_of(name: str, found: os.stat_result) -> None:
    # A junction of Windows leads elsewhere as a link does, and S_ISLNK is false for it.
    junction = getattr(stat, "IO_REPARSE_TAG_MOUNT_POINT", None)
    if stat.S_ISLNK(found.st_mode) or (
        junction and getattr(found, "st_reparse_tag", 0) == junction
    ):
        raise WriteRefused(
            f"{name} is a link", "name the place that it leads to, or remove the link"
        )


def _refuse_irregular(name: str, found: os.stat_result) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise WriteRefused(f"{name} is not a regular file", "name a file")


def _write_all(handle: int, content: bytes) -> None:
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(handle, rest) :]
