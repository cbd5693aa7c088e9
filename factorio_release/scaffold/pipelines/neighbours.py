"""Steps that stand beside an upload and are not this program's: what each is for, and the recipe for it.

They are kept where a pipeline is carried over. Where one cannot be kept, it is named with its recipe.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final, NamedTuple


class Purpose(StrEnum):
    """What a step is for, in the words of the messages."""

    RELEASE = "GitHub Release"
    TAG = "commit, tag or push"
    ARTIFACT = "artifact"
    MESSAGE = "announcement"
    TEST = "tests and linters"
    VERSION = "version or changelog"
    BUILD = "build"
    OTHER = "another step"


class Neighbour(NamedTuple):
    """A purpose, and the regular expressions by which actions and commands with it are recognised."""

    purpose: Purpose
    actions: str
    commands: str


# In the order in which they are compared.
NEIGHBOURS: Final = (
    Neighbour(
        Purpose.RELEASE,
        r"release-action|action-gh-release|create-release|upload-release|automatic-releases|release-artifact",
        r"\b(?:gh|glab)\s+release\b|api\.github\.com/repos/[^ ]*/releases|\brelease-cli\b|\btea\s+release",
    ),
    Neighbour(
        Purpose.TAG,
        r"update-tag|github-tag-action|tag-action|git-auto-commit|add-and-commit|github-push-action|create-tag",
        r"\bgit\s+(?:tag|commit|push|add|merge|config)\b",
    ),
    Neighbour(Purpose.ARTIFACT, r"(?:upload|download)-artifact", r"^$"),
    Neighbour(
        Purpose.MESSAGE,
        r"discord|webhook|slack|telegram|matrix-message",
        r"discord(?:app)?\.com/api|\$\{?\w*WEBHOOK|secrets\.\w*WEBHOOK|\bwebhook\b",
    ),
    Neighbour(
        Purpose.TEST,
        r"luacheck|stylua|lint|selene|factorio-test",
        r"\b(?:luacheck|stylua|selene|busted|pytest|ruff|eslint|luarocks|factorio-test)\b|\b(?:npm|pnpm|yarn|bun)\s+(?:run\s+)?(?:test|lint|check)\b",
    ),
    Neighbour(
        Purpose.VERSION,
        r"semver|version|changelog|json-property|jsonfield|release-please|git-cliff|conventional",
        r"\bbump\b|\bdatestamp\b|\bgit-cliff\b|\.version\s*=|\bchangelog\b",
    ),
    Neighbour(
        Purpose.BUILD,
        r"\bsetup-",
        r"\b(?:npm|pnpm|yarn|bun|npx|make|just|cargo|tstl|tsc|python3?|php|lua|composer|pip|luajit|fennel|cyan|tl)\b",
    ),
)
# The page with the recipe of each purpose, for a step that cannot be kept.
RECIPES: Final = {
    Purpose.RELEASE: "recipes.md#github-release",
    Purpose.TAG: "ship.md#a-button",
    Purpose.ARTIFACT: "recipes.md#artifact",
    Purpose.MESSAGE: "recipes.md#discord",
    Purpose.TEST: "recipes.md",
    Purpose.VERSION: "recipes.md#versions-and-changelogs-that-a-tool-computes",
    Purpose.BUILD: "built-mods.md",
    Purpose.OTHER: "recipes.md",
}
