"""A maintainer's view of ten failures: the end of the log, the annotation and the summary each answer.

Whoever looks at a failed job at night sees one of the three. Each says what is public and what to do.
"""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import pytest

from factorio_release.local_portal.faults.faults import parse_fault
from tests.conftest import environment
from tests.support import forks

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from factorio_release.local_portal import LocalPortal
    from tests.conftest import ModRepository

LAST_LINES: Final = 10
FOR_EVER: Final = "seconds=100000"
# The program on a standard error that raises at the request for an image: a bug after the release.
WITH_A_BUG: Final = """
import sys
from factorio_release.cli.main import main

class Raising:
    def __init__(self, stream):
        self.stream, self.raised = stream, False
    def __getattr__(self, name):
        return getattr(self.stream, name)
    def write(self, text):
        if "images/add" in text and not self.raised:
            self.raised = True
            raise RuntimeError("a mistake of this program")
        return self.stream.write(text)

sys.stderr = Raising(sys.stderr)
sys.exit(main())
"""


@dataclass
class Failure:
    """One failure: what leads to it, and what has to be told.

    `prepare` changes repository and portal. `env` is added to the job's variables; empty ones are removed.
    `error` is in the message, `public` is what is public, `todo` what to do, each as a regular expression.
    `bug` is a program that runs this one and breaks it.
    """

    code: int
    error: str
    public: str
    todo: str
    prepare: Callable[[ModRepository, LocalPortal], None] = lambda _repository, _portal: None
    env: dict[str, str] = field(default_factory=dict)
    bug: str = ""


def faulty(*faults: str) -> Callable[[ModRepository, LocalPortal], None]:
    def prepare(_repository: ModRepository, portal: LocalPortal) -> None:
        for fault in faults:
            portal.add_fault(parse_fault(fault))

    return prepare


def with_other_content(_repository: ModRepository, portal: LocalPortal) -> None:
    portal.seed_mod("lamp-post", releases=["1.0.0"])


def with_a_missing_dependency(repository: ModRepository, _portal: LocalPortal) -> None:
    repository.info["dependencies"] = ["base >= 2.0", "no-such-library >= 1.0"]
    repository.save()
    repository.git("tag", "--force", "1.0.0")


def with_a_broken_changelog(repository: ModRepository, _portal: LocalPortal) -> None:
    text = (repository.root / "changelog.txt").read_text()
    repository.write("changelog.txt", text.replace("    - Lights", "\t- Lights"))
    repository.save()
    repository.git("tag", "--force", "1.0.0")


NOTHING: Final = "nothing: the portal does not have lamp-post"
UNTOUCHED: Final = "the same as before: nothing( of lamp-post)? was written to the portal"
OUT: Final = r"lamp-post 1\.0\.0, http://127\.0\.0\.1:\d+/mod/lamp-post"
AGAIN: Final = "run the same command again"
FAILURES: Final = {
    "no key": Failure(
        2, "no API key", UNTOUCHED, f"correct this, then {AGAIN}", env={"FACTORIO_API_KEY": ""}
    ),
    "wrong usage": Failure(
        2,
        "'many' is not a",
        UNTOUCHED,
        f"correct this, then {AGAIN}",
        env={"FACTORIO_RELEASE_RETRIES": "many"},
    ),
    "image refused": Failure(
        4,
        "the image b.png: .* InvalidImageUpload",
        f"{OUT}\n(- )?not public: the image b.png$",  # a.png is
        "`factorio-release page` finishes the page; the release stays as it is",
        faulty("finish_image:status:400,InvalidImageUpload@2x*"),
    ),
    "network gone in the upload": Failure(
        5,
        "the portal does not show lamp-post 1.0.0 within .* not known",
        r"whether lamp-post 1\.0\.0 is public is not known",
        rf"look at http://127\.0\.0\.1:\d+/mod/lamp-post in some minutes, then {AGAIN}",
        faulty("finish_publish:dropx*"),
    ),
    "verify timed out": Failure(
        5,
        "the portal accepted lamp-post 1.0.0 but does not show it yet",
        OUT,
        AGAIN,
        faulty(f"finish_publish:lag:{FOR_EVER}"),
    ),
    "tag mismatch": Failure(
        3,
        "tag",
        UNTOUCHED,
        r"correct the errors, then commit, and set the tag again$",
        env={"GITHUB_REF": "refs/tags/v2.0.0"},
    ),
    "version out": Failure(
        6,
        "is on the portal already",
        "lamp-post 1.0.0, with other content than here",
        "`factorio-release bump patch`",
        with_other_content,
    ),
    "dependency missing": Failure(
        3,
        "no-such-library",
        NOTHING,
        r"set the tag again: this run uploaded nothing, and 1\.0\.0 can still be used$",
        with_a_missing_dependency,
    ),
    "changelog broken": Failure(
        3,
        "an entry indented by tabs",
        UNTOUCHED,
        "correct the errors, then commit, and set the tag again$",
        with_a_broken_changelog,
    ),
    "bug of ours": Failure(
        1,
        "a bug of factorio-release: RuntimeError: a mistake of this program",
        OUT,
        rf"please report it with the lines above: https://\S+/issues; then {AGAIN}",
        env={"RUNNER_DEBUG": "1"},
        bug=WITH_A_BUG,
    ),
}


