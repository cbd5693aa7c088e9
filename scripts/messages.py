"""The messages with which the program ends, read from its own code, each with its remedy where one is there.

Read are the texts of every error of `errors.py` and of what derives from it, and in some folders
also those of a ValueError and of a problem in a list, which become a UsageError. A text that cannot be read
is an error of this script, so that no message is overlooked.
"""

from __future__ import annotations

import ast
import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from scripts.code_texts import Texts, own_nodes, sources, tree_of

if TYPE_CHECKING:
    from collections.abc import Iterator

# The exit code of each class, as errors.py has it; the classes are read from there.
CODES = {"FINE": 0, "BUG": 1, "USAGE": 2, "FINDINGS": 3, "REFUSED": 4, "UNREACHABLE": 5}
CODES |= {"VERSION_TAKEN": 6, "CHANGES": 10, "INTERRUPTED": 130}
USAGE = CODES["USAGE"]
# Where a ValueError or a text in a list of problems becomes a UsageError.
USAGE_FOLDERS = ("cli/", "settings/", "mod/changelog_range.py", "parsers/version.py")


class Message(NamedTuple):
    """A message: where it is raised, its exit code, its text, and the remedy that the code gives."""

    module: str
    exit_code: int
    text: str
    remedy: str


@cache
def error_classes() -> dict[str, int]:
    """Return the exit code of each class of errors, by name."""
    codes: dict[str, int] = {}
    for text in [sources()["errors.py"], *sources().values()]:
        parts = re.split(r"^class (\w+)\(([\w.]+)\):$", text, flags=re.MULTILINE)[1:]
        for name, base, body in zip(parts[::3], parts[1::3], parts[2::3], strict=True):
            if name == "ReleaseError" or base in codes:
                own = re.search(r"^    exit_code = ExitCode\.(\w+)", body, re.MULTILINE)
                codes[name] = CODES[own[1]] if own else codes[base]
    return codes


def messages() -> list[Message]:
    """Return every message, in the order of the modules."""
    found: dict[tuple[str, str], Message] = {}
    raising = re.compile(rf"\b(?:ValueError|problems?|{'|'.join(error_classes())})\b")
    for module, text in sources().items():
        if module != "errors.py" and raising.search(text):
            for one in _messages_of(module, tree_of(module)):
                found.setdefault((module, one.text), one)
    return list(found.values())


def _messages_of(module: str, tree: ast.Module) -> Iterator[Message]:
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef):
            continue
        texts = Texts(module, function)
        for node in own_nodes(function):
            yield from _raised(texts, node)
            if module.startswith(USAGE_FOLDERS):
                yields_problems = "problem" in (ast.get_docstring(function) or "").lower()
                yield from _problems(texts, node, yields=yields_problems)


def _raised(texts: Texts, node: ast.AST) -> Iterator[Message]:
    """Yield the messages of an error that is made here."""
    if not isinstance(node, ast.Call):
        return
    name = ast.unparse(node.func).rpartition(".")[2]
    usage = texts.module.startswith(USAGE_FOLDERS) and name == "ValueError"
    code = USAGE if usage else error_classes().get(name)
    if code is None or not node.args:
        return
    remedies = texts.of(node.args[1]) if code != USAGE and len(node.args) > 1 else [""]
    first = node.args if code == USAGE else node.args[:1]
    for argument in first:
        if isinstance(argument, ast.Starred) or _is_passed_on(argument):
            continue
        for text in texts.of(argument):
            yield _message(texts.module, code, text, remedies)


def _is_passed_on(node: ast.expr) -> bool:
    """Whether the text is that of another error, or of a function of its own, whose texts are read there."""
    return ast.unparse(node) in {"str(error)", "problem.message", "too_late"}


def _problems(texts: Texts, node: ast.AST, *, yields: bool) -> Iterator[Message]:
    """Yield the messages that are put into a list of problems; other functions yield lines of an output."""
    values: list[ast.expr] = []
    if isinstance(node, ast.Yield) and isinstance(node.value, ast.JoinedStr):
        values = [node.value]
    if isinstance(node, ast.Call) and ast.unparse(node.func) in {
        "problems.append",
        "self.problems.append",
    }:
        values = [one for one in node.args if isinstance(one, ast.JoinedStr | ast.Constant)]
    for value in values:
        for text in texts.of(value):
            is_problem = yields or not isinstance(node, ast.Yield) or text.startswith("path: ")
            if " " in text.strip() and is_problem:
                yield _message(texts.module, USAGE, text, [""])


def _message(module: str, code: int, text: str, remedies: list[str]) -> Message:
    _, _, rest = text.partition("; ")
    # A message of wrong use has its remedy in itself.
    remedy = rest if code == USAGE and rest else ", or ".join(one for one in remedies if one)
    return Message(module, code, " ".join(text.split()), remedy)
