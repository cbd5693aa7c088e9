"""What must hold after a run that was broken and run again, whatever broke it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from tests.faults.claims import NOT_KNOWN, NOT_PUBLIC, NOTHING, PUBLIC, claim_of, truth_of
from tests.faults.observed import RELEASING
from tests.faults.stages import NEEDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.faults.claims import Truth

RUN_AGAIN: Final = ("run again", "run the same command again", "running the same command again")
EDITS: Final = frozenset({"edit_details", "images_edit"})
FINE, REFUSED, UNCLEAR, TAKEN, INTERRUPTED = 0, 4, 5, 6, 130


def faults_of(result: dict[str, Any], reference: dict[str, Any] | None) -> list[str]:
    """List what is wrong with an experiment, compared with the state that an unbroken run leaves."""
    runs = result["runs"]
    wrong = [f"a leak: {leak}" for leak in result["leaks"]]
    wrong += [f"a defect of the portal: {defect}" for defect in result["defects"]]
    if reference is not None and result["state"] != reference:
        wrong.append(f"the state is {result['state']}, not {reference}")
    wrong += repeated(runs) + too_early(runs)
    for number, run in enumerate(runs, 1):
        wrong += [f"run {number}: {one}" for one in (*_unfinished(run, number), *untruths(run))]
    if len(runs) > 2:
        wrong += [f"the last run was not unchanged: {runs[-1]['accepted']}"] * (
            not _is_unchanged(runs[-1])
        )
    return wrong


def too_early(runs: list[dict[str, Any]]) -> list[str]:
    """List the mods that were released before the mod that they need was public in its new version."""
    out: set[str] = set()
    early = []
    for run in runs:
        for endpoint, mod, *_ in run["accepted"]:
            if endpoint in RELEASING and mod in NEEDS and NEEDS[mod] not in out:
                early.append(f"{mod} was released before {NEEDS[mod]}")
            if endpoint in RELEASING:
                out.add(mod)
    return early


def _unfinished(run: dict[str, Any], number: int) -> Iterator[str]:
    """List why a run after the broken one did not end well; while reads are late it may say so."""
    allowed = {FINE, UNCLEAR} if _was_late(run) else {FINE}
    if number > 1 and run["code"] not in allowed:
        yield f"it ended with {run['code']}: {_errors(run)}"


def _is_unchanged(run: dict[str, Any]) -> bool:
    return not run["accepted"] and {mod["status"] for mod in run["report"]["mods"]} == {"unchanged"}


def _errors(run: dict[str, Any]) -> str:
    mods = run["report"].get("mods", ())
    return " | ".join(f"{mod['mod']}: {mod['error']}" for mod in mods if "error" in mod)


def listed(wrong: dict[str, list[str]]) -> str:
    """Give what is wrong by case as lines, for an assertion's message."""
    return "\n".join(f"{case}\n    " + "\n    ".join(faults) for case, faults in wrong.items())


def _was_late(run: dict[str, Any]) -> bool:
    return any(request["late"] for request in run["requests"])


def repeated(runs: list[dict[str, Any]]) -> list[str]:
    """List writes of the same content that were accepted twice, or sent twice while the first was unclear.

    A run that was shown the page as it was before cannot know that an earlier run wrote it.
    """
    seen: dict[str, int] = {}
    twice = []
    for number, run in enumerate(runs, 1):
        for write in run["accepted"]:
            form = json.dumps(write)
            earlier = seen.setdefault(form, number)
            excused = earlier != number and _was_late(run)
            if form in seen and earlier != number and not excused:
                twice.append(f"written in run {earlier} and in run {number}: {form[:300]}")
        twice += [f"run {number}: {one}" for one in _repeated_within(run)]
    return twice


def _repeated_within(run: dict[str, Any]) -> Iterator[str]:
    """List writes that arrived twice in one run, unless the portal plainly refused the first.

    An edit sets the whole of something, so that it may be sent again where its answer was unclear and a
    look in between did not show it; an upload may not.
    """
    before: dict[str, int] = {}
    for number, request in enumerate(run["requests"]):
        form = json.dumps([request["endpoint"], request["mod"], request["content"]])
        if not request["arrived"]:
            continue
        earlier = before.get(form)
        if earlier is not None and not _may_repeat(run["requests"][earlier : number + 1]):
            yield f"sent again while what it did was not known: {form[:300]}"
        if request["accepted"] or not request["clear"]:
            before[form] = number


def _may_repeat(requests: list[dict[str, Any]]) -> bool:
    first, *between, last = requests
    looks = [one for one in between if one["endpoint"] == "mod_full" and one["mod"] == last["mod"]]
    return last["endpoint"] in EDITS and not first["clear"] and bool(looks)


def untruths(run: dict[str, Any]) -> list[str]:
    """List what a run's report says that is not so, and what it should have said."""
    report = run["report"]
    if not report or not report["mods"]:
        return []
    wrong = []
    if report["exit_code"] != run["code"]:
        wrong.append(f"exit code {run['code']}, and {report['exit_code']} in the report")
    failed = [mod for mod in report["mods"] if mod["status"] == "failed"]
    if (run["code"] == FINE) != (not failed):
        wrong.append(f"exit code {run['code']} with {len(failed)} mods that failed")
    for mod in report["mods"]:
        truth = truth_of(run, mod["mod"], mod["version"])
        wrong += [f"{mod['mod']}: {one}" for one in _untruths_of(mod, truth, run)]
    return wrong + _outputs_that_differ(run)


