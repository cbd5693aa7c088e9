"""The container's entry: cleans the environment, gives up root, hands over to the command.

The runners of GitHub, Gitea and Forgejo, and Woodpecker's, start the image as root with the workspace
mounted. Root is kept only long enough to become the workspace's owner: git then trusts the checkout, and
what is written belongs to whoever owns the rest. Started as any other user it changes nothing.

With arguments this is the command; without, it is the action or plugin, and the mode is an input.
Always started with `python -I`: a `requests.py` or `sitecustomize.py` of the workspace is never imported.
"""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import MutableMapping

WORKSPACES = ("GITHUB_WORKSPACE", "CI_PROJECT_DIR", "CI_WORKSPACE")
RUNNER_FILES = ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")
SYSTEM_PATH = "/usr/local/bin:/usr/bin:/bin"
FALLBACK_HOME = "/tmp"  # noqa: S108 - named as a home that everybody can read, nothing is created in it


def workspace(environ: MutableMapping[str, str]) -> Path:
    """Return the folder that the CI mounted: the first variable that names one, else the current."""
    named = (Path(environ[name]) for name in WORKSPACES if environ.get(name))
    return next((path for path in named if path.is_dir()), Path.cwd())


def clean(environ: MutableMapping[str, str]) -> bool:
    """Take out what a job leaks into the container: a foreign PATH, variables of Python and the loader.

    Return whether the loader had any: it read them at the start, and would look there for every
    library yet to come.
    """
    leaked = [name for name in environ if name.startswith(("LD_", "PYTHON"))]
    for name in leaked:
        del environ[name]
    environ["PATH"] = SYSTEM_PATH
    return any(name.startswith("LD_") for name in leaked)


def share(path: str, owner: os.stat_result) -> None:
    """Let the workspace's group write a file of the runner, which keeps it: it reads and deletes it later.

    Only a regular file is touched; never a link, a device or the Docker socket.
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
        sys.stderr.write(f"{path!r} stays closed to the workspace's owner: {refusal.strerror}\n")
    finally:
        os.close(file)


def give_up_root(environ: MutableMapping[str, str]) -> None:
    """Become the owner of the workspace, for good; without the capability to do so, go on and say so."""
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
        sys.stderr.write(f"root could not become the owner of {str(folder)!r}: {refusal.strerror}\n")


def settle_home(environ: MutableMapping[str, str]) -> None:
    """Point HOME at a folder that this user can use; git gives up on one that it may not read."""
    home = environ.get("HOME", "")
    if not (Path(home).is_absolute() and os.access(home, os.R_OK | os.W_OK | os.X_OK)):
        environ["HOME"] = FALLBACK_HOME


def main() -> int:
    """Run the container's command and return its exit code."""
    if clean(os.environ):
        os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], os.environ)  # noqa: S606 - itself
    if os.geteuid() == 0:
        give_up_root(os.environ)
    settle_home(os.environ)
    from factorio_release.cli import command  # noqa: PLC0415 - only after root is given up

    return command(sys.argv[1:] or ["action"])


if __name__ == "__main__":
    sys.exit(main())
