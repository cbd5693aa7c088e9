"""Tells a real change of a public version from another way to pack the same files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from factorio_release.errors import ModError
from factorio_release.git.release_tags import tag_of_release
from factorio_release.git.version_history import first_commit_with
from factorio_release.mod.package_changes import changes_since_revision
from factorio_release.public_zip.builds import builds, compressions
from factorio_release.public_zip.contents import (
    contents_of_commit,
    contents_of_mod,
    differing_paths,
    digest,
    with_crlf,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from factorio_release.mod.mod import Mod
    from factorio_release.public_zip.contents import Contents

_SHOWN_PATHS: Final = 5


class Comparison(NamedTuple):
    """What is known of a public zip with another SHA-1; `says` is a sentence for the user.

    `is_same` means that the public zip has the same files, apart from line ends. It is never a guess: a build
    of these files has the public SHA-1. `differs` means that files are not those of the tag or commit from
    which the release was most likely made.
    """

    says: str
    is_same: bool = False
    differs: bool = False


def compare(
    mod: Mod, sha1: str, public_sha1: str, epoch: int | None = None, public_digest: str = ""
) -> Comparison:
    """Compare the mod, whose zip has `sha1`, with the public zip of its version.

    The portal gives a zip only to players, so that its SHA-1 is all that is known of it. It is found again
    by building: from the mod's files, and from those of the release's tag or of the commit that set the
    version. `epoch` is the time of the run's own zip. `public_digest` is that of the files in the public zip,
    if the run that uploaded it was on this machine.
    """
    contents = contents_of_mod(mod, sha1)
    if contents is None:
        says = "its files are too large to be built again for a comparison"
        return _with_changes(mod, says, *_released_revision(mod))
    if public_digest and digest(contents) == public_digest:
        return Comparison(
            f"{mod.version} is public with the same files in another zip, which this machine uploaded",
            is_same=True,
        )
    return _Search(mod, contents, public_sha1, epoch).result()


def digest_of_mod(mod: Mod, sha1: str) -> str:
    """Return a digest of the mod's files, for `public_digest` of a later run.

    Empty if they are too large, or were changed meanwhile: then what is on disk is not what was uploaded.
    """
    try:
        contents = contents_of_mod(mod, sha1)
    except ModError:
        return ""
    return digest(contents) if contents else ""


class _Search:
    """One search for the SHA-1 of a public zip."""

    def __init__(self, mod: Mod, contents: Contents, public_sha1: str, epoch: int | None) -> None:
        self.mod = mod
        self.contents = contents
        self.public_sha1 = public_sha1
        self.epoch = epoch
        # Of a zip, the repository says neither what is in it nor when it was made.
        self.repository = None if mod.is_zip else mod.repository

    def result(self) -> Comparison:
        """Return what is found out."""
        form = self.form_of(self.contents, "HEAD")
        if form:
            says = f"{self.mod.version} is public with the same files; its zip was made {form}"
            return Comparison(says, is_same=True)
        if self.mod.is_zip:
            return Comparison(
                f"{self.unknown}: this zip may be the same files in other bytes, such as with new times, "
                f"which cannot be known without a download; its files were built again {self.tried}"
            )
        name, revision = _released_revision(self.mod)
        committed = None
        if self.repository and revision:
            committed = contents_of_commit(self.mod, self.repository, revision)
        if committed is None:
            says = f"{self.unknown}: these files were built again {self.tried}"
            return _with_changes(self.mod, says, name, revision)
        return self.difference(name, revision, committed)

    def difference(self, name: str, revision: str, committed: Contents) -> Comparison:
        """Return what differs from the commit from which the release was most likely made."""
        changed = differing_paths(committed, self.contents)
        if not changed:
            return Comparison(
                f"{self.unknown}: {name} has the same files as this package, "
                f"and they were built again {self.tried}"
            )
        if self.form_of(committed, revision):
            says = f"{self.mod.version} is public as {name} has it; since then {_paths(changed)} changed"
        else:
            says = (
                f"{self.unknown}: these files and those of {name} were built again {self.tried}; "
                f"since {name} {_paths(changed)} changed"
            )
        return Comparison(says, differs=True)

    @property
    def tried(self) -> str:
        """What was tried, where no build has the public SHA-1."""
        times = ["1980-01-01"]
        if self.epoch is not None:
            times.append("of SOURCE_DATE_EPOCH")
        if self.repository:
            times.append("of the commit")
        levels = ", ".join(compressions(self.contents))
        return (
            f"with `compression` {levels}, with the times {', '.join(times)}, and with LF and CRLF, "
            "and none has that SHA-1"
        )

    @property
    def unknown(self) -> str:
        return (
            f"what the public {self.mod.version} holds is not known, since only its SHA-1 is public"
        )

    def form_of(self, contents: Contents, revision: str) -> str:
        """Return how a build of these files with the public SHA-1 is made, empty if there is none."""
        epochs: list[int | None] = [None]
        if self.epoch is not None:
            epochs.append(self.epoch)
        if self.repository:
            epochs.append(self.repository.commit_time(revision))
        found = self.build_of(contents, epochs)
        if found:
            return f"with {found}"
        other = with_crlf(contents)
        found = self.build_of(other, epochs) if other != contents else ""
        if found:
            return f"with CRLF line ends, as a checkout on Windows has them, and {found}"
        return ""

    def build_of(self, contents: Contents, epochs: Iterable[int | None]) -> str:
        top = f"{self.mod.name}_{self.mod.version}"
        for compression, epoch, sha1 in builds(contents, top, dict.fromkeys(epochs)):
            if sha1 == self.public_sha1:
                time = "the time 1980-01-01" if epoch is None else f"SOURCE_DATE_EPOCH={epoch}"
                return f"`compression: {compression}` and {time}"
        return ""


def _released_revision(mod: Mod) -> tuple[str, str]:
    """Return what the release was most likely made from, in words and as a revision; or nothing."""
    repository = mod.repository
    if repository is None or mod.version is None or mod.is_zip:
        return "", ""
    tag = tag_of_release(repository, mod.name, mod.version)
    if tag:
        return f"the tag {tag.tag}", f"refs/tags/{tag.tag}"
    commit = first_commit_with(repository, mod.name, mod.version)
    return f"the commit {commit[:12]}, which set this version,", commit


def _with_changes(mod: Mod, says: str, name: str, revision: str) -> Comparison:
    """Add to a sentence which files git has in another form than at a revision, where that is known."""
    changes = changes_since_revision(mod, revision) if revision else None
    if changes is None:
        return Comparison(says)
    paths = sorted(change.path for change in changes.changes)
    if not paths:
        return Comparison(f"{says}; {name} has the same files in git")
    return Comparison(f"{says}; since {name} {_paths(paths)} changed", differs=True)


def _paths(paths: list[str]) -> str:
    shown = ", ".join(paths[:_SHOWN_PATHS])
    if len(paths) > _SHOWN_PATHS:
        shown += f" and {len(paths) - _SHOWN_PATHS} more"
    return shown
