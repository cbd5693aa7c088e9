"""Writes docs/troubleshooting.md: every message with which the program ends, its cause and its remedy.

python scripts/troubleshooting.py      say which message has no cause or no remedy
python scripts/generate.py             write the document

The messages are read from the code (`messages.py`), the rest is in `troubleshooting.toml`.
"""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from factorio_release.portal.answers import REMEDIES, USAGES

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from scripts.messages import Message, messages

if TYPE_CHECKING:
    from collections.abc import Iterator

WORDS = Path(__file__).with_name("troubleshooting.toml")


def page() -> str:
    """Return the document; a message without a cause or a remedy is in it, and is reported by `main`."""
    words = tomllib.loads(WORDS.read_text("utf-8"))
    by_module: dict[str, list[Message]] = {}
    for one in messages():
        by_module.setdefault(one.module, []).append(one)
    parts = [words["top"]]
    explained = {module for group in words["groups"] for module in group["modules"]}
    others = {
        "title": "Others",
        "about": "",
        "modules": dict.fromkeys(sorted({*by_module} - explained), ""),
    }
    for group in [*words["groups"], *([others] if others["modules"] else [])]:
        parts.append(f"## {group['title']}\n\n{group['about']}\n")
        parts += [
            _entry(one.text, one.exit_code, more["cause"], more["remedy"])
            for more in words["more"]
            if more["group"] == group["title"]
            for one in [Message(more["module"], more["exit_code"], more["text"], more["remedy"])]
        ]
        for module, cause in group["modules"].items():
            for one in by_module.get(module, []):
                remedy = words["remedy"].get(one.text, one.remedy)
                parts.append(
                    _entry(one.text, one.exit_code, words["cause"].get(one.text, cause), remedy)
                )
    parts.append(words["refused"])
    parts += [_entry(code, 4, "", remedy) for code, remedy in refusals().items()]
    return "\n".join(parts)


def refusals() -> dict[str, str]:
    """Return what to do about each code of the portal."""
    usages = ", ".join(f"`{usage}`" for usage in dict.fromkeys(USAGES.values()))
    key = f"the key is wrong, or lacks one of the usages {usages}"
    return {"InvalidApiKey": f"{key}; make one with it on the factorio.com profile", **REMEDIES}


def problems(words: dict[str, Any]) -> Iterator[str]:
    """Yield what is missing in the words, and what is too much in them."""
    causes = {
        module: cause for group in words["groups"] for module, cause in group["modules"].items()
    }
    found = messages()
    for one in found:
        if one.module not in causes:
            yield f"{one.module} raises errors: give it a cause in a group ({one.text})"
        if re.fullmatch("[A-Z ]*", one.remedy) and one.text not in words["remedy"]:
            yield f"no remedy for {one.text!r} of {one.module}"
    texts = {one.text for one in found}
    for kind in ("cause", "remedy"):
        yield from (
            f"{kind} of a message that there is not: {text!r}"
            for text in words[kind]
            if text not in texts
        )


def main() -> int:
    """Print what is missing in the words, and what is too much; return 1 if there is anything."""
    wrong = list(problems(tomllib.loads(WORDS.read_text("utf-8"))))
    print("every message is explained" if not wrong else "\n".join([f"{WORDS}:", *wrong]))
    return int(bool(wrong))


def _entry(text: str, exit_code: int, cause: str, remedy: str) -> str:
    remedy = remedy.strip().rstrip(".")
    remedy = remedy[:1].upper() + remedy[1:]
    about = f"{cause} *Exit code {exit_code}.*".strip()
    return f"### {_code(text)}\n{about}\n\n**What to do:** {remedy}.\n"


def _code(text: str) -> str:
    """Return a text as code in Markdown, also where it has a backquote."""
    ticks = "``" if "`" in text else "`"
    space = " " if text.startswith("`") or text.endswith("`") else ""
    return re.sub(r"\s+", " ", f"{ticks}{space}{text}{space}{ticks}")


if __name__ == "__main__":
    sys.exit(main())
