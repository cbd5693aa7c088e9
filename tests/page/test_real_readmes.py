"""Real Markdown files, from a folder `<repository>/<path in it>` that the environment names."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from factorio_release.forges import FORGES
from factorio_release.page.markdown.document import Document
from factorio_release.page.markdown.edits import apply_edits
from factorio_release.page.portal_text import Rewriting
from factorio_release.page.repository_tree import RepositoryTree
from factorio_release.page.source_urls import SourceUrls
from factorio_release.page.target_resolver import TargetResolver, is_complete
from tests.page.reversal import reversed_edits
from tests.page.structure import rendered

FOLDER = os.environ.get("READMES_UNDER_TEST", "")
FILES = sorted(path for path in Path(FOLDER).rglob("*") if path.is_file()) if FOLDER else []
SOURCE = SourceUrls("https://github.com/OWNER/REPO", FORGES["github"], "v1.2.3")

pytestmark = pytest.mark.skipif(
    not FILES, reason="set READMES_UNDER_TEST to a folder of repositories with Markdown files"
)


def rewriting_of(path: Path, document: Document) -> Rewriting:
    repository = Path(FOLDER) / path.relative_to(FOLDER).parts[0]
    tree = RepositoryTree(repository)
    resolver = TargetResolver(path.relative_to(repository).as_posix(), tree, SOURCE)
    return Rewriting(document, resolver, strip_first_heading=False)


def read(path: Path) -> bytes:
    source = path.read_bytes()
    try:
        source.decode()
    except UnicodeDecodeError:
        pytest.skip("not UTF-8")
    return source


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(FOLDER).as_posix())
def test_only_targets_change_and_none_is_left_relative(path: Path) -> None:
    source = read(path)
    rewriting = rewriting_of(path, Document(source))
    result = apply_edits(source, rewriting.edits)
    assert apply_edits(result, reversed_edits(source, rewriting.edits)) == source
    before, after = rendered(source.decode()), rendered(result.decode())
    assert after.shape == before.shape
    assert len(after.addresses) == len(before.addresses)
    outside = [problem for _, problem in rewriting.problems if problem.code == "page-link-outside"]
    relative = [address for address in after.addresses if not is_complete(address)]
    assert len(relative) <= len(outside), relative
    assert rewriting_of(path, Document(result)).edits == []
