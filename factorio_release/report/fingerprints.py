"""Names for findings that stay the same when lines move."""

from __future__ import annotations

from collections import Counter
from hashlib import sha256
from typing import TYPE_CHECKING

from factorio_release.report.source_excerpt import SourceLines

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from factorio_release.findings import Finding


def fingerprints(findings: Iterable[Finding], sources: Mapping[str, str] | None) -> list[str]:
    """Return a SHA-256 in hex for each finding, all of them different.

    It is made from the code, the file and the text of the line (the message where the text is not
    known), so that lines inserted above change nothing. Findings that are equal in these are numbered:
    GitLab keeps one entry of each fingerprint.
    """
    lines = SourceLines(sources)
    seen: Counter[tuple[str, ...]] = Counter()
    digests = []
    for finding in findings:
        content = (finding.code, finding.file, lines.of(finding).strip() or finding.message)
        seen[content] += 1
        numbered = "\0".join((*content, str(seen[content])))
        digests.append(sha256(numbered.encode(errors="surrogatepass")).hexdigest())
    return digests
