from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factorio_release.forges import FORGES
from factorio_release.page.markdown.target import MarkdownTarget, TargetKind
from factorio_release.page.repository_tree import RepositoryTree
from factorio_release.page.source_urls import SourceUrls, forge_of, repository_home, source_urls
from factorio_release.page.target_resolver import TargetResolver, is_complete

COMMIT = "0123456789abcdef0123456789abcdef01234567"
GITHUB = "https://github.com/o/r"
RAW = "https://raw.githubusercontent.com/o/r/1.0.0"
BLOB = f"{GITHUB}/blob/1.0.0"

# Of a file docs/guide.md; i: an image, l: a link; an resolved of "" leaves the target as it is.
ADDRESSES = {
    "l:more.md": f"{BLOB}/docs/more.md",
    "i:shot.png": f"{RAW}/docs/shot.png",
    "i:./shot.png": f"{RAW}/docs/shot.png",
    "i:/images/a b.png": f"{RAW}/images/a%20b.png",
    "i:/images/a%20b.png": f"{RAW}/images/a%20b.png",
    "i:../images/(1)|ü.png": f"{RAW}/images/%281%29%7C%C3%BC.png",
    "l:../README.md#über us": f"{BLOB}/README.md#%C3%BCber%20us",
    "i:shot.png?raw=true": f"{RAW}/docs/shot.png?raw=true",
    "l:?plain=1#L3": f"{BLOB}/docs/guide.md?plain=1#L3",
    "l:../images": f"{GITHUB}/tree/1.0.0/images",
    "l:..": f"{GITHUB}/tree/1.0.0",
    "l:/": f"{GITHUB}/tree/1.0.0",
    "l:../../../issues": f"{GITHUB}/issues",
    "l:/../../wiki/A#b": f"{GITHUB}/wiki/A#b",
    "l:../../..": GITHUB,
    "i:../../../raw/main/a.png": f"{GITHUB}/raw/main/a.png",
    "i:../../../blob/main/a.png?raw=true": f"{GITHUB}/raw/main/a.png?raw=true",
    "l:../../../blob/main/docs/a.md": f"{GITHUB}/blob/main/docs/a.md",
    # The branch is a folder in the address of the page.
    "l:../../master/LICENSE": f"{GITHUB}/blob/master/LICENSE",
    "l:../../main/docs/a.md#b": f"{GITHUB}/blob/main/docs/a.md#b",
    "i:../../main/a b.png": "https://raw.githubusercontent.com/o/r/main/a%20b.png",
    "l:../../develop/README.md": f"{GITHUB}/blob/develop/README.md",
    "l:../../develop": f"{GITHUB}/tree/develop",
    "l:../../HEAD/x": f"{GITHUB}/blob/HEAD/x",
    "l:#part": "",
    "l:": "",
    "l:https://x.y/z": "",
    "i:HTTP://x.y/z.png": "",
    "i://x.y/z.png": "",
    "i:data:image/png;base64,AA": "",
    "l:mailto:a@b.c": "",
    "l:factorio://x": "",
}

# The code of the problem, words of its message, and the address that the target gets in spite of it.
PROBLEMS = {
    "l:gone.md": ("page-link-missing", "does not exist", f"{BLOB}/docs/gone.md"),
    "i:Shot.png": ("page-link-missing", "differs in upper and lower case", f"{RAW}/docs/Shot.png"),
    "i:/images": ("page-link-missing", "does not exist", f"{RAW}/images"),
    "l:more.md/x": ("page-link-missing", "does not exist", f"{BLOB}/docs/more.md/x"),
    "i:..\\images\\x.png": (
        "page-link-missing",
        "does not exist",
        f"{RAW}/docs/..%5Cimages%5Cx.png",
    ),
    "l:new.md": ("page-link-untracked", "not in git", f"{BLOB}/docs/new.md"),
    "l:../../README.md": ("page-link-outside", "leads out", ""),
    "l:../../docs/more.md": ("page-link-outside", "leads out", ""),
    "l:../../images": ("page-link-outside", "leads out", ""),
    "l:../../gone/more.md": (
        "page-link-missing",
        "names the branch gone, which this clone does not have",
        f"{GITHUB}/blob/gone/more.md",
    ),
    "l:../../../secret.md": ("page-link-outside", "leads out", ""),
    "i:../../../issues.png": ("page-link-outside", "leads out", ""),
    "l:../../../../../etc/passwd": ("page-link-outside", "leads out", ""),
    "i:%2e%2e/%2e%2e/x.png": ("page-link-outside", "leads out", ""),
}


@pytest.fixture
def resolver(tmp_path: Path) -> TargetResolver:
    for name in ("README.md", "docs/guide.md", "docs/more.md", "docs/new.md", "docs/shot.png"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "images").mkdir()
    for name in ("a b.png", "(1)|ü.png"):
        (tmp_path / "images" / name).touch()
    tracked = {"README.md", "docs/guide.md", "docs/more.md", "docs/shot.png"}
    tracked |= {"images/a b.png", "images/(1)|ü.png"}
    tree = RepositoryTree(tmp_path, tracked, lambda: ["develop", "main"])
    return TargetResolver("docs/guide.md", tree, SourceUrls(GITHUB, FORGES["github"], "1.0.0"))


