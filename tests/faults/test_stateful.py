"""Any history of edits, releases, faults, kills and foreign hands: the portal is never wrong for long."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from factorio_release.cli.main import main
from factorio_release.local_portal import Fault, LocalPortal, parse_fault
from tests.conftest import KEY, environment, png
from tests.faults.declared import Declared, WithoutGit, trimmed_lines
from tests.faults.matrix import ARGUMENTS, STRIKING, WRITES
from tests.faults.observed import accepted, public_state, request_of
from tests.faults.verdict import repeated, untruths
from tests.support.forks import start

EXAMPLES = int(os.environ.get("STATEFUL_EXAMPLES", "5"))
STEPS = int(os.environ.get("STATEFUL_STEPS", "14"))
TAGS = ("trains", "power", "combat", "mining")
# Those that cost a time-out each are left to the matrix.
QUICK = [kind for kind in STRIKING if kind not in {"hold", "drip", "delay", "giant", "rate-limit"}]
SPANS = ("lag:reads=1", "lag:reads=4", "flip:reads=5", "lag:reads=100000")
LASTING_HABITS = ("", "*:normalisex*", "edit_details:needs-fieldsx*", "*:image-urlsx*")
FAST = ("--timeout=20", "--verify-timeout=0.2", "--retries=1")
WHICH = st.integers(0, 1)


class History(RuleBasedStateMachine):
    """Mods in one folder, a portal, and what the last good run made of them."""

    names: tuple[str, ...] = ("lamp-post",)

    def __init__(self) -> None:
        super().__init__()
        self.stack = contextlib.ExitStack()
        self.folder = Path(
            self.stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True))
        )
        self.portal = self.stack.enter_context(
            LocalPortal(keys={KEY: ("publish", "upload", "edit")})
        )
        cache = str(self.folder / "cache")
        self.environ = {"FACTORIO_API_KEY": KEY, "XDG_CACHE_HOME": cache, "LOCALAPPDATA": cache}
        self.good = False  # nothing happened since the last good run
        self.habit = ""

    @initialize(habit=st.sampled_from(LASTING_HABITS))
    def begin(self, habit: str) -> None:
        self.habit = habit
        self.restore()
        self.mods = [Declared(WithoutGit(self.folder / "mods" / name, name)) for name in self.names]
        for mod in self.mods:
            mod.write()

    def restore(self) -> None:
        """Take every fault away, and leave the portal its habit."""
        self.portal.clear_faults()
        if self.habit:
            self.portal.add_fault(parse_fault(self.habit))

    def teardown(self) -> None:
        assert self.portal.defects == []
        self.stack.close()

    def edited(self, which: int) -> Declared:
        """Give the mod that a rule is about, which is then no longer what is public."""
        self.good = False
        return self.mods[which % len(self.mods)]

    def run(self, command: str, *options: str) -> tuple[int, list[dict[str, Any]]]:
        """Run the program here; its report has to agree with what the portal knows."""
        report = self.folder / "report.json"
        report.unlink(missing_ok=True)
        before, known = len(self.portal.log), public_state(self.portal)
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = main(self.arguments(command, *options), self.environ, lambda _seconds: None)
        requests = [request_of(record) for record in self.portal.log[before:]]
        run = {
            "code": code,
            "out": out.getvalue(),
            "err": err.getvalue(),
            "outputs": "",
            "summary": "",
            "report": json.loads(report.read_text("utf-8")),
            "requests": requests,
            "before": known,
            "after": public_state(self.portal),
            "accepted": accepted(requests),
        }
        if command == "release":
            assert untruths(run) == []
            assert repeated([run]) == []
        return code, run["report"]["mods"]

    def arguments(self, command: str, *options: str) -> list[str]:
        places = (f"--report={self.folder / 'report.json'}", f"--portal-url={self.portal.url}")
        output = f"--output-dir={self.folder / 'dist'}"
        return [command, str(self.folder / "mods" / "*"), *places, output, *FAST, *options]

    @rule(which=WHICH, text=st.text("abc *_[]()#!<>&\u00e9\U0001f600", min_size=1, max_size=20))
    def edit_text(self, which: int, text: str) -> None:
        mod = self.edited(which)
        mod.text = text
        mod.write()

    @rule(which=WHICH, tags=st.lists(st.sampled_from(TAGS), min_size=1, max_size=3, unique=True))
    def edit_tags(self, which: int, tags: list[str]) -> None:
        mod = self.edited(which)
        mod.tags = tags
        mod.write()

    @rule(which=WHICH, images=st.lists(st.integers(1, 5), min_size=1, max_size=4, unique=True))
    def edit_gallery(self, which: int, images: list[int]) -> None:
        mod = self.edited(which)
        mod.images = images
        mod.write()

    @rule(which=WHICH)
    def edit_code(self, which: int) -> None:
        mod = self.edited(which)
        mod.code += 1
        mod.write()

    @rule(which=WHICH)
    def bump(self, which: int) -> None:
        mod = self.edited(which)
        mod.minor += 1
        mod.write()

    @rule()
    def release(self) -> None:
        """A run without a fault ends well, unless a version is public with another code."""
        self.portal.show_all()
        code, reports = self.run("release", "--yes")
        taken = {mod.repo.name for mod in self.mods if mod.is_taken}
        if taken:
            assert (code, {one["mod"] for one in reports if one["status"] == "failed"}) == (
                6,
                taken,
            )
            self.after_trouble()
            return
        assert code == 0, reports
        for mod in self.mods:
            mod.public[mod.version] = mod.code
        self.good = True

    @rule(
        endpoint=st.sampled_from(["*", "reads", *WRITES]),
        kind=st.sampled_from(QUICK),
        after=st.booleans(),
        nth=st.integers(1, 4),
        lasting=st.booleans(),
        span=st.sampled_from(["", *SPANS]),
    )
    def release_badly(  # noqa: PLR0917 a rule's choices
        self, endpoint: str, kind: str, after: bool, nth: int, lasting: bool, span: str
    ) -> None:
        """Something goes wrong on the way, and the reads may be late as well, also in the runs after it."""
        try:
            fault = Fault(
                endpoint, kind, ARGUMENTS.get(kind, ""), nth, 0 if lasting else 1, after=after
            )
        except ValueError:
            return
        self.portal.add_fault(fault)
        self.release_late(span)

    @rule(span=st.sampled_from(SPANS))
    def release_late(self, span: str) -> None:
        """Reads do not show at once what is written."""
        if span:
            self.portal.add_fault(parse_fault(f"changes:{span}x*"))
        code, reports = self.run("release", "--yes")
        self.restore()
        self.after_trouble()
        assert code in {0, 4, 5, 6}, reports
        assert (code == 0) == all(one["status"] != "failed" for one in reports)

    @rule(nth=st.integers(1, 14), after=st.booleans(), span=st.sampled_from(["", *SPANS]))
    def kill(self, nth: int, after: bool, span: str) -> None:
        if os.name == "nt":
            return
        if span:
            self.portal.add_fault(parse_fault(f"changes:{span}x*"))
        gate = self.portal.hold(nth, after=after)
        process = start(
            self.arguments("release", "--yes"),
            environment(**self.environ),
            self.folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        while process.poll() is None:
            with contextlib.suppress(TimeoutError):
                gate.wait(0.02)
                process.kill()
                process.wait()
        gate.release(proceed=after)
        self.portal.wait_until_idle()
        self.restore()
        self.after_trouble()

    def after_trouble(self) -> None:
        """Note what is public now: only what was declared may have become so."""
        self.good = False
        for mod in self.mods:
            live = self.portal.state.mods.get(mod.repo.name)
            for release in live.releases if live else ():
                mod.public.setdefault(release.version, mod.code)
                assert release.version in {*mod.public, mod.version}

    @precondition(lambda self: "lamp-post" in self.portal.state.mods)
    @rule(what=st.sampled_from(["description", "tags", "gallery", "order", "faq"]))
    def foreign_hand(self, what: str) -> None:
        """Somebody edits the page on the website."""
        self.good = False
        images = self.portal.state.mods["lamp-post"].images
        changes: dict[str, dict[str, Any]] = {
            "description": {"description": "Written by hand."},
            "tags": {"tags": ["cheats"]},
            "gallery": {"images": images[:-1]},
            "order": {"images": images[::-1]},
            "faq": {"faq": "Not declared, so it stays."},
        }
        self.portal.change_mod("lamp-post", **changes[what])

    @rule()
    def plan(self) -> None:
        """A plan writes nothing, and is empty after a good run."""
        before = len(self.portal.log)
        code, reports = self.run("plan")
        assert {record.method for record in self.portal.log[before:]} <= {"GET"}
        assert code in {0, 6}, reports
        if self.good:
            assert code == 0
            assert {(one["status"], len(one["plan"])) for one in reports} == {("unchanged", 0)}

    @invariant()
    def one_release_a_version(self) -> None:
        for mod in getattr(self, "mods", ()):
            live = self.portal.state.mods.get(mod.repo.name)
            versions = [release.version for release in live.releases] if live else []
            assert len(versions) == len(set(versions))
            if self.good:
                assert live
                assert set(versions) == set(mod.public)

    @invariant()
    def what_is_declared_is_live(self) -> None:
        if not self.good:
            return
        for mod in self.mods:
            live = self.portal.state.mods[mod.repo.name]
            wanted = [hashlib.sha1(png(shade * 20)).hexdigest() for shade in mod.images]
            assert [image.id for image in live.images] == wanted
            assert sorted(live.tags) == sorted(mod.tags)
            assert trimmed_lines(live.description) == trimmed_lines(f"# Lamp\n\n{mod.text}")


class HistoryOfTwo(History):
    """Two mods that are released in the same runs."""

    names = ("lamp-post", "torch")


def _settings(examples: int) -> settings:
    return settings(
        max_examples=examples,
        stateful_step_count=STEPS,
        deadline=None,
        derandomize=not os.environ.get("STATEFUL_EXAMPLES"),
        phases=[Phase.generate, Phase.shrink] if examples > 8 else [Phase.generate],
        suppress_health_check=list(HealthCheck),
    )


History.TestCase.settings = _settings(EXAMPLES)
HistoryOfTwo.TestCase.settings = _settings(max(1, EXAMPLES // 2))
TestHistory = History.TestCase
TestHistoryOfTwo = HistoryOfTwo.TestCase
