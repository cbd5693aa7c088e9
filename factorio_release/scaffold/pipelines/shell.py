"""The commands of a shell script, as far as their text shows them: nothing is run, nothing is expanded."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_QUOTED: Final = re.compile(r"""'[^']*'|"(?:[^"\\]|\\.)*\"""", re.DOTALL)
_SEPARATORS: Final = re.compile(r"\|\||&&|[;|()`\n]|\$\(|&(?!>|\d)")
_HEREDOC: Final = re.compile(r"<<-?\s*(['\"]?)(\w+)\1")
_ASSIGNED: Final = re.compile(r"^(?:local\s+|export\s+|readonly\s+|\$?env:)?\$?[\w.:]+\+?=\S*\s*")
# Words in front of a command that are none themselves. npx and its like start a package's command.
_BEFORE: Final = re.compile(
    r"^(?:if|then|else|elif|while|until|do|!|\{|time|sudo|command|exec|env|-|@|npx|bunx|pnpx"
    r"|(?:pnpm|yarn|bun|npm)\s+(?:exec|dlx|x)|(?:pnpm|yarn)(?=\s+(?:fmtk|semantic-release)\b)|-y|--yes|--)\s+"
)
_OPENS: Final = ("if", "for", "while", "until", "case", "select")
_CLOSES: Final = ("fi", "done", "esac")
_MAX_LINES: Final = 5_000
_MAX_JOINED: Final = (
    200  # lines of one command: an apostrophe that nothing closes would join all of them
)


class Line(NamedTuple):
    """A logical line of a script: its text with continued lines joined, and the lines that it fills."""

    text: str
    start: int
    end: int

    @property
    def plain(self) -> str:
        """The text with quoted parts replaced by a letter: what is in quotes is no command."""
        return _QUOTED.sub("Q", self.text)

    def heads(self) -> Iterator[str]:
        """Yield how each command in it begins: the program and its first argument."""
        for part in _SEPARATORS.split(self.plain):
            words = part.strip()
            while True:
                stripped = _BEFORE.sub("", _ASSIGNED.sub("", words, count=1).strip(), count=1)
                if stripped == words:
                    break
                words = stripped
            if words and not words.startswith(("#", ">", "<", "2>", "Q>")):
                yield " ".join(words.split()[:3])

    def depth(self) -> int:
        """Return how many blocks it opens, less those that it closes."""
        opened = 0
        for part in _SEPARATORS.split(self.plain):
            word = part.split()
            if not word:
                continue
            opened += word[0] in _OPENS
            opened -= word[0] in _CLOSES
        plain = self.plain
        opened += len(re.findall(r"(?<![$\w])\{(?=\s|$)", plain)) - len(
            re.findall(r"(?:^|[\s;])\}", plain)
        )
        return opened


def logical_lines(script: str) -> list[Line]:
    """Return the lines of a script without comments; quotes and here-documents span several lines."""
    lines = script.split("\n")[:_MAX_LINES]
    found: list[Line] = []
    index = 0
    while index < len(lines):
        start, text = index, lines[index]
        index += 1
        last = min(len(lines), start + _MAX_JOINED)
        while index < last and (_continues(text) or _is_quote_open(text)):
            text = (text[:-1] if _continues(text) else text + "\n") + lines[index]
            index += 1
        heredoc = _HEREDOC.search(_QUOTED.sub(lambda m: m[0] if "<<" in m[0] else "Q", text))
        if heredoc:
            index = _behind(lines, index, heredoc[2])
        stripped = text.strip()
        if stripped and not stripped.startswith("#"):
            found.append(Line(_without_comment(stripped), start, index))
    return found


def _continues(text: str) -> bool:
    return (text.endswith("\\") and not text.endswith("\\\\")) or text.rstrip().endswith(" `")


def _is_quote_open(text: str) -> bool:
    without = _QUOTED.sub("", _without_comment(text))
    without = without.replace("\\'", "").replace('\\"', "")
    # An apostrophe in a word, as in a message, opens nothing that a later line would close.
    return without.count('"') % 2 == 1 or bool(re.search(r"(?:^|[\s=(])'[^']*$", without))


def _behind(lines: Sequence[str], index: int, end: str) -> int:
    for behind in range(index, len(lines)):
        if lines[behind].strip() == end:
            return behind + 1
    return len(lines)


def _without_comment(text: str) -> str:
    found = re.search(r"(?:^|\s)#(?![{!])", _QUOTED.sub(lambda m: "Q" * len(m[0]), text))
    if found and "\n" not in text:
        return text[: found.start()].rstrip()
    return text


def head_is(head: str, words: frozenset[str]) -> bool:
    """Return whether a command's head is one of these programs, or programs with their first argument."""
    parts = head.split()
    name = parts[0].rpartition("/")[2] if parts else ""
    return name in words or " ".join([name, *parts[1:2]]) in words
