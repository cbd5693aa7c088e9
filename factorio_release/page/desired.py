"""The page that a repository asks for, as a value, with everything that is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from factorio_release.mod_page import ModPage
from factorio_release.page.documents import DocumentReader
from factorio_release.page.fields import FieldReader
from factorio_release.page.gallery import read_gallery
from factorio_release.page.gallery_files import gallery_files
from factorio_release.page.repository_tree import RepositoryTree

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from factorio_release.findings import Finding
    from factorio_release.mod_page import GalleryImage
    from factorio_release.page.declared import DeclaredPage
    from factorio_release.page.portal_text import PortalText
    from factorio_release.page.source_urls import SourceUrls
    from factorio_release.parsers.info import Info


@dataclass(frozen=True, slots=True)
class DesiredPage:
    """What the page should be.

    `prune`: images of the live gallery that are not in `page.images` are to go. `ordered`: the images
    were declared in an order; else they come from Markdown alone and need only be there. Texts may
    hold references to gallery images: `gallery.with_image_urls` puts their addresses. `source` is what
    their links are pinned to.
    """

    page: ModPage = field(default_factory=ModPage)
    prune: bool = False
    ordered: bool = False
    source: SourceUrls | None = None
    findings: tuple[Finding, ...] = ()


def read_page(
    declaration: DeclaredPage,
    mod_folder: Path,
    info: Info,
    source: SourceUrls | None,
    *,
    repository_root: Path | None = None,
    tracked: Collection[str] | None = None,
    home: str = "",
) -> DesiredPage:
    """Read what the declaration names and return the page it asks for; nothing is raised for a mistake.

    `repository_root` bounds what may be read and linked to, the mod folder unless given; `tracked` are
    git's paths below it. `home` is the repository's address where its forge is of an unknown kind.
    """
    if declaration.is_empty:
        return DesiredPage()
    findings: list[Finding] = []
    home = home or (source.home if source else "")
    tree = RepositoryTree(repository_root or mod_folder, tracked)
    documents = DocumentReader(declaration, mod_folder, tree, source)
    read = FieldReader(declaration, info, home, findings)
    description, faq = documents.read("description"), documents.read("faq")
    for text in (description, faq):
        findings += text.findings if text else ()
    page = ModPage(
        title=read.title(),
        summary=read.summary(),
        description=description.text if description else None,
        faq=faq.text if faq else None,
        category=read.category(),
        tags=read.tags(),
        license=read.license(),
        homepage=read.homepage(),
        source_url=read.source_url(),
        deprecated=declaration.deprecated,
        images=_images(declaration, documents, (description, faq), findings),
    )
    declared = declaration.images is not None
    prune = declared and bool(declaration.prune_images)
    return DesiredPage(page, prune, declared, source, tuple(findings))


def _images(
    declaration: DeclaredPage,
    documents: DocumentReader,
    texts: tuple[PortalText | None, ...],
    findings: list[Finding],
) -> tuple[GalleryImage, ...] | None:
    """Return the declared images and then those of the texts, each once; None when there are neither."""
    gallery = read_gallery(gallery_files(declaration, documents, findings))
    findings += gallery.findings
    images = {image.id: image for image in gallery.images}
    for text in texts:
        for image in text.images if text else ():
            images.setdefault(image.id, image)
    return tuple(images.values()) if images or declaration.images is not None else None
