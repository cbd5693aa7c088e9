"""The container's entry as a process: its user, its environment, and the command that it runs."""

import importlib.util
import json
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType

import pytest

from factorio_release.ci_systems import CI_SYSTEMS
from tests.support.git import GIT

if sys.platform == "win32":
    pytest.skip("the entry is for containers, and they are Linux", allow_module_level=True)

ENTRY = Path(__file__).parents[1] / "entrypoint.py"
RUNNER = 1001
THIRD = 2002
INFO = {
    "name": "lamp-post",
    "version": "1.0.0",
    "title": "Lamp post",
    "author": "demo",
    "factorio_version": "2.0",
    "description": "Light at night.",
}
CHANGELOG = f"{'-' * 99}\nVersion: 1.0.0\nDate: 2026-01-01\n  Features:\n    - A lamp post.\n"


class Job:
    """A checkout and a runner's file commands, all readable by every user."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.workspace = root / "workspace"
        self.output = root / "commands" / "output"
        self.summary = root / "commands" / "summary"
        self.zip = self.workspace / "dist" / "lamp-post_1.0.0.zip"
        self.workspace.mkdir()
        self.output.parent.mkdir()
        self.output.touch()
        self.summary.touch()
        (self.workspace / "info.json").write_text(json.dumps(INFO, indent=2) + "\n")
        (self.workspace / "changelog.txt").write_text(CHANGELOG)
        for arguments in (
            ("init", "--quiet"),
            ("add", "."),
            ("commit", "--quiet", "--message", "Begin"),
        ):
            subprocess.run([*GIT, "-C", self.workspace, *arguments], check=True)

    def give(self, folder: Path, uid: int) -> None:
        for path in (folder, *folder.rglob("*")):
            os.chown(path, uid, uid, follow_symlinks=False)

    def start(self, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
        """Start the entry as the image does, with nothing in the environment but what a runner sets."""
        coverage = {
            name: value for name, value in os.environ.items() if name.startswith("COVERAGE_")
        }
        standard = {
            **coverage,
            "PATH": os.defpath,
            "HOME": str(self.root),
            "GITHUB_ACTIONS": "true",
            "GITHUB_EVENT_NAME": "workflow_dispatch",
            "GITHUB_REF": "refs/heads/main",
            "GITHUB_WORKSPACE": str(self.workspace),
            "GITHUB_OUTPUT": str(self.output),
            "GITHUB_STEP_SUMMARY": str(self.summary),
        }
        return subprocess.run(
            [sys.executable, "-I", ENTRY, *arguments],
            cwd=self.workspace,
            env=standard | environ,
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )


@pytest.fixture
def job() -> Iterator[Job]:
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Job(Path(folder))


@cache
def others_can_read_the_program() -> bool:
    probe = [sys.executable, "-I", "-c", "import factorio_release"]
    try:
        done = subprocess.run(
            probe, user=RUNNER, group=RUNNER, extra_groups=[], cwd="/", check=False
        )
    except PermissionError:
        return False
    return done.returncode == 0


@pytest.fixture
def users(job: Job) -> Job:
    """Give the job to the runner's user, where root can and that user can run the program."""
    if os.geteuid() != 0:
        pytest.skip("only root can become another user")
    if not others_can_read_the_program():
        pytest.skip(
            "needs a checkout and a Python that other users can read; the image's tests do this too"
        )
    job.give(job.root, RUNNER)
    return job


@pytest.fixture(scope="module")
def entry() -> ModuleType:
    spec = importlib.util.spec_from_file_location("entrypoint", ENTRY)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def assert_built(job: Job, done: subprocess.CompletedProcess[str]) -> None:
    assert done.returncode == 0, done.stdout + done.stderr
    assert job.zip.exists()
    assert "built" in job.output.read_text()
    assert "A lamp post." in job.summary.read_text()


def test_without_arguments_it_is_the_action(job: Job) -> None:
    assert_built(job, job.start(INPUT_MODE="build"))


def test_arguments_are_the_command(job: Job) -> None:
    done = job.start("check", "--format", "json", INPUT_MODE="build")
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(done.stdout)["errors"] == 0
    assert not job.zip.exists()


def test_wrong_mode_does_nothing(job: Job) -> None:
    done = job.start(INPUT_MODE="biuld")
    assert done.returncode == 2
    assert "biuld" in done.stdout + done.stderr
    assert not job.zip.exists()


def test_release_is_the_default_and_needs_a_key(job: Job) -> None:
    done = job.start()
    assert done.returncode == 2
    assert "api-key" in done.stdout + done.stderr


def test_files_belong_to_the_owner_of_the_workspace(users: Job) -> None:
    assert_built(users, users.start(INPUT_MODE="build"))
    assert {path.stat().st_uid for path in users.workspace.rglob("*")} == {RUNNER}


def test_runner_keeps_its_files_when_a_third_user_owns_the_workspace(users: Job) -> None:
    users.give(users.workspace, THIRD)
    assert_built(users, users.start(INPUT_MODE="build"))
    assert users.zip.stat().st_uid == THIRD
    assert [path.stat().st_uid for path in (users.output, users.summary)] == [RUNNER, RUNNER]


def test_only_the_files_of_the_runner_are_opened(users: Job) -> None:
    secret = users.root / "secret"
    secret.write_text("")
    secret.chmod(0o600)
    users.output.unlink()
    users.output.symlink_to(secret)
    users.give(users.workspace, THIRD)
    users.start(INPUT_MODE="build")
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    assert secret.read_text() == ""


