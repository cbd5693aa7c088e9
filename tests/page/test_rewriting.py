from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from factorio_release.forges import FORGES
from factorio_release.page.markdown.document import Document
from factorio_release.page.markdown.edits import apply_edits
from factorio_release.page.portal_text import Rewriting, portal_text
from factorio_release.page.repository_tree import RepositoryTree
from factorio_release.page.source_urls import SourceUrls
from factorio_release.page.target_resolver import TargetResolver, is_complete
from tests.page.reversal import reversed_edits
from tests.page.structure import rendered
from tests.page.test_targets import MARKDOWN

RESOLVER = TargetResolver(
    "docs/guide.md",
    RepositoryTree(Path("/nonexistent")),
    SourceUrls("https://codeberg.org/o/r", FORGES["forgejo"], "1.0.0"),
)


@given(MARKDOWN)
def test_only_addresses_change_and_a_second_rewriting_changes_nothing(text: str) -> None:
    document = Document(text.encode())
    rewriting = Rewriting(document, RESOLVER, strip_first_heading=False)
    result = apply_edits(document.source, rewriting.edits)
    assert apply_edits(result, reversed_edits(document.source, rewriting.edits)) == document.source
    again = Rewriting(Document(result), RESOLVER, strip_first_heading=False)
    assert again.edits == []
    assert rendered(result.decode()).shape == rendered(text).shape
    assert all(map(is_complete, (target.url for target in Document(result).targets())))


@given(MARKDOWN | st.text(), st.booleans())
def test_any_text_has_a_portal_text(text: str, strip: bool) -> None:
    read = portal_text(text.encode(), "README.md", RESOLVER, strip_first_heading=strip)
    lines = text.count("\n") + 1
    assert read.text is not None
    assert all(1 <= finding.line <= lines for finding in read.findings)
