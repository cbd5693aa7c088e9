"""A YAML file of somebody else as values with the lines that they fill, so that parts can be replaced."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from factorio_release.limits import MAX_PIPELINE_DEPTH, MAX_PIPELINE_NODES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence


class Block(NamedTuple):
    """A value: text, a list, or a mapping of blocks; null is an empty text.

    It fills the lines `start` to `end` (from 0, `end` is behind the last). `column` is where it begins.
    `key_start` is the line of its key, where it is the value of one. `is_flow` tells `[a, b]` and `{a: b}`.
    """

    value: str | tuple[Block, ...] | Mapping[str, Block]
    start: int
    end: int
    column: int
    key_start: int = -1
    is_flow: bool = False

    def get(self, *keys: str) -> Block | None:
        """Return the block below these keys, None where there is none."""
        block: Block | None = self
        for key in keys:
            if block is None or not isinstance(block.value, dict):
                return None
            block = block.value.get(key)
        return block

    def text(self, *keys: str) -> str:
        """Return the text below these keys, empty where there is none."""
        block = self.get(*keys)
        return block.value if block is not None and isinstance(block.value, str) else ""

    def items(self, *keys: str) -> tuple[Block, ...]:
        """Return the items of the list below these keys; a single text is a list of one."""
        block = self.get(*keys)
        if block is None:
            return ()
        if isinstance(block.value, tuple):
            return block.value
        return (block,) if isinstance(block.value, str) and block.value else ()

    def texts(self, *keys: str) -> tuple[str, ...]:
        """Return the texts in the list below these keys."""
        return tuple(item.value for item in self.items(*keys) if isinstance(item.value, str))

    def mapping(self, *keys: str) -> Mapping[str, Block]:
        """Return the mapping below these keys, empty where there is none."""
        block = self.get(*keys)
        return block.value if block is not None and isinstance(block.value, dict) else {}

    def all_texts(self) -> Iterator[str]:
        """Yield every text in it."""
        if isinstance(self.value, str):
            yield self.value
            return
        inner = self.value.values() if isinstance(self.value, dict) else self.value
        for block in inner:
            if isinstance(block, Block):
                yield from block.all_texts()


def read_blocks(text: str) -> Block | None:
    """Return the first document of a file; None where it is no YAML, or larger than anybody writes."""
    import yaml  # noqa: PLC0415 start-up: only for init

    try:
        node = next(yaml.compose_all(text, Loader=yaml.SafeLoader), None)
    except (yaml.YAMLError, ValueError, OverflowError, RecursionError):
        return None
    if node is None:
        return None
    try:
        return _Reader(text.splitlines()).block(node, -1, 0)
    except _TooLarge:
        return None


class _TooLarge(Exception):
    pass


class _Reader:
    """Turns the nodes of one file into blocks."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._lines = lines
        self._nodes = 0

    def block(self, node: Any, key_start: int, depth: int) -> Block:
        self._nodes += 1
        # An alias leads to the same node again: a small file could stand for a huge or an endless one.
        if self._nodes > MAX_PIPELINE_NODES or depth > MAX_PIPELINE_DEPTH:
            raise _TooLarge
        start, column = node.start_mark.line, node.start_mark.column
        flow = bool(getattr(node, "flow_style", False))
        kind = node.id
        if kind == "scalar":
            null = node.tag == "tag:yaml.org,2002:null"
            value: Any = "" if null else node.value
            flow = node.style not in {"|", ">"}
        elif kind == "sequence":
            value = tuple(self.block(item, -1, depth + 1) for item in node.value)
        else:
            value = {}
            for key, item in node.value:
                name = str(key.value) if key.id == "scalar" else ""
                value[name] = self.block(item, key.start_mark.line, depth + 1)
        return Block(
            value, start, self._end(node, start, column, flow=flow), column, key_start, flow
        )

    def _end(self, node: Any, start: int, column: int, *, flow: bool) -> int:
        """Return the line behind the last: PyYAML's mark stands at the next token, behind comments."""
        mark: int = node.end_mark.line
        end = mark + (1 if flow or node.end_mark.column else 0)
        end = max(min(end, len(self._lines)), start + 1)
        if flow:
            return end
        # A block ends before lines that are further to the left, and before blank lines.
        indent = column
        if node.id == "scalar":
            indent = 1
        while end > start + 1:
            line = self._lines[end - 1]
            stripped = line.strip()
            if (
                stripped
                and len(line) - len(line.lstrip()) >= indent
                and not (stripped.startswith("#") and node.id != "scalar")
            ):
                break
            end -= 1
        return end
