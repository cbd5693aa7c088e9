"""A job as GitHub's runner starts it: environment, mounts, users, file commands; and what comes back."""

import json
import os
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.support.git import GIT

RUNNER = 1001
INFO = {
    "name": "lamp-post",
    "version": "1.0.0",
    "title": "Lamp post",
    "author": "demo",
    "factorio_version": "2.0",
    "description": "Light at night.",
}
LINE = "-" * 99
CHANGELOG = f"{LINE}\nVersion: 1.0.0\nDate: 2026-01-01\n  Features:\n    - A lamp post.\n"


@dataclass(frozen=True)
class Done:
    """A container that ended; outputs and summary as the runner reads them."""

    code: int
    text: str
    outputs: Mapping[str, str]
    summary: str


@dataclass
class Job:
    """The folders that a runner mounts, and the image to start beside them."""

    engine: str
    image: str
    root: Path

    @property
    def workspace(self) -> Path:
        """The checkout."""
        return self.root / "workspace"

    @property
    def commands(self) -> Path:
        """Where the runner keeps the files for outputs and summary."""
        return self.root / "file_commands"

    def give(self, folder: Path, uid: int) -> None:
        """Let a user own a folder and everything in it."""
        for path in (folder, *folder.rglob("*")):
            os.chown(path, uid, uid, follow_symlinks=False)

    def start(self, *arguments: str, options: tuple[str, ...] = (), **inputs: str) -> Done:
        """Run the image; `inputs` become `INPUT_*`, without arguments it is the action."""
        environment = {
            **{f"INPUT_{name.replace('_', '-').upper()}": value for name, value in inputs.items()},
            "HOME": "/github/home",
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_EVENT_NAME": "workflow_dispatch",
            "GITHUB_REF": "refs/heads/main",
            "GITHUB_WORKSPACE": "/github/workspace",
            "GITHUB_OUTPUT": "/github/file_commands/output",
            "GITHUB_STEP_SUMMARY": "/github/file_commands/summary",
        }
        done = subprocess.run(
            [
                *(self.engine, "run", "--rm", "--workdir", "/github/workspace"),
                *(
                    part
                    for name, value in environment.items()
                    for part in ("--env", f"{name}={value}")
                ),
                *("--volume", f"{self.workspace}:/github/workspace"),
                *("--volume", f"{self.root / 'home'}:/github/home"),
                *("--volume", f"{self.commands}:/github/file_commands"),
                *options,
                *(self.image, *arguments),
            ],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        return Done(
            done.returncode,
            done.stdout + done.stderr,
            _outputs((self.commands / "output").read_text()),
            (self.commands / "summary").read_text(),
        )


def _outputs(text: str) -> dict[str, str]:
    lines = iter(text.splitlines())
    found = {}
    for line in lines:
        name, mark, end = line.partition("<<")
        if not mark:
            name, _, found[name] = line.partition("=")
            continue
        value = []
        while (part := next(lines)) != end:
            value.append(part)
        found[name] = "\n".join(value)
    return found


@pytest.fixture(scope="session")
def engine() -> str:
    return os.environ.get("CONTAINER_ENGINE", "docker")


@pytest.fixture(scope="session")
def image() -> str:
    name = os.environ.get("IMAGE_UNDER_TEST", "")
    if not name:
        pytest.skip(
            "set IMAGE_UNDER_TEST to an image, such as `docker build --tag factorio-release:ci .` makes"
        )
    return name


@pytest.fixture
def job(engine: str, image: str) -> Iterator[Job]:
    if os.geteuid() != 0:
        pytest.skip("only root can lay out the folders of several users")
    with TemporaryDirectory() as folder:
        job = Job(engine, image, Path(folder))
        job.root.chmod(0o755)
        for path in (job.workspace, job.root / "home", job.commands):
            path.mkdir()
        for name in ("output", "summary"):
            (job.commands / name).touch()
        (job.workspace / "info.json").write_text(json.dumps(INFO, indent=2) + "\n")
        (job.workspace / "changelog.txt").write_text(CHANGELOG)
        for arguments in (
            ("init", "--quiet"),
            ("add", "."),
            ("commit", "--quiet", "--message", "Begin"),
        ):
            subprocess.run([*GIT, "-C", job.workspace, *arguments], check=True)
        job.give(job.root, RUNNER)
        yield job


@pytest.fixture
def inside(engine: str, image: str) -> Callable[[str], str]:
    """Return a function that runs a line of shell in the image and returns what it printed."""

    def run(line: str) -> str:
        command = [
            engine,
            "run",
            "--rm",
            "--network",
            "none",
            "--entrypoint",
            "/bin/sh",
            image,
            "-c",
            line,
        ]
        return subprocess.run(
            command, capture_output=True, text=True, timeout=120, check=True
        ).stdout

    return run
