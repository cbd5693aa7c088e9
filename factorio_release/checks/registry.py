"""All rules, in the order in which they run: a rule is below those that it requires.

`reported.py` has the codes of the parsers.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from factorio_release.checks.reported import REPORTED_SEVERITIES
from factorio_release.checks.rule import Rule
from factorio_release.checks.rules import (
    assets,
    built_in_mods,
    changelog,
    debug_flags,
    dependencies,
    developer_files,
    feature_flags,
    file_names,
    files,
    fmtk,
    foreign,
    game_json,
    info,
    locale,
    locale_texts,
    lua,
    media,
    open_section,
    package,
    picture_size,
    prototype_names,
    publish,
    recipes,
    registrations,
    required_mods,
    secret,
    settings,
    stages,
    unbuilt,
    unread_names,
)
from factorio_release.findings import Severity

if TYPE_CHECKING:
    from collections.abc import Mapping

ERROR, WARNING, HINT = Severity

# Problems of translations after which it is not known which texts the game has.
_LOCALE_NOT_READ: Final = (
    *(
        "locale-syntax",
        "locale-encoding",
        "locale-line-ends",
        "locale-duplicate",
        "locale-language",
    ),
    *("locale-place", "locale-file-name", "locale-key", "locale-section", "folder-name"),
    "stage-file-case",
)
# Problems of a finished zip after which it is not known which files it would have.
_FILES_NOT_READ: Final = ("zip-method", "zip-encrypted", "zip-symlink", "zip-name")
RULES: Final[tuple[Rule, ...]] = (
    # info.json
    Rule("info-field", ERROR, info.missing_fields),
    Rule("info-type", ERROR, info.wrong_types),
    Rule("info-name", ERROR, info.name),
    Rule("info-name-legacy", WARNING, info.legacy_name),
    Rule("info-name-new", ERROR, info.new_name),
    Rule("info-version", ERROR, info.version),
    Rule("info-factorio-version", ERROR, info.factorio_version),
    Rule("info-title", ERROR, info.title),
    Rule("info-author", ERROR, info.author),
    Rule("info-homepage", WARNING, info.homepage),
    Rule("info-description", WARNING, info.long_description),
    Rule("info-key-typo", WARNING, info.misspelt_keys),
    Rule("info-key-unknown", HINT, info.unknown_keys),
    Rule("info-flag-missing", WARNING, feature_flags.missing_flags),
    Rule("package-key", WARNING, fmtk.unknown_settings),
    Rule("package-type", WARNING, fmtk.wrong_settings),
    Rule("tag-version", ERROR, info.tag),
    Rule("tag-not-checked-out", ERROR, package.not_checked_out),
    # Dependencies, in the file and (in a plan) on the portal
    Rule("dependency-syntax", ERROR, dependencies.bad_strings),
    Rule("dependency-self", WARNING, dependencies.itself),
    Rule("dependency-circle", ERROR, dependencies.circle),
    Rule("dependency-contradiction", WARNING, dependencies.contradictions),
    Rule("dependency-twice", WARNING, dependencies.repeated),
    Rule("dependency-built-in", ERROR, built_in_mods.misspelt_required),
    Rule("dependency-built-in-optional", WARNING, built_in_mods.misspelt_optional),
    Rule("dependency-expansion", ERROR, built_in_mods.expansion_too_early),
    Rule(
        "dependency-base",
        WARNING,
        dependencies.base_against_game,
        requires=("dependency-expansion",),
    ),
    Rule("dependency-recommended", WARNING, dependencies.recommended_too_early),
    Rule("dependency-excluded-version", HINT, dependencies.ignored_version),
    Rule("dependency-unknown", ERROR, required_mods.unknown_mods),
    Rule("dependency-deprecated", WARNING, required_mods.deprecated_mods),
    Rule("dependency-release", ERROR, required_mods.missing_releases),
    Rule("dependency-release-game", WARNING, required_mods.releases_for_other_games),
    # changelog.txt: the release itself
    Rule(
        "changelog-version-missing",
        WARNING,
        changelog.undescribed_version,
        requires=(
            "changelog-encoding",
            "changelog-empty",
            "changelog-version",
            "changelog-unreleased",
            "info-version",
            "json-syntax",
        ),
    ),
    Rule(
        "changelog-section-empty",
        WARNING,
        open_section.empty_section,
        requires=("changelog-category", "changelog-entry"),
    ),
    Rule(
        "changelog-section-open",
        HINT,
        open_section.open_section,
        requires=("changelog-category", "changelog-entry"),
    ),
    Rule(
        "changelog-date-placeholder",
        HINT,
        open_section.placeholder_date,
        requires=("changelog-section-open", "changelog-date"),
    ),
    Rule(
        "changelog-unfinished",
        ERROR,
        open_section.unfinished_release,
        replaces=("changelog-unreleased", "changelog-section-open", "changelog-date-placeholder"),
    ),
    Rule("changelog-date-future", WARNING, changelog.future_date),
    Rule("changelog-date-form", HINT, changelog.impossible_date),
    Rule("changelog-order", HINT, changelog.ascending),
    Rule("changelog-category-name", HINT, changelog.misnamed_categories),
    # The package as a whole
    Rule("submodule-empty", ERROR, package.empty_submodules_needed),
    Rule("submodule-left-empty", WARNING, package.empty_submodules),
    Rule("lfs-pointer", ERROR, files.lfs_pointers),
    Rule("differs-from-head", WARNING, package.differing_from_head),
    Rule("zip-contradiction", ERROR, package.contradicting_zip),
    Rule("zip-file-name", WARNING, package.misnamed_zip),
    Rule("source-without-build", ERROR, unbuilt.sources_without_build),
    Rule(
        "stage-file-left-out",
        ERROR,
        package.stages_left_out,
        requires=("source-without-build", "extra-missing"),
    ),
    Rule("shown-file-left-out", WARNING, package.shown_files_left_out, requires=("extra-missing",)),
    Rule(
        "stage-file-elsewhere",
        WARNING,
        unread_names.stages_in_folder,
        requires=("source-without-build", "stage-file-left-out"),
    ),
    Rule("changelog-elsewhere", WARNING, package.changelog_elsewhere),
    Rule(
        "changelog-name",
        HINT,
        unread_names.changelog_of_other_name,
        requires=("changelog-elsewhere", "shown-file-left-out"),
    ),
    Rule("package-growth", WARNING, package.sudden_growth),
    # Files, by name and by content
    Rule("refused-extension", ERROR, file_names.refused_extensions),
    Rule("backslash", ERROR, file_names.backslashes),
    Rule("windows-name", ERROR, file_names.names_for_windows),
    Rule("case-twins", ERROR, file_names.names_differing_in_case),
    Rule("long-path", WARNING, file_names.long_paths),
    Rule("stage-file-case", ERROR, file_names.stages_in_wrong_case),
    Rule("shown-file-case", WARNING, file_names.shown_files_in_wrong_case),
    Rule("stage-file-name", WARNING, unread_names.misspelt_stages),
    Rule("folder-name", WARNING, unread_names.misspelt_folders),
    Rule("migration-json", ERROR, game_json.broken_migrations),
    Rule("migration-kind", WARNING, game_json.unknown_kinds, requires=("migration-json",)),
    Rule("scenario-empty", WARNING, game_json.scenarios_without_content),
    Rule("game-json", WARNING, game_json.broken_descriptions),
    Rule("secret", ERROR, secret.known_secrets),
    Rule("secret-like", ERROR, secret.likely_secrets),
    Rule("secret-on-page", ERROR, secret.secrets_on_page),
    Rule("litter", WARNING, files.litter),
    Rule("source-art", WARNING, files.source_art),
    Rule("nested-archive", WARNING, files.nested_archives),
    Rule("nested-mod", WARNING, files.nested_mods),
    Rule("developer-share", WARNING, developer_files.mostly_developer_files),
    Rule("test-files", HINT, developer_files.test_files, requires=("developer-share",)),
    Rule("docs-files", HINT, developer_files.docs_files, requires=("developer-share",)),
    Rule("gallery-files", HINT, developer_files.gallery_files, requires=("developer-share",)),
    Rule("readme-pictures", HINT, developer_files.readme_pictures, requires=("developer-share",)),
    Rule("tool-files", HINT, developer_files.tool_files, requires=("developer-share",)),
    Rule(
        "source-files",
        HINT,
        developer_files.source_files,
        requires=("source-without-build", "developer-share"),
    ),
    Rule("text-encoding", ERROR, files.undecodable_text),
    Rule("media-broken", ERROR, media.broken_media),
    Rule("media-damaged", WARNING, media.damaged_media),
    Rule("media-type", WARNING, media.disguised_media),
    Rule("thumbnail-type", WARNING, assets.thumbnail_type),
    Rule(
        "thumbnail-elsewhere",
        HINT,
        unread_names.thumbnail_elsewhere,
        requires=("thumbnail-type", "shown-file-left-out"),
    ),
    Rule("thumbnail-size", HINT, assets.thumbnail_size),
    # Lua and what it names
    Rule("lua-syntax", ERROR, lua.broken_lua, requires=("merge-conflict",)),
    Rule("lua-syntax-unused", WARNING, lua.broken_lua_elsewhere),
    Rule(
        "require-missing",
        ERROR,
        lua.missing_requires,
        requires=("submodule-empty", "source-without-build", *_FILES_NOT_READ),
    ),
    Rule("require-case", ERROR, lua.requires_in_other_case),
    Rule(
        "require-doubtful",
        WARNING,
        lua.doubtful_requires,
        requires=("submodule-empty", "source-without-build", *_FILES_NOT_READ),
    ),
    Rule("require-foreign", ERROR, foreign.foreign_requires, requires=("info-name",)),
    Rule("require-late", ERROR, stages.late_requires),
    Rule("wrong-stage", ERROR, stages.wrong_stage),
    Rule("global-renamed", ERROR, stages.renamed_global),
    Rule("global-doubtful", WARNING, stages.doubtful_global),
    Rule("handler-twice", WARNING, registrations.repeated_registrations),
    Rule("debug-flag", WARNING, debug_flags.flags_that_are_on),
    Rule("setting-malformed", ERROR, settings.malformed_settings),
    Rule("setting-unknown", ERROR, settings.unknown_settings, requires=("setting-malformed",)),
    Rule("setting-doubtful", WARNING, settings.doubtful_settings, requires=("setting-malformed",)),
    Rule("recipe-form", WARNING, recipes.old_forms),
    Rule(
        "asset-missing",
        ERROR,
        assets.missing_assets,
        requires=("submodule-empty", *_FILES_NOT_READ),
    ),
    Rule("asset-case", ERROR, assets.asset_case),
    Rule(
        "asset-doubtful",
        WARNING,
        assets.doubtful_assets,
        requires=("submodule-empty", *_FILES_NOT_READ),
    ),
    Rule("asset-foreign", ERROR, foreign.foreign_assets, requires=("info-name",)),
    Rule(
        "asset-foreign-doubtful",
        WARNING,
        foreign.doubtful_foreign_assets,
        requires=("info-name",),
    ),
    Rule("asset-prefix", ERROR, assets.malformed_paths),
    Rule("asset-type", ERROR, assets.unreadable_types),
    Rule("picture-too-small", ERROR, picture_size.small_pictures),
    # Locale
    Rule("locale-duplicate", ERROR, locale.repeated_keys),
    Rule("locale-language", WARNING, locale.unknown_languages),
    Rule("locale-place", WARNING, locale.misplaced_files),
    Rule("locale-file-name", WARNING, unread_names.translations_of_other_name),
    Rule("locale-key", WARNING, locale.unusable_keys),
    Rule("locale-section", WARNING, locale_texts.misspelt_sections),
    Rule("locale-mod-name", WARNING, locale_texts.other_mods_name, requires=("info-name",)),
    Rule(
        "locale-english",
        WARNING,
        locale_texts.missing_english,
        requires=("locale-language", "locale-place", "locale-file-name", "folder-name"),
    ),
    Rule(
        "locale-name-missing",
        WARNING,
        prototype_names.unnamed_settings,
        requires=(*_LOCALE_NOT_READ, "setting-malformed"),
    ),
    Rule("locale-item-name", WARNING, prototype_names.unnamed_items, requires=_LOCALE_NOT_READ),
    Rule("locale-markup", WARNING, locale_texts.broken_parameters),
    Rule("locale-parameters", WARNING, locale.differing_parameters),
    Rule("locale-missing", HINT, locale.missing_keys),
    # A first publish, and the order of versions
    Rule("publish-license", ERROR, publish.publish_license),
    Rule("publish-category", ERROR, publish.publish_category),
    Rule("version-not-increasing", ERROR, publish.version_not_increasing),
)

# By code: the findings of an earlier stage that say the same, and are dropped.
REPLACED: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {rule.code: rule.replaces for rule in RULES if rule.replaces}
)
# What matters to a run that updates the page and sends no package: whether info.json says what the author
# wrote, the texts of it that the page shows, the tag that links are pinned to, and secrets.
CODES_OF_PAGE_RUN: Final = frozenset(
    {
        "json-encoding",
        "json-syntax",
        "json-comment",
        "json-trailing-comma",
        "json-duplicate-key",
        "info-name",
        "info-version",
        "info-title",
        "info-description",
        "tag-version",
        "tag-not-checked-out",
        "secret-on-page",
    }
)

# Every code that a check of a mod can report; the codes of the page are in page/findings.py.
CHECK_SEVERITIES: Final[Mapping[str, Severity]] = MappingProxyType(
    {**REPORTED_SEVERITIES, **{rule.code: rule.severity for rule in RULES}}
)

# Codes that repeat what the page has an error about where both have the same place: the page's is kept.
SAME_ON_PAGE: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "info-description": ("page-summary",),
        "info-homepage": ("page-url",),
        "media-type": ("page-image-format", "page-image-name"),
        "media-damaged": ("page-image-format",),
    }
)