ROOT_ONLY = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
BECOME = """
import importlib.util, json, os, sys
spec = importlib.util.spec_from_file_location("entrypoint", sys.argv[1])
entry = importlib.util.module_from_spec(spec)
spec.loader.exec_module(entry)
entry.give_up_root({"GITHUB_WORKSPACE": sys.argv[2]})
try:
    os.setuid(0)
except PermissionError:
    pass
print(json.dumps([os.getresuid(), os.getresgid(), os.getgroups()]))
"""


@ROOT_ONLY
def test_root_cannot_be_taken_back(job: Job) -> None:
    """Needs no program that another user can read, unlike the tests of whole runs."""
    job.give(job.workspace, RUNNER)
    command = [sys.executable, "-I", "-c", BECOME, str(ENTRY), str(job.workspace)]
    done = subprocess.run(command, capture_output=True, check=True)
    assert json.loads(done.stdout) == [[RUNNER] * 3, [RUNNER] * 3, []]


@ROOT_ONLY
@pytest.mark.parametrize("kind", ["link", "pipe"])
def test_root_opens_only_a_regular_file_to_others(job: Job, entry: ModuleType, kind: str) -> None:
    target = job.root / "target"
    if kind == "pipe":
        os.mkfifo(target, 0o600)
        named = target
    else:
        target.touch(0o600)
        named = job.root / "link"
        named.symlink_to(target)
    job.give(job.workspace, THIRD)
    entry.share(str(named), job.workspace.stat())
    assert (stat.S_IMODE(target.stat().st_mode), target.stat().st_gid) == (0o600, 0)
    entry.share(str(job.output), job.workspace.stat())
    assert job.output.stat().st_gid == THIRD


def test_root_stays_root_in_a_workspace_of_root(users: Job) -> None:
    users.give(users.workspace, 0)
    assert_built(users, users.start(INPUT_MODE="build"))
    assert users.zip.stat().st_uid == 0


@pytest.mark.parametrize("path", ["", ".:/nowhere:{workspace}"])
def test_a_path_of_the_job_is_not_used(job: Job, path: str) -> None:
    path = path.format(workspace=job.workspace)
    program = job.workspace / "git"
    program.write_text("#!/bin/sh\ntouch ran\n")
    program.chmod(0o755)
    assert_built(job, job.start(INPUT_MODE="build", PATH=path))
    assert not (job.workspace / "ran").exists()


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="needs Linux's /proc")
def test_the_entry_starts_again_without_variables_of_the_loader(job: Job) -> None:
    leaked = {"LD_LIBRARY_PATH": str(job.workspace), "LD_AUDIT": "", "PYTHONHOME": "/nowhere"}
    command = [sys.executable, "-I", str(ENTRY), "portal", "--port", "0"]
    with subprocess.Popen(
        command, env={"PATH": "", **leaked}, stdout=subprocess.PIPE, text=True
    ) as portal:
        assert portal.stdout
        assert "mod portal at" in portal.stdout.readline()
        environ = Path(f"/proc/{portal.pid}/environ").read_text()
        portal.terminate()
        portal.communicate(timeout=600)
    assert not [name for name in leaked if name in environ]
    assert portal.returncode == 0


def test_modules_of_the_workspace_are_not_imported(job: Job) -> None:
    for module in ("requests.py", "sitecustomize.py", "json.py", "factorio_release/cli.py"):
        path = job.workspace / module
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"open({str(job.root / 'imported')!r}, 'w')\n")
    assert_built(job, job.start(INPUT_MODE="build", PYTHONPATH=str(job.workspace)))
    assert not (job.root / "imported").exists()


@pytest.mark.parametrize("home", ["", "relative", "/nowhere"])
def test_unusable_home_is_replaced(entry: ModuleType, home: str) -> None:
    environ = {"HOME": home}
    entry.set_home(environ)
    assert environ == {"HOME": "/tmp"}


def test_usable_home_stays(entry: ModuleType, tmp_path: Path) -> None:
    environ = {"HOME": str(tmp_path)}
    entry.set_home(environ)
    assert environ == {"HOME": str(tmp_path)}


@pytest.mark.parametrize(
    ("leaked", "again"),
    [
        ({}, False),
        ({"PYTHONPATH": "x"}, False),
        ({"LD_PRELOAD": "x"}, True),
        ({"LD_LIBRARY_PATH": ""}, True),
    ],
)
def test_clean_returns_whether_the_loader_had_variables(
    entry: ModuleType,
    leaked: dict[str, str],
    again: bool,
) -> None:
    environ = {"PATH": "/x", "FACTORIO_API_KEY": "k", **leaked}
    assert entry.clean(environ) is again
    assert environ == {"PATH": "/usr/local/bin:/usr/bin:/bin", "FACTORIO_API_KEY": "k"}


@pytest.mark.parametrize("name", ["GITHUB_WORKSPACE", "CI_PROJECT_DIR", "CI_WORKSPACE"])
def test_workspace_is_the_first_folder_named(entry: ModuleType, tmp_path: Path, name: str) -> None:
    assert entry.workspace({"GITHUB_WORKSPACE": "/nowhere", name: str(tmp_path)}) == tmp_path
    assert entry.workspace({"GITHUB_WORKSPACE": "/nowhere"}) == Path.cwd()


def test_the_workspaces_are_those_of_the_ci_systems(entry: ModuleType) -> None:
    """The entry cannot read their table: it imports nothing of the program before it gives up root."""
    named = [system.folder_variable for system in CI_SYSTEMS.values() if system.folder_variable]
    assert list(entry.WORKSPACES) == list(dict.fromkeys(named))
