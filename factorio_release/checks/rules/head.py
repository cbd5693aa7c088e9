"""Whether the package holds what the commit says: a release should be what its tag names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from factorio_release.parsers.info import INFO_FILE
from factorio_release.parsers.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from factorio_release.checks.rule import CheckContext
    from factorio_release.mod.mod import Mod

_SHOWN: Final = 3
_ID_DIGITS: Final = 12


def not_checked_out(mod: Mod, context: CheckContext) -> Iterator[Problem]:
    """Report a tag being released that is another commit than the one that is checked out."""
    if not context.tag or mod.repository is None or mod.is_zip:
        return  # a finished package may come from anywhere: what is checked out says nothing about it
    from factorio_release.git.release_tags import other_than_checked_out  # noqa: PLC0415 start-up: only for a tag

    other = other_than_checked_out(mod.repository, context.tag, context.tag_commit)
    if other:
        head = other.head[:_ID_DIGITS] or "no commit"
        yield Problem(
            f"the tag {context.tag} is commit {other.tagged[:_ID_DIGITS]}, and {head} is checked out",
            INFO_FILE,
            hint="Check the tag out, or tag the commit that is to be released.",
        )


def differing_from_head(mod: Mod, context: CheckContext) -> Iterator[Problem]:
    """Report, when a tag is released, tracked files whose content is not the commit's."""
    if not context.tag or mod.repository is None or mod.files.origin != "git":
        return
    from factorio_release.package.committed import changed_from_head  # noqa: PLC0415 start-up: only for a tag

    changed = changed_from_head(mod.repository, mod.files)
    if changed:
        more = f" and {len(changed) - _SHOWN} more" if len(changed) > _SHOWN else ""
        yield Problem(
            f"not as the commit has them: {', '.join(changed[:_SHOWN])}{more}",
            changed[0],
            hint="Commit the change before tagging, if a step of the job did not make it on purpose.",
        )
