"""The questions of `init` on a terminal: what neither the repository nor the portal says."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from factorio_release.mod_page import CATEGORIES, LICENSES, TAGS
from factorio_release.report.escape import terminal
from factorio_release.scaffold.page_words import CATEGORY_WORDS, TAG_WORDS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from factorio_release.cli.session import Session


def ask_category(session: Session) -> str:
    """Return the category that somebody chooses, empty where they leave it for later."""
    chosen = _ask(session, "category", CATEGORIES, CATEGORY_WORDS, several=False)
    return chosen[0] if chosen else ""


def ask_tags(session: Session) -> tuple[str, ...]:
    """Return the tags that somebody chooses, empty where they leave them for later."""
    return _ask(session, "tags", TAGS, TAG_WORDS, several=True)


def ask_license(session: Session) -> str:
    """Return the id of the licence that somebody chooses, empty where they leave it for later."""
    chosen = _ask(session, "licence", tuple(LICENSES), LICENSES, several=False)
    return chosen[0] if chosen else ""


def confirm(session: Session, question: str) -> bool:
    """Return whether somebody answers yes."""
    return _answer(session, f"{question} [y/N] ").lower() in {"y", "yes"}


def _ask(
    session: Session,
    what: str,
    words: Sequence[str],
    meanings: Mapping[str, str],
    *,
    several: bool,
) -> tuple[str, ...]:
    """Ask until every answer is one of the words or its number; an empty line leaves it for later."""
    width = max(map(len, words))
    for number, word in enumerate(words, 1):
        session.say(f"{number:>3}  {word:<{width}}  {meanings[word]}")
    how = "numbers or words, with spaces" if several else "a number or a word"
    while True:
        given = (
            _answer(session, f"{what} ({how}; Enter leaves it for later): ")
            .replace(",", " ")
            .split()
        )
        wrong = [one for one in given if _word(one, words) is None]
        if not several and len(given) > 1:
            session.say("one only")
        elif wrong:
            session.say(f"{', '.join(wrong)}: not one of these")
        else:
            found = [_word(one, words) for one in given]
            return tuple(dict.fromkeys(word for word in found if word))


def _word(given: str, words: Sequence[str]) -> str | None:
    if given.isascii() and given.isdigit() and 0 < int(given) <= len(words):
        return words[int(given) - 1]
    return next((word for word in words if word.lower() == given.lower()), None)


def _answer(session: Session, question: str) -> str:
    session.err.write(terminal(question))
    session.err.flush()
    line = sys.stdin.readline()
    if not line:  # the terminal is closed
        session.say("")
        return ""
    return line.strip()
