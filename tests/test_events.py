"""What a run of the container does for each event of each CI system, with that system's variables.

Every job runs in a process of its own through `entrypoint.py`, against the embedded portal. Three mods show
what an event means: `fresh` has a version that is not out yet, `out` one that is out with other content, and
`new` is not on the portal at all.

`tests/ci/test_detect.py` shows for every row of what kind it is and what that decides, as values. So here
each kind is tried once, with GitHub's variables, and each other system with an event that writes; those that
have a guide also with one that does not.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from factorio_release.ci.events import RULES, EventKind
from factorio_release.ci_systems import CI_SYSTEMS
from factorio_release.local_portal import LocalPortal
from tests.conftest import ALL, KEY, ModRepository, environment
from tests.support.job_events import COMMIT, ROWS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.support.job_events import JobRow

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="jobs of a container are forked")
FORKED = Path(__file__).parent / "support" / "forked.py"
VERSION = "1.0.0"


class Job(NamedTuple):
    """A run of one mod: where it is, and the variables of its job."""

    mod: str
    environ: dict[str, str]


class Ended(NamedTuple):
    """How a job ended: its exit code, what it printed, and its mods in the report."""

    code: int
    err: str
    mods: list[dict[str, Any]]

    @property
    def mod(self) -> dict[str, Any]:
        return self.mods[0]


class Mods:
    """A repository with a folder for each mod, all at one version, and the portal."""

    def __init__(self, root: Path, portal: LocalPortal, forked: subprocess.Popen[str]) -> None:
        self.root = root
        self.forked = forked
        self.portal = portal
        self.repository = ModRepository.__new__(ModRepository)
        self.repository.root = root
        root.mkdir()
        self.repository.git("init", "--quiet", "--initial-branch=main")
        self.repository.write("factorio-release.yml", "category: utilities\nlicense: default_mit\n")

    def add(self, name: str, *released: str, description: str = "", requires: str = "base") -> None:
        info = {
            "name": name,
            "version": VERSION,
            "title": name,
            "author": "demo",
            "factorio_version": "2.0",
            "dependencies": [requires],
        }
        self.repository.write(f"{name}/info.json", json.dumps(info))
        section = f"{'-' * 99}\nVersion: {VERSION}\nDate: 2026-01-01\n  Features:\n    - Lights.\n"
        self.repository.write(f"{name}/changelog.txt", section)
        self.repository.write(f"{name}/control.lua", "script.on_init(function() end)\n")
        if released:
            self.portal.seed_mod(
                name, title=name, category="utilities", description=description, releases=released
            )

    def commit(self) -> None:
        self.repository.git("add", "--all")
        self.repository.git("commit", "--quiet", "--allow-empty", "--message", "Change")

    def run(self, jobs: Sequence[Job]) -> list[Ended]:
        """Run all jobs, one after the other."""
        folder = self.root.parent / "work"
        folder.mkdir(exist_ok=True)
        environs = []
        head = self.repository.git("rev-parse", "HEAD")
        for number, job in enumerate(jobs):
            more = {
                "FACTORIO_API_KEY": KEY,
                "FACTORIO_RELEASE_PATH": str(self.root / job.mod),
                "FACTORIO_RELEASE_PORTAL_URL": self.portal.url,
                "FACTORIO_RELEASE_REPORT": f"{number}.json",
            }
            here = {name: value.replace(COMMIT, head) for name, value in job.environ.items()}
            environs.append(environment(**(more | here)))
        assert self.forked.stdin
        assert self.forked.stdout
        self.forked.stdin.write(json.dumps({"folder": str(folder), "jobs": environs}) + "\n")
        self.forked.stdin.flush()
        ended = []
        for number, code in enumerate(json.loads(self.forked.stdout.readline())):
            err = (folder / f"{number}.err").read_text("utf-8")
            report = json.loads((folder / f"{number}.json").read_text("utf-8"))
            ended.append(Ended(code, err, report["mods"]))
        return ended

    def public(self, name: str) -> list[str]:
        mod = self.portal.state.mods.get(name)
        return [release.version for release in mod.releases] if mod else []


@pytest.fixture(scope="module")
def forked() -> Iterator[subprocess.Popen[str]]:
    """Give the process that forks all jobs."""
    with subprocess.Popen(
        [sys.executable, "-I", str(FORKED)],
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield process


@pytest.fixture
def mods(tmp_path: Path, forked: subprocess.Popen[str]) -> Iterator[Mods]:
    with LocalPortal(keys={KEY: ALL}) as portal:
        yield Mods(tmp_path / "mods", portal, forked)
        assert portal.defects == []


def environ_of(row: JobRow, folder: Path) -> dict[str, str]:
    if not row.payload:
        return row.environ
    file = folder / f"{row.id}.event.json"
    file.write_text(json.dumps(row.payload))
    return row.environ | {"GITHUB_EVENT_PATH": str(file)}


GROUPS = {
    "github": ["github", "none", "unknown"],
    "its copies": ["forgejo", "gitea"],
    "with a guide": ["gitlab", "woodpecker", "drone"],
    "others": sorted(
        set(CI_SYSTEMS) - {"github", "forgejo", "gitea", "gitlab", "woodpecker", "drone"}
    ),
}


def rows_of(group: str) -> list[JobRow]:
    """Return the rows that are tried: the first of each kind."""
    kinds: dict[object, JobRow] = {}
    for one in ROWS:
        writes = RULES[one.kind].writes
        if one.system in GROUPS[group] and (writes or group != "others"):
            kinds.setdefault(one.kind if group == "github" else (one.system, writes), one)
    return list(kinds.values())


@pytest.mark.parametrize("group", GROUPS)
def test_each_event_does_what_the_table_says(mods: Mods, tmp_path: Path, group: str) -> None:
    """The system's variables decide of what kind an event is; the kind alone decides the rest."""
    rows = rows_of(group)
    jobs = []
    for number, row in enumerate(rows):
        kinds = {"fresh": ["0.9.0"]}
        alike = any(RULES[one.kind] == RULES[row.kind] for one in rows[:number])
        if group == "github" and not alike:
            kinds |= {"out": [VERSION], "new": []}
        for mod, released in kinds.items():
            name = f"{mod}-{number:03}"
            mods.add(name, *released)
            jobs.append(Job(name, environ_of(row, tmp_path)))
    mods.commit()
    failures = []
    for job, ended in zip(jobs, mods.run(jobs), strict=True):
        mod, _, place = job.mod.partition("-")
        row = rows[int(place)]
        problem = wrong(row, mod, ended, mods.public(job.mod))
        if problem:
            failures.append(f"{row.id}: {mod}: {problem}\n{ended.err}")
    assert failures == []


