"""The tokens of Lua that tell what a file asks for, found in bytes without judging the rest."""

from __future__ import annotations

import re
from typing import Final

_STRING: Final = (
    rb"""\[(?P<level>=*)\[.*?(?:\](?P=level)\]|\Z)"""
    rb"""|"(?:[^"\\\n]|\\z\s*|\\.)*+"?|'(?:[^'\\\n]|\\z\s*|\\.)*+'?"""
)
TOKEN: Final = re.compile(
    rb"""(?P<comment>--(?:\[(?P<deep>=*)\[.*?(?:\](?P=deep)\]|\Z)|[^\n]*))"""
    rb"|(?P<string>" + _STRING + rb")"
    rb"|(?P<word>\b(?:function|if|do|repeat|end|until|return|require|x?pcall|and|or|data\s*:\s*extend)\b)|(?P<mark>[(){}])",
    re.DOTALL,
)
ARGUMENT: Final = re.compile(
    rb"\s*(?P<paren>\(\s*)?(?P<string>" + _STRING + rb")\s*(?P<after>\.\.|\)|)", re.DOTALL
)
COMPUTED: Final = re.compile(rb"\s*\(\s*(?!\))")
PATH: Final = re.compile(r"__[^/\\\n]{1,100}?__/[^\n]*", re.DOTALL)
BEFORE_JOIN: Final = re.compile(rb"\.\.\s*\Z")
AFTER_JOIN: Final = re.compile(rb"\s*(?:\.\.|:)")
ASSIGNED: Final = re.compile(rb"\s*=(?!=)")
OPENERS: Final = frozenset({b"function", b"if", b"do", b"repeat"})
CLOSERS: Final = frozenset({b"end", b"until"})


def literal(token: bytes) -> str | None:
    """Return the text of a string token; None where escapes or bad encoding leave it unclear."""
    if token.startswith(b"["):
        level = token.index(b"[", 1) + 1
        body = token[level:-level]
    else:
        body = token[1:-1]
        if b"\\" in body or token[:1] != token[-1:]:
            return None
    try:
        return body.decode()
    except UnicodeDecodeError:
        return None
