"""Regular expressions that are compiled when they are first used: a check needs few of all that rules have.

Compiling takes 0.2 ms for each, and more for a long one; a start would pay for all of them.
"""

from __future__ import annotations

import re
from typing import Any, AnyStr, cast


def lazy_pattern(source: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """Return what behaves like `re.compile(source, flags)`, compiled at the first use."""
    return cast("re.Pattern[AnyStr]", _LazyPattern(source, flags))


class _LazyPattern:
    """Has the pattern's attributes as its own from the first use on, so that later uses cost nothing."""

    def __init__(self, source: str | bytes, flags: int) -> None:
        self._source = source
        self._flags = flags

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # copying and pickling ask for these before there is a source
            raise AttributeError(name)
        compiled = re.compile(self._source, self._flags)
        for attribute in (
            "match",
            "search",
            "fullmatch",
            "finditer",
            "findall",
            "split",
            "sub",
            "pattern",
        ):
            setattr(self, attribute, getattr(compiled, attribute))
        return getattr(compiled, name)
