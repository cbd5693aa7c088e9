"""Reader of `factorio-release.yml`: YAML whose scalars stay text, with the line of every value.

A general YAML loader turns `2.0` into a number, `1.10` into 1.1 and `no` into False. It lets the second of
two equal keys win, and expands aliases without a bound. So this reader takes the parser's events itself.
Scalars are text (`null` and `~` are None) and keys are unique. Tags, anchors and aliases are refused, and
size and depth have limits.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from factorio_release.disk.bounded_file import read_file
from factorio_release.errors import UsageError
from factorio_release.limits import MAX_CONFIG_BYTES, MAX_CONFIG_DEPTH
from factorio_release.parsers.positions import line_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# NUL, and surrogates: no other program could take such text, and UTF-8 cannot encode it.
_FORBIDDEN_CHARACTERS: Final = re.compile("[\0\ud800-\udfff]")


class Node(NamedTuple):
    """A value of the file: text, None, a list of nodes or a mapping of nodes, and its line."""

    value: str | list[Node] | dict[str, Node] | None
    line: int

    def plain(self) -> Any:
        """Return the value without the lines."""
        if isinstance(self.value, list):
            return [node.plain() for node in self.value]
        if isinstance(self.value, dict):
            return {key: node.plain() for key, node in self.value.items()}
        return self.value


def read_config(path: Path) -> dict[str, Node]:
    """Return the file's keys with their values; an empty file has none.

    Raises UsageError with file and line when the file is not a mapping of plain data.
    """
    import yaml  # noqa: PLC0415 start-up: only when there is a config file

    try:
        events = yaml.parse(
            read_file(path, MAX_CONFIG_BYTES).decode("utf-8-sig"), Loader=yaml.SafeLoader
        )
        root = _document(_Events(str(path), events))
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        line = line_of(error.object, error.start)
        raise UsageError(f"{path}:{line}: not UTF-8; save the file as UTF-8") from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f":{mark.line + 1}:{mark.column + 1}" if mark else ""
        raise UsageError(f"{path}{place}: not YAML: {error.problem or error.context}") from error
    except (ValueError, OverflowError) as error:
        # PyYAML does not catch the errors of its number conversions: "\UFFFFFFFF", %YAML with 5,000 digits.
        raise UsageError(f"{path}: not YAML: a number in it is out of range") from error
    except yaml.YAMLError as error:
        raise UsageError(f"{path}: not YAML: {str(error).splitlines()[0]}") from error
    if root.value is None:
        return {}
    if not isinstance(root.value, dict):
        raise UsageError(
            f"{path}:{root.line}: the file must be a mapping of option names to values"
        )
    return root.value


class _Events:
    """The parser's events; those beyond plain data raise UsageError."""

    def __init__(self, file: str, events: Iterator[Any]) -> None:
        self.file = file
        self._events = events

    def next(self) -> tuple[str, Any]:
        """Return the next event with its kind, such as `Scalar` or `MappingStart`."""
        event = next(self._events)
        kind = type(event).__name__.removesuffix("Event")
        if kind == "Alias" or getattr(event, "anchor", None):
            raise self.wrong(event, "anchors and aliases are not supported; write the value out")
        if kind == "Scalar" and _FORBIDDEN_CHARACTERS.search(event.value):
            raise self.wrong(
                event, "a character is not allowed in text: NUL, or half of a surrogate pair"
            )
        if getattr(event, "tag", None):
            raise self.wrong(event, f"the tag {event.tag} is not supported; write the plain value")
        return kind, event

    def wrong(self, event: Any, message: str) -> UsageError:
        """Return an error at the place of an event."""
        return UsageError(f"{self.file}:{event.start_mark.line + 1}: {message}")


def _document(events: _Events) -> Node:
    root = Node(None, 1)
    documents = 0
    while True:
        kind, event = events.next()
        if kind == "StreamEnd":
            return root
        if kind == "DocumentStart":
            documents += 1
            if documents > 1:
                raise events.wrong(event, "a second document begins; the file has one")
            root = _node(events, *events.next(), depth=0)


def _node(events: _Events, kind: str, event: Any, depth: int) -> Node:
    line = event.start_mark.line + 1
    if depth > MAX_CONFIG_DEPTH:
        raise events.wrong(event, f"nested deeper than {MAX_CONFIG_DEPTH} levels")
    if kind == "Scalar":
        # A quoted "null" has a style and stays text.
        is_null = event.style is None and event.value in {"", "~", "null", "Null", "NULL"}
        return Node(None if is_null else event.value, line)
    if kind == "SequenceStart":
        return Node(list(_items(events, depth)), line)
    return Node(_mapping(events, depth), line)


def _items(events: _Events, depth: int) -> Iterator[Node]:
    while True:
        kind, event = events.next()
        if kind == "SequenceEnd":
            return
        yield _node(events, kind, event, depth=depth + 1)


def _mapping(events: _Events, depth: int) -> dict[str, Node]:
    mapping: dict[str, Node] = {}
    while True:
        kind, event = events.next()
        if kind == "MappingEnd":
            return mapping
        if kind != "Scalar":
            raise events.wrong(event, "a key must be a word")
        if event.value in mapping:
            raise events.wrong(event, f"{event.value} is here a second time; remove one of the two")
        mapping[event.value] = _node(events, *events.next(), depth=depth + 1)
