"""The texts that an expression of the program's code can have, with words in capitals for its values."""

from __future__ import annotations

import ast
import re
from collections import deque
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGE = Path(__file__).resolve().parents[1] / "factorio_release"


@cache
def sources() -> dict[str, str]:
    """Return the text of each module by its path; the embedded portal's errors are those of a portal."""
    return {
        path.relative_to(PACKAGE).as_posix(): path.read_text("utf-8")
        for path in sorted(PACKAGE.rglob("*.py"))
        if "local_portal" not in path.parts
    }


@cache
def tree_of(module: str) -> ast.Module:
    """Return the syntax tree of a module."""
    return ast.parse(sources()[module])


def own_nodes(function: ast.FunctionDef) -> Iterator[ast.AST]:
    """Yield what is in a function, without the functions in it."""
    waiting: deque[ast.AST] = deque(function.body)
    while waiting:
        node = waiting.popleft()
        yield node
        waiting.extend(
            one for one in ast.iter_child_nodes(node) if not isinstance(one, ast.FunctionDef)
        )


class Texts:
    """The texts that the expressions of one function can have."""

    def __init__(self, module: str, function: ast.AST) -> None:
        self.module = module
        self.function = function

    def of(self, node: ast.expr) -> list[str]:
        """Return the texts; raises ValueError for an expression that is not understood."""
        match node:
            case ast.Constant(value=str(text)):
                found = [text]
            case ast.JoinedStr(values=values):
                found = [self._joined(values)]
            case ast.BinOp(left=left, right=right):
                found = [one + other for one in self.of(left) for other in self.of(right)]
            case ast.IfExp(body=body, orelse=orelse):
                found = self.of(body) + self.of(orelse)
            case ast.BoolOp(values=values):
                found = [text for value in values for text in self.of(value)]
            case ast.Name(id=name):
                found = self._assigned(name, node.lineno) or _constant(self.module, name)
            case _:
                found = self._of_call(node)
        if not found:
            raise ValueError(
                f"{self.module}:{node.lineno}: {ast.unparse(node)} is no text that can be read"
            )
        return found

    def _of_call(self, node: ast.expr) -> list[str]:
        """Return what a function of the module returns, or a word for the value of any other."""
        match node:
            case ast.Call(func=ast.Name(id=name)) if texts := _returned(self.module, name):
                return texts
            case ast.Call() | ast.Subscript() | ast.Attribute():
                return [_word(node)]
        return []

    def _joined(self, parts: list[ast.expr]) -> str:
        text = ""
        for part in parts:
            word = self._part(part)
            # A word right behind another is an addition that is often empty: a place, or a near name.
            if not (re.search("[A-Z]$", text) and re.fullmatch("[A-Z][A-Z ]*", word)):
                text += word
        return text

    def _part(self, part: ast.expr) -> str:
        if isinstance(part, ast.Constant):
            return str(part.value)
        value = part.value if isinstance(part, ast.FormattedValue) else part
        if isinstance(value, ast.Name) and (texts := _constant(self.module, value.id)):
            return texts[0]
        return _word(value)

    def _assigned(self, name: str, before: int) -> list[str]:
        """Return the texts that a name may have in a line."""
        texts: list[str] = []
        for value in _reaching(self.function, name, before):
            texts += self.of(value)
        return texts


def _reaching(function: ast.AST, name: str, line: int) -> list[ast.expr]:
    """Return the values of a name that can reach a line, found from its own block outwards."""
    found: list[ast.expr] = []
    for block in _blocks_around(function, line):
        for statement in reversed([one for one in block if one.lineno < line]):
            found += [value for one in ast.walk(statement) for value in _values(one, name)]
            if list(_values(statement, name)):
                return found
    return found


def _blocks_around(function: ast.AST, line: int) -> list[list[ast.stmt]]:
    """Return the lists of statements around a line, the innermost first."""
    blocks = [
        block
        for node in ast.walk(function)
        for _, block in ast.iter_fields(node)
        if isinstance(block, list)
        and block
        and isinstance(block[0], ast.stmt)
        and block[0].lineno <= line <= (block[-1].end_lineno or 0)
    ]
    return sorted(blocks, key=lambda block: -block[0].lineno)


def _values(node: ast.AST, name: str) -> Iterator[ast.expr]:
    """Yield what a statement assigns to a name."""
    if not isinstance(node, ast.Assign):
        return
    for target in node.targets:
        names = target.elts if isinstance(target, ast.Tuple) else [target]
        values = node.value.elts if isinstance(node.value, ast.Tuple) else [node.value]
        if len(values) == len(names):
            for one, value in zip(names, values, strict=True):
                if isinstance(one, ast.Name) and one.id == name:
                    yield value


def _returned(module: str, name: str) -> list[str]:
    """Return the texts that a function of the module returns, empty where it has none of this name."""
    for node in tree_of(module).body:
        if isinstance(node, ast.FunctionDef) and node.name == name:
            texts = Texts(module, node)
            returned = [one.value for one in own_nodes(node) if isinstance(one, ast.Return)]
            return [text for value in returned if value is not None for text in texts.of(value)]
    return []


def _constant(module: str, name: str) -> list[str]:
    """Return the text or number of a constant of a module, or of the one that it is imported from."""
    for node in tree_of(module).body:
        match node:
            case ast.AnnAssign(target=ast.Name(id=own), value=value) if own == name:
                return _literal(module, value)
            case ast.Assign(targets=[ast.Name(id=own)], value=value) if own == name:
                return _literal(module, value)
            case ast.ImportFrom(module=source, names=names):
                if any((one.asname or one.name) == name for one in names):
                    path = (
                        (source or "").removeprefix("factorio_release").strip(".").replace(".", "/")
                    )
                    for candidate in (f"{path}.py", f"{path}/__init__.py"):
                        if candidate in sources():
                            return _constant(candidate, name)
    return []


def _literal(module: str, value: ast.expr | None) -> list[str]:
    if isinstance(value, ast.Constant) and isinstance(value.value, str | int):
        return [f"{value.value:,}" if isinstance(value.value, int) else value.value]
    return Texts(module, tree_of(module)).of(value) if isinstance(value, ast.JoinedStr) else []


def _word(node: ast.expr) -> str:
    """Return the word in capitals that stands for a value."""
    if isinstance(node, ast.Call) and ast.unparse(node.func) == "did_you_mean":
        return ""
    if isinstance(node, ast.Call) and node.args and isinstance(node.func, ast.Name | ast.Attribute):
        return _word(node.args[0])
    if isinstance(node, ast.Call):
        return _word(node.func)
    text = ast.unparse(node)
    if text in {"near", "prefix", "one.prefix", "origin.prefix"}:
        return ""
    names = [
        name for name in re.findall(r"[A-Za-z_]\w*", text) if name not in {"self", "str", "join"}
    ]
    name = names[-1].strip("_") if names else "…"
    return {"strerror": "REASON", "error": "REASON", "told": "REASON", "text": "VALUE"}.get(
        name, name.upper().replace("_", " ")
    )
