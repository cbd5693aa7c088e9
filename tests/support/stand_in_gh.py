"""Stands for GitHub's command line in the tests of the recipes.

What it is asked to do is in `calls.jsonl`, what there is on GitHub in `gh.json`.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

FOLDER = Path(os.environ.get("STAND_INS", "."))
WORDS = sys.argv[1:]


def option(name: str) -> str:
    return WORDS[WORDS.index(name) + 1] if name in WORDS else ""


def show(value: object) -> None:
    """Print what was asked for, through the filter of `--jq`."""
    subprocess.run(
        ["jq", "--raw-output", option("--jq") or "."],
        input=json.dumps(value),
        text=True,
        check=True,
    )


def release(there: dict[str, Any]) -> None:
    verb, tag = WORDS[1:3]
    found = there["releases"].get(tag)
    if verb == "create":
        assert found is None, "there already"
        draft = "--draft" in WORDS
        there["releases"][tag] = {"isDraft": draft, "notes": option("--notes"), "assets": []}
    elif found is None:
        sys.exit("release not found")
    elif verb == "view":
        show({"isDraft": found["isDraft"]})
    elif not found["isDraft"] and not found.get("mutable"):
        sys.exit("the release is immutable")
    elif verb == "upload":
        assert Path(WORDS[3]).is_file()
        found["assets"] = [Path(WORDS[3]).name]
    elif verb == "edit":
        found["isDraft"] = "--draft=false" not in WORDS


def api(there: dict[str, Any]) -> None:
    comments = there["comments"]
    name, _, body = option("--field").partition("=@")
    if not name:
        show(comments)
    elif option("--method") == "PATCH":
        (found,) = [one for one in comments if one["id"] == int(WORDS[1].rpartition("/")[2])]
        found["body"] = Path(body).read_text("utf-8")
    else:
        text = Path(body).read_text("utf-8")
        comments.append({"id": len(comments) + 1, "user": {"type": "Bot"}, "body": text})


def issue(there: dict[str, Any]) -> None:
    issues = there["issues"]
    if WORDS[1] == "list":
        show([{"number": number} for number, _ in enumerate(issues, 1)])
        return
    text = Path(option("--body-file")).read_text("utf-8")
    if WORDS[1] == "edit":
        issues[int(WORDS[2]) - 1]["body"] = text
    else:
        issues.append({"title": option("--title"), "body": text})


def main() -> None:
    path = FOLDER / "gh.json"
    there: dict[str, Any] = {"releases": {}, "comments": [], "issues": []}
    if path.exists():
        there = json.loads(path.read_text("utf-8"))
    with (FOLDER / "calls.jsonl").open("a", encoding="utf-8") as calls:
        calls.write(json.dumps(["gh", *WORDS]) + "\n")
    if not os.environ.get("GH_TOKEN"):
        sys.exit("gh: no token")
    {"release": release, "api": api, "issue": issue}[WORDS[0]](there)
    path.write_text(json.dumps(there), encoding="utf-8")
    if os.environ.get("GH_FAILS") == WORDS[1]:
        sys.exit("the connection was lost")


if __name__ == "__main__":
    main()
