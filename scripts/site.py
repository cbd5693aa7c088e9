"""Builds the documents as a site: from docs/, a page for each check, and the project's own documents.

python scripts/site.py [FOLDER]        FOLDER gets the site; default build/site

Strict: a link or an anchor that leads nowhere, or a document that the navigation in mkdocs.yml does not have,
fails. The documents are written for GitHub, where a link leads to a file of the repository. Here it leads to
the page of that file, or to the file at this version's tag.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
from scripts.site_markdown import (  # noqa: E402 as of the line above
    CHECKS,
    PAGES,
    for_python_markdown,
    page_of,
    read,
    with_links_of_the_site,
    without_comments,
)

SCHEMA = "factorio_release/schemas/factorio-release.schema.json"
EXAMPLES_GUIDE = "How to read the examples"
# Whoever asks a question wants an answer, then a guide. The pages of findings and messages are many, and use
# the words of all guides; a code or a message as it was printed finds them all the same.
WEIGHTS = {
    "faq": 1.6,
    "getting-started": 1.5,
    "recipes": 1.5,
    "checks": 0.4,
    "troubleshooting": 1.6,
}
WEIGHTS |= dict.fromkeys(
    ("architecture", "decisions", "contributing", "growth", "changes", "security"), 0.1
)
WEIGHTS |= {"index": 0.5, "portal": 0.5, "plan-file": 0.5}


class Check(NamedTuple):
    """The section of one code in docs/checks.md; `about` is the first sentence of it."""

    code: str
    severity: str
    group: str
    body: str

    @property
    def about(self) -> str:
        """What the check finds, as one sentence."""
        (what,) = re.findall(r"\*\*What\.\*\* (.+?)(?:\n\n)", self.body, re.DOTALL)
        return " ".join(re.split(r"(?<=[.])\s", what)[0].split()).replace("|", "\\|")


def project() -> dict[str, str]:
    """Return the project's addresses, and the version as `version`."""
    urls = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["urls"]
    code = (ROOT / "factorio_release" / "__init__.py").read_text("utf-8")
    (version,) = re.findall(r'^__version__ = "(.+)"$', code, re.MULTILINE)
    return {**urls, "version": version}


def read_checks(text: str) -> tuple[str, dict[str, str], list[Check]]:
    """Return the text in front of the groups, the text of each group, and the checks."""
    severities = dict(re.findall(r"^\| \[([a-z0-9-]+)\]\(#\1\) \| (\w+) \|$", text, re.MULTILINE))
    code = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
    # The headings in code are no headings: they are looked for in a text in which code is blank.
    blank = code.sub(lambda found: " " * len(found[0]), text)
    headings = [*re.finditer(r"^(#|##) (.+)$", blank, re.MULTILINE)]
    ends = [*(heading.start() for heading in headings[1:]), len(text)]
    top, group = "", ""
    groups: dict[str, str] = {}
    checks: list[Check] = []
    for heading, end in zip(headings, ends, strict=True):
        body = text[heading.end() : end].strip() + "\n"
        if heading[1] == "##":
            checks.append(Check(heading[2], severities[heading[2]], group, body))
        elif not top:
            top = body.partition("\n|")[0]
        else:
            group = heading[2]
            groups[group] = body
    return top, groups, checks


def check_pages(files: str) -> dict[str, str]:
    """Return a page for each check, and the page that lists them, by their paths on the site."""
    top, groups, checks = read_checks(read(CHECKS))
    pages: dict[str, str] = {}
    listed = ["# Findings", "", top]
    for group, about in sorted(groups.items(), key=lambda one: one[0] == EXAMPLES_GUIDE):
        listed += [f"## {group}", "", about]
        rows = [one for one in checks if one.group == group]
        if rows:
            listed += ["", "| code | severity | |", "| --- | --- | --- |"]
            listed += [
                f"| [{one.code}](#{one.code}) | {one.severity} | {one.about} |" for one in rows
            ]
        listed.append("")
    pages["checks/index.md"] = "\n".join(listed)
    guide = "#" + EXAMPLES_GUIDE.lower().replace(" ", "-")
    for one in checks:
        below = (
            f"*{one.severity}* · [{one.group}](#{_anchor(one.group)}) · [how to read it]({guide})"
        )
        pages[f"checks/{one.code}.md"] = f"# {one.code}\n\n{below}\n\n{one.body}"
    return {path: with_links_of_the_site(text, CHECKS, path, files) for path, text in pages.items()}