def target(written: str) -> MarkdownTarget:
    kind, _, url = written.partition(":")
    return MarkdownTarget(0, len(url), url, {"i": TargetKind.IMAGE, "l": TargetKind.LINK}[kind])


@pytest.mark.parametrize("written", ADDRESSES, ids=str)
def test_relative_targets_get_the_address_of_their_file(
    resolver: TargetResolver, written: str
) -> None:
    resolved = resolver.resolve(target(written))
    assert (resolved.url, resolved.problem) == (ADDRESSES[written], None)


@pytest.mark.parametrize("written", PROBLEMS, ids=str)
def test_a_target_that_is_no_file_has_a_problem(resolver: TargetResolver, written: str) -> None:
    code, words, url = PROBLEMS[written]
    resolved = resolver.resolve(target(written))
    assert resolved.problem
    assert (resolved.problem.code, resolved.url) == (code, url)
    assert words in resolved.problem.message
    assert resolved.problem.hint


def test_without_an_address_of_the_repository_targets_stay(resolver: TargetResolver) -> None:
    resolved = resolver._replace(source=None).resolve(target("l:more.md"))
    assert resolved.problem
    assert (resolved.problem.code, resolved.url) == ("page-source-unknown", "")


def test_a_gallery_image_without_an_address_gets_none_from_its_suffix(
    resolver: TargetResolver,
) -> None:
    resolved = resolver._replace(source=None, gallery=True).resolve(target("i:shot.png?raw=1"))
    assert (resolved.url, resolved.image) == ("", resolver.tree.root / "docs/shot.png")


@pytest.mark.parametrize(
    ("forge", "page", "raw"),
    [
        ("github", "blob/main/LICENSE", "raw/main/a.png"),
        ("gitlab", "-/blob/main/LICENSE", "-/raw/main/a.png"),
        ("forgejo", "src/branch/main/LICENSE", "raw/branch/main/a.png"),
    ],
)
def test_a_branch_in_front_of_a_path_is_understood_as_each_forge_does(
    tmp_path: Path, forge: str, page: str, raw: str
) -> None:
    home = "https://git.example.org/o/r"
    tree = RepositoryTree(tmp_path)
    resolver = TargetResolver("README.md", tree, SourceUrls(home, FORGES[forge], "1.0.0"))
    assert resolver.resolve(target("l:../main/LICENSE")).url == f"{home}/{page}"
    assert resolver.resolve(target("i:../main/a.png")).url == f"{home}/{raw}"


def test_a_link_out_of_the_branch_to_a_file_that_is_there_says_how_to_write_it(
    resolver: TargetResolver,
) -> None:
    resolved = resolver.resolve(target("l:../../docs/more.md"))
    assert resolved.problem
    assert resolved.problem.hint == "Write more.md."


def test_base_url_is_the_address_of_the_mod_folder(resolver: TargetResolver) -> None:
    based = resolver._replace(base_url="https://x.y/z", mod_folder="docs")
    assert based.resolve(target("i:shot.png")).url == "https://x.y/z/shot.png"
    assert based.resolve(target("l:../README.md#a")).url == "https://x.y/README.md#a"
    assert based._replace(source=None).resolve(target("l:more.md")).url == "https://x.y/z/more.md"
    deep = resolver._replace(base_url="https://x.y/o/blob/main/docs", mod_folder="docs")
    assert deep.resolve(target("l:../../master/LICENSE")).url == "https://x.y/o/blob/master/LICENSE"


def test_targets_that_match_are_kept(resolver: TargetResolver) -> None:
    kept = resolver._replace(kept=re.compile("^wiki/"))
    assert kept.resolve(target("l:wiki/Home")).url == ""
    assert kept.resolve(target("l:more.md")).url != ""


@given(
    st.text(max_size=30)
    | st.lists(st.sampled_from(["..", "/", "a", ".", "%2e", "?", "#", "é", " "])).map("".join)
)
def test_a_resolved_address_is_complete_and_final(url: str) -> None:
    resolver = TargetResolver(
        "a/b.md", RepositoryTree(Path("/nonexistent")), SourceUrls(GITHUB, FORGES["github"], "v1")
    )
    for kind in TargetKind:
        resolved = resolver.resolve(MarkdownTarget(0, 0, url, kind))
        outside = resolved.problem is not None and resolved.problem.code == "page-link-outside"
        assert bool(resolved.url) != (is_complete(url) or outside)
        assert not resolved.url or is_complete(resolved.url)
        assert re.fullmatch(r"[!-;=?-Z_a-z~$&]*", resolved.url.replace("#", ""))


