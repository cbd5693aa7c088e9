"""One experiment after the other, each on a portal of its own; cases come on standard input as lines of JSON.

Run as a process, so that several go on at once while the program waits for its time-outs. What a run left
behind is searched for secrets here, where it lies; the judgement is the tests'.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import signal
import sys
import tempfile
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from factorio_release.cli.main import main
from factorio_release.local_portal import LocalPortal, parse_fault

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))
sys.path.insert(0, str(Path(__file__).parent))
import forks  # type: ignore[import-not-found]  # a script has no packages
from leak_search import as_the_runner_hears, leaks_in  # type: ignore[import-not-found]  # beside this file, which is a script
from observed import accepted, public_state, request_of  # type: ignore[import-not-found]  # likewise

if TYPE_CHECKING:
    from collections.abc import Iterator

KEY = "canary-key-0123456789abcdef"
SPY = '#!/bin/sh\n{{ /usr/bin/env; echo "$@"; }} >> {log}\nexec {git} "$@"\n'


class Experiment:
    """One case: a portal, a working directory, and the runs of the program one after the other."""

    def __init__(self, case: dict[str, Any], folder: Path) -> None:
        self.case = case
        self.work = folder / "work"
        self.work.mkdir()
        state = folder / "state"
        if case.get("state"):
            shutil.copytree(case["state"], state)
        self.portal = LocalPortal(
            keys={KEY: ("publish", "upload", "edit")}, state_dir=state, random_seed=1
        )
        self.runs: list[dict[str, Any]] = []
        self.leaks: list[str] = []

    def result(self) -> dict[str, Any]:
        """Run once under the case's faults and habits, then again under its habits alone.

        Reads that are late stay so in the second run; from the third on they show everything. A run that
        found nothing to do, and saw everything as it is, is the last: one more would read the same.
        """
        with self.portal:
            self.add_faults("habits", "faults")
            self.first()
            self.portal.clear_faults()
            self.add_faults("habits")
            for number in range(self.case.get("again", 1)):
                if number:
                    self.portal.show_all()
                self.run("release", self.case["repo"])
                if found_nothing_to_do(self.runs[-1]):
                    break
            self.portal.wait_until_idle()
            state = self.portal.state.snapshot()
        return {
            "runs": self.runs,
            "state": state,
            "leaks": self.leaks,
            "defects": self.portal.defects,
        }

    def add_faults(self, *names: str) -> None:
        for name in names:
            for fault in self.case.get(name, ()):
                self.portal.add_fault(parse_fault(fault))

    def first(self) -> None:
        if "kill" in self.case:
            self.killed(**self.case["kill"])
        elif "rival" in self.case:
            self.beside(**self.case["rival"])
        else:
            self.run("action", self.case["repo"])

    def run(self, mode: str, repo: str) -> None:
        before = self.now()
        with self.files() as files, streams() as (out, err):
            given = self.environment(mode, repo, files)
            # The waits between two requests count as if they had passed.
            code = main(self.arguments(mode, repo), given, lambda _seconds: None)
        if "rival" not in self.case:
            self.portal.wait_until_idle()
        self.keep(before, code, out.getvalue(), err.getvalue(), files, mode)

    def killed(self, nth: int, *, after: bool, signal_name: str = "SIGKILL") -> None:
        """Run as a process, and end it at its n-th request, before or after the portal acted.

        How many requests there are may depend on how often a late portal is asked: a run may end before.
        """
        before = self.now()
        gate = self.portal.hold(nth, after=after)
        with self.files() as files:
            process = self.start(self.case["repo"], files)
            while process.poll() is None and gate.record is None:
                with suppress(TimeoutError):
                    gate.wait(0.05)
            process.send_signal(getattr(signal, signal_name))  # nothing, once the process has ended
            if signal_name == "SIGKILL":
                process.wait()
            gate.release(proceed=after)
            out, err = process.communicate(timeout=600)
            self.portal.wait_until_idle()
        self.keep(before, process.wait(), out.encode(), err.encode(), files)

    def beside(self, nth: int, *, after: bool, repo: str) -> None:
        """Hold one job at its n-th request, let another run to its end, and let the first go on."""
        before = self.now()
        gate = self.portal.hold(nth, after=after)
        with self.files() as files:
            process = self.start(self.case["repo"], files)
            gate.wait()
            self.run("action", repo)
            gate.release()
            out, err = process.communicate(timeout=600)
            self.portal.wait_until_idle()
        self.keep(before, process.wait(), out.encode(), err.encode(), files)

    def start(self, repo: str, files: dict[str, Path]) -> Any:
        env = self.environment("action", repo, files)
        return forks.start(self.arguments("action", repo), env, self.work)

    def options(self) -> dict[str, str]:
        given: dict[str, str] = self.case.get("options", {})
        fixed = {"portal-url": self.portal.url, "report": str(self.work / "report.json")}
        return fixed | {"timeout": "20", "verify-timeout": "0.3", "retries": "2"} | given

    def arguments(self, mode: str, repo: str) -> list[str]:
        if mode == "action":
            return ["action"]
        options = [f"--{name}={value}" for name, value in self.options().items()]
        return [mode, repo, "--yes", "--verbose", *options]

    def environment(self, mode: str, repo: str, files: dict[str, Path]) -> dict[str, str]:
        inherited = {k: v for k, v in os.environ.items() if not k.startswith(("INPUT_", "GITHUB_"))}
        inherited["XDG_CACHE_HOME"] = inherited["LOCALAPPDATA"] = str(self.work / "cache")
        if mode != "action":
            return inherited | {"FACTORIO_API_KEY": KEY}
        inputs = {"path": repo, "api-key": KEY} | self.options()
        return (
            inherited
            | {f"INPUT_{name.upper()}": value for name, value in inputs.items()}
            | {
                "GITHUB_ACTIONS": "true",
                "GITHUB_EVENT_NAME": "workflow_dispatch",
                "GITHUB_REF": "refs/heads/main",
                # As a tag does it, which would have to be set anew for each version.
                "INPUT_IF-EXISTS": "fail",
                "CI": "true",
                "RUNNER_DEBUG": "1",
            }
            | {"GITHUB_OUTPUT": str(files["outputs"]), "GITHUB_STEP_SUMMARY": str(files["summary"])}
        )

    @contextmanager
    def files(self) -> Iterator[dict[str, Path]]:
        """Give the runner's files of one step; the report of an earlier run is taken away."""
        (self.work / "report.json").unlink(missing_ok=True)
        number = len(list(self.work.glob("outputs*")))
        files = {name: self.work / f"{name}-{number}" for name in ("outputs", "summary")}
        for file in files.values():
            file.touch()
        yield files

    def now(self) -> tuple[int, dict[str, Any]]:
        """Tell how far the portal's log is, and what is public."""
        return len(self.portal.log), public_state(self.portal)

    def keep(  # noqa: PLR0917 what one run left
        self,
        before: tuple[int, dict[str, Any]],
        code: int,
        out: bytes,
        err: bytes,
        files: dict[str, Path],
        mode: str = "action",
    ) -> None:
        """Note a run, and search all that it left for the key and for every upload token."""
        report = self.work / "report.json"
        requests = [request_of(record) for record in self.portal.log[before[0] :]]
        self.runs.append(
            {
                "code": code,
                "out": out.decode(),
                "err": err.decode(),
                "outputs": files["outputs"].read_text("utf-8"),
                "summary": files["summary"].read_text("utf-8"),
                "report": json.loads(written) if (written := text_of(report)) else {},
                "requests": requests,
                "before": before[1],
                "after": public_state(self.portal),
                "accepted": accepted(requests),
            }
        )
        secrets = (KEY, *self.portal.upload_tokens)
        shown = as_the_runner_hears(err.decode())[1].encode() if mode == "action" else err
        self.leaks += [f"run {len(self.runs)}: {leak}" for leak in leaks_in(self.work, secrets)]
        for name, text in (("out", out), ("err", shown), ("git", spied())):
            self.leaks += [
                f"run {len(self.runs)}: {leak}" for leak in leaks_in({name: text}, secrets)
            ]


