"""Pictures and sounds that git changes as if they were texts: what did it, and what mends it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from factorio_release.checks import CheckContext, run_checks
from factorio_release.mod.mod import load_mod
from tests.conftest import png
from tests.support.work_tree import WorkTree

if TYPE_CHECKING:
    from pathlib import Path

    from factorio_release.findings import Finding

PICTURE = png(width=64, height=64)
SOUND = (
    b"OggS\0\2"
    + bytes(20)
    + b"\1\x1e\1vorbis"
    + bytes(23)
    + b"OggS\0\4"
    + bytes(20)
    + b"\1\4\r\n\n\0"
)
DATA = """data:extend{
  {type = "item", name = "a", icon = "__my-mod__/a.png"},
  {type = "sound", name = "b", filename = "__my-mod__/b.ogg"},
}
"""


def committed(root: Path, attributes: str, *settings: str) -> WorkTree:
    """Return a mod whose author added its files while git had these attributes and settings."""
    tree = WorkTree(root).init().write_info()
    for setting in settings:
        tree.git("config", *setting.split("="))
    tree.write({".gitattributes": attributes, "data.lua": DATA})
    tree.write({"a.png": PICTURE, "more.png": PICTURE, "b.ogg": SOUND})
    return tree.commit()


def found_in(tree: WorkTree) -> list[Finding]:
    checked = run_checks(load_mod(tree.folder), CheckContext())
    return [one for one in checked.findings if one.code.startswith("media-")]


def clone(tree: WorkTree, *options: str) -> WorkTree:
    other = WorkTree(tree.root.parent / "clone")
    tree.git("clone", "-q", *options, str(tree.root), str(other.root))
    return other


@pytest.mark.parametrize(
    ("attributes", "cause"),
    [
        ("* text\n", "the attribute text is set"),
        ("*.png eol=lf\n*.ogg eol=lf\n", "the attribute eol is lf"),
        ("* text eol=crlf\n", "the attribute text is set"),
    ],
)
def test_the_author_is_told_before_anybody_clones_and_the_hint_mends_it(
    tmp_path: Path, attributes: str, cause: str
) -> None:
    tree = committed(tmp_path / "origin", attributes)
    (found,) = found_in(tree)
    assert (found.code, found.file) == ("media-broken", "a.png")
    assert found.message.startswith("a.png (and 2 more) has changed line ends")
    assert found.message.endswith(f"git takes it for a text ({cause})")
    assert "`*.png -text`" in found.hint
    assert "`git add --renormalize .`" in found.hint
    tree.write({".gitattributes": f"{attributes}*.png -text\n*.ogg -text\n"})
    tree.git("add", "--renormalize", ".")
    assert found_in(tree.commit()) == []
    assert found_in(clone(tree)) == []


def test_in_a_clone_the_file_has_to_be_made_again(tmp_path: Path) -> None:
    other = clone(committed(tmp_path / "origin", "* text eol=lf\n"))
    picture, sound = found_in(other)
    assert picture.message.startswith("a.png (and 1 more) has changed line ends")
    assert sound.message.startswith("b.ogg is cut short")
    for found in (picture, sound):
        assert "the attribute text is set" in found.message
        assert "export the file again and add it" in found.hint
    other.write({".gitattributes": "*.png -text\n*.ogg -text\n"})
    other.write({"a.png": PICTURE, "more.png": PICTURE, "b.ogg": SOUND})
    assert found_in(other.commit()) == []


@pytest.mark.parametrize(
    ("attributes", "setting"),
    [("* text=auto\n", "core.autocrlf=true"), ("", "core.autocrlf=true"), ("* -text\n", "x.y=z")],
)
def test_settings_with_which_git_leaves_pictures_alone(
    tmp_path: Path, attributes: str, setting: str
) -> None:
    tree = committed(tmp_path / "origin", attributes, setting)
    assert found_in(tree) == []
    assert found_in(clone(tree, "-c", "core.autocrlf=true")) == []


def test_what_only_the_checkout_changed_is_packed_as_git_has_it(tmp_path: Path) -> None:
    tree = committed(tmp_path / "origin", "* -text\n")
    tree.write({".gitattributes": "* text eol=crlf\n"})
    tree.git("add", ".gitattributes")
    tree.git("commit", "-q", "-m", "attributes")
    other = clone(tree)
    assert (other.root / "a.png").read_bytes() != PICTURE
    assert found_in(other) == []


@pytest.mark.parametrize("attributes", ["* text=auto\n", "* -text eol=lf\n", ""])
def test_an_attribute_that_changes_no_picture_is_not_named(tmp_path: Path, attributes: str) -> None:
    tree = WorkTree(tmp_path / "origin").init().write_info()
    tree.write({".gitattributes": attributes, "a.png": PICTURE.replace(b"\r\n", b"\n")})
    (found,) = found_in(tree.commit())
    assert found.code == "media-damaged"
    assert found.message == "a.png has changed line ends, as only a text may have"


def test_without_git_no_cause_is_named(tmp_path: Path) -> None:
    tree = WorkTree(tmp_path / "mod")
    tree.root.mkdir()
    tree.write_info().write({"data.lua": DATA, "b.ogg": SOUND})
    tree.write({"a.png": PICTURE.replace(b"\r\n", b"\n"), ".gitattributes": "* text\n"})
    (found,) = found_in(tree)
    assert found.message == "a.png has changed line ends, as only a text may have"
