"""The only module that writes files: each appears whole, below the folder meant, and through no link.

A checkout is written by strangers: a committed link (`dist` → `~/.ssh`, `report.json` → `~/.profile`) must
not lead a write elsewhere. Below its *root* a path is therefore walked folder by folder, each opened
relative to the one before (`openat`) with O_NOFOLLOW, so that nothing can be exchanged in between. A system
without these calls (Windows) gets the same checks by name; there a folder that is exchanged in the moment
between check and write is not noticed.

Everything here raises OSError: `strerror` says what is wrong, `remedy` what to do about it.
"""

from __future__ import annotations

import errno
import os
import secrets
import stat
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import BinaryIO

    # Looks at the file that would be replaced; returns why it must stay, empty when it may go.
    MayReplace = Callable[[BinaryIO], str]

HEAD_BYTES: Final = 256
_NAME_CHARACTERS: Final = 40  # of a file's name in its temporary name, which has a largest length
_HAS_DIR_FD: Final = {os.open, os.mkdir, os.rename, os.unlink, os.stat} <= os.supports_dir_fd
_NO_LINK: Final = getattr(os, "O_NOFOLLOW", 0)
_FOLDER: Final = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_CLOEXEC", 0)
# O_NONBLOCK: a FIFO in the file's place must not hold the run before it is refused.
_FILE: Final = (
    _NO_LINK | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
)
_FULL_DISK: Final = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class WriteRefused(OSError):
    """What is in the file's place must not be replaced or written to."""

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(errno.EPERM, reason)
        self.remedy = remedy


def remedy(error: OSError) -> str:
    """Return what a user can do about a file that could not be written."""
    if isinstance(error, WriteRefused):
        return error.remedy
    if error.errno in _FULL_DISK:
        return "free space on the disk, or raise the limit on the size of files"
    if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return "make it and its folder writable"
    return "check the path, and who may write there"


def replaces_anything(_present: BinaryIO) -> str:
    """Let any regular file be replaced: the user asked for that."""
    return ""


def replaces_only(head: bytes, kind: str) -> MayReplace:
    """Let a file be replaced that is empty or begins with `head`; `kind` names such files: `a zip`."""

    def judge(present: BinaryIO) -> str:
        begins = present.read(HEAD_BYTES)
        return "" if not begins or begins.startswith(head) else f"a file is there that is not {kind}"

    return judge


def replaces_exactly(before: bytes) -> MayReplace:
    """Let a file be replaced that still has the content that was read before."""

    def judge(present: BinaryIO) -> str:
        return "" if present.read(len(before) + 1) == before else "it was changed meanwhile"

    return judge


def checkout_around(path: Path) -> Path | None:
    """Return the outermost folder around `path`, itself included, that is a git checkout.

    The outermost, since a committed link may lead into another checkout.
    """
    lexical = _lexical(path)
    around = [folder for folder in (lexical, *lexical.parents) if os.path.lexists(folder / ".git")]
    return around[-1] if around else None


def root_of_output(path: Path) -> Path:
    """Return the folder below which no link is followed on the way to the output file `path`.

    It is the checkout around it, else the working directory, else the file's own folder: outside of a
    checkout the links are the user's own.
    """
    lexical = _lexical(path)
    checkout = checkout_around(lexical.parent)
    if checkout:
        return checkout
    return Path.cwd() if lexical.parent.is_relative_to(Path.cwd()) else lexical.parent


def write_file(
    path: Path, content: bytes, may_replace: MayReplace = replaces_anything, *, root: Path | None = None
) -> None:
    """Give `path` the content, whole at once; a file that is there keeps its mode and owner."""
    write_files({path: (content, may_replace)}, root=root)


