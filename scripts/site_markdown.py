"""A document of the repository as the site needs it: its links, its lists, and without comments."""

from __future__ import annotations

import posixpath
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CHECKS = "docs/checks.md"
# Documents outside of docs/ that are pages. README is the project's page on GitHub; here docs/index.md is.
PAGES = {
    "README.md": "index.md",
    "CHANGELOG.md": "changes.md",
    "CONTRIBUTING.md": "contributing.md",
    "SECURITY.md": "security.md",
    CHECKS: "checks/index.md",
}
# Code, in which nothing is a link, or a link or picture with its target.
LINK = re.compile(
    r"^ *```.*?^ *```|`[^`\n]+`|(!?\[[^\]]*\]\()([^)\s]+)(?=\))", re.MULTILINE | re.DOTALL
)
FENCE = re.compile(r" *```")
BLOCK = re.compile(r" *(?:[-*] |[0-9]+\. |\| |```)")
CONTINUES = re.compile(r" *(?:[-*] |[0-9]+\. |\| |> |#|<!--)| {2,}")
COMMENT = re.compile(r"(^ *```.*?^ *```|`[^`\n]+`)|<!--.*?-->\n?", re.MULTILINE | re.DOTALL)


def page_of(path: str) -> str | None:
    """Return the page of a file of the repository, None where the site has none."""
    if path in PAGES:
        return PAGES[path]
    return path.removeprefix("docs/") if path.startswith("docs/") else None


def with_links_of_the_site(text: str, source: str, page: str, files: str) -> str:
    """Return a document with its links as they are on the site.

    `source` is its path in the repository, `page` its path on the site, `files` the address of the files.
    """
    checks = {*re.findall(r"^\| \[([a-z0-9-]+)\]\(#\1\)", read(CHECKS), re.MULTILINE)}

    def written(found: re.Match[str]) -> str:
        if found[1] is None:
            return found[0]
        target, _, anchor = found[2].partition("#")
        if re.match(r"[a-z]+:", found[2]):
            return found[0]
        path = (
            posixpath.normpath(posixpath.join(posixpath.dirname(source), target))
            if target
            else source
        )
        if path == CHECKS and anchor in checks:
            place: str | None = f"checks/{anchor}.md"
            anchor = ""
        else:
            place = page_of(path)
        if place is None:
            address = f"{files}/{path}"
        elif place == page:
            address = "" if anchor else posixpath.basename(page)
        else:
            address = posixpath.relpath(place, posixpath.dirname(page) or ".")
        return f"{found[1]}{address}{'#' if anchor else ''}{anchor}"

    return LINK.sub(written, text)


def without_comments(text: str) -> str:
    """Return a document without its comments, which are for tests; those in code are shown."""
    return COMMENT.sub(lambda found: found[1] or "", text)


def for_python_markdown(text: str) -> str:
    """Return Markdown of GitHub with what Python's Markdown needs: empty lines, and four spaces in a list."""
    lines: list[str] = []
    fenced = False
    for line in text.splitlines():
        before = lines[-1] if lines else ""
        if FENCE.match(line):
            fenced = not fenced
            if fenced and before.strip() and not CONTINUES.match(before):
                lines.append("")
        elif not fenced and BLOCK.match(line) and before.strip() and not CONTINUES.match(before):
            lines.append("")
        lines.append(re.sub(r"^ {3}(?=\S)", "    ", line) if line.startswith("   ") else line)
    return "\n".join(lines) + "\n"


def read(path: str) -> str:
    """Return the text of a file of the repository."""
    return (ROOT / path).read_text("utf-8")
