"""Prints how dense the code of source trees is: `python scripts/text_figures.py factorio_release OTHER…`.

A code line is a line that holds a token other than a comment or a docstring. The figures are signs of
how easily a text is read, not goals.
"""

from __future__ import annotations

import ast
import io
import sys
import tokenize
from pathlib import Path
from statistics import mean, median, quantiles

LAYOUT = {
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENDMARKER,
}


def docstring_lines(tree: ast.AST) -> set[int]:
    """Return the numbers of the lines that docstrings take."""
    lines: set[int] = set()
    for node in ast.walk(tree):
        if not isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if ast.get_docstring(node, clean=False) is not None:
            text = node.body[0]
            lines |= set(range(text.lineno, (text.end_lineno or text.lineno) + 1))
    return lines


def figures(tree_root: Path) -> str:
    """Return the row of one tree, without its tests."""
    code_characters: list[int] = []
    comments = conditionals = 0
    functions: list[int] = []
    files: list[int] = []
    for path in sorted(tree_root.rglob("*.py")):
        if any(
            part in {"test", "tests", "_vendor", "vendor"}
            for part in path.relative_to(tree_root).parts
        ):
            continue
        source = path.read_text("utf-8")
        tree = ast.parse(source)
        in_docstring = docstring_lines(tree)
        code: set[int] = set()
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            comments += token.type == tokenize.COMMENT
            if token.type not in LAYOUT:
                code |= set(range(token.start[0], token.end[0] + 1)) - in_docstring
        lines = source.splitlines()
        code_characters += [len(lines[number - 1].rstrip()) for number in code]
        files.append(len(lines))
        for node in ast.walk(tree):
            conditionals += isinstance(node, ast.IfExp)
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                functions.append((node.end_lineno or node.lineno) - node.lineno + 1)
    total = len(code_characters)
    columns = [
        str(tree_root),
        str(len(files)),
        f"{median(files):.0f}",
        str(total),
        f"{mean(code_characters):.1f}",
        f"{1000 * conditionals / total:.1f}",
        f"{1000 * comments / total:.1f}",
        f"{median(functions):.0f}",
        f"{quantiles(functions, n=10)[-1]:.0f}",
    ]
    return " | ".join(columns)


def main() -> None:
    """Print a table with a row for each tree."""
    print(
        "tree | files | lines a file (median) | code lines | characters a code line | conditional expressions"
    )
    print("in 1,000 | comments in 1,000 | lines a function (median) | (p90)")
    for name in sys.argv[1:]:
        print(figures(Path(name)))


if __name__ == "__main__":
    main()
