"""The site: built strictly from the documents, with a page for each finding at the address that it names."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import urldefrag, urljoin

import pytest
from jsonschema import Draft7Validator

from factorio_release.checks.registry import CHECK_SEVERITIES
from factorio_release.findings import Finding, Severity
from factorio_release.load.findings import LOAD_SEVERITIES
from factorio_release.page.findings import PAGE_SEVERITIES
from factorio_release.project import docs_url

pytest.importorskip("mkdocs", reason="needs mkdocs-material: `pip install --group docs`")
ROOT = Path(__file__).parents[1]
SITE = docs_url("")[:-1]
CODES = sorted({**CHECK_SEVERITIES, **PAGE_SEVERITIES, **LOAD_SEVERITIES})
# All that the site is built from.
SOURCE = ("docs", "mkdocs.yml", "pyproject.toml", "scripts", "factorio_release/__init__.py")


def build(root: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(root / "scripts" / "site.py"), str(folder)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site") / "html"
    done = build(ROOT, folder)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def page(site: Path, address: str) -> Path:
    """The file that the site serves at an address."""
    place = site / urldefrag(address).url.removeprefix(SITE)
    return place / "index.html" if place.is_dir() else place


def test_each_finding_leads_to_a_page_with_its_examples(site: Path) -> None:
    for code in CODES:
        html = page(site, Finding(code, Severity.ERROR, "").docs).read_text("utf-8")
        assert f'<h1 id="{code}">' in html
        assert "<strong>Bad:</strong>" in html
        assert "<strong>Good:</strong>" in html


def test_every_link_of_every_page_leads_somewhere(site: Path) -> None:
    """Also those that the program shows; anchors too."""
    anchors = {
        path: set(re.findall(r'\bid="([^"]+)"', path.read_text("utf-8")))
        for path in site.rglob("*.html")
    }
    wrong = []
    for path, text in ((path, path.read_text("utf-8")) for path in anchors):
        if path.name == "404.html":
            continue
        own = f"{SITE}{path.parent.relative_to(site).as_posix()}/".replace("/./", "/")
        for target in re.findall(r'<a [^>]*href="([^"]+)"', text):
            address = urljoin(own, target)
            if not address.startswith(SITE):
                continue
            place, anchor = page(site, address), urldefrag(address).fragment
            if not place.is_file() or (anchor and anchor not in anchors.get(place, ())):
                wrong.append((own, target))
    assert wrong == []


def test_documents_that_the_program_names_are_pages(site: Path) -> None:
    for path in (ROOT / "factorio_release").rglob("*.py"):
        for name in re.findall(
            r'docs_url\("([^"]+)"\)|docs_url\(\'([^\']+)\'\)', path.read_text("utf-8")
        ):
            assert page(site, docs_url("".join(name))).is_file(), (path, name)


def test_comments_are_shown_in_code_alone(site: Path) -> None:
    """Elsewhere they are marks for tests and for what is generated."""
    html = (site / "page" / "index.html").read_text("utf-8")
    assert "portal:skip" in html
    assert "page fields: begin" not in html


def test_the_schema_is_served_under_its_id(site: Path) -> None:
    schema = ROOT / "factorio_release" / "schemas" / "factorio-release.schema.json"
    text = schema.read_text("utf-8")
    Draft7Validator.check_schema(json.loads(text))
    assert page(site, json.loads(text)["$id"]).read_text("utf-8") == text
    guide = (ROOT / "docs" / "editor.md").read_text("utf-8")
    assert f"$schema={json.loads(text)['$id']}\n" in guide


def test_nothing_is_fetched_from_another_host(site: Path) -> None:
    html = (site / "index.html").read_text("utf-8")
    loaded = re.findall(r'<(?:script|img|link rel="stylesheet")[^>]* (?:src|href)="([^"]+)"', html)
    assert loaded
    assert [target for target in loaded if re.match("https?:|//", target)] == []


def test_what_leads_nowhere_stops_the_build(tmp_path: Path) -> None:
    """A page that there is not, an anchor that there is not, and a page without a place in the navigation.

    Every document is cut to its title, for speed. Without the mistakes that site is built.
    """
    names = [*SOURCE, *(path.name for path in ROOT.glob("*.md"))]
    names.append("factorio_release/schemas/factorio-release.schema.json")
    for name in names:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, tmp_path / name)
        else:
            shutil.copy(ROOT / name, tmp_path / name)
    for source in tmp_path.rglob("*.md"):
        source.write_text("# Title\n", "utf-8")
    assert build(tmp_path, tmp_path / "html").returncode == 0
    wrong = {"ship.md": "[x](nowhere.md) [y](page.md#no-such-part)", "without-a-place.md": "# New"}
    for document, text in wrong.items():
        with (tmp_path / "docs" / document).open("a", encoding="utf-8") as opened:
            opened.write(f"\n{text}\n")
    done = build(tmp_path, tmp_path / "html")
    assert done.returncode == 1
    for said in ("nowhere.md", "no-such-part", "without-a-place.md"):
        assert said in done.stdout
