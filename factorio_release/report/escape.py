"""Makes text from outside harmless: for a terminal, for a CI log, for Markdown.

The GitHub runner takes two forms of line for commands: `::name …::data` behind optional space, and
`##[name …]data` anywhere in a line (its first form, which it still obeys). Both are broken up.
"""

from __future__ import annotations

import re
from typing import Final

# Controls, bidirectional and invisible formatting, line separators, lone surrogates. The two joiners
# that Persian and emoji need (U+200C, U+200D) stay.
_HIDDEN: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)
_HIDDEN_BUT_NEWLINE: Final = re.compile(rf"(?!\n){_HIDDEN.pattern}")
_COMMAND: Final = re.compile(r"^(\s*):(?=:)", re.MULTILINE)
_MARKDOWN: Final = str.maketrans(
    {mark: f"\\{mark}" for mark in "\\`*_{}[]()#+-.!|~$:@^="} | {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
)
_DATA: Final = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY: Final = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A", ":": "%3A", ",": "%2C"})


def without_commands(text: str) -> str:
    r"""Break up what a CI runner would take for a command: `::` becomes `:\:`, `##[` becomes `##\[`."""
    return _COMMAND.sub(r"\1:\\", text).replace("##[", r"##\[")


def terminal(text: str) -> str:
    r"""Return `text` on one line, hidden characters spelled out (`\x1b`, `\u202e`, `\n`)."""
    return without_commands(_HIDDEN.sub(_spelled, text))


def terminal_lines(text: str) -> str:
    """Return `text` as `terminal` does, its line ends kept and all of them LF."""
    text = text.replace("\r\n", "\n")
    return without_commands(_HIDDEN_BUT_NEWLINE.sub(_spelled, text))


def markdown(text: str) -> str:
    """Return `text` on one line, as Markdown that shows it literally; fit for a table cell."""
    return terminal(text).translate(_MARKDOWN)


def markdown_code(text: str) -> str:
    """Return `text` set as code; unlike a code span it holds any character, even in a table."""
    return f"<code>{markdown(text)}</code>"


def markdown_link(label: str, address: str) -> str:
    """Return a link, or the address as code where it leads elsewhere than to the web."""
    if not address.startswith(("https://", "http://")):
        return f"{markdown(label)}: {markdown_code(address)}"
    from urllib.parse import quote  # noqa: PLC0415 start-up: only for Markdown

    return f"[{markdown(label)}]({quote(address, safe=':/?=&#%+,;~', errors='backslashreplace')})"


def markdown_fence(text: str, language: str = "") -> str:
    """Return `text` as a fenced code block that nothing in it can end."""
    text = terminal_lines(text)
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{text}\n{fence}"


def markdown_quote(text: str) -> str:
    """Return Markdown from outside as a quotation: no HTML, no images, and nothing that outlives it."""
    tamed = terminal_lines(text).replace("<", "&lt;").replace("![", r"!\[")
    return "\n".join(f"> {line}".rstrip() for line in tamed.splitlines())


def workflow_data(text: str) -> str:
    """Return `text` as the message of a workflow command."""
    return text.translate(_DATA)


def workflow_property(text: str) -> str:
    """Return `text` as a property of a workflow command."""
    return text.translate(_PROPERTY)


def json_in_log(text: str) -> str:
    r"""Return JSON with the runner's older command form broken up; `##[` stands in strings only."""
    return text.replace("##[", r"##\u005b")


def _spelled(match: re.Match[str]) -> str:
    character = match.group()
    return {"\n": "\\n", "\r": "\\r", "\t": " "}.get(character) or ascii(character)[1:-1]
