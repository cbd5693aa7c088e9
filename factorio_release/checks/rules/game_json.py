"""JSON files that the game reads beside info.json: migrations, and what describes a scenario."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from factorio_release.checks.facts.contents import words
from factorio_release.parsers.problem import Problem
from factorio_release.parsers.unseen import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from factorio_release.checks.facts.game_json import GameJson
    from factorio_release.package.file_set import FileSet
    from factorio_release.parsers.json.document import JsonDocument

# Problems that a program which reads JSON may not see.
_ACCEPTED: Final = frozenset({"json-bom", "json-duplicate-key"})
# Not JSON, but the game may read it: one of its own migrations had a comma after the last element.
_LENIENT: Final = frozenset({"json-comment", "json-trailing-comma"})
# Kinds of prototypes that a migration may rename (documented), and the plurals that authors write.
_KINDS: Final = words("""
    achievement entity equipment fluid item item-group item-subgroup quality recipe recipe-category
    technology tile virtual-signal
""")
_PLURALS: Final = {
    **{f"{kind}s": kind for kind in _KINDS},
    "entities": "entity",
    "technologies": "technology",
    "qualities": "quality",
    "recipe-categories": "recipe-category",
    "techs": "technology",
    "tech": "technology",
}
_PAIR_HINT: Final = 'Write lists of two names, such as {"item": [["old-name", "new-name"]]}.'
_PAIR: Final = 2


def broken_migrations(game_json: GameJson) -> Iterator[Problem]:
    """Report migrations that are not JSON, or no object of lists of pairs.

    The game reads them when it loads an older save, and refuses it then (observed).
    """
    for path, document in game_json.migrations.items():
        problems = _syntax_problems(path, document, _ACCEPTED | _LENIENT)
        yield from problems or _wrong_shape(path, document)


def unknown_kinds(game_json: GameJson) -> Iterator[Problem]:
    """Report kinds of prototypes in a migration that are written as no prototype is, such as `items`."""
    for path, document in game_json.migrations.items():
        for kind in document.value if isinstance(document.value, dict) else ():
            right = _PLURALS.get(kind.lower().replace("_", "-")) or _kind_in_other_form(kind)
            if right:
                place = document.key_places[(kind,)]
                message = f"no prototype is of the kind {quoted(kind)}: these names are not changed"
                yield Problem(message, path, *place, f'Write "{right}".')
        for key, place in document.repeated_key_places.items():
            message = (
                f"{quoted(str(key[-1]))} is here a second time, "
                "and the game may read only one of the two"
            )
            yield Problem(message, path, *place, "Put the pairs of both into one list.")


def _kind_in_other_form(kind: str) -> str:
    plain = kind.lower().replace("_", "-")
    return plain if plain in _KINDS and plain != kind else ""


def broken_descriptions(game_json: GameJson) -> Iterator[Problem]:
    """Report descriptions of scenarios and languages that are not JSON, or no object.

    Migrations with comments, or a comma after the last element, are reported here too.
    """
    for path, document in game_json.migrations.items():
        lenient = (problem.code for problem in document.problems if problem.code in _LENIENT)
        if any(lenient) and not _syntax_problems(path, document, _ACCEPTED | _LENIENT):
            yield from _syntax_problems(path, document, _ACCEPTED)
    for path, document in game_json.descriptions.items():
        problems = _syntax_problems(path, document, _ACCEPTED)
        if not problems and not isinstance(document.value, dict):
            message = "the file does not hold an object"
            problems = [Problem(message, path, 1, 1, "Write { … } around its fields.")]
        yield from problems


def scenarios_without_content(files: FileSet) -> Iterator[Problem]:
    """Report folders of scenarios without a script and without a map, once for each."""
    names: dict[str, set[str]] = {}
    for file in files.files:
        folder, _, rest = file.path.partition("/")
        if folder != "scenarios":
            continue
        scenario, slash, name = rest.partition("/")
        if not slash:
            if scenario == "control.lua":
                message = "the game reads control.lua only in a folder of its own in scenarios/"
                yield Problem(message, file.path, hint="Move it into scenarios/<name>/.")
            continue
        names.setdefault(scenario, set()).add(name)
    for scenario, content in names.items():
        if not any(
            name == "control.lua" or name.endswith((".dat", ".zip", "0")) for name in content
        ):
            path = f"scenarios/{scenario}/{min(content)}"
            message = (
                f"scenarios/{scenario} has neither control.lua nor a map: players do not see it"
            )
            yield Problem(message, path, hint="Add its control.lua, or remove the folder.")


def _syntax_problems(path: str, document: JsonDocument, accepted: frozenset[str]) -> list[Problem]:
    return [
        Problem(
            f"not valid JSON: {problem.message}", path, problem.line, problem.column, problem.hint
        )
        for problem in document.problems
        if problem.code not in accepted
    ]


def _wrong_shape(path: str, document: JsonDocument) -> list[Problem]:
    if not isinstance(document.value, dict):
        message = "a migration is an object, but this is none"
        return [Problem(message, path, 1, 1, _PAIR_HINT)]
    found = []
    for kind, pairs in document.value.items():
        if not isinstance(pairs, list):
            message = f"{quoted(kind)} must be a list of pairs of names"
            found.append(Problem(message, path, *document.places[(kind,)], _PAIR_HINT))
            continue
        for index, pair in enumerate(pairs):
            if not _is_pair(pair):
                message = f"{quoted(kind)}: not a pair of names"
                found.append(Problem(message, path, *document.places[kind, index], _PAIR_HINT))
    return found


def _is_pair(value: Any) -> bool:
    return (
        isinstance(value, list)
        and len(value) == _PAIR
        and all(isinstance(name, str) for name in value)
    )
