"""Images on disk as gallery images: what they are by content, who is whose double, and their order."""

from __future__ import annotations

import hashlib
import io
import posixpath
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from factorio_release.disk.bounded_file import read_file
from factorio_release.errors import AnswerUnclear
from factorio_release.git.lfs import LFS_POINTER_START
from factorio_release.limits import MAX_IMAGE_BYTES
from factorio_release.mod_page import GalleryImage
from factorio_release.page.findings import page_finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from factorio_release.findings import Finding

# Not documented: the formats seen in galleries of the portal.
_GALLERY_FORMATS: Final = (
    (b"\x89PNG\r\n\x1a\n", "PNG", (".png",)),
    (b"\xff\xd8\xff", "JPEG", (".jpg", ".jpeg", ".jpe", ".jfif")),
    (b"GIF87a", "GIF", (".gif",)),
    (b"GIF89a", "GIF", (".gif",)),
)
_OTHER_FORMATS: Final = (
    (re.compile(rb"RIFF....WEBP", re.DOTALL), "WebP"),
    (re.compile(rb"....ftypavi[fs]", re.DOTALL), "AVIF"),
    (re.compile(rb"BM"), "BMP"),
    (re.compile(rb"(?:II\*\x00|MM\x00\*)"), "TIFF"),
    (re.compile(rb"8BPS"), "Photoshop"),
    (re.compile(rb"gimp xcf"), "GIMP"),
    (re.compile(rb"DDS "), "DDS"),
    (re.compile(re.escape(LFS_POINTER_START)), "a Git LFS pointer, its content is not checked out"),
    (re.compile(rb"\s*<(?:\?xml|svg|!--|!DOCTYPE svg)", re.IGNORECASE), "SVG"),
)
_HEAD: Final = 64
_LARGE: Final = 10_000_000  # no limit is documented; far above what galleries show
_REFERENCE: Final = "portal-image:"
_REFERENCES: Final = re.compile(_REFERENCE + r"([0-9a-f]{40})")
MAX_IMAGE_URL_CHARACTERS: Final = 2000
# Characters that mean nothing in Markdown and HTML; `_` does only between words, `~` only in pairs.
_PLAIN_URL: Final = re.compile(
    r"(?:https://[0-9A-Za-z.-]+|http://(?:localhost|127\.0\.0\.1))(?::[0-9]{1,5})?/[0-9A-Za-z._~/%-]+"
)


@dataclass(frozen=True, slots=True)
class Gallery:
    """The images in order, each once, and what is wrong with what was asked for."""

    images: tuple[GalleryImage, ...] = ()
    findings: tuple[Finding, ...] = ()


def image_reference(image: str) -> str:
    """Return what stands in a text for an image whose address only the portal knows."""
    return f"{_REFERENCE}{image}"


def refers_to_gallery(text: str) -> bool:
    """Tell whether a text still refers to an image whose address is not known."""
    return bool(_REFERENCES.search(text))


def image_urls(live: Iterable[GalleryImage], given_ids: Mapping[str, str]) -> dict[str, str]:
    """Return the addresses of live images by their ids, and by what was sent for them.

    `given_ids` are the ids that the portal gave to images, by the SHA-1 of what was sent.
    """
    urls = {image.id: image.url for image in live if image.url}
    return urls | {sent: urls[given] for sent, given in given_ids.items() if given in urls}


def with_image_urls(text: str, urls: Mapping[str, str]) -> str:
    """Put the addresses by image id where a text refers to gallery images; unknown ids stay.

    The addresses are the portal's and the text is Markdown. Raises AnswerUnclear for one that is
    not a plain https address, or plain http on this machine: nothing in it can end a link.
    """

    def address(found: re.Match[str]) -> str:
        url = urls.get(found[1])
        if url is None:
            return found[0]
        if len(url) > MAX_IMAGE_URL_CHARACTERS or not _PLAIN_URL.fullmatch(url):
            raise AnswerUnclear(
                f"the portal gives the gallery's image {found[1]} the address {url[:200]!r}; "
                "it is not a plain https address, so no text can show the image",
                "look at the gallery on the mod's page, or use `markdown-images: url`",
            )
        return url

    return _REFERENCES.sub(address, text)


def referred_images(text: str) -> tuple[str, ...]:
    """Return the ids of the gallery images that a text still refers to, each once, in order."""
    return tuple(dict.fromkeys(_REFERENCES.findall(text)))


def image_format(head: bytes) -> tuple[str, tuple[str, ...]]:
    """Tell a format by a file's first bytes, and its suffixes; none where a gallery cannot have it."""
    for signature, name, suffixes in _GALLERY_FORMATS:
        if head.startswith(signature):
            return name, suffixes
    return next((name for pattern, name in _OTHER_FORMATS if pattern.match(head)), "no image"), ()


@dataclass(frozen=True, slots=True)
class ReadImage:
    """A file read as an image; `image` is None when a gallery cannot have it, and `problem` says why."""

    image: GalleryImage | None
    problem: str = ""
    format: str = ""
    suffixes: tuple[str, ...] = ()
    size: int = 0


def read_image(path: Path) -> ReadImage:
    """Read the file at `path`."""
    try:
        data = read_file(path, MAX_IMAGE_BYTES)
    except OSError as error:
        return ReadImage(None, f"it cannot be read: {error.strerror}")
    if not data:
        return ReadImage(None, "it is empty")
    name, suffixes = image_format(data[:_HEAD])
    if not suffixes:
        return ReadImage(None, f"it is {name}", name)
    if not _has_size(data):
        return ReadImage(None, f"it is a damaged {name}: it has no width and height", name)
    digest = hashlib.sha1(data, usedforsecurity=False).hexdigest()
    return ReadImage(
        GalleryImage(digest, path.name, path, f"image/{name.lower()}"), "", name, suffixes, len(data)
    )


def _has_size(data: bytes) -> bool:
    import imagesize  # type: ignore[import-untyped]  # noqa: PLC0415 it has no types; only for a gallery

    try:
        size: tuple[int, int] = imagesize.get(io.BytesIO(data))
    except ValueError:  # a header that breaks off
        return False
    return min(size) > 0


def read_gallery(files: Iterable[tuple[Path, str]]) -> Gallery:
    """Read images in order; each file comes with the name that findings carry."""
    images: dict[str, GalleryImage] = {}
    names: dict[str, str] = {}
    findings: list[Finding] = []
    for path, name in files:
        read = read_image(path)
        if read.image is None:
            hint = "give a PNG, JPEG or GIF"
            findings.append(page_finding("page-image-format", f"{name}: {read.problem}", name, hint=hint))
        elif read.image.id not in images:
            images[read.image.id], names[read.image.id] = read.image, name
            findings += _doubts(read, name)
        elif names[read.image.id] != name:
            message = f"{name} is the same image as {names[read.image.id]}"
            findings.append(page_finding("page-image-duplicate", message, name, hint="leave one of them out"))
    return Gallery(tuple(images.values()), tuple(findings))


def _doubts(read: ReadImage, name: str) -> Iterator[Finding]:
    stem, suffix = posixpath.splitext(name)
    if suffix.lower() not in read.suffixes:
        message = f"{name} is {read.format} by its content"
        yield page_finding("page-image-name", message, name, hint=f"call it {stem}{read.suffixes[0]}")
    if read.size > _LARGE:
        message = f"{name} has {read.size / 1e6:.1f} MB"
        yield page_finding("page-image-size", message, name, hint="make it smaller: every visitor loads it")
