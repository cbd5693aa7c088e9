"""Makes text from outside harmless: for a terminal, for a CI log, for Markdown.

File names, changelogs and the portal's answers are untrusted: a text in them could move the terminal's
cursor, be obeyed by a CI runner, or put markup into a summary.
The GitHub runner reads two forms of line as commands: `::name …::data` after optional space, and
`##[name …]data` anywhere in a line (its first form, which it still obeys). Both are broken up.
"""

from __future__ import annotations

import re
from typing import Final

# Controls, bidirectional and invisible formatting, line separators, lone surrogates. The two joiners
# that Persian and emoji need (U+200C, U+200D) are kept.
# The patterns are compiled when first used: a start that prints plain ASCII needs none.
_HIDDEN: Final = (
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)
_HIDDEN_EXCEPT_NEWLINE: Final = rf"(?!\n){_HIDDEN}"
_SPELLED: Final = {"\n": "\\n", "\r": "\\r", "\t": " "}
_COMMAND: Final = r"(?m)^(\s*):(?=:)"
_MARKDOWN_MARKS: Final = "\\`*_{}[]()#+-.!|~$:@^="
_MARKDOWN: Final = str.maketrans(
    {mark: f"\\{mark}" for mark in _MARKDOWN_MARKS} | {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
)
# As the runner's own toolkit encodes them (actions-toolkit, `issue_command`).
_DATA: Final = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY: Final = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A", ":": "%3A", ",": "%2C"})


def without_commands(text: str) -> str:
    r"""Break up what a CI runner would obey as a command: `::` becomes `:\:`, `##[` becomes `##\[`."""
    return re.sub(_COMMAND, r"\1:\\", text).replace("##[", r"##\[")


def terminal(text: str) -> str:
    r"""Return `text` on one line, hidden characters spelled out (`\x1b`, `\u202e`, `\n`)."""
    if not (text.isascii() and text.isprintable()):
        text = re.sub(_HIDDEN, _spelled, text)
    return without_commands(text)


def terminal_lines(text: str) -> str:
    """Return `text` as `terminal` does, but with its line ends, all of them LF."""
    with_lf = text.replace("\r\n", "\n")
    return without_commands(re.sub(_HIDDEN_EXCEPT_NEWLINE, _spelled, with_lf))


def markdown(text: str) -> str:
    """Return `text` on one line, as Markdown that shows it literally, also in a table cell."""
    return terminal(text).translate(_MARKDOWN)


def markdown_code(text: str) -> str:
    """Return `text` as code; unlike a code span, the element holds any character, also in a table."""
    return f"<code>{markdown(text)}</code>"


def markdown_sentence(text: str) -> str:
    """Return a sentence of our own in which commands stand in backquotes; these become code."""
    parts = text.split("`")
    if len(parts) % 2 == 0:  # an odd number of backquotes: one is from outside
        return markdown(text)
    return "".join(
        markdown_code(part) if number % 2 else markdown(part) for number, part in enumerate(parts)
    )


def markdown_link(label: str, address: str) -> str:
    """Return a link; an address that is not http or https is shown as code."""
    if not address.startswith(("https://", "http://")):
        return f"{markdown(label)}: {markdown_code(address)}"
    from urllib.parse import quote  # noqa: PLC0415 start-up: only for Markdown

    return f"[{markdown(label)}]({quote(address, safe=':/?=&#%+,;~', errors='backslashreplace')})"


def markdown_fence(text: str, language: str = "") -> str:
    """Return `text` as a fenced code block that nothing in it can end."""
    content = terminal_lines(text)
    longest_run = max(map(len, re.findall("`+", content)), default=0)
    fence = "`" * max(3, longest_run + 1)
    return f"{fence}{language}\n{content}\n{fence}"


def markdown_quote(text: str) -> str:
    """Return Markdown from outside as a block quote: no HTML, no images, and no open block after it."""
    lines = terminal_lines(text).splitlines()
    return "\n".join(f"> {_without_html(line)}".rstrip() for line in lines)


def _without_html(line: str) -> str:
    """Return a line of Markdown in which every `<` is written as an entity.

    Code becomes the element, since a code span would show the entity as it is written. A `<` that is
    escaped already loses its backslash, which would escape the entity's `&`.
    """
    parts = re.split(r"(?<![\\`])`+([^`]+)`+", line)
    parts[1::2] = [markdown_code(code.strip()) for code in parts[1::2]]
    parts[::2] = [re.sub(r"(?<!\\)\\*<", "&lt;", part).replace("![", r"!\[") for part in parts[::2]]
    return "".join(parts)


def workflow_data(text: str) -> str:
    """Return `text` as the message of a workflow command."""
    return text.translate(_DATA)


def workflow_property(text: str) -> str:
    """Return `text` as a property of a workflow command."""
    return text.translate(_PROPERTY)


def json_in_log(text: str) -> str:
    r"""Return JSON with the runner's older command form broken up; JSON has `##[` in strings only."""
    return text.replace("##[", r"##\u005b")


def _spelled(match: re.Match[str]) -> str:
    character = match.group()
    return _SPELLED.get(character) or ascii(character)[1:-1]