def wrong(row: JobRow, mod: str, ended: Ended, public: list[str]) -> str:
    """Return what is not as the table says, empty where all is."""
    rule = RULES[row.kind]
    if row.kind is EventKind.OTHER_TAG:
        expected = (0, "skipped", False)
    elif row.kind in {EventKind.UNKNOWN, EventKind.MACHINE}:
        expected = (2, "failed", False)
    elif mod == "out":
        failed = rule.if_exists == "fail"
        expected = (6, "failed", True) if failed else (0, "unchanged", True)
    elif mod == "new" and not rule.publishes_new:
        expected = (0, "unchanged", False)
    elif not rule.writes:
        expected = (0, "planned", False)
    else:
        expected = (0, "published" if mod == "new" else "uploaded", True)
    if mod == "out":
        expected = (*expected[:2], True)
    found = (ended.code, ended.mod["status"], VERSION in public)
    if found != expected:
        return f"{found} instead of {expected}"
    if not rule.writes and row.kind is not EventKind.UNKNOWN:
        sentence = "nothing to release" if row.kind is EventKind.OTHER_TAG else "planning only"
        if sentence not in ended.err:
            return "does not say why it only plans"
    return ""


def row(name: str) -> JobRow:
    (found,) = [one for one in ROWS if one.id == name]
    return found


def option(name: str, value: str) -> dict[str, str]:
    return {f"FACTORIO_RELEASE_{name.upper().replace('-', '_')}": value}


def test_an_author_chooses_what_the_table_lets_choose(mods: Mods, tmp_path: Path) -> None:
    """Each line: the job, what the portal has, the option, the exit code and the status that follow."""
    yes, no = option("yes", "true"), option("yes", "false")
    fail, skip = option("if-exists", "fail"), option("if-exists", "skip")
    branches = option("release-branches", "*-maint, next")
    button_on_branch = "github-button-on-a-branch"
    tag = option("tag", "v1.0.0")
    other, new = [VERSION], list[str]()
    lines: list[tuple[str, list[str], dict[str, str], int, str]] = [
        ("github-pull-request", other, fail, 6, "failed"),
        ("github-default-branch", other, fail, 6, "failed"),
        ("github-tag", other, skip, 0, "unchanged"),
        ("github-release", other, skip, 0, "unchanged"),
        ("none-machine", other, yes | skip, 0, "unchanged"),
        ("none-machine", other, yes, 6, "failed"),
        ("none-machine", new, yes, 0, "published"),
        ("github-default-branch", new, option("first-publish", "true"), 0, "published"),
        ("github-schedule", new, option("first-publish", "true"), 0, "published"),
        ("github-default-branch", new, yes, 0, "unchanged"),
        ("github-other-branch", ["0.9.0"], branches, 0, "uploaded"),
        ("github-other-branch", ["0.9.0"], yes, 0, "planned"),
        ("github-default-branch", ["0.9.0"], branches, 0, "planned"),
        (button_on_branch, ["0.9.0"], branches, 0, "uploaded"),
        (button_on_branch, ["0.9.0"], tag, 0, "uploaded"),
        (button_on_branch, other, tag, 6, "failed"),
        ("github-button", other, tag, 6, "failed"),
        ("unknown-CI", ["0.9.0"], yes, 0, "uploaded"),
        ("unknown-CI", ["0.9.0"], no, 2, "failed"),
        ("unknown-CI", new, yes, 0, "published"),
        ("unknown-CI", other, yes, 6, "failed"),
        ("circleci-branch", ["0.9.0"], yes, 0, "uploaded"),
        ("teamcity-any-build", ["0.9.0"], yes, 0, "uploaded"),
    ]
    jobs = []
    for number, (name, released, options, _, _) in enumerate(lines):
        mods.add(f"mod-{number:02}", *released)
        jobs.append(Job(f"mod-{number:02}", environ_of(row(name), tmp_path) | options))
    mods.commit()
    found = [(one.code, one.mod["status"]) for one in mods.run(jobs)]
    assert found == [(code, status) for *_, code, status in lines]


