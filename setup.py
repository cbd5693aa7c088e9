"""The description on PyPI: README.md with addresses in place of its links into the repository.

A relative link is dead there. Everything else of the package is declared in pyproject.toml.
"""

import re
import tomllib
from pathlib import Path

from setuptools import setup

ROOT = Path(__file__).parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
# An image's `![text](target)` or a link's `[text](target)`, whose target is no address and no anchor; of a
# link around an image the end alone.
RELATIVE = re.compile(r"(!?)(\[[^\[\]]*\]\(|\]\()(?!#|[a-z]+:)([^)\s]+)")


def description() -> str:
    """Return README.md with links and pictures at the tag of this version."""
    version = re.search(
        r'^__version__ = "(.+)"$',
        (ROOT / "factorio_release" / "__init__.py").read_text("utf-8"),
        re.MULTILINE,
    )
    if version is None:
        raise SystemExit("factorio_release/__init__.py has no __version__")
    home = PROJECT["urls"]["Repository"]
    files = f"{home}/blob/v{version[1]}"
    pictures = f"{home.replace('//github.com/', '//raw.githubusercontent.com/')}/v{version[1]}"

    def written(link: re.Match[str]) -> str:
        # GitHub gives out a raw SVG as a text without this word, and PyPI shows pictures only.
        as_picture = "?sanitize=true" if link[3].endswith(".svg") else ""
        return f"{link[1]}{link[2]}{pictures if link[1] else files}/{link[3]}{as_picture}"

    return RELATIVE.sub(written, (ROOT / "README.md").read_text("utf-8"))


setup(long_description=description(), long_description_content_type="text/markdown")
