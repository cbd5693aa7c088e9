"""Shows a page in the user's browser."""

from __future__ import annotations

import webbrowser
from collections.abc import MutableMapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from factorio_release.cli.session import Session

# More pages than these are named and not opened.
MAX_PAGES = 5


def open_pages(session: Session, addresses: Sequence[str]) -> None:
    """Open the pages, each in a tab of its own where the browser has tabs; say so where none can be."""
    if session.ci.in_ci:
        session.say("--open: a CI has no browser; the page is in the output folder")
        return
    if not addresses:
        session.say("--open: there is no page to show")
        return
    _forget_keys(session)
    for address in addresses[:MAX_PAGES]:
        if not webbrowser.open(address, new=2):
            session.say(f"--open: no browser was found; open {address}")
            return
    if len(addresses) > MAX_PAGES:
        session.say(f"--open: the first {MAX_PAGES} of {len(addresses)} pages")


def _forget_keys(session: Session) -> None:
    """Take every key out of the environment: the browser inherits it."""
    environ = session.environ
    if not isinstance(environ, MutableMapping):
        return
    secrets = session.secrets
    for name in [name for name, value in environ.items() if any(one in value for one in secrets)]:
        del environ[name]
