"""Untrusted Markdown rendered to safe HTML."""

from __future__ import annotations

import nh3
import pyromark

OPTIONS = (
    pyromark.Options.ENABLE_TABLES
    | pyromark.Options.ENABLE_STRIKETHROUGH
    | pyromark.Options.ENABLE_TASKLISTS
    | pyromark.Options.ENABLE_FOOTNOTES
    | pyromark.Options.ENABLE_GFM
)
# Which tags and attributes the portal keeps is not established: these are the ones that READMEs use.
# None of them runs a script, loads a document or changes the page around it.
TAGS = {
    *(
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "p",
        "br",
        "hr",
        "blockquote",
        "pre",
        "code",
        "div",
        "span",
    ),
    *("ul", "ol", "li", "dl", "dt", "dd", "table", "thead", "tbody", "tr", "th", "td", "input"),
    *(
        "a",
        "img",
        "strong",
        "b",
        "em",
        "i",
        "u",
        "s",
        "del",
        "ins",
        "mark",
        "small",
        "sub",
        "sup",
        "kbd",
    ),
    *("details", "summary", "abbr", "q", "samp", "var", "figure", "figcaption", "center"),
}
ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "title", "width", "height", "align"},
    "th": {"align", "colspan", "rowspan"},
    "td": {"align", "colspan", "rowspan"},
    "p": {"align"},
    "div": {"align"},
    "h1": {"align"},
    "h2": {"align"},
    "ol": {"start"},
    "details": {"open"},
    "input": {"checked", "disabled"},
}
# GitHub's alerts, `> [!NOTE]`: the parser gives them a class. Whether the portal does is not known.
ALERTS = ("note", "tip", "important", "warning", "caution")
_EXACT_VALUES = {
    "input": {"type": {"checkbox"}},
    "blockquote": {"class": {f"markdown-alert-{alert}" for alert in ALERTS}},
}


def render_markdown(markdown: str) -> str:
    """Return safe HTML; addresses are http, https, mailto or relative."""
    # Markdown may contain HTML, so the result is cleaned, never the source.
    html = pyromark.html(markdown, options=OPTIONS)
    return nh3.clean(
        html,
        tags=TAGS,
        clean_content_tags={"script", "style"},
        attributes=ATTRIBUTES,
        tag_attribute_values=_EXACT_VALUES,
        set_tag_attribute_values={"input": {"type": "checkbox", "disabled": ""}},
        url_schemes={"http", "https", "mailto"},
        link_rel="nofollow noopener noreferrer",
    )
