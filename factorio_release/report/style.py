"""Colours and links for a terminal, or none."""

from __future__ import annotations

from typing import Final, NamedTuple

_CODES: Final = {"bold": 1, "dim": 2, "red": 31, "green": 32, "yellow": 33, "cyan": 36}
_DIFF: Final = {"+": "green", "-": "red", "@": "cyan"}
SEVERITY_COLOURS: Final = {"error": "red", "warning": "yellow", "hint": "cyan"}


class Style(NamedTuple):
    """Colours and links for text that is safe already; without `color` it changes nothing."""

    color: bool = False

    def hyperlink(self, text: str, address: str) -> str:
        """Return `text` as a link, as terminals have them (OSC 8); both are safe already."""
        if not self.color:
            return text
        return f"\x1b]8;;{address}\x1b\\{text}\x1b]8;;\x1b\\"

    def paint(self, text: str, *names: str) -> str:
        """Return `text` in these colours or weights: bold, dim, red, green, yellow, cyan."""
        if not self.color or not text:
            return text
        codes = ";".join(str(_CODES[name]) for name in names)
        return f"\x1b[{codes}m{text}\x1b[0m"

    def diff(self, text: str) -> str:
        """Return a unified diff that is safe already, in the colours of git."""
        if not self.color:
            return text
        return "\n".join(
            self.paint(line, _DIFF[line[0]]) if line[:1] in _DIFF else line
            for line in text.split("\n")
        )
