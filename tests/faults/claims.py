"""What a report says of one mod, and what the portal knows of it: two sides that must agree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from tests.faults.observed import RELEASING

PUBLIC: Final = "public"
NOT_PUBLIC: Final = "not public"
NOT_KNOWN: Final = "not known"
NOTHING: Final = ""


def claim_of(mod: dict[str, Any]) -> str:
    """Give what the report says of the release: public, not public, not known, or nothing."""
    step = {one["name"]: one for one in mod["steps"]}["release"]
    error = mod.get("error", "")
    begun = step["status"] != "not-run" and not error.startswith("interrupted")
    said = step.get("error", "") if begun else error
    if "not known" in said:
        return NOT_KNOWN
    if step["status"] == "done" or mod["status"] == "unchanged" or " is public" in said:
        return PUBLIC
    if step["status"] == "failed" and "with other content" not in said:
        return NOT_PUBLIC
    return NOTHING


@dataclass(frozen=True)
class Truth:
    """What the portal knows of one mod in one run.

    `made` is the endpoint of the release that this run made, or empty. `sha1` is that of the zip which the
    portal took from this run. `public` tells whether the version is public at the end, whoever made it so.
    `knowable` tells whether the run saw it: an answer of the upload or a read that arrived as the portal
    gave it, and was not late. `tried` counts the uploads that began, `unclear` the writes whose answers did
    not arrive as given. `taken` tells whether the portal said that the mod exists: where its reads are
    late, nobody can know which versions it has. `pages` counts writes of the page that the portal took;
    `changed` tells whether the mod is another than before.
    """

    made: str
    sha1: str
    path: str
    public: bool
    knowable: bool
    tried: int
    unclear: int
    taken: bool
    pages: int
    changed: bool

    @property
    def status(self) -> str:
        """The status that a run with exit code 0 has to report."""
        return RELEASING.get(self.made) or ("updated" if self.pages else "unchanged")


def truth_of(run: dict[str, Any], name: str, version: str) -> Truth:
    """Give the portal's side of one mod, from its log and its state."""
    requests = [one for one in run["requests"] if one["mod"] == name]
    uploads = [one for one in requests if one["endpoint"] in RELEASING]
    made = [one for one in uploads if one["accepted"]]
    release = run["after"].get(name, {}).get("releases", {}).get(version)
    return Truth(
        made=made[0]["endpoint"] if made else "",
        sha1=made[0]["content"][1][0] if made else "",
        path=release["path"] if release else "",
        public=release is not None,
        knowable=release is not None and _was_seen(requests, uploads, release["sha1"]),
        tried=len(uploads),
        unclear=sum(one["arrived"] and not one["clear"] for one in requests),
        taken=any(one["code"] == "ModAlreadyExists" for one in requests),
        pages=sum(one["accepted"] and one["endpoint"] not in RELEASING for one in requests),
        changed=run["before"].get(name) != run["after"].get(name),
    )


def _was_seen(requests: list[dict[str, Any]], uploads: list[dict[str, Any]], sha1: str) -> bool:
    """Tell whether an answer that arrived as given said or showed that the version is public.

    What shows with another SHA-1 than was sent, or without one, may be another run's.
    """
    if any(one["accepted"] and one["clear"] for one in uploads):
        return True
    sent = [one["content"][1] for one in uploads]
    if sent and [sha1] not in sent:
        return False
    began = requests.index(uploads[0]) if uploads else len(requests)
    reads = [one for one in requests[began:] if one["endpoint"] == "mod_full"]
    if sent:
        reads = [one for one in reads if one["shows_sha1"]]
    return any(one["clear"] and one["status"] == 200 and not one["late"] for one in reads)
