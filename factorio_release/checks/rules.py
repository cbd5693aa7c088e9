"""Every rule, in the order in which they run: what others require comes first."""

from __future__ import annotations

from typing import Final

from factorio_release.checks import assets, file_names, files, images, lua, package, secret, text
from factorio_release.checks.engine import Rule
from factorio_release.findings import Severity

ERROR, WARNING, HINT = Severity

RULES: Final[tuple[Rule, ...]] = (
    # Files: what the making of the package brought to light
    Rule("no-git", HINT, package.stated("no-git")),
    Rule("submodule-empty", ERROR, package.empty_submodules_needed),
    Rule("submodule-left-empty", WARNING, package.empty_submodules),
    Rule("merge-conflict", ERROR, package.stated("merge-conflict")),
    Rule("symlink-outside", ERROR, package.stated("symlink-outside")),
    Rule("symlink-broken", ERROR, package.stated("symlink-broken")),
    Rule("lfs-pointer", ERROR, text.lfs_pointers),
    Rule("duplicate-path", ERROR, package.stated("duplicate-path")),
    Rule("include-outside", ERROR, package.stated("include-outside")),
    Rule("extra-outside", ERROR, package.stated("extra-outside")),
    Rule("extra-missing", ERROR, package.stated("extra-missing")),
    Rule("pattern-unusable", ERROR, package.stated("pattern-unusable")),
    Rule("pattern-unmatched", WARNING, package.stated("pattern-unmatched")),
    Rule("file-name-encoding", ERROR, package.stated("file-name-encoding")),
    Rule("file-missing", ERROR, package.stated("file-missing")),
    Rule("file-special", WARNING, package.stated("file-special")),
    Rule("differs-from-head", WARNING, package.stated("differs-from-head")),
    Rule("source-without-build", ERROR, package.sources_without_build),
    Rule("stage-file-left-out", ERROR, package.stages_left_out, requires=("source-without-build",)),
    Rule("shown-file-left-out", WARNING, package.shown_files_left_out),
    Rule("changelog-elsewhere", WARNING, package.changelog_elsewhere),
    # Files, by name and by content
    Rule("refused-extension", ERROR, file_names.refused_extensions),
    Rule("backslash", ERROR, file_names.backslashes),
    Rule("windows-name", ERROR, file_names.names_for_windows),
    Rule("case-twins", ERROR, file_names.names_differing_in_case),
    Rule("long-path", WARNING, file_names.long_paths),
    Rule("stage-file-case", ERROR, file_names.stages_in_wrong_case),
    Rule("shown-file-case", WARNING, file_names.shown_files_in_wrong_case),
    Rule("secret", ERROR, secret.known_secrets),
    Rule("secret-like", ERROR, secret.likely_secrets),
    Rule("litter", WARNING, files.litter),
    Rule("source-art", WARNING, files.source_art),
    Rule("nested-archive", WARNING, files.nested_archives),
    Rule("nested-mod", WARNING, files.mods_inside),
    Rule("text-encoding", ERROR, text.undecodable_text),
    Rule("media-broken", ERROR, images.broken_media),
    Rule("media-type", WARNING, images.disguised_media),
    Rule("thumbnail-type", WARNING, images.thumbnail_type),
    Rule("thumbnail-size", HINT, images.thumbnail_size),
    # Lua and what it names
    Rule("lua-syntax", ERROR, lua.broken_lua),
    Rule("lua-syntax-unused", WARNING, lua.broken_lua_elsewhere),
    Rule(
        "require-missing", ERROR, lua.missing_requires, requires=("submodule-empty", "source-without-build")
    ),
    Rule("require-case", ERROR, lua.require_case),
    Rule(
        "require-doubtful",
        WARNING,
        lua.doubtful_requires,
        requires=("submodule-empty", "source-without-build"),
    ),
    Rule("asset-missing", ERROR, assets.missing_assets, requires=("submodule-empty",)),
    Rule("asset-case", ERROR, assets.asset_case),
    Rule("asset-doubtful", WARNING, assets.doubtful_assets, requires=("submodule-empty",)),
    Rule("asset-foreign", WARNING, assets.foreign_assets),
)
