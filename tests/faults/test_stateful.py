"""Any history of edits, releases, faults, kills and foreign hands: the portal is never wrong for long."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from factorio_release.cli.main import main
from factorio_release.local_portal import Fault, LocalPortal
from tests.conftest import KEY, ModRepository, environment, png
from tests.faults.matrix import ARGUMENTS, STRIKING, WRITES

EXAMPLES = int(os.environ.get("STATEFUL_EXAMPLES", "8"))
STEPS = int(os.environ.get("STATEFUL_STEPS", "14"))
TAGS = ("trains", "power", "combat", "mining")
# Those that cost a time-out each are left to the matrix.
QUICK = [kind for kind in STRIKING if kind not in {"hold", "drip", "delay", "giant", "rate-limit"}]
FAST = ("--timeout=20", "--verify-timeout=0.2", "--retries=1")


class History(RuleBasedStateMachine):
    """A repository, a portal, and what the last good run made of them."""

    def __init__(self) -> None:
        super().__init__()
        self.stack = contextlib.ExitStack()
        self.folder = Path(self.stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True)))
        self.portal = self.stack.enter_context(LocalPortal(keys={KEY: ("publish", "upload", "edit")}))
        self.minor = 0
        self.text, self.tags, self.images, self.code = "Light.", ["trains"], [1, 2], 0
        self.public: dict[str, int] = {}  # version → code that was released under it
        self.good = False  # nothing happened since the last good run

    @initialize()
    def begin(self) -> None:
        self.repo = ModRepository(self.folder / "lamp-post")
        self.write()

    def teardown(self) -> None:
        assert self.portal.defects == []
        self.stack.close()

    @property
    def version(self) -> str:
        return f"1.{self.minor}.0"

    def write(self) -> None:
        """Bring the repository's files to what this history declares."""
        self.good = False
        for shade in self.images:
            self.repo.write(f"gallery/{shade}.png", png(shade * 20))
        self.repo.write("README.md", f"# Lamp\n\n{self.text}\n")
        self.repo.write("control.lua", f"-- {self.code}\n")
        self.repo.config |= {
            "description": "README.md",
            "tags": self.tags,
            "images": [f"gallery/{shade}.png" for shade in self.images],
            "prune-images": "true",
            "exclude": ["README.md", "gallery/**"],
        }
        self.repo.release(self.version)

    def run(self, command: str, *options: str) -> tuple[int, dict[str, Any]]:
        report = self.folder / "report.json"
        report.unlink(missing_ok=True)
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            code = main(self.arguments(command, *options), {"FACTORIO_API_KEY": KEY})
        mods = json.loads(report.read_text("utf-8"))["mods"]
        return code, mods[0]

    def arguments(self, command: str, *options: str) -> list[str]:
        places = (f"--report={self.folder / 'report.json'}", f"--portal-url={self.portal.url}")
        output = f"--output-dir={self.folder / 'dist'}"
        return [command, str(self.repo.root), *places, output, *FAST, *options]

    @rule(text=st.text("abc *_[]()#!<>&\u00e9\U0001f600", min_size=1, max_size=20))
    def edit_text(self, text: str) -> None:
        self.text = text
        self.write()

    @rule(tags=st.lists(st.sampled_from(TAGS), min_size=1, max_size=3, unique=True))
    def edit_tags(self, tags: list[str]) -> None:
        self.tags = tags
        self.write()

    @rule(images=st.lists(st.integers(1, 5), min_size=1, max_size=4, unique=True))
    def edit_gallery(self, images: list[int]) -> None:
        self.images = images
        self.write()

    @rule()
    def edit_code(self) -> None:
        self.code += 1
        self.write()

    @rule()
    def bump(self) -> None:
        self.minor += 1
        self.write()

    @rule()
    def release(self) -> None:
        """A run without a fault ends well, unless the version is public with another code."""
        code, mod = self.run("release", "--yes")
        if self.public.get(self.version, self.code) != self.code:
            assert (code, mod["status"]) == (6, "failed")
            return
        assert code == 0, mod
        self.public[self.version] = self.code
        self.good = True

    @rule(
        endpoint=st.sampled_from(["*", "reads", *WRITES]),
        kind=st.sampled_from(QUICK),
        after=st.booleans(),
        nth=st.integers(1, 4),
        lasting=st.booleans(),
    )
    def release_badly(self, endpoint: str, kind: str, after: bool, nth: int, lasting: bool) -> None:
        try:
            fault = Fault(endpoint, kind, ARGUMENTS.get(kind, ""), nth, 0 if lasting else 1, after=after)
        except ValueError:
            return
        self.portal.add_fault(fault)
        code, mod = self.run("release", "--yes")
        self.portal.clear_faults()
        self.after_trouble()
        assert code in {0, 4, 5, 6}, mod
        assert (code == 0) == (mod["status"] != "failed")

    @rule(nth=st.integers(1, 14), after=st.booleans())
    def kill(self, nth: int, after: bool) -> None:
        if os.name == "nt":
            return
        gate = self.portal.hold(nth, after=after)
        process = subprocess.Popen(
            [sys.executable, "-m", "factorio_release", *self.arguments("release", "--yes")],
            env=environment(FACTORIO_API_KEY=KEY),
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        while process.poll() is None:
            with contextlib.suppress(TimeoutError):
                gate.wait(0.02)
                process.kill()
                process.wait()
        gate.release(proceed=after)
        self.portal.clear_faults()
        self.portal.wait_until_idle()
        self.after_trouble()

    def after_trouble(self) -> None:
        """Note what is public now: only what was declared may have become so."""
        self.good = False
        mod = self.portal.state.mods.get("lamp-post")
        for release in mod.releases if mod else ():
            self.public.setdefault(release.version, self.code)
            assert release.version in {*self.public, self.version}

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
        code, mod = self.run("plan")
        assert {record.method for record in self.portal.log[before:]} <= {"GET"}
        assert code in {0, 6}, mod
        if self.good:
            assert (code, mod["status"], mod["plan"]) == (0, "unchanged", [])

    @invariant()
    def one_release_a_version(self) -> None:
        mod = self.portal.state.mods.get("lamp-post")
        versions = [release.version for release in mod.releases] if mod else []
        assert len(versions) == len(set(versions))
        if self.good:
            assert mod
            assert set(versions) == set(self.public)

    @invariant()
    def what_is_declared_is_live(self) -> None:
        if not self.good:
            return
        mod = self.portal.state.mods["lamp-post"]
        wanted = [hashlib.sha1(png(shade * 20)).hexdigest() for shade in self.images]
        assert [image.id for image in mod.images] == wanted
        assert sorted(mod.tags) == sorted(self.tags)
        assert mod.description.strip() == f"# Lamp\n\n{self.text}".strip()


History.TestCase.settings = settings(
    max_examples=EXAMPLES,
    stateful_step_count=STEPS,
    deadline=None,
    derandomize=not os.environ.get("STATEFUL_EXAMPLES"),
    phases=[Phase.generate, Phase.shrink] if EXAMPLES > 8 else [Phase.generate],
    suppress_health_check=list(HealthCheck),
)
TestHistory = History.TestCase
