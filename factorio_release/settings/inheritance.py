"""What a value may take from elsewhere: a list from a weaker place, and the mod's own folder."""

from __future__ import annotations

from os.path import relpath
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# As an item of a list: the list that a weaker place has, such as the file at the repository's root.
INHERITED: Final = "..."
# At the beginning of a path: the folder of the mod that the value is for.
MOD_FOLDER: Final = "{mod}"
# Options with paths of files that are read; of those in `include` and `exclude` all are below the mod.
PATH_LISTS: Final = ("description", "faq", "images")


def with_inherited(value: Sequence[str], before: Sequence[str]) -> tuple[str, ...]:
    """Return the list with that of the weaker place where `...` stands, each item once."""

    def items() -> Iterator[str]:
        for item in value:
            if item == INHERITED:
                yield from before
            else:
                yield item

    return tuple(dict.fromkeys(items()))


def with_mod_folder(value: Sequence[str], mod_folder: Path, root: Path) -> tuple[str, ...]:
    """Return paths relative to `root` with the mod's folder where they begin with `{mod}`."""
    return tuple(
        _joined(relative(mod_folder, root), item.removeprefix(MOD_FOLDER).lstrip("/"))
        if item == MOD_FOLDER or item.startswith(f"{MOD_FOLDER}/")
        else item
        for item in value
    )


def from_folder(value: Sequence[str], folder: Path, root: Path) -> tuple[str, ...]:
    """Return paths that are relative to `folder` as paths relative to `root`."""
    prefix = relative(folder, root)
    return tuple(item if Path(item).is_absolute() else _joined(prefix, item) for item in value)


def relative(folder: Path, root: Path) -> str:
    """Return the path of a folder from `root`, with `/`; absolute where there is none (Windows' drives)."""
    try:
        # Resolved: through a link to the root, `..` would lead elsewhere.
        return Path(relpath(folder.resolve(), root.resolve())).as_posix()
    except ValueError:
        return folder.absolute().as_posix()


def _joined(folder: str, path: str) -> str:
    return path if folder == "." else f"{folder}/{path}".rstrip("/")
