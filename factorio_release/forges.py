"""What differs between forges: one declaration, read by page and scaffold.

A forge shows a repository's files on the web. A forge that has a CI system of its own (`ci_systems`) shares
its name with it. The type is a named tuple, which is made faster than a dataclass.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class Forge(NamedTuple):
    """A kind of forge, and the addresses of a repository's files on it.

    `raw`, `page` and `folder` are templates: of a file's bytes, of the page that shows a file, and of the
    page that lists a folder. `{home}` is the repository's web address, `{path}` its owner and name, `{ref}` a
    tag or commit, and `{kind}` says which of the two.
    `levels_above` counts the `..` that lead from a page of a file in the root to `{home}`.
    `host_words` are parts of host names by which the forge is recognised.
    `public_home` and `public_raw`: repositories below this address have their bytes at another one.
    """

    name: str
    raw: str
    page: str
    folder: str
    levels_above: int
    host_words: tuple[str, ...]
    public_home: str = ""
    public_raw: str = ""


_GITHUB: Final = Forge(
    name="github",
    raw="{home}/raw/{ref}/",
    page="{home}/blob/{ref}/",
    folder="{home}/tree/{ref}/",
    levels_above=2,
    host_words=("github",),
    public_home="https://github.com/",
    public_raw="https://raw.githubusercontent.com/{path}/{ref}/",
)
_GITLAB: Final = Forge(
    name="gitlab",
    raw="{home}/-/raw/{ref}/",
    page="{home}/-/blob/{ref}/",
    folder="{home}/-/tree/{ref}/",
    levels_above=3,
    host_words=("gitlab",),
)
_FORGEJO: Final = Forge(
    name="forgejo",
    raw="{home}/raw/{kind}/{ref}/",
    page="{home}/src/{kind}/{ref}/",
    folder="{home}/src/{kind}/{ref}/",
    levels_above=3,
    host_words=("codeberg", "forgejo"),
)
_GITEA: Final = _FORGEJO._replace(name="gitea", host_words=("gitea",))

# In the order in which a host name is compared.
FORGES: Final = {forge.name: forge for forge in (_GITHUB, _GITLAB, _FORGEJO, _GITEA)}
