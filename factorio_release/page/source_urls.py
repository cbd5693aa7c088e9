"""The web addresses of a repository and of its files, as each kind of forge has them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import quote, urlsplit

from factorio_release.forges import FORGES

if TYPE_CHECKING:
    from factorio_release.forges import Forge

# git-clone(1), "GIT URLS": `[user@]host:path`. One letter before the colon is a drive on Windows.
_SCP_LIKE: Final = re.compile(r"(?:[^@/\s:]+@)?(?P<host>[A-Za-z0-9.-]{2,}):(?!//)(?P<path>[^\s]+)")
_HOST: Final = re.compile(r"(?:[^\W_]|[.-])+|[0-9a-f:.]+")
# What could separate a user name or password from a host in a malformed address, also percent-encoded.
_USER_INFO: Final = re.compile(r"[@:\\]|%(?:40|3a|5c)", re.IGNORECASE)
# SHA-1 and SHA-256 object names.
_COMMIT: Final = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
# Hosts for ssh over port 443, which have no web pages.
_SSH_ONLY_HOSTS: Final = {"ssh.github.com": "github.com", "altssh.gitlab.com": "gitlab.com"}
_WEB_SCHEMES: Final = ("http", "https")
_GIT_SCHEMES: Final = (*_WEB_SCHEMES, "ssh", "git", "git+ssh")
_SAFE_IN_PATH: Final = "/-._~!$+,;=:@"
_PIN: Final = re.compile(
    r"\{(?:kind|ref)\}"
)  # where the tag or commit begins in an address of a forge


class SourceUrls(NamedTuple):
    """The addresses of one repository's files at the tag or commit `ref`; paths are from its root.

    `home` is the repository's own address, without a slash at its end.
    """

    home: str
    forge: Forge
    ref: str

    @property
    def levels_above(self) -> int:
        """How many `..` lead from a file in the root to `home`, as authors write in `../../issues`."""
        return self.forge.levels_above

    def raw(self, path: str) -> str:
        """Return the address of a file's bytes."""
        return self._filled(self._raw_form) + quoted_path(path)

    def page(self, path: str) -> str:
        """Return the address of the page that shows a file."""
        return self._filled(self.forge.page) + quoted_path(path)

    def folder(self, path: str) -> str:
        """Return the address of the page that lists a folder; `` is the root."""
        return (self._filled(self.forge.folder) + quoted_path(path)).rstrip("/")

    def on_branch(self, branch: str, path: str, *, shown: bool) -> str:
        """Return the address of a file on a branch: of its bytes where it is `shown`, else of its page."""
        form = self.forge.page if path else self.forge.folder
        if shown:
            form = self._raw_form
        return (self._filled(form, branch) + quoted_path(path)).rstrip("/")

    def pinned_starts(self) -> tuple[tuple[str, str], ...]:
        """Return how the addresses of all files at this tag or commit begin.

        Each is given twice: up to where the tag or commit begins, and up to where it ends.
        """
        forms = {self.forge.raw, self.forge.page, self.forge.folder}
        if self.forge.public_raw:
            forms.add(self.forge.public_raw)
        starts: list[tuple[str, str]] = []
        for form in forms:
            before_pin = _PIN.split(form, maxsplit=1)[0]
            starts.append((self._filled(before_pin), self._filled(form).rstrip("/")))
        return tuple(sorted(starts))

    @property
    def _raw_form(self) -> str:
        is_public = self.forge.public_raw != "" and self.home.startswith(self.forge.public_home)
        return self.forge.public_raw if is_public else self.forge.raw

    def _filled(self, form: str, branch: str = "") -> str:
        """Fill in a template of the forge, with the tag or commit unless a branch is given."""
        kind = "commit" if _COMMIT.fullmatch(self.ref) else "tag"
        return form.format(
            home=self.home,
            path=urlsplit(self.home).path.strip("/"),
            ref=quote(branch or self.ref, safe="/-._~+"),
            kind="branch" if branch else kind,
        )


def quoted_path(path: str) -> str:
    """Return a path percent-encoded, so that no character has a meaning in Markdown or HTML."""
    return quote(path, safe=_SAFE_IN_PATH)


def repository_home(remote: str) -> str:
    """Return the web address of a repository from its remote, empty when it has none.

    `https`, `ssh` and `user@host:path` forms are read. User, password and the port of ssh are removed. A
    malformed remote has no address: what looks like its path or host could be a password.
    """
    read = _read_remote(remote.strip())
    if read is None:
        return ""
    path = read.path.strip("/").removesuffix(".git")
    if not _HOST.fullmatch(read.host) or "/" not in path or _USER_INFO.search(path):
        return ""
    host = _SSH_ONLY_HOSTS.get(read.host, read.host)
    if read.scheme in _WEB_SCHEMES and read.port:
        host = f"{host}:{read.port}"
    scheme = "http" if read.scheme == "http" else "https"
    return f"{scheme}://{host}/{quoted_path(path)}"


class _Remote(NamedTuple):
    scheme: str
    host: str
    port: int | None
    path: str


def _read_remote(remote: str) -> _Remote | None:
    if "://" not in remote:
        found = _SCP_LIKE.fullmatch(remote)
        if found is None:
            return None
        return _Remote("ssh", found["host"].lower(), None, found["path"])
    try:
        parts = urlsplit(remote)
        port = parts.port  # raises ValueError where it is no number
    except ValueError:
        return None
    if parts.scheme not in _GIT_SCHEMES:
        return None
    return _Remote(parts.scheme, parts.hostname or "", port, parts.path)


def forge_of(home: str) -> Forge | None:
    """Return the forge that the host's name shows; None if it shows none."""
    host = urlsplit(home).hostname or ""
    for forge in FORGES.values():
        if any(word in host for word in forge.host_words):
            return forge
    return None


def source_urls(remote: str, ref: str, forge: Forge | None = None) -> SourceUrls | None:
    """Return the addresses for a remote at a tag or commit; None where they are not known.

    `forge` is the CI's own forge; without it the host's name decides.
    """
    home = repository_home(remote)
    if not home or not ref:
        return None
    kind = forge or forge_of(home)
    if kind is None:
        return None
    return SourceUrls(home, kind, ref)