def write_files(files: Mapping[Path, tuple[bytes, MayReplace]], *, root: Path | None = None) -> None:
    """Write all of the files or none: each is complete on the disk before the first one gets its name.

    Below `root` no link is followed; it is `root_of_output` of each path unless given. The OSError has
    the path in `filename`.
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
    """Open a stream whose bytes become the file `path` when the block ends; nothing is left when it fails."""
    staged = _Staged(path, may_replace, root)
    try:
        yield staged.stream
        staged.publish()
    finally:
        staged.discard()


def prove_writable(path: Path, may_replace: MayReplace, *, root: Path | None = None) -> None:
    """Do all that `write_file` does but the replacing; missing folders are made."""
    _Staged(path, may_replace, root).discard()


def append_to_file(path: Path, content: bytes, most_bytes: int | None = None) -> bool:
    """Append to a file that belongs to somebody else, all of `content` or nothing of it.

    Returns False, with nothing written, when the file would be larger than `most_bytes`.
    """
    _refuse_link(path)
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | _FILE, 0o666)
    try:
        found = os.fstat(handle)
        _refuse_irregular(path.name, found)
        if most_bytes is not None and found.st_size + len(content) > most_bytes:
            return False
        try:
            _write_all(handle, content)
        except OSError:
            with suppress(OSError):
                os.ftruncate(handle, found.st_size)  # half an entry would spoil what others wrote
            raise
    finally:
        os.close(handle)
    return True


class _Folder:
    """An opened folder: what is done to a name in it cannot be led elsewhere."""

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
        self._handle = os.open(root, _FOLDER)
        try:
            for name in names:
                self._enter(name)
        except OSError:
            self.close()
            raise

    def _enter(self, name: str) -> None:
        try:
            inner = self.open(name, _FOLDER)
        except FileNotFoundError:
            with suppress(FileExistsError):  # another job was quicker
                os.mkdir(name, dir_fd=self._handle)
            inner = self.open(name, _FOLDER)
        self.close()
        self._handle = inner

    def open(self, name: str, flags: int, mode: int = 0o666) -> int:
        try:
            return os.open(self._at(name), flags | _NO_LINK, mode, dir_fd=self._handle)
        except OSError:
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

    def remove(self, name: str) -> None:
        os.unlink(self._at(name), dir_fd=self._handle)

    def close(self) -> None:
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None

    def _at(self, name: str) -> str:
        return name if self._handle is not None else str(self._path / name)


class _Staged:
    """A file under a temporary name, beside the one that it is to become."""

    def __init__(self, path: Path, may_replace: MayReplace, root: Path | None) -> None:
        self.path = path
        self._may_replace = may_replace
        lexical = _lexical(path)
        self._name = lexical.name
        self._temporary = f".{self._name[:_NAME_CHARACTERS]}.{secrets.token_hex(4)}.part"
        self._folder = _Folder(lexical.parent, _lexical(root) if root else root_of_output(lexical))
        try:
            present = self._judge()
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _FILE
            self.stream = os.fdopen(self._folder.open(self._temporary, flags), "wb")
        except OSError:
            self._folder.close()
            raise
        if present:
            _take_over(self.stream.fileno(), present)

    def _judge(self) -> os.stat_result | None:
        """Return what is known of the file in its place; WriteRefused when it must not be replaced."""
        found = self._folder.look(self._name)
        if found is None:
            return None
        _refuse_link_of(self._name, found)
        _refuse_irregular(self._name, found)
        # Opened for writing too: whoever made a file read-only meant it.
        with os.fdopen(self._folder.open(self._name, os.O_RDWR | _FILE), "rb") as present:
            opened = os.fstat(present.fileno())
            _refuse_irregular(self._name, opened)
            if reason := self._may_replace(present):
                raise WriteRefused(reason, "name another place, or move that file away")
        return opened

    def complete(self) -> None:
        """Have the bytes on the disk, where a full disk may show for the first time."""
        self.stream.flush()
        os.fsync(self.stream.fileno())

    def publish(self) -> None:
        """Give the file its name, unless something else is there by now."""
        self.stream.close()
        self._judge()
        self._folder.replace(self._name, self._temporary)

    def discard(self) -> None:
        """Leave nothing behind; the file itself stays when it was published."""
        with suppress(OSError):
            self.stream.close()
        with suppress(OSError):
            self._folder.remove(self._temporary)
        self._folder.close()


def _lexical(path: Path) -> Path:
    return Path(os.path.abspath(path))  # noqa: PTH100 resolves `..` by name and follows no link


def _make_folders_by_name(root: Path, names: tuple[str, ...]) -> None:
    folder = root
    for name in names:
        folder /= name
        _refuse_link(folder)
        folder.mkdir(exist_ok=True)
        _refuse_link(folder)


def _take_over(handle: int, present: os.stat_result) -> None:
    if hasattr(os, "fchown"):
        with suppress(OSError):  # only root may; a file of one's own belongs to the right owner already
            os.fchown(handle, present.st_uid, present.st_gid)
    if hasattr(os, "fchmod"):
        os.fchmod(handle, stat.S_IMODE(present.st_mode) & 0o777)


def _refuse_link(path: Path) -> None:
    with suppress(FileNotFoundError):
        _refuse_link_of(path.name, path.lstat())


def _refuse_link_of(name: str, found: os.stat_result) -> None:
    # A junction of Windows leads elsewhere as well.
    junction = getattr(stat, "IO_REPARSE_TAG_MOUNT_POINT", None)
    if stat.S_ISLNK(found.st_mode) or (junction and getattr(found, "st_reparse_tag", 0) == junction):
        raise WriteRefused(f"{name} is a link", "name the place that it leads to, or remove the link")


def _refuse_irregular(name: str, found: os.stat_result) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise WriteRefused(f"{name} is not a regular file", "name a file")


def _write_all(handle: int, content: bytes) -> None:
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(handle, rest) :]