def question_pages(files: str) -> dict[str, str]:
    """Return a page for each question of docs/faq.md: a hit of the search then is an answer, not the list."""
    source = "docs/faq.md"
    parts = re.split(r"^### (.+)$", read(source), flags=re.MULTILINE)[1:]
    pages = {}
    for question, answer in zip(parts[::2], parts[1::2], strict=True):
        path = f"faq/{_anchor(question)}.md"
        body = re.split(r"^## ", answer, flags=re.MULTILINE)[0].strip()
        text = f"# {question}\n\n{body}\n\n[All questions](faq.md)\n"
        pages[path] = with_links_of_the_site(text, source, path, files)
    return pages


def front_matter(page: str) -> str:
    """Return what the builder reads in front of a page: its weight in the search, and what it leaves out."""
    name = page.removesuffix(".md") if "/" not in page else page.split("/", maxsplit=1)[0]
    lines: list[str] = []
    if page == "faq.md":  # its questions are pages too
        lines += ["search:", "  exclude: true"]
    elif name in WEIGHTS:
        lines += ["search:", f"  boost: {WEIGHTS[name]}"]
    if name == "troubleshooting":  # a table of contents of 200 messages helps nobody
        lines += ["hide:", "  - toc"]
    return "\n".join(["---", *lines, "---", "", ""]) if lines else ""


def _anchor(heading: str) -> str:
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


def write_source(folder: Path) -> None:
    """Write all that the site is built from, with its configuration, to a folder."""
    home = project()
    files = f"{home['Repository']}/blob/v{home['version']}"
    docs = folder / "docs"
    shutil.copytree(ROOT / "docs", docs, ignore=shutil.ignore_patterns("*.md"))
    sources = [path.relative_to(ROOT).as_posix() for path in sorted(ROOT.glob("docs/**/*.md"))]
    pages = check_pages(files)
    pages |= question_pages(files)
    for source in [*sources, *PAGES]:
        page = page_of(source)
        if page and source not in {"README.md", CHECKS}:
            pages[page] = with_links_of_the_site(read(source), source, page, files)
    for page, text in pages.items():
        place = docs / page
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(front_matter(page) + for_python_markdown(without_comments(text)), "utf-8")
    shutil.copy(ROOT / SCHEMA, docs)
    own = {"INHERIT": ROOT / "mkdocs.yml", "site_url": home["Documentation"]}
    own["repo_url"] = home["Repository"]
    lines = [f"{name}: {json.dumps(str(value))}\n" for name, value in own.items()]
    (folder / "mkdocs.yml").write_text("".join(lines), "utf-8")


def build(folder: Path) -> int:
    """Build the site into a folder; return the exit code of the builder."""
    with tempfile.TemporaryDirectory() as source:
        write_source(Path(source))
        command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--clean"]
        command += ["--config-file", f"{source}/mkdocs.yml", "--site-dir", str(folder.resolve())]
        # Its notice that another program will follow is read in docs/decisions.md.
        environ = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
        done = subprocess.run(command, check=False, env=environ, capture_output=True, text=True)
    if done.returncode:
        print(done.stdout, done.stderr)
    else:
        print(f"{folder}: {len([*folder.rglob('index.html')])} pages")
    return done.returncode


if __name__ == "__main__":
    sys.exit(build(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "build" / "site"))
