"""The container's entry: cleans the environment, gives up root, and runs the command.

The runners of GitHub, Gitea, Forgejo and Woodpecker start the image as root and mount the workspace. The
entry becomes the owner of the workspace: git then trusts the checkout, and new files have the same owner
as the others. If it is started as another user, it changes nothing.

With arguments it runs the command. Without, it is an action or a plugin, and the mode is an input. It is
always started with `python -I`, so that a `requests.py` or `sitecustomize.py` of the workspace is never
imported.
"""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import MutableMapping

# The variables of the CI systems in `factorio_release.forges`. It cannot be imported before root is given
# up; a test compares the two.
WORKSPACES = ("GITHUB_WORKSPACE", "CI_PROJECT_DIR", "CI_WORKSPACE")
RUNNER_FILES = ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")
SYSTEM_PATH = "/usr/local/bin:/usr/bin:/bin"
FALLBACK_HOME = "/tmp"  # noqa: S108 any user can read it, and nothing is created in it


def workspace(environ: MutableMapping[str, str]) -> Path:
    """Return the folder that the CI system has mounted, or the working directory if no variable names it."""
    for name in WORKSPACES:
        folder = environ.get(name)
        if folder and Path(folder).is_dir():
            return Path(folder)
    return Path.cwd()


def clean(environ: MutableMapping[str, str]) -> bool:
    """Remove what a job passes into the container: its PATH, and the variables of Python and the loader.

    A step before may have set them, so that git or a library is taken from the workspace while this process
    is root. Returns whether the loader had such variables: it read them at the start, and would still use
    them for every library that is loaded later.
    """
    leaked = [name for name in environ if name.startswith(("LD_", "PYTHON"))]
    for name in leaked:
        del environ[name]
    environ["PATH"] = SYSTEM_PATH
    return any(name.startswith("LD_") for name in leaked)


def share(path: str, owner: os.stat_result) -> None:
    """Let the workspace's group write a file of the runner, whose owner stays: the runner deletes it later.

    Only a regular file is changed. The path comes from a variable that a job can set, and root must not open
    a link, a device or the Docker socket to others. It is opened first and judged by its descriptor, so that
    it cannot be replaced in between.
    """
    try:
        file = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return
    try:
        found = os.fstat(file)
        if stat.S_ISREG(found.st_mode) and found.st_uid != owner.st_uid:
            os.fchown(file, -1, owner.st_gid)
            os.fchmod(file, stat.S_IMODE(found.st_mode) | stat.S_IRGRP | stat.S_IWGRP)
    except OSError as refusal:
        sys.stderr.write(
            f"{path!r} cannot be made writable for the workspace's owner: {refusal.strerror}\n"
        )
    finally:
        os.close(file)


def give_up_root(environ: MutableMapping[str, str]) -> None:
    """Become the owner of the workspace for good; without the capability to do so, warn and go on."""
    folder = workspace(environ)
    owner = folder.stat()
    if owner.st_uid == 0:
        return
    for name in RUNNER_FILES:
        share(environ.get(name, ""), owner)
    try:
        os.setgroups([])
        os.setgid(owner.st_gid)
        os.setuid(owner.st_uid)
    except OSError as refusal:
        sys.stderr.write(
            f"root could not become the owner of {str(folder)!r}: {refusal.strerror}\n"
        )


def set_home(environ: MutableMapping[str, str]) -> None:
    """Set HOME to a folder that this user can use; git stops with an error if it may not read it."""
    home = environ.get("HOME", "")
    is_usable = Path(home).is_absolute() and os.access(home, os.R_OK | os.W_OK | os.X_OK)
    if not is_usable:
        environ["HOME"] = FALLBACK_HOME


def main() -> int:
    """Run the container's command and return its exit code."""
    if clean(os.environ):
        os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], os.environ)  # noqa: S606 this program itself
    if os.geteuid() == 0:
        give_up_root(os.environ)
    set_home(os.environ)
    from factorio_release.cli import command  # noqa: PLC0415 only after root is given up

    return command(sys.argv[1:] or ["action"])


if __name__ == "__main__":
    sys.exit(main())