def test_a_push_syncs_the_page_of_a_version_that_is_out(mods: Mods, tmp_path: Path) -> None:
    """The release is left alone; a pull request plans the same and writes nothing."""
    mods.repository.write("README.md", "What is new.\n")
    mods.repository.write(
        "factorio-release.yml",
        "category: utilities\nlicense: default_mit\ndescription: README.md\n",
    )
    mods.add("lamp", VERSION, description="What was.")
    mods.commit()
    names = ("github-pull-request", "github-other-branch", "github-default-branch")
    request, branch, push = mods.run(
        [Job("lamp", environ_of(row(name), tmp_path)) for name in names]
    )
    for planned in (request, branch):
        assert (planned.code, planned.mod["status"]) == (0, "planned")
        assert [change["kind"] for change in planned.mod["plan"]] == ["edit-details"]
    assert (push.code, push.mod["status"], push.mod["public"]) == (0, "updated", "other-content")
    assert mods.portal.state.mods["lamp"].description.strip() == "What is new."
    assert len(mods.public("lamp")) == 1


def test_twenty_mods_without_a_new_version_are_one_green_request(
    mods: Mods, tmp_path: Path
) -> None:
    for number in range(20):
        mods.add(f"mod-{number:02}", VERSION)
    mods.commit()
    environ = environ_of(row("github-pull-request"), tmp_path)
    (ended,) = mods.run([Job("mod-*", environ)])
    assert ended.code == 0, ended.err
    assert {mod["status"] for mod in ended.mods} == {"unchanged"}
    assert len(ended.mods) == 20
    assert {record.method for record in mods.portal.log} == {"GET"}
    assert "::error" not in ended.err
    assert "::warning" not in ended.err


def test_a_push_waits_for_a_changelog_that_is_still_open(mods: Mods, tmp_path: Path) -> None:
    """Also for a draft, which no push publishes. Whoever asks for the release is told what is missing."""
    section = f"{'-' * 99}\nVersion: {VERSION}\nDate: ????\n  Features:\n    - Lights.\n"
    for name, released in (("fresh", ["0.9.0"]), ("draft", []), ("out", [VERSION])):
        mods.add(name, *released)
        mods.repository.write(f"{name}/changelog.txt", section)
    mods.add("post", "0.9.0", requires="fresh >= 0.9.0")
    mods.commit()
    push = environ_of(row("github-default-branch"), tmp_path)
    places = [str(mods.root / name) for name in ("fresh", "draft", "out", "post")]
    every = option("path", "\n".join(places))
    pushed, first, button = mods.run(
        [
            Job("*", push | every),
            Job("draft", push | option("first-publish", "true")),
            Job("fresh", environ_of(row("github-button"), tmp_path)),
        ]
    )
    assert pushed.code == 0, pushed.err
    statuses = {mod["mod"]: mod["status"] for mod in pushed.mods}
    assert statuses == dict.fromkeys(("fresh", "draft", "out"), "unchanged") | {"post": "uploaded"}
    assert (first.code, first.mod["status"]) == (0, "unchanged")
    assert (button.code, button.mod["findings"][0]["code"]) == (3, "changelog-unfinished")
    assert mods.public("fresh") == ["0.9.0"]


def test_a_page_of_a_mod_that_is_not_there_is_no_mistake_of_a_request(
    mods: Mods, tmp_path: Path
) -> None:
    mods.add("draft")
    mods.commit()
    page = option("mode", "page")
    names = ("github-pull-request", "github-default-branch", "github-tag")
    request, push, tag = mods.run(
        [Job("draft", environ_of(row(name), tmp_path) | page) for name in names]
    )
    assert [(one.code, one.mod["status"]) for one in (request, push)] == [(0, "unchanged")] * 2
    assert (tag.code, tag.mod["status"]) == (4, "failed")


def test_what_needs_a_mod_that_is_not_published_is_not_released(mods: Mods, tmp_path: Path) -> None:
    """A push does not publish the new mod, so what requires it would not load."""
    mods.add("base-lamp")
    mods.add("post-lamp", "0.9.0", requires="base-lamp")
    mods.commit()
    push = environ_of(row("github-default-branch"), tmp_path)
    (ended,) = mods.run([Job("*-lamp", push)])
    assert mods.public("post-lamp") == ["0.9.0"]
    assert mods.public("base-lamp") == []
    assert ended.code != 0
    (ended,) = mods.run([Job("*-lamp", push | option("first-publish", "true"))])
    assert (ended.code, mods.public("post-lamp")) == (0, ["0.9.0", VERSION])
