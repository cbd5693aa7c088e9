"""The source lines of findings, and names for findings that stay when lines move."""

from __future__ import annotations

from collections import Counter
from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from factorio_release.findings import Finding


class SourceLines:
    """The lines of the files that findings are in; each file is split once, when first asked for."""

    def __init__(self, sources: Mapping[str, str] | None) -> None:
        self._sources = sources or {}
        self._lines: dict[str, list[str]] = {}

    def of(self, finding: Finding) -> str:
        """Return the line that a finding speaks of, or the empty string where it is not known."""
        if finding.file not in self._lines:
            self._lines[finding.file] = self._sources.get(finding.file, "").split("\n")
        lines = self._lines[finding.file]
        return lines[finding.line - 1].rstrip("\r") if 0 < finding.line <= len(lines) else ""


def fingerprints(findings: Iterable[Finding], sources: Mapping[str, str] | None) -> list[str]:
    """Return a fingerprint for each finding, all of them different.

    It is made of the code, the file and the text of the line (the message, where the text is not
    known), so that lines inserted above change nothing. Equal ones are numbered in their order.
    """
    lines = SourceLines(sources)
    seen: Counter[tuple[str, ...]] = Counter()
    names = []
    for finding in findings:
        place = (finding.code, finding.file, lines.of(finding).strip() or finding.message)
        seen[place] += 1
        content = "\0".join((*place, str(seen[place])))
        names.append(sha256(content.encode(errors="surrogatepass")).hexdigest())
    return names
