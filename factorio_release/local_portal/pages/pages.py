"""The HTML pages of the portal: the list of mods, one mod, and a login page that only explains."""

from __future__ import annotations

from dataclasses import replace
from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from factorio_release.local_portal.answers import Answer
from factorio_release.local_portal.pages.card import card_html
from factorio_release.local_portal.pages.mod_page import mod_article
from factorio_release.local_portal.pages.pictures import with_own_paths, without_remote
from factorio_release.local_portal.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from factorio_release.local_portal.actions import ReceivedRequest
    from factorio_release.local_portal.state.state import State

# Texts on the pages come from mods. Should one pass the sanitiser, the browser still runs no script,
# sends no form and lets no page frame this one.
POLICY = (
    "default-src 'none'; img-src {pictures}; style-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox allow-popups allow-downloads"
)
OWN_PICTURES = "'self'"
ALL_PICTURES = "'self' https: http:"
HEADERS = {
    "Content-Security-Policy": POLICY.format(pictures=OWN_PICTURES),
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
STYLE = files("factorio_release.local_portal") / "static" / "style.css"
_LOGIN = """<article class="sheet"><h1>Login</h1>
<p>Downloads need an account. Add <code>?username=NAME&amp;token=TOKEN</code> to the address.
A trial portal has the account <code>demo</code>, whose token it prints when it starts.</p>
</article>"""


class Pages:
    """The HTML answers; download links have the first account's token, as for a player who is logged in."""

    def __init__(
        self, state: State, accounts: Mapping[str, str], *, remote_pictures: bool = False
    ) -> None:
        self._state = state
        self._remote_pictures = remote_pictures
        self._login = ""
        if accounts:
            name, token = next(iter(accounts.items()))
            self._login = "?" + urlencode({"username": name, "token": token})

    def table(self) -> dict[str, Callable[[ReceivedRequest], Answer]]:
        """Return the action of each endpoint by name."""
        return {
            "index_page": self.index,
            "mod_page": self.mod,
            "login": lambda _: page("Login", _LOGIN),
            "style": lambda _: Answer(200, STYLE.read_bytes(), "text/css; charset=utf-8"),
        }

    def index(self, _: ReceivedRequest) -> Answer:
        """Return the page that lists every mod, the latest change first."""
        with self._state.lock:
            mods = sorted(self._state.mods.values(), key=lambda mod: mod.updated_at, reverse=True)
            cards = "\n".join(card_html(mod) for mod in mods)
        empty = '<p class="empty">No mod was published here yet.</p>'
        return page("Mods", f'<h1 class="lead">Mods</h1><div class="cards">{cards or empty}</div>')

    def mod(self, request: ReceivedRequest) -> Answer:
        """Return the page of a mod as players would see it, or a 404 page."""
        try:
            with self._state.lock:
                mod = self._state.find(request.parameters["name"])
                title, body = mod.title, mod_article(mod, self._state, self._login)
        except Refusal as refusal:
            text = f'<article class="sheet"><h1>404</h1><p>{escape(refusal.message)}</p></article>'
            return page("Not found", text, 404)
        if not self._remote_pictures:
            return page(title, without_remote(with_own_paths(body)))
        policy = POLICY.format(pictures=ALL_PICTURES)
        return replace(page(title, body), headers={**HEADERS, "Content-Security-Policy": policy})


def page(title: str, body: str, status: int = 200) -> Answer:
    """Return a page with this body, in the frame that all pages share."""
    html = f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)} · Local mod portal</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/style.css">
</head>
<body>
<header class="bar"><a href="/">Local mod portal</a><span>a rehearsal: nothing here is public</span></header>
<main>
{body}
</main>
</body>
</html>
"""
    return Answer(status, html.encode(), "text/html; charset=utf-8", HEADERS)
