"""Problems that a parser or the collection of files reports under a code of its own.

These parts of the program read a file and do not judge it. The tables here give each of their codes its
severity. A code that is in no table is an error of this program and stops the check: otherwise the problem
would vanish.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from factorio_release.findings import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from factorio_release.checks.facts import Facts
    from factorio_release.parsers.info import Info
    from factorio_release.parsers.problem import Problem

ERROR, WARNING, HINT = Severity

PARSER_SEVERITIES: Final[Mapping[str, Severity]] = MappingProxyType(
    {
        # The text of info.json
        "json-encoding": ERROR,
        "json-bom": ERROR,
        "json-syntax": ERROR,
        "json-comment": ERROR,
        "json-trailing-comma": ERROR,
        "json-duplicate-key": WARNING,
        # changelog.txt: for an error the game ignores the whole file
        "changelog-encoding": ERROR,
        "changelog-empty": ERROR,
        "changelog-separator": ERROR,
        "changelog-line-ends": ERROR,
        "changelog-version": ERROR,
        "changelog-version-twice": ERROR,
        "changelog-date": ERROR,
        "changelog-category": ERROR,
        "changelog-entry": ERROR,
        "changelog-entry-twice": ERROR,
        "changelog-continuation": ERROR,
        "changelog-blank-line": ERROR,
        "changelog-unreleased": HINT,  # normal until the release, which it stops (changelog-unfinished)
        "changelog-bom": WARNING,
        "changelog-end": WARNING,
        "changelog-version-form": WARNING,
        "changelog-date-place": WARNING,
        "changelog-tab": WARNING,
        "changelog-entry-space": HINT,
        "changelog-trailing-space": HINT,
        # Locale files
        "locale-encoding": ERROR,
        "locale-line-ends": ERROR,
        "locale-syntax": ERROR,
        # Instead of changelog-encoding and locale-encoding, for a game that takes any bytes
        "text-encoding-old": HINT,
    }
)
_UTF8_SINCE: Final = (2, 0)  # documented: the check came with 2.0.25
_TEXT_ENCODINGS: Final = frozenset({"changelog-encoding", "locale-encoding"})
# What the collection of the package's files reports.
COLLECTION_SEVERITIES: Final[Mapping[str, Severity]] = MappingProxyType(
    {
        "no-git": HINT,
        "merge-conflict": ERROR,
        "symlink-outside": ERROR,
        "symlink-broken": ERROR,
        "symlink-loop": ERROR,
        "duplicate-path": ERROR,
        "include-outside": ERROR,
        "extra-outside": ERROR,
        "extra-missing": ERROR,
        "pattern-unusable": ERROR,
        "pattern-unmatched": WARNING,
        "pattern-ignored": WARNING,
        "file-name-encoding": ERROR,
        "file-missing": ERROR,
        "file-special": WARNING,
        "zip-top-folder": ERROR,
        "zip-name": ERROR,
        "zip-symlink": ERROR,
        "zip-encrypted": ERROR,
        "zip-method": ERROR,
        "zip-garbage": WARNING,
    }
)
REPORTED_SEVERITIES: Final[Mapping[str, Severity]] = MappingProxyType(
    {**PARSER_SEVERITIES, **COLLECTION_SEVERITIES}
)

# Codes that are no findings by themselves.
OTHERWISE_JUDGED: Final = frozenset(
    {
        "submodule-empty",  # rules/package.py: an error only when the mod's Lua needs the submodule
        "game-file-left-out",  # rules/package.py: the severity depends on the kind of file
        "locale-bom",  # accepted: nothing shows that the game refuses it
    }
)


def reported_problems(facts: Facts) -> dict[str, list[Problem]]:
    """Return the problems of all parsers and of the collection, grouped by code.

    Raises LookupError for a code that is in no table.
    """
    groups: dict[str, list[Problem]] = {}
    takes_any_bytes = facts.info.game is not None and facts.info.game < _UTF8_SINCE
    for found in _all_problems(facts):
        is_taken = takes_any_bytes and found.code in _TEXT_ENCODINGS
        problem = _for_an_old_game(found, facts.info) if is_taken else found
        if problem.code in REPORTED_SEVERITIES:
            groups.setdefault(problem.code, []).append(problem)
        elif problem.code not in OTHERWISE_JUDGED:
            raise LookupError(f"checks/reported.py has no severity for the code {problem.code!r}")
    return groups


def _for_an_old_game(problem: Problem, info: Info) -> Problem:
    message = f"{problem.message}: Factorio {info.factorio_version} shows another character"
    hint = "Save the file as UTF-8: since 2.0.25 the game refuses a mod with such a file."
    return problem._replace(code="text-encoding-old", message=message, hint=hint)


def _all_problems(facts: Facts) -> Iterator[Problem]:
    yield from facts.files.problems
    # In a file that git could not merge the marks of the conflict are no second problem.
    conflicts = {each.file for each in facts.files.problems if each.code == "merge-conflict"}
    yield from (each for each in _parser_problems(facts) if each.file not in conflicts)


def _parser_problems(facts: Facts) -> Iterator[Problem]:
    yield from facts.info.problems
    if facts.changelog is not None:
        yield from facts.changelog.problems
    yield from facts.locales.problems()