def found_nothing_to_do(run: dict[str, Any]) -> bool:
    """Tell whether a run wrote nothing because the portal, as it is, already matches."""
    statuses = {mod["status"] for mod in run["report"].get("mods", ())}
    is_late = any(request["late"] for request in run["requests"])
    return statuses == {"unchanged"} and not (run["code"] or run["accepted"] or is_late)


def text_of(path: Path) -> str:
    """Give a file's text, none where there is no file; a killed run leaves an empty report behind."""
    return path.read_text("utf-8") if path.exists() else ""


@contextmanager
def streams() -> Iterator[tuple[io.BytesIO, io.BytesIO]]:
    """Catch what is printed, as bytes."""
    kept = sys.stdout, sys.stderr
    out, err = io.BytesIO(), io.BytesIO()
    sys.stdout, sys.stderr = io.TextIOWrapper(out, "utf-8"), io.TextIOWrapper(err, "utf-8")
    try:
        yield out, err
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        sys.stdout.detach()
        sys.stderr.detach()
        sys.stdout, sys.stderr = kept


def spied() -> bytes:
    """Give what the child processes were given since the last question: environments and arguments."""
    if "GIT_SPY" not in os.environ:
        return b""
    spy = Path(os.environ["GIT_SPY"])
    seen = spy.read_bytes()
    spy.unlink()
    return seen


def put_spy_in_front_of_git(folder: Path) -> None:
    """Let a script that notes its environment and arguments stand before git on PATH."""
    git = shutil.which("git")
    if os.name == "nt" or git is None:
        return
    folder.mkdir(parents=True)
    spy = folder / "git"
    spy.write_text(SPY.format(log=folder / "seen", git=git))
    spy.chmod(0o755)
    os.environ |= {
        "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}",
        "GIT_SPY": str(folder / "seen"),
    }


def experiment(case: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Carry one case out in a folder of its own and take the folder away."""
    with tempfile.TemporaryDirectory(dir=folder, ignore_cleanup_errors=True) as own:
        os.chdir(own)
        path = os.environ["PATH"]
        if case.get("spy"):
            put_spy_in_front_of_git(Path(own) / "spy")
        try:
            return Experiment(case, Path(own)).result()
        finally:
            os.environ["PATH"] = path
            os.environ.pop("GIT_SPY", None)
            os.chdir(folder)


def serve(folder: Path) -> None:
    """Answer each line with a line, until there are no more."""
    os.environ["FACTORIO_TOKEN"] = KEY
    with ExitStack() as stack:
        answers = stack.enter_context(os.fdopen(os.dup(1), "w", encoding="utf-8"))
        for line in sys.stdin:
            try:
                answer = experiment(json.loads(line), folder)
            except Exception as error:  # noqa: BLE001 the test that asked is to hear of it
                answer = {"broken": f"{type(error).__name__}: {error}"}
            answers.write(json.dumps(answer) + "\n")
            answers.flush()


if __name__ == "__main__":
    serve(Path(sys.argv[1]))