def _untruths_of(mod: dict[str, Any], truth: Truth, run: dict[str, Any]) -> Iterator[str]:
    claim = claim_of(mod)
    yield from _untrue_claim(claim, truth, mod)
    yield from _untrue_change(claim, truth, mod)
    code = run["code"]
    if mod["status"] not in {"failed", truth.status} and code != INTERRUPTED:
        yield f"the status is {mod['status']}, and what happened is {truth.status}"
    if truth.sha1 and mod["package"] and mod["package"]["sha1"] != truth.sha1:
        yield f"SHA-1 {mod['package']['sha1']} in the report, {truth.sha1} was received"
    if mod["download_url"] and not mod["download_url"].endswith(truth.path or "nowhere"):
        yield f"{mod['download_url']} in the report, {truth.path} on the portal"
    matches = f"{mod['mod']} {mod['version']}: unchanged: the portal already matches"
    if mod["plan"] and matches in run["out"]:
        yield f"it says that the portal matched, with {len(mod['plan'])} changes in the plan"
    yield from _untrue_answer(claim, truth, mod, run)
    if mod["status"] != "failed":
        return
    if not (mod.get("error") and mod.get("hint")):
        yield f"no error or no hint: {mod.get('error')!r}, {mod.get('hint')!r}"
    elif mod["error"].splitlines()[0] not in run["out"] + run["err"]:
        yield "the error is not printed"
    if code == UNCLEAR and not any(words in mod["hint"] for words in RUN_AGAIN):
        yield f"no command to run next in {mod['hint']!r}"


def _untrue_claim(claim: str, truth: Truth, mod: dict[str, Any]) -> Iterator[str]:
    """Compare what the report says of the release with what is public."""
    said = f"the report says {claim}: {mod.get('error', '')}"
    if claim == PUBLIC and mod["package"] and not truth.public:
        yield f"nothing is public, and {said}"
    if claim == NOT_PUBLIC and truth.public:
        yield f"the release is public, and {said}"
    if claim == NOT_KNOWN and truth.knowable:
        yield f"it could be known that the release is public, and {said}"
    if claim == NOT_KNOWN and not (truth.public or truth.tried or truth.taken):
        yield f"nothing was sent, and {said}"
    if claim == NOTHING and truth.made:
        yield f"the release is public, and the report does not say so: {mod.get('error', '')}"
    if truth.public and re.search(r"refused", mod.get("hint", "")) and claim == NOT_KNOWN:
        yield f"a hint about a refusal: {mod['hint']}"


def _untrue_answer(
    claim: str, truth: Truth, mod: dict[str, Any], run: dict[str, Any]
) -> Iterator[str]:
    """Compare what the report and the last lines say is public with the portal."""
    public = mod["public"]
    said = f"`public` is {public}: {mod.get('error', '')}"
    if public in {"yes", "other-content"} and not truth.public:
        yield f"it is not public, and {said}"
    if public == "no" and (truth.made or (claim == NOT_PUBLIC and truth.public)):
        yield f"it is public, and {said}"
    if public == "as-before" and truth.made:
        yield f"this run made it, and {said}"
    releases = any(change["kind"] in {"publish", "release"} for change in mod["plan"])
    # Without a release in the plan, what is not known is about an image.
    if (public == "unknown") != (claim == NOT_KNOWN and releases):
        yield f"the error says {claim or 'nothing'}, and {said}"
    yield from _unhelpful(mod, run)


def _unhelpful(mod: dict[str, Any], run: dict[str, Any]) -> Iterator[str]:
    """List what the last lines should say and do not, and addresses that lead nowhere."""
    if mod["url"] and mod["mod"] not in run["after"]:
        yield f"there is no page at {mod['url']}"
    if mod["public"] == "yes" and not mod["url"]:
        yield "it is public, and no address is shown"
    if mod["status"] in {"published", "uploaded", "updated", "unchanged"} and mod["missing"]:
        yield f"it ended well, and {mod['missing']} is missing"
    if not mod["todo"] and (mod["status"] == "failed" or mod["missing"]):
        yield f"{mod['missing'] or 'something'} is missing, and there is nothing to do"
    for label in ("public:", "to do:"):
        if label not in run["out"]:
            yield f"no {label!r} at the end"
        if run["summary"] and f"**{label.capitalize()}**" not in run["summary"]:
            yield f"no {label!r} in the summary"


def _untrue_change(claim: str, truth: Truth, mod: dict[str, Any]) -> Iterator[str]:
    """Compare `changed` with the portal; it may be true for a write whose effect is not known."""
    if truth.changed and not mod["changed"]:
        yield "the portal was changed, and the report says it was not"
    open_question = claim == NOT_KNOWN or (mod["status"] == "failed" and truth.unclear)
    if mod["changed"] and not (truth.changed or truth.made or truth.pages or open_question):
        yield "nothing was changed, and the report says so"


def _outputs_that_differ(run: dict[str, Any]) -> list[str]:
    """Compare the step's outputs with the report, where the run wrote any."""
    if not run["outputs"]:
        return []
    mods = run["report"]["mods"]
    found = dict(re.findall(r"^([a-z0-9-]+)<<(?:\S+)\n(.*)$", run["outputs"], re.MULTILINE))
    told = [{**one, "package": one["zip-sha1"]} for one in json.loads(found.get("mods", "[]"))]
    if len(mods) == 1:
        told.append(
            {
                **mods[0],
                **found,
                "changed": found.get("changed") == "true",
                "package": found["zip-sha1"],
            }
        )
    wrong = [] if told else ["there are no outputs"]
    for mod, one in zip([*mods, *mods], told, strict=False):
        sha1 = mod["package"]["sha1"] if mod["package"] else ""
        expected = (mod["mod"], mod["status"], mod["changed"], sha1)
        if expected != (one["mod"], one["status"], one["changed"], one["package"]):
            wrong.append(f"the outputs are {one}, and {expected} in the report")
    return wrong