@dataclass(frozen=True)
class Seen:
    """What a maintainer sees of a failed job on GitHub."""

    code: int
    log: str
    summary: str

    @property
    def end_of_log(self) -> str:
        """The last lines that are not commands to the runner, which shows those at another place."""
        lines = [line for line in self.log.splitlines() if not line.startswith("::")]
        return "\n".join(lines[-LAST_LINES:])

    @property
    def annotations(self) -> list[str]:
        """The messages of the error annotations, decoded."""
        found = re.findall(r"^::error(?: [^:]*(?:%3A[^:]*)*)?::(.*)$", self.log, re.MULTILINE)
        return [text.replace("%0A", "\n").replace("%25", "%") for text in found]


@pytest.fixture
def fail(
    tmp_path: Path, repository: ModRepository, picture: Any, portal: LocalPortal, key: str
) -> Callable[[Failure], Seen]:
    """Run a release of the tag 1.0.0 as a job on GitHub."""
    repository.config |= {"images": ["a.png", "b.png"]}
    repository.write("a.png", picture(50))
    repository.write("b.png", picture(60))
    repository.save()
    repository.git("tag", "1.0.0")

    def run(failure: Failure) -> Seen:
        failure.prepare(repository, portal)
        summary = tmp_path / "summary.md"
        env = {
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_EVENT_NAME": "push",
            "GITHUB_REF": "refs/tags/1.0.0",
            "GITHUB_STEP_SUMMARY": str(summary),
            "FACTORIO_API_KEY": key,
            "FACTORIO_RELEASE_PORTAL_URL": portal.url,
            "FACTORIO_RELEASE_VERIFY_TIMEOUT": "0.3",
            "FACTORIO_RELEASE_RETRIES": "0",
        }
        env |= failure.env
        given = environment(**{name: value for name, value in env.items() if value})
        with (tmp_path / "log").open("w+b") as log:
            if failure.bug:
                command = [sys.executable, "-c", failure.bug, "release"]
                code = subprocess.run(
                    command, cwd=repository.root, env=given, stdout=log, stderr=log, check=False
                ).returncode
            else:
                streams = {"stdout": log.fileno(), "stderr": log.fileno()}
                code = forks.run(["release"], given, repository.root, **streams).returncode
        return Seen(code, (tmp_path / "log").read_text("utf-8"), summary.read_text("utf-8"))

    return run


def unescaped(markdown: str) -> str:
    """Return Markdown as a reader sees it."""
    plain = re.sub(r"\\([^\w\s])", r"\1", markdown).replace("**", "")
    return re.sub("</?code>", "`", plain)


@pytest.mark.parametrize("name", FAILURES)
def test_each_place_says_what_is_public_and_what_to_do(
    name: str, fail: Callable[[Failure], Seen]
) -> None:
    failure = FAILURES[name]
    seen = fail(failure)
    assert seen.code == failure.code, seen.log
    (annotation,) = [text for text in seen.annotations if "to do: " in text]
    summary = unescaped(seen.summary)
    for place in (seen.end_of_log, annotation, summary):
        assert re.search(f"(?i)^[- ]*public: {failure.public}", place, re.MULTILINE), place
        assert re.search(f"(?i)^[- ]*to do: .*{failure.todo}", place, re.MULTILINE), place
    for place in (seen.log, "\n".join(seen.annotations), summary):
        assert re.search(failure.error, place), place
