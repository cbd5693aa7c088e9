"""The desired page: what a repository declares, read from its files, with every problem in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from factorio_release.mod_page import ModPage
from factorio_release.page.documents import DocumentReader
from factorio_release.page.fields import FieldReader
from factorio_release.page.gallery import declared_gallery
from factorio_release.page.repository_tree import RepositoryTree
from factorio_release.page.result import NO_PAGE, DesiredPage

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from pathlib import Path

    from factorio_release.findings import Finding
    from factorio_release.mod_page import GalleryImage
    from factorio_release.page.declared import DeclaredPage
    from factorio_release.page.portal_text import PortalText
    from factorio_release.page.source_urls import SourceUrls
    from factorio_release.parsers.info import Info


def read_page(
    declared: DeclaredPage,
    mod_folder: Path,
    info: Info,
    source: SourceUrls | None,
    *,
    repository_root: Path | None = None,
    tracked: Collection[str] | None = None,
    branches: Callable[[], Collection[str]] = tuple,
    home: str = "",
    shown_from: Path | None = None,
) -> DesiredPage:
    """Read the files that the declared page names; every problem is a finding, nothing is raised.

    Only files below `repository_root` (the mod folder unless given) are read or linked to. `tracked` are
    git's paths below it, and `branches` returns git's branches and tags. `home` is the repository's web
    address, needed where `source` is None because the kind of its forge is not known. Findings name files
    from `shown_from` on, the mod folder unless given: for a built zip it is the zip.
    """
    if declared.is_empty:
        return NO_PAGE
    findings: list[Finding] = []
    if not home and source:
        home = source.home
    tree = RepositoryTree(repository_root or mod_folder, tracked, branches)
    documents = DocumentReader(declared, mod_folder, tree, source, shown_from=shown_from)
    values = FieldReader(declared, info, home, findings)
    description = documents.read("description")
    faq = documents.read("faq")
    texts = [text for text in (description, faq) if text]
    for text in texts:
        findings.extend(text.findings)
    page = ModPage(
        title=values.title(),
        summary=values.summary(),
        description=description.text if description else None,
        faq=faq.text if faq else None,
        category=values.category(),
        tags=values.tags(),
        license=values.license(),
        homepage=values.homepage(),
        source_url=values.source_url(),
        deprecated=declared.deprecated,
        images=_images(declared, documents, texts, findings),
    )
    ordered = declared.images is not None
    prune = ordered and bool(declared.prune_images)
    files = [path for text in texts for path in text.paths]
    files += [image.path for image in page.images or () if image.path]
    pictures = _addresses(page.images or (), tree, source)
    return DesiredPage(page, prune, ordered, source, tuple(findings), tuple(files), pictures)


def _addresses(
    images: tuple[GalleryImage, ...], tree: RepositoryTree, source: SourceUrls | None
) -> dict[str, str]:
    """Return where the forge shows the images that are in git, by id."""
    found = {}
    for image in images if source else ():
        path = tree.relative(image.path) if image.path else None
        if source and path and not tree.is_untracked(path):
            found[image.id] = source.raw(path)
    return found


def _images(
    declared: DeclaredPage,
    documents: DocumentReader,
    texts: list[PortalText],
    findings: list[Finding],
) -> tuple[GalleryImage, ...] | None:
    """Return the declared images, then those of the texts, each once; None when there are neither."""
    gallery = declared_gallery(declared, documents)
    findings.extend(gallery.findings)
    images = {image.id: image for image in gallery.images}
    for text in texts:
        for image in text.images:
            images.setdefault(image.id, image)
    if not images and declared.images is None:
        return None
    return tuple(images.values())
