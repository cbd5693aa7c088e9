from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from factorio_release.page.gallery import read_gallery
from factorio_release.page.image_file import image_format, read_image
from factorio_release.page.image_references import (
    has_image_reference,
    image_reference,
    with_image_urls,
)
from tests.page.pictures import GIF, JPEG, PNG

if TYPE_CHECKING:
    from pathlib import Path

FORMATS = {
    "png": (PNG, "PNG"),
    "jpeg": (JPEG, "JPEG"),
    "progressive jpeg": (JPEG.replace(b"\xff\xc0", b"\xff\xc2"), "JPEG"),
    "jpeg, padded": (JPEG.replace(b"\xff\xc0", b"\xff\xff\xff\xc0"), "JPEG"),
    "jpeg, tables first": (JPEG.replace(b"\xff\xc0", b"\xff\xc4\0\x03\xff\xff\xc0"), "JPEG"),
    "gif 87": (GIF.replace(b"89", b"87"), "GIF"),
    "gif 89": (GIF, "GIF"),
}
DAMAGED = {
    "png, cut off": PNG[:40],
    "png": PNG[:8],
    "png of no width": PNG[:16] + bytes(8) + PNG[24:],
    "png that begins with another chunk": PNG.replace(b"IHDR", b"tEXt"),
    "jpeg": JPEG[:20],
    "jpeg, in its size": JPEG[:28],
    "jpeg of no height": JPEG.replace(b"\0\1\0\2\3", b"\0\0\0\2\3"),
    "jpeg of no frame": JPEG.replace(b"\xff\xc0", b"\xff\xc4"),
    "jpeg, a segment of no length": JPEG[:20] + b"\xff\xe1\0\0",
    "gif": GIF[:7],
    "gif, in its size": GIF[:9],
}
NOT_FOR_A_GALLERY = {
    "webp": (b"RIFF\x00\n\x00\x00WEBP", "WebP"),
    "avif": (b"\x00\x00\x00 ftypavif", "AVIF"),
    "bmp": (b"BM", "BMP"),
    "tiff": (b"II*\x00", "TIFF"),
    "xcf": (b"gimp xcf v011", "GIMP"),
    "psd": (b"8BPS\x00\x01", "Photoshop"),
    "svg": (b'<?xml version="1.0"?><svg>', "SVG"),
    "lfs": (b"version https://git-lfs.github.com/spec/v1\noid", "Git LFS pointer"),
    "text": (b"hello", "no image"),
}


@pytest.mark.parametrize("case", FORMATS)
def test_formats_are_recognised_by_content(case: str) -> None:
    head, name = FORMATS[case]
    found, suffixes = image_format(head + b"rest")
    assert found == name
    assert suffixes


@pytest.mark.parametrize("case", FORMATS)
def test_images_of_these_formats_are_read(tmp_path: Path, case: str) -> None:
    (tmp_path / "a").write_bytes(FORMATS[case][0])
    read = read_image(tmp_path / "a")
    assert read.image
    assert read.image.content_type == f"image/{FORMATS[case][1].lower()}"


@pytest.mark.parametrize("case", DAMAGED)
def test_a_damaged_image_is_none(tmp_path: Path, case: str) -> None:
    (tmp_path / "a").write_bytes(DAMAGED[case])
    assert "damaged" in read_image(tmp_path / "a").problem


@pytest.mark.parametrize("case", NOT_FOR_A_GALLERY)
def test_a_format_that_a_gallery_cannot_have_is_named(tmp_path: Path, case: str) -> None:
    head, name = NOT_FOR_A_GALLERY[case]
    file = tmp_path / "a.png"
    file.write_bytes(head)
    read = read_image(file)
    assert read.image is None
    assert name in read.problem
    findings = read_gallery([(file, "a.png")]).findings
    assert [(finding.code, finding.file) for finding in findings] == [
        ("page-image-format", "a.png")
    ]


def test_images_keep_their_order_and_each_is_there_once(tmp_path: Path) -> None:
    contents = {"b.png": PNG + b"1", "a.png": PNG + b"2", "copy.png": PNG + b"1"}
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    names = ("b.png", "a.png", "b.png", "copy.png")
    gallery = read_gallery((tmp_path / name, name) for name in names)
    assert [image.name for image in gallery.images] == ["b.png", "a.png"]
    assert [image.id for image in gallery.images] == [
        hashlib.sha1(contents[name], usedforsecurity=False).hexdigest()
        for name in ("b.png", "a.png")
    ]
    assert {image.content_type for image in gallery.images} == {"image/png"}
    assert [image.path for image in gallery.images] == [tmp_path / "b.png", tmp_path / "a.png"]
    (finding,) = gallery.findings
    assert (finding.code, finding.file) == ("page-image-duplicate", "copy.png")
    assert "b.png" in finding.message


def test_a_wrong_suffix_and_a_large_file_are_warnings(tmp_path: Path) -> None:
    (tmp_path / "a.PNG").write_bytes(PNG)
    (tmp_path / "b.png").write_bytes(JPEG)
    with (tmp_path / "c.gif").open("wb") as file:
        file.write(GIF)
        file.truncate(10_000_001)
    gallery = read_gallery((tmp_path / name, f"g/{name}") for name in ("a.PNG", "b.png", "c.gif"))
    assert len(gallery.images) == 3
    assert [(finding.code, finding.file) for finding in gallery.findings] == [
        ("page-image-name", "g/b.png"),
        ("page-image-size", "g/c.gif"),
    ]
    assert "g/b.jpg" in gallery.findings[0].hint
    assert "10.0 MB" in gallery.findings[1].message


def test_a_file_that_cannot_be_read_has_a_problem(tmp_path: Path) -> None:
    (tmp_path / "empty.png").touch()
    assert "empty" in read_image(tmp_path / "empty.png").problem
    assert "cannot be read" in read_image(tmp_path / "gone.png").problem


def test_references_are_replaced_by_the_addresses_that_are_known() -> None:
    first, second = "a" * 40, "b" * 40
    text = f"![]({image_reference(first)}) ![]({image_reference(second)}) ![]({image_reference(first)})"
    partly = with_image_urls(text, {first: "https://x.y/1.png"})
    assert partly == f"![](https://x.y/1.png) ![]({image_reference(second)}) ![](https://x.y/1.png)"
    assert has_image_reference(partly)
    assert not has_image_reference(with_image_urls(partly, {second: "https://x.y/2.png"}))
