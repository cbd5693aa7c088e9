from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from factorio_release.forges import FORGES
from factorio_release.mod_page import PAGE_FIELDS, ModPage
from factorio_release.page.declared import DeclaredPage, fmtk_page, fmtk_places
from factorio_release.page.desired import read_page
from factorio_release.page.findings import PAGE_CODES
from factorio_release.page.image_references import image_reference
from factorio_release.page.result import DesiredPage
from factorio_release.page.source_urls import SourceUrls
from factorio_release.parsers.info import read_info
from tests.page.pictures import PNG

if TYPE_CHECKING:
    from factorio_release.findings import Finding
    from factorio_release.parsers.info import Info

SOURCE = SourceUrls("https://github.com/o/r", FORGES["github"], "1.0.0")


class Trial:
    """A mod folder inside a repository, and the desired page of what is declared there."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.mod = root / "mod"
        self.mod.mkdir()
        self.info: dict[str, Any] = {"name": "trial", "title": "Trial", "description": "It tries."}

    def write(self, path: str, content: str | bytes) -> Path:
        file = self.mod / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        return file

    @property
    def read_info(self) -> Info:
        return read_info(json.dumps(self.info, indent=2).encode())

    def desired(self, source: SourceUrls | None = SOURCE, **fields: Any) -> DesiredPage:
        for name in {"description", "faq"} & fields.keys():
            if isinstance(fields[name], str):
                fields[name] = (fields[name],) if fields[name] else ()
        return self.of(DeclaredPage(root=self.mod, **fields), source)

    def of_fmtk(self, source: SourceUrls | None = SOURCE) -> DesiredPage:
        info = self.read_info
        return self.of(fmtk_page(info.package, self.mod, fmtk_places(info)), source)

    def of(self, declaration: DeclaredPage, source: SourceUrls | None) -> DesiredPage:
        return read_page(declaration, self.mod, self.read_info, source, repository_root=self.root)


@pytest.fixture
def trial(tmp_path: Path) -> Trial:
    return Trial(tmp_path)


def places(findings: tuple[Finding, ...]) -> list[tuple[str, str, int]]:
    return [(finding.code, finding.file, finding.line) for finding in findings]


def test_a_page_without_declared_fields_is_empty(trial: Trial) -> None:
    trial.write("README.md", "# Trial\n")
    assert trial.desired() == DesiredPage()
    trial.info["package"] = {"ignore": ["*.xcf"]}
    assert trial.of_fmtk() == DesiredPage()


def test_a_whole_page(trial: Trial) -> None:
    trial.write("README.md", "# Trial\n\n![a](a.png) [faq](FAQ.md)\n")
    trial.write("FAQ.md", "Why?\n")
    trial.write("a.png", PNG)
    trial.write("g/c.png", PNG + b"c")
    trial.write("g/b.png", PNG + b"b")
    desired = trial.desired(
        title="A trial",
        description="README.md",
        faq="FAQ.md",
        category="utilities",
        tags=("trains", "power", "trains"),
        license="MIT",
        homepage="https://x.y",
        source_url="auto",
        deprecated=False,
        images=("a.png", "g/*.png"),
        prune_images=True,
    )
    assert desired.findings == ()
    assert (desired.prune, desired.ordered) == (True, True)
    page = desired.page
    assert [name for name in PAGE_FIELDS if getattr(page, name) is None] == []
    assert page.images is not None
    assert [image.name for image in page.images] == ["a.png", "b.png", "c.png"]
    assert page == ModPage(
        title="A trial",
        summary="It tries.",
        description="# Trial\n\n![a](https://raw.githubusercontent.com/o/r/1.0.0/mod/a.png) "
        "[faq](https://github.com/o/r/blob/1.0.0/mod/FAQ.md)\n",
        faq="Why?\n",
        category="utilities",
        tags=("trains", "power"),
        license="default_mit",
        homepage="https://x.y",
        source_url="https://github.com/o/r",
        deprecated=False,
        images=page.images,
    )


def test_empty_clears_and_unset_leaves_alone(trial: Trial) -> None:
    page = trial.desired(
        description="", faq="", category="", homepage="", images=(), prune_images=True
    ).page
    assert (page.description, page.faq, page.category, page.homepage) == ("", "", "no-category", "")
    assert page.images == ()
    assert (page.tags, page.license, page.source_url, page.deprecated) == (None,) * 4
    trial.info |= {"description": "", "title": ""}
    assert trial.desired(category="content").page == ModPage(category="content")
    assert trial.desired(tags=()).page.tags == ()


def test_a_document_above_the_mod_folder(trial: Trial) -> None:
    (trial.root / "README.md").write_text("[a](mod/info.json)\n[b](gone.md)\n")
    trial.write("info.json", "{}")
    desired = trial.desired(description="../README.md")
    assert desired.page.description is not None
    assert "https://github.com/o/r/blob/1.0.0/mod/info.json" in desired.page.description
    assert places(desired.findings) == [("page-link-missing", "../README.md", 2)]


def test_lines_are_those_of_the_file(trial: Trial) -> None:
    text = "\ufeff# Trial\n\n<!-- portal:skip -->\n[x](x.md)\n<!-- portal:end -->\nü [y](y.md)\n"
    trial.write("README.md", text + "<!-- portal:only\n[z](z.md)\n-->\n<!-- portal:end -->\n")
    desired = trial.desired(description="README.md", strip_first_heading=True)
    blob = "https://github.com/o/r/blob/1.0.0/mod"
    assert desired.page.description is not None
    left = f"ü [y]({blob}/y.md) [z]({blob}/z.md) <!-- portal:end -->"
    assert desired.page.description.split() == left.split()
    assert [(f.code, f.line, f.column) for f in desired.findings] == [
        ("page-region", 10, 1),
        ("page-link-missing", 6, 7),
        ("page-link-missing", 8, 5),
    ]


HEADINGS = {
    "atx": ("# A\n\nb\n", "b\n"),
    "setext": ("A\n===\nb\n", "b\n"),
    "of level 2": ("## A\n\nb\n", "## A\n\nb\n"),
    "not first": ("a\n\n# B\n", "a\n\n# B\n"),
    "alone": ("# A\n", ""),
    "code follows": ("# A\n\n    b\n", "    b\n"),
    "with an image": ("# A ![b](b.png)\n\nc", "c"),
}


@pytest.mark.parametrize("case", HEADINGS)
def test_the_first_heading_is_removed_on_request(trial: Trial, case: str) -> None:
    source, expected = HEADINGS[case]
    trial.write("README.md", source)
    desired = trial.desired(description="README.md", strip_first_heading=True)
    assert (desired.page.description, desired.findings) == (expected, ())
    kept = trial.desired(source=None, description="README.md", strip_first_heading=False)
    assert kept.page.description == source


def test_images_of_texts_go_to_the_gallery_on_request(trial: Trial) -> None:
    trial.write(
        "README.md",
        '![a](a.png) <img src="b.svg"> ![c][c] ![d](https://x.y/d.png)\n\n[c]: ./c.png\n\n'
        '<video src="e.mp4" poster="a.png">\n',
    )
    trial.write("e.mp4", "film")
    trial.write("a.png", PNG)
    trial.write("b.svg", "<svg></svg>")
    trial.write("c.png", PNG + b"c")
    desired = trial.desired(description="README.md", images=("c.png",), markdown_images="gallery")
    assert desired.page.images is not None
    assert desired.page.description is not None
    assert [image.name for image in desired.page.images] == ["c.png", "a.png"]
    c, a = (image_reference(image.id) for image in desired.page.images)
    assert f"![a]({a}) " in desired.page.description
    assert f"\n\n[c]: {c}\n" in desired.page.description
    assert f'poster="{a}"' in desired.page.description
    assert (
        '<img src="https://raw.githubusercontent.com/o/r/1.0.0/mod/b.svg">'
        in desired.page.description
    )
    assert (
        '<video src="https://raw.githubusercontent.com/o/r/1.0.0/mod/e.mp4"'
        in desired.page.description
    )
    assert places(desired.findings) == [("page-image-inline", "README.md", 1)]
    unnamed = trial.desired(description="README.md", markdown_images="gallery", prune_images=True)
    assert (unnamed.prune, unnamed.ordered) == (False, False), (
        "no gallery is declared that could be in order"
    )


def test_fmtks_defaults_are_declared(trial: Trial) -> None:
    trial.info |= {"homepage": "https://x.y", "package": {"sync_portal_details": True}}
    trial.write("ReadMe.MD", "# Trial\n\ntext\n")
    desired = trial.of_fmtk()
    assert desired.findings == ()
    assert desired.page == ModPage(
        title="Trial", summary="It tries.", homepage="https://x.y", description="text\n"
    )
    trial.info["package"] = {
        "gallery": ["*.png"],
        "faq": "help.md",
        "markdown": {"strip_first_header": False},
    }
    trial.write("a.png", PNG)
    trial.write("Help.md", "# Help\n")
    desired = trial.of_fmtk()
    assert (desired.page.faq, desired.prune, desired.ordered) == ("# Help\n", True, True)


def test_a_link_to_a_file_that_git_does_not_track_has_a_finding(trial: Trial) -> None:
    trial.write("README.md", "[a](a.md) [b](b.md)\n")
    trial.write("a.md", "")
    trial.write("b.md", "")
    declaration = DeclaredPage(description=("README.md",), root=trial.mod)
    desired = read_page(
        declaration,
        trial.mod,
        trial.read_info,
        SOURCE,
        repository_root=trial.root,
        tracked={"mod/a.md"},
    )
    assert [(f.code, f.message.split()[0]) for f in desired.findings] == [
        ("page-link-untracked", "b.md")
    ]


# What is declared, and the one finding it makes: code, words of the message, words of the hint.
PROBLEMS: dict[str, tuple[dict[str, Any], str, str, str]] = {
    "title empty": ({"title": ""}, "page-title", "takes 1 to 250", "such as My mod"),
    "title long": (
        {"title": "x" * 251},
        "page-title",
        "251 characters; the portal takes 1 to 250",
        "Shorten",
    ),
    "summary long": (
        {"summary": "x" * 501},
        "page-summary",
        "501 characters; the portal takes at most 500",
        "Shorten",
    ),
    "category": ({"category": "general"}, "page-category", "'general'", "Did you mean content"),
    "tag": ({"tags": ("train",)}, "page-tag-unknown", "'train'", "Did you mean trains"),
    "license": ({"license": "GPL"}, "page-license", "'GPL'", "Did you mean"),
    "homepage": ({"homepage": "x.y"}, "page-url", "homepage", "https://"),
    "homepage long": (
        {"homepage": f"https://x.y/{'z' * 250}"},
        "page-url",
        "takes at most 256",
        "shorter",
    ),
    "homepage with a space": ({"homepage": "https://x.y/a b"}, "page-url", "homepage", "https://"),
    "source": ({"source_url": "git@github.com:o/r"}, "page-url", "source-url", "https://"),
    "homepage with a password": (
        {"homepage": "https://u:p@x.y/z"},
        "page-url",
        "homepage",
        "without",
    ),
    "source with a user": ({"source_url": "https://u@x.y/z"}, "page-url", "source-url", "without"),
    "description gone": ({"description": ("gone.md",)}, "page-file-missing", "gone.md", "Markdown"),
    "description outside": (
        {"description": ("../../out.md",)},
        "page-file-outside",
        "out.md",
        "Move",
    ),
    "faq no text": ({"faq": ("bad.md",)}, "page-file-encoding", "0xFF", "UTF-8"),
    "image gone": ({"images": ("gone.png",)}, "page-image-missing", "gone.png", "relative"),
    "glob of nothing": ({"images": ("*.gif",)}, "page-image-missing", "*.gif", "gallery/*.png"),
    "glob of too much": (
        {"images": ("{1..99999}.png",)},
        "page-image-missing",
        "99999",
        "gallery/*.png",
    ),
    "image outside": ({"images": ("../../out.png",)}, "page-file-outside", "out.png", "Move"),
    "no image": ({"images": ("bad.md",)}, "page-image-format", "no image", "PNG"),
    "url match": (
        {"description": ("ok.md",), "url_match": "("},
        "page-url-match",
        "url_match",
        "Python",
    ),
}


@pytest.mark.parametrize("case", PROBLEMS)
def test_each_problem_is_one_finding(trial: Trial, case: str) -> None:
    declared, code, message, hint = PROBLEMS[case]
    trial.write("ok.md", "ok\n")
    trial.write("bad.md", b"a\nb\xff\n")
    trial.root.joinpath("repository").mkdir()
    (trial.root / "out.md").write_text("out")
    (trial.root / "out.png").write_bytes(PNG)
    mod = trial.root / "repository" / "mod"
    trial.mod.rename(mod)
    field = next(iter(declared))
    declaration = DeclaredPage(**declared, root=mod, places={field: ("factorio-release.yml", 7, 3)})
    desired = read_page(declaration, mod, trial.read_info, SOURCE, repository_root=mod.parent)
    (finding,) = desired.findings
    assert finding.code == code
    assert message in finding.message
    assert hint in finding.hint
    assert "\n" not in finding.message + finding.hint
    if code not in {"page-file-encoding", "page-image-format", "page-url-match"}:
        assert (finding.file, finding.line, finding.column) == ("factorio-release.yml", 7, 3)
    if field in {"description", "faq"} and code.startswith("page-file"):
        assert getattr(desired.page, field) is None, (
            "what could not be read must not clear the live page"
        )


def test_a_file_that_is_not_utf8_has_a_finding_at_its_line(trial: Trial) -> None:
    trial.write("README.md", b"a\nb\nc \xe9\n")
    assert places(trial.desired(description="README.md").findings) == [
        ("page-file-encoding", "README.md", 3)
    ]


def test_an_unknown_repository_has_a_finding_only_where_a_link_needs_it(trial: Trial) -> None:
    trial.write("README.md", "# A\n\n[b](https://x.y) [c](#d)\n")
    assert trial.desired(source=None, description="README.md").findings == ()
    trial.write("README.md", "# A\n\n[b](README.md)\n")
    desired = trial.desired(source=None, description="README.md")
    assert places(desired.findings) == [("page-source-unknown", "README.md", 3)]
    assert desired.page.description == "# A\n\n[b](README.md)\n"
    auto = trial.desired(source=None, source_url="auto")
    assert [(f.code, auto.page.source_url) for f in auto.findings] == [("page-url", None)]


def test_findings_of_info_json_have_its_lines(trial: Trial) -> None:
    trial.info |= {"description": "x" * 501, "package": {"readme": "gone.md"}}
    desired = trial.of_fmtk()
    assert places(desired.findings) == [
        ("page-file-missing", "info.json", 6),
        ("page-summary", "info.json", 4),
    ]


def test_every_code_is_explained() -> None:
    document = Path(__file__).parents[2] / "docs" / "checks.md"
    headings = {
        line[3:].strip() for line in document.read_text().splitlines() if line.startswith("## ")
    }
    assert set(PAGE_CODES) <= headings
