"""Which names of the standard library another system does not have, as typeshed declares it.

mypy ships these declarations; they are what its `--platform` goes by.
"""

from __future__ import annotations

import ast
from functools import cache
from importlib.util import find_spec
from pathlib import Path

# The modules of the standard library that differ by system and that the program uses.
MODULES = ("os", "signal", "socket", "select", "time", "errno")
ABSENT_MODULES = ("fcntl", "resource", "pwd", "grp", "termios", "tty", "pty", "readline", "syslog")


@cache
def absent(module: str, platform: str) -> frozenset[str]:
    """The names that a module has on Linux and not on `platform` (win32, darwin)."""
    body = _declared(module)
    return frozenset(_names(body, "linux") - _names(body, platform))


@cache
def _declared(module: str) -> list[ast.stmt]:
    spec = find_spec("mypy")
    assert spec is not None
    assert spec.origin is not None
    folder = Path(spec.origin).parent / "typeshed" / "stdlib"
    path = folder / f"{module}.pyi"
    if not path.exists():
        path = folder / module / "__init__.pyi"
    return ast.parse(path.read_text("utf-8")).body


def _names(body: list[ast.stmt], platform: str) -> set[str]:
    found: set[str] = set()
    for node in body:
        match node:
            case ast.If():
                holds = _holds(node.test, platform)
                if holds is not False:
                    found |= _names(node.body, platform)
                if holds is not True:
                    found |= _names(node.orelse, platform)
            case ast.FunctionDef() | ast.ClassDef():
                found.add(node.name)
            case ast.AnnAssign(target=ast.Name(id=name)) | ast.Assign(targets=[ast.Name(id=name)]):
                found.add(name)
            case ast.ImportFrom():
                found |= {one.asname or one.name for one in node.names}
    return found


def _holds(test: ast.expr, platform: str) -> bool | None:
    """Whether a test of the platform holds; None for one of something else, such as the version."""
    match test:
        case ast.Compare(
            left=ast.Attribute(attr="platform"),
            ops=[operator],
            comparators=[ast.Constant(value=str(name))],
        ):
            return (platform == name) is isinstance(operator, ast.Eq)
        case ast.BoolOp(op=ast.And(), values=parts):
            answers = [_holds(part, platform) for part in parts]
            return False if False in answers else None if None in answers else True
        case ast.BoolOp(values=parts):
            answers = [_holds(part, platform) for part in parts]
            return True if True in answers else None if None in answers else False
    return None
