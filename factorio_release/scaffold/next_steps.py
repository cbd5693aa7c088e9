"""What is left to do after `init`: four commands, each with its address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from factorio_release.ci_systems import CI_SYSTEMS
from factorio_release.forges import FORGES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from factorio_release.forges import Forge

PROFILE: Final = "https://factorio.com/profile"
_USAGES: Final = (
    "Upload Mods (releases), Edit Mods (the page), Publish Mods (a mod's first release)"
)


def next_steps(
    forge: Forge,
    home: str,
    secret: str,
    files: Sequence[str],
    *,
    path: str,
    source: str,
    is_public: bool,
    build: Sequence[str],
    is_taken_over: bool,
    command: str,
) -> Iterator[str]:
    """Yield the steps, one a line; `files` are what was written.

    `path` is what a rehearsal is given, empty where a build makes the mod in a way that is not known. `build`
    are the commands of one, and `source` is what `ship` is given. `is_public`: the portal has the mod.

    `is_taken_over`: the secret exists already, with the key that the old pipeline used. `command` starts a
    release, empty where a commit on a branch does.
    """
    place = "" if path in {".", ""} else f" {path}"
    # Without the public page a rehearsal would be a first release, which needs a category.
    start = " --from-portal" if is_public else ""
    first = " && ".join([*build, f"factorio-release rehearse{place}{start}"])
    if not path:
        first = "build the mod, then factorio-release rehearse ZIP"
    yield f"1. {first}: the whole release, against a portal on this machine"
    if is_taken_over:
        yield (
            f"2. {PROFILE}: the key in {secret} needs the usage ModPortal: Edit Mods too if the page is "
            "synced; make a new one for that"
        )
    else:
        yield f"2. {PROFILE}: make a key; tick ModPortal: {_USAGES}"
    yield f"3. {_store(forge, home, secret, is_taken_over=is_taken_over)}"
    added = " ".join(files)
    commit = 'git commit --message "Release with factorio-release"'
    yield f"4. git add {added} && {commit} && git push{_then(command, source)}"


def _then(command: str, source: str) -> str:
    if command == "factorio-release ship":
        place = "" if source in {".", ""} else f" {source}"
        return f"; a release is then `{command}{place}`"
    if command == "gh release create":
        return f"; a release is started as before, by one on the forge's page or `{command}`"
    if command:
        return f"; a release is started as before, with the button or `{command}`"
    return "; a release is started as before, by a push"


def _store(forge: Forge, home: str, secret: str, *, is_taken_over: bool) -> str:
    system = CI_SYSTEMS[forge.name]
    place = f"{home}/{system.secret_page}" if home else system.secret_place
    if is_taken_over:
        return f"{place}: {secret} is there already; update it only for a new key"
    command = f"gh secret set {secret}, or " if forge == FORGES["github"] else ""
    return f"{command}{place}: store the key as the {system.secret_kind} {secret}"
