"""The contents of the images that a plan adds, kept from the plan to the upload."""

from __future__ import annotations

from typing import TYPE_CHECKING

from factorio_release.disk.upload_content import PrivateFile, copy_content
from factorio_release.errors import ModError
from factorio_release.plan import AddImage

if TYPE_CHECKING:
    from factorio_release.disk.upload_content import UploadContent
    from factorio_release.plan import Plan


def image_contents(plan: Plan) -> dict[str, UploadContent]:
    """Copy every image that `plan` adds into one private file, and return the contents by image id.

    Raises ModError when an image is not the one that was read for the plan.
    """
    images = [change.image for change in plan.changes if isinstance(change, AddImage)]
    if not images:
        return {}
    file = PrivateFile()
    contents = {}
    for image in images:
        if image.path is None:
            raise RuntimeError(f"the image {image.id} was planned without its file")
        content = copy_content(image.path, file, image.name)
        if content.sha1 != image.id:
            hint = "let nothing write to it meanwhile, and run again"
            raise ModError(f"{image.path} changed while the plan was made", hint)
        contents[image.id] = content
    return contents