HOMES = {
    "https://github.com/o/r.git": "https://github.com/o/r",
    "https://github.com/o/r": "https://github.com/o/r",
    "https://github.com/o/r/": "https://github.com/o/r",
    "https://user:token@github.com/o/r.git": "https://github.com/o/r",
    "https://x-access-token:t@GitHub.com/o/r": "https://github.com/o/r",
    "git@github.com:o/r.git": "https://github.com/o/r",
    "github.com:o/r.git": "https://github.com/o/r",
    "ssh://git@github.com:22/o/r.git": "https://github.com/o/r",
    "ssh://git@ssh.github.com:443/o/r.git": "https://github.com/o/r",
    "git://github.com/o/r.git": "https://github.com/o/r",
    "git@gitlab.com:g/s/r.git": "https://gitlab.com/g/s/r",
    "https://git.example.org:8443/o/r.git": "https://git.example.org:8443/o/r",
    "http://localhost:3000/o/r.git": "http://localhost:3000/o/r",
    "ssh://forgejo@codeberg.org/o/r.git": "https://codeberg.org/o/r",
    "": "",
    "/srv/git/r.git": "",
    "../r": "",
    "file:///srv/git/r.git": "",
    "C:/git/r": "",
    "https://github.com": "",
    "https://[github.com/o/r": "",
    "https://github.com:port/o/r": "",
}

FORMS = {
    ("git@github.com:o/r.git", "v1.0"): (
        "https://raw.githubusercontent.com/o/r/v1.0/a/b%20c.png",
        "https://github.com/o/r/blob/v1.0/a/b%20c.png",
        "https://github.com/o/r/tree/v1.0/a",
    ),
    ("https://github.example.org/o/r", "mod_1.0.0"): (
        "https://github.example.org/o/r/raw/mod_1.0.0/a/b%20c.png",
        "https://github.example.org/o/r/blob/mod_1.0.0/a/b%20c.png",
        "https://github.example.org/o/r/tree/mod_1.0.0/a",
    ),
    ("git@gitlab.com:g/s/r.git", COMMIT): (
        f"https://gitlab.com/g/s/r/-/raw/{COMMIT}/a/b%20c.png",
        f"https://gitlab.com/g/s/r/-/blob/{COMMIT}/a/b%20c.png",
        f"https://gitlab.com/g/s/r/-/tree/{COMMIT}/a",
    ),
    ("https://codeberg.org/o/r.git", "1.0.0"): (
        "https://codeberg.org/o/r/raw/tag/1.0.0/a/b%20c.png",
        "https://codeberg.org/o/r/src/tag/1.0.0/a/b%20c.png",
        "https://codeberg.org/o/r/src/tag/1.0.0/a",
    ),
    ("https://gitea.example.org/o/r.git", COMMIT): (
        f"https://gitea.example.org/o/r/raw/commit/{COMMIT}/a/b%20c.png",
        f"https://gitea.example.org/o/r/src/commit/{COMMIT}/a/b%20c.png",
        f"https://gitea.example.org/o/r/src/commit/{COMMIT}/a",
    ),
}


@pytest.mark.parametrize("remote", HOMES, ids=str)
def test_a_remote_has_a_home_on_the_web_without_secrets(remote: str) -> None:
    assert repository_home(remote) == HOMES[remote]


@pytest.mark.parametrize(("remote", "ref"), FORMS)
def test_each_forge_has_its_forms(remote: str, ref: str) -> None:
    source = source_urls(remote, ref)
    assert source
    assert (source.raw("a/b c.png"), source.page("a/b c.png"), source.folder("a")) == FORMS[
        remote, ref
    ]


def test_a_host_without_a_known_word_needs_the_forge() -> None:
    assert forge_of("https://git.example.org/o/r") is None
    assert source_urls("https://git.example.org/o/r", "v1") is None
    urls = source_urls("https://git.example.org/o/r", "v1", FORGES["forgejo"])
    assert urls
    assert urls.raw("a") == "https://git.example.org/o/r/raw/tag/v1/a"
    assert source_urls("git@github.com:o/r", "") is None


# Remotes that are wrong in ways that people get wrong: none of it is shown, and nothing is made of it.
MALFORMED = [
    "https:/user:hush@github.com/o/r.git",
    "https:user:hush@github.com/o/r.git",
    "https//user:hush@github.com/o/r.git",
    "https:\\\\user:hush@github.com/o/r",
    "https:///user:hush@github.com/o/r",
    "https://https://user:hush@github.com/o/r.git",
    "https://user:1234/hush@github.com/o/r.git",
    "https://user:1/2@hush/o/r.git",
    "https://hush%40github.com/o/r.git",
    "https://user:1/hush%40github.com/o/r.git",
    "https://hush_token/github.com/o/r",
    "user:hush@github.com:o/r.git",
    "user:hush@github.com/o/r.git",
    "user:hush:github.com/o/r",
    "ssh:/git:hush@github.com/o/r.git",
    "git@hush@github.com:o/r.git",
    "github.com:hush@o/r.git",
]


@pytest.mark.parametrize("remote", MALFORMED)
def test_a_malformed_remote_shows_no_password(remote: str) -> None:
    assert "hush" not in repository_home(remote)
    assert repository_home(remote) in {"", "https://github.com/o/r"}
