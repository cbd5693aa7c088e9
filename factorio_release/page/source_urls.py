"""Where a repository's files are seen on the web, as each kind of forge addresses them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlsplit

from factorio_release.forges import FORGES

if TYPE_CHECKING:
    from factorio_release.forges import Forge

_SCP_LIKE: Final = re.compile(r"(?:[^@/\s:]+@)?(?P<host>[A-Za-z0-9.-]{2,}):(?!//)(?P<path>[^\s]+)")
_HOST: Final = re.compile(r"(?:[^\W_]|[.-])+|[0-9a-f:.]+")
_USER_INFO: Final = re.compile(r"[@:\\]|%(?:40|3a|5c)", re.IGNORECASE)
_COMMIT: Final = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_SSH_ONLY_HOSTS: Final = {"ssh.github.com": "github.com", "altssh.gitlab.com": "gitlab.com"}
_WEB_SCHEMES: Final = ("http", "https")
_GIT_SCHEMES: Final = (*_WEB_SCHEMES, "ssh", "git", "git+ssh")
_SAFE_IN_PATH: Final = "/-._~!$+,;=:@"
_PIN: Final = re.compile(r"\{(?:kind|ref)\}")


@dataclass(frozen=True, slots=True)
class SourceUrls:
    """The addresses of one repository's files at one tag or commit; paths are relative to its root."""

    home: str
    forge: Forge
    ref: str

    @property
    def levels_above(self) -> int:
        """How many `..` lead from a file in the root to `home`, as authors write in `../../issues`."""
        return self.forge.levels_above

    def raw(self, path: str) -> str:
        """Return the address of a file's bytes."""
        forge = self.forge
        is_public = forge.public_raw != "" and self.home.startswith(forge.public_home)
        form = forge.public_raw if is_public else forge.raw
        return self._filled(form) + quoted_path(path)

    def page(self, path: str) -> str:
        """Return the address of the page that shows a file."""
        return self._filled(self.forge.page) + quoted_path(path)

    def folder(self, path: str) -> str:
        """Return the address of the page that lists a folder; `` is the root."""
        return (self._filled(self.forge.folder) + quoted_path(path)).rstrip("/")

    def pinned_starts(self) -> tuple[tuple[str, str], ...]:
        """Return how the addresses of this tag or commit begin: up to what says so, and all of it."""
        forms = {self.forge.raw, self.forge.page, self.forge.folder}
        if self.forge.public_raw:
            forms.add(self.forge.public_raw)
        starts = {(_PIN.split(form, maxsplit=1)[0], form) for form in forms}
        return tuple(sorted((self._filled(start), self._filled(form).rstrip("/")) for start, form in starts))

    def _filled(self, form: str) -> str:
        return form.format(
            home=self.home,
            path=urlsplit(self.home).path.strip("/"),
            ref=quote(self.ref, safe="/-._~+"),
            kind="commit" if _COMMIT.fullmatch(self.ref) else "tag",
        )


def quoted_path(path: str) -> str:
    """Return a path as a URL has it, with nothing left that Markdown or HTML would read."""
    return quote(path, safe=_SAFE_IN_PATH)


def repository_home(remote: str) -> str:
    """Return the web address of a repository from its remote, `` when it has none.

    `https`, `ssh` and `user@host:path` forms are known; user, password and an ssh port are left out. A
    remote that is malformed has none: what looks like its path or host could be a password.
    """
    remote = remote.strip()
    scheme, host, port, path = _parts(remote)
    path = path.strip("/").removesuffix(".git")
    if not _HOST.fullmatch(host) or "/" not in path or _USER_INFO.search(path):
        return ""
    host = _SSH_ONLY_HOSTS.get(host, host)
    if scheme in _WEB_SCHEMES and port:
        host = f"{host}:{port}"
    return f"{'http' if scheme == 'http' else 'https'}://{host}/{quoted_path(path)}"


def _parts(remote: str) -> tuple[str, str, int | None, str]:
    if "://" not in remote:
        found = _SCP_LIKE.fullmatch(remote)
        return ("ssh", found["host"].lower(), None, found["path"]) if found else ("", "", None, "")
    try:
        split = urlsplit(remote)
        port = split.port
    except ValueError:
        return "", "", None, ""
    if split.scheme not in _GIT_SCHEMES:
        return "", "", None, ""
    return split.scheme, split.hostname or "", port, split.path


def forge_of(home: str) -> Forge | None:
    """Return the forge that the host's name shows; None if it shows none."""
    host = urlsplit(home).hostname or ""
    for forge in FORGES.values():
        if any(word in host for word in forge.host_words):
            return forge
    return None


def source_urls(remote: str, ref: str, forge: Forge | None = None) -> SourceUrls | None:
    """Return the addresses for a remote at a tag or commit; None where they cannot be told.

    `forge` is what the CI knows; without it the host's name decides.
    """
    home = repository_home(remote)
    kind = forge or forge_of(home)
    return SourceUrls(home, kind, ref) if home and kind and ref else None
