"""The examples of docs/checks.md: the bad one of a code has this finding, the good one has none."""

from __future__ import annotations

import json
import os
import subprocess
from typing import TYPE_CHECKING

from factorio_release.local_portal import LocalPortal, load_seed_file
from tests.conftest import environment
from tests.support.docs_examples import read_base, read_examples, write_example
from tests.support.git import git
from tests.support.in_process import run_here
from tests.test_checks_docs import SEVERITIES, TEXT, bodies

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from tests.support.docs_examples import Example

# Codes whose section has no examples yet. A new check comes with both: add none here.
WITHOUT_EXAMPLES: set[str] = {
    "backslash",
    "case-twins",
    "changelog-elsewhere",
    "dependency-deprecated",
    "differs-from-head",
    "duplicate-path",
    "extra-missing",
    "extra-outside",
    "file-missing",
    "file-name-encoding",
    "file-special",
    "include-outside",
    "lfs-pointer",
    "litter",
    "locale-encoding",
    "locale-missing",
    "locale-parameters",
    "locale-place",
    "long-path",
    "media-broken",
    "media-type",
    "merge-conflict",
    "nested-archive",
    "nested-mod",
    "no-git",
    "package-growth",
    "pattern-ignored",
    "pattern-unmatched",
    "pattern-unusable",
    "refused-extension",
    "shown-file-case",
    "shown-file-left-out",
    "source-art",
    "source-without-build",
    "stage-file-case",
    "stage-file-left-out",
    "submodule-empty",
    "submodule-left-empty",
    "symlink-broken",
    "symlink-loop",
    "symlink-outside",
    "text-encoding",
    "thumbnail-size",
    "thumbnail-type",
    "windows-name",
    "zip-contradiction",
    "zip-encrypted",
    "zip-name",
    "zip-symlink",
    "zip-top-folder",
}
GIT_SETTINGS = {
    "GIT_CONFIG_COUNT": "3",
    "GIT_CONFIG_KEY_0": "user.name",
    "GIT_CONFIG_VALUE_0": "Demo",
    "GIT_CONFIG_KEY_1": "user.email",
    "GIT_CONFIG_VALUE_1": "demo@example.com",
    "GIT_CONFIG_KEY_2": "protocol.file.allow",  # a submodule from a folder
    "GIT_CONFIG_VALUE_2": "always",
}

BASE = read_base(TEXT.partition("<!-- base: begin -->\n")[2].partition("<!-- base: end -->")[0])
EXAMPLES = {
    example.name: example
    for code, body in bodies().items()
    for example in read_examples(code, body)
}


def test_each_section_has_a_bad_and_a_good_example() -> None:
    missing = {
        code
        for code in SEVERITIES
        if f"{code}-bad" not in EXAMPLES or f"{code}-good" not in EXAMPLES
    }
    assert missing - WITHOUT_EXAMPLES == set(), "docs/checks.md lacks examples of these codes"
    assert WITHOUT_EXAMPLES - missing == set(), "take these codes out of WITHOUT_EXAMPLES"


def test_the_examples_are_true(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One run of the program checks the plain folders; those with commands or a portal have their own."""
    monkeypatch.chdir(tmp_path)
    together = [one for one in EXAMPLES.values() if not one.commands and one.portal is None]
    paths = [write_example(one, BASE, tmp_path / one.name) for one in together]
    found = run(["check", *(str(path.relative_to(tmp_path)) for path in paths)], capsys)
    for codes in found.values():
        codes.discard("no-git")  # git is of no concern to these examples
    for example in EXAMPLES.values():
        if example.name in found or (example.commands and os.name == "nt"):
            continue
        folder = tmp_path / example.name / "my-mod"
        folder.mkdir(parents=True)
        monkeypatch.chdir(folder)
        (found[example.name],) = run_alone(example, folder, capsys).values()
    wrong = [line for name, codes in found.items() for line in mistakes(EXAMPLES[name], codes)]
    assert not wrong, "\n".join(wrong)


def run_alone(
    example: Example, folder: Path, capsys: pytest.CaptureFixture[str]
) -> dict[str, set[str]]:
    """Run what the example says in its folder, which is a repository with one commit."""
    path = write_example(example, BASE, folder)
    git(folder, "init", "--quiet")
    git(folder, "add", "--all", "--force")
    git(folder, "commit", "--quiet", "--message", "one")
    commands = [one for one in example.commands if one != example.own_command]
    if commands:
        done = subprocess.run(
            ["sh", "-euc", "\n".join(commands)],
            cwd=folder,
            env=environment(**GIT_SETTINGS),
            check=False,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, f"{example.name}: {done.stderr}"
    variables, arguments = own_command(example)
    if example.portal is None:
        return run(arguments or ["check", str(path)], capsys, **variables)
    with LocalPortal() as portal:
        seed = folder.parent / "seed.json"
        seed.write_text(json.dumps(example.portal), "utf-8")
        load_seed_file(portal.state, seed)
        command = arguments or ["plan", str(path)]
        return run([*command, "--portal-url", portal.url], capsys, **variables)


def own_command(example: Example) -> tuple[dict[str, str], list[str]]:
    """Return the variables and the arguments of the example's own command, both empty without one."""
    before, _, after = example.own_command.partition("factorio-release ")
    pairs = (word.split("=", 1) for word in before.split())
    return dict(pairs), after.split()


def run(
    command: list[str], capsys: pytest.CaptureFixture[str], **variables: str
) -> dict[str, set[str]]:
    """Return by the first folder of its path what was found in each mod."""
    return {
        mod["path"].partition("/")[0]: {finding["code"] for finding in mod["findings"]}
        for mod in run_here(capsys, *command, "--format", "json", **variables).mods
    }


def mistakes(example: Example, codes: set[str]) -> list[str]:
    expected = {example.code, *example.also} if example.kind == "bad" else set()
    if codes == expected:
        return []
    return [f"{example.name}: found {sorted(codes)}, expected {sorted(expected)}"]
