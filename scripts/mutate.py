"""Breaks the program in each way that scripts/mutants.toml lists, and runs the tests that must notice.

    python scripts/mutate.py [--jobs 2] [WORD…]      only mutants in which a WORD occurs
    python scripts/mutate.py --check                 only whether the list fits the code; runs nothing
    python scripts/mutate.py --table                 print the table of SECURITY.md from the list

A mutant belongs to a claim of SECURITY.md. It has the text to replace and the tests that must fail. Each
is made in a copy of the tracked files, with an environment of its own, so that processes that a test
starts run the broken program too. The tests run once on the unbroken copy first: a test that fails
there proves nothing. Ends with 1 when a mutant survives for which the list gives no reason. Some tests
need root or Linux and are skipped elsewhere; their mutants survive there.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import tomllib
import venv
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from sysconfig import get_path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

T = TypeVar("T")

ROOT = Path(__file__).parents[1]
LIST = ROOT / "scripts" / "mutants.toml"
# A mutant may make a test wait for ever. The slowest of these tests needs under a minute.
MAX_SECONDS = 240
_MAX_SHOWN_CHARACTERS = 3000


@dataclass(frozen=True, slots=True)
class Mutant:
    """One way to break a claim: `change` says what is broken.

    `survives` is the reason why no test can notice it, or empty.
    """

    claim: str
    change: str
    file: str
    find: str
    replace: str
    tests: tuple[str, ...]
    survives: str = ""

    def problems(self) -> Iterator[str]:
        """Yield why the entry does not fit the code."""
        path = ROOT / self.file
        if not path.is_file():
            yield f"{self.file} does not exist"
            return
        count = path.read_text("utf-8").count(self.find)
        if count != 1:
            yield f"{self.file} has the text {count} times, not once: {self.find.splitlines()[0]!r}"
        if not self.tests:
            yield f"no test is named for: {self.change}"


@dataclass(frozen=True, slots=True)
class Claim:
    """One row of the table in SECURITY.md.

    `others` are tests beside those of the mutants. `reason` says why there is no mutant.
    """

    text: str
    mutants: tuple[Mutant, ...]
    others: tuple[str, ...]
    reason: str

    @property
    def tests(self) -> tuple[str, ...]:
        """All tests of the claim, each once."""
        return tuple(
            dict.fromkeys([*(test for one in self.mutants for test in one.tests), *self.others])
        )

    @property
    def row(self) -> str:
        """The claim and its tests as a row of the table."""
        tests = ", ".join(f"`{test.removeprefix('tests/')}`" for test in self.tests)
        return f"| {self.text} | {tests} |"

    def problems(self) -> Iterator[str]:
        """Yield why the claim or one of its mutants does not fit the code."""
        if not self.mutants and not self.reason:
            yield f"no mutant and no reason for: {self.text}"
        for test in self.tests:
            if not _exists(test):
                yield f"there is no test {test}"
        for mutant in self.mutants:
            yield from mutant.problems()


def _exists(test: str) -> bool:
    file, _, function = test.partition("::")
    path = ROOT / file
    if not path.is_file():
        return False
    return not function or bool(
        re.search(rf"^def {function}\(", path.read_text("utf-8"), re.MULTILINE)
    )


def read_claims() -> list[Claim]:
    """Return the list, in its order."""
    claims = []
    for entry in tomllib.loads(LIST.read_text("utf-8"))["claim"]:
        text = entry["text"]
        mutants = [
            Mutant(text, **{**mutant, "tests": tuple(mutant["tests"])})
            for mutant in entry.get("mutant", ())
        ]
        claims.append(
            Claim(text, tuple(mutants), tuple(entry.get("tests", ())), entry.get("reason", ""))
        )
    return claims


class Copy:
    """The tracked files in a folder of their own, and a Python that imports the program from there."""

    def __init__(self, root: Path) -> None:
        self.root = root
        listing = ["git", "ls-files", "-z"]
        listed = subprocess.run(listing, cwd=ROOT, capture_output=True, check=True).stdout
        for name in filter(None, listed.decode().split("\0")):
            target = root / "project" / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target)
        venv.create(root / "venv", with_pip=False)
        self.python = root / "venv" / "bin" / "python"
        library = next((root / "venv" / "lib").glob("python3*/site-packages"))
        # The copy comes first. The installed packages follow as a plain folder, so that the
        # editable install of this checkout, which would lead back to it, is not read.
        (library / "mutants.pth").write_text(
            f"{root / 'project'}\n{get_path('purelib')}\n", "utf-8"
        )
        command = root / "venv" / "bin" / "factorio-release"
        installed = Path(sys.executable).with_name("factorio-release").read_text("utf-8")
        command.write_text(f"#!{self.python}\n" + installed.partition("\n")[2], "utf-8")
        command.chmod(0o755)

    def failure(self, tests: tuple[str, ...]) -> str:
        """Run tests in the copy; return the end of what they print if one fails or does not end."""
        command: list[str | Path] = [
            self.python,
            "-m",
            "pytest",
            "-q",
            "-x",
            "-p",
            "no:cacheprovider",
            *tests,
        ]
        environment = {
            "PATH": f"{self.python.parent}:/usr/local/bin:/usr/bin:/bin",
            "HOME": str(self.root),
        }
        try:
            done = subprocess.run(
                command,
                cwd=self.root / "project",
                env=environment,
                capture_output=True,
                timeout=max(MAX_SECONDS, 15 * len(tests)),
                check=False,
            )
        except subprocess.TimeoutExpired:
            return "the tests do not end"
        if done.returncode == 0:
            return ""
        return (
            done.stdout.decode(errors="replace")[-_MAX_SHOWN_CHARACTERS:]
            or "the tests do not start"
        )

    def survives(self, mutant: Mutant) -> bool:
        """Return whether the tests pass although the program is broken."""
        path = self.root / "project" / mutant.file
        sound = path.read_text("utf-8")
        path.write_text(sound.replace(mutant.find, mutant.replace), "utf-8")
        try:
            return not self.failure(mutant.tests)
        finally:
            path.write_text(sound, "utf-8")


def run(mutants: list[Mutant], jobs: int) -> int:
    """Try every mutant and print a line for each; return the exit code."""
    with TemporaryDirectory(prefix="mutants-") as folder, ThreadPoolExecutor(jobs) as pool:
        copies: SimpleQueue[Copy] = SimpleQueue()
        for number in range(jobs):
            copies.put(Copy(Path(folder, str(number))))

        def in_a_copy(work: Callable[[Copy], T]) -> T:
            copy = copies.get()
            try:
                return work(copy)
            finally:
                copies.put(copy)

        everything = sorted({test for mutant in mutants for test in mutant.tests})
        parts = [tuple(everything[start::jobs]) for start in range(jobs)]
        failures = pool.map(
            lambda part: in_a_copy(lambda copy: copy.failure(part)), filter(None, parts)
        )
        failure = "\n".join(filter(None, failures))
        if failure:
            print(f"{failure}\nthe tests fail on the unbroken program; nothing can be judged")
            return 1
        verdicts = pool.map(lambda mutant: in_a_copy(lambda copy: copy.survives(mutant)), mutants)
        unexplained = 0
        for mutant, survived in zip(mutants, verdicts, strict=True):
            verdict = "killed"
            if survived:
                verdict = f"survives ({mutant.survives})" if mutant.survives else "SURVIVES"
                unexplained += not mutant.survives
            print(f"{verdict}: {mutant.change} [{mutant.file}]", flush=True)
    print(f"{len(mutants)} mutants, {unexplained} survive without a reason")
    return int(unexplained > 0)


def main() -> int:
    """Check the list, then run what was asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("words", nargs="*")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--table", action="store_true")
    arguments = parser.parse_args()
    claims = read_claims()
    problems = [problem for claim in claims for problem in claim.problems()]
    mutants = [mutant for claim in claims for mutant in claim.mutants]
    if problems or arguments.check:
        print("\n".join(problems) or f"{len(mutants)} mutants of {len(claims)} claims fit the code")
        return int(bool(problems))
    if arguments.table:
        print("\n".join(claim.row for claim in claims))
        return 0
    if arguments.words:
        mutants = [one for one in mutants if any(word in str(one) for word in arguments.words)]
    return run(mutants, arguments.jobs)


if __name__ == "__main__":
    sys.exit(main())
