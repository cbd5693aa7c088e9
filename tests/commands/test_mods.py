"""`mods`: which folders are mods, in which order, and which of them the portal does not have yet."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from factorio_release.local_portal import LocalPortal

ROOT = Path(__file__).parents[2]


def info(name: str, version: str = "1.0.0", *dependencies: str, **more: Any) -> str:
    fields = {
        "name": name,
        "version": version,
        "factorio_version": "2.0",
        "dependencies": ["base", *dependencies],
    }
    return json.dumps({**fields, **more})


@pytest.fixture
def many(repository: Any) -> Any:
    """A repository of three mods that need each other against the alphabet, and of what is none."""
    (repository.root / "info.json").unlink()
    for path, text in {
        "mods/alpha/info.json": info("alpha", "1.2.0", "beta >= 1.0.0"),
        "mods/beta/info.json": info("beta", "0.1.01", "? gamma"),
        "mods/gamma/info.json": info("gamma", "3.0.0", "! alpha"),
        "mods/gamma/companion/info.json": info("companion"),
        "tests/helper/info.json": info("helper"),
        ".templates/new/info.json": info("new"),
        "tools/info.json": json.dumps({"author": ["a"], "description": "no mod"}),
    }.items():
        repository.write(path, text)
    repository.git("add", "--all")
    repository.git("commit", "--quiet", "--message", "Mods")
    repository.write("scratch/info.json", info("scratch"))
    return repository


@pytest.fixture
def mods(program: Any, many: Any) -> Callable[..., Any]:
    return lambda *arguments, **more: program("mods", *arguments, cwd=many.root, **more)


def names(ran: Any) -> list[str]:
    assert ran.code == 0, ran.err
    return [one["mod"] for one in json.loads(ran.out)]


def test_the_mods_come_after_those_they_need_on_one_line_of_json(mods: Callable[..., Any]) -> None:
    ran = mods()
    assert (ran.code, ran.err, ran.out.count("\n")) == (0, "", 1)
    assert json.loads(ran.out) == [
        {
            "mod": name,
            "version": version,
            "path": f"mods/{name}",
            "factorio_version": "2.0",
            "tag": f"{name}_{version}",
            "open": False,
        }
        for name, version in (("gamma", "3.0.0"), ("beta", "0.1.01"), ("alpha", "1.2.0"))
    ]
    assert mods().out == ran.out


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        (["mods/beta"], ["beta"]),
        (["mods/[ab]*", "mods/gamma"], ["gamma", "beta", "alpha"]),
        (["mods/gamma/companion"], ["companion"]),
        (["tests"], ["helper"]),
        ([".", "mods/gamma"], ["gamma", "beta", "alpha"]),
    ],
)
def test_mods_are_searched_below_path(
    mods: Callable[..., Any], paths: list[str], expected: list[str]
) -> None:
    assert names(mods(*paths)) == expected


def test_one_of_several_mods_has_its_name_in_the_tag_for_every_path(
    mods: Callable[..., Any],
) -> None:
    for path in ("mods/beta", "mods/b*"):
        assert [one["tag"] for one in json.loads(mods(path).out)] == ["beta_0.1.01"]


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ([], "v1.1.0"),
        (["v0.9.0"], "v1.1.0"),
        (["0.9.0"], "1.1.0"),
        (["v0.8.0", "0.9.0"], "1.1.0"),
        (["lamp-post_0.9.0"], "lamp-post_1.1.0"),
        (["lamp-post/0.9.0", "other-0.9.1"], "lamp-post/1.1.0"),
    ],
)
def test_the_tag_has_the_form_of_the_last_one(
    program: Any, repository: Any, tags: list[str], expected: str
) -> None:
    for tag in tags:
        repository.git("tag", tag)
    repository.release("1.1.0")
    (one,) = json.loads(program("mods", cwd=repository.root).out)
    assert one["tag"] == expected
    assert program("check", "--tag", expected, cwd=repository.root).code == 0


def test_text_is_a_table(mods: Callable[..., Any]) -> None:
    assert mods("--format", "text").out == (
        "mod    version  path        factorio version  tag          open\n"
        "gamma  3.0.0    mods/gamma  2.0               gamma_3.0.0  no\n"
        "beta   0.1.01   mods/beta   2.0               beta_0.1.01  no\n"
        "alpha  1.2.0    mods/alpha  2.0               alpha_1.2.0  no\n"
    )


@pytest.mark.skipif(sys.platform == "win32", reason="a terminal is made with pty")
def test_a_terminal_gets_a_table_by_default(many: Any) -> None:
    import pty  # noqa: PLC0415 not on Windows

    def on_terminal(*arguments: str) -> bytes:
        master, slave = pty.openpty()
        with os.fdopen(slave, "wb") as terminal:
            command = [sys.executable, "-m", "factorio_release", "mods", *arguments]
            subprocess.run(command, cwd=many.root, stdout=terminal, check=True)
            return os.read(master, 4096)

    assert on_terminal().startswith(b"mod    version")
    assert on_terminal("--format", "json").startswith(b'[{"mod"')


def test_unreleased_asks_the_portal_once(mods: Callable[..., Any], portal: LocalPortal) -> None:
    portal.seed_mod("alpha", releases=["1.2.0", "1.3.0"])
    portal.seed_mod("beta", releases=["0.1.0"])
    url = ("--portal-url", portal.url)
    assert names(mods("--unreleased", *url)) == ["gamma", "beta"]
    assert [(one.method, one.endpoint) for one in portal.log] == [("GET", portal.log[0].endpoint)]
    portal.change_mod("beta", releases=portal.seed_mod("other", releases=["0.1.1"]).releases)
    portal.seed_mod("gamma", releases=["3.0.0"])
    ran = mods("--unreleased", *url, env={"FACTORIO_API_KEY": "not-needed-and-not-sent"})
    assert (ran.code, ran.out) == (0, "[]\n")


def test_drafts_are_those_that_the_portal_never_had(
    mods: Callable[..., Any], portal: LocalPortal
) -> None:
    portal.seed_mod("alpha", releases=["1.1.0"])
    portal.seed_mod("beta", releases=["0.1.1"])
    url = ("--portal-url", portal.url)
    assert names(mods("--unreleased", "--published", *url)) == ["alpha"]
    assert names(mods("--published", *url)) == ["beta", "alpha"]
    listed = json.loads(mods("--unreleased", *url).out)
    assert {one["mod"]: one["published"] for one in listed} == {"gamma": False, "alpha": True}


def test_changed_are_those_whose_package_differs_from_their_last_tag(
    mods: Callable[..., Any], many: Any
) -> None:
    """A file that is not packed changes nothing; a mod without a tag has changed."""
    many.write("mods/beta/factorio-release.yml", "exclude: [notes.txt]\n")
    many.git("add", "--all")
    many.git("commit", "--quiet", "--message", "one")
    for tag in ("alpha_1.1.0", "alpha_1.2.0", "beta-0.1.0", "v0.0.1"):
        many.git("tag", tag)
    assert names(mods("--changed")) == []
    many.write("mods/alpha/data.lua", "return 1\n")
    many.write("mods/beta/notes.txt", "for later\n")
    many.write("mods/delta/info.json", info("delta"))
    many.git("add", "--all")
    many.git("commit", "--quiet", "--message", "two")
    listed = json.loads(mods("--changed").out)
    assert [(one["mod"], one["last_tag"]) for one in listed] == [
        ("alpha", "alpha_1.2.0"),
        ("delta", ""),
    ]


@pytest.mark.parametrize(
    ("top", "is_open"),
    [
        ("Version: 1.2.0\nDate: ????\n", True),
        ("Version: Unreleased\n", True),
        ("Version: 1.2.0\nDate: 2026-01-01\n", False),
    ],
)
def test_an_open_section_is_told(
    mods: Callable[..., Any], many: Any, top: str, is_open: bool
) -> None:
    many.write("mods/alpha/changelog.txt", f"{'-' * 99}\n{top}  Features:\n    - Light.\n")
    assert {one["mod"]: one["open"] for one in json.loads(mods().out)} == {
        "alpha": is_open,
        "beta": False,
        "gamma": False,
    }


def test_an_unreachable_portal_is_an_error_and_no_empty_list(mods: Callable[..., Any]) -> None:
    ran = mods("--unreleased", "--portal-url", "http://127.0.0.1:9", "--retries", "0")
    assert (ran.code, ran.out) == (5, "")


def test_without_unreleased_the_portal_is_not_asked(
    mods: Callable[..., Any], portal: LocalPortal
) -> None:
    assert len(names(mods("--portal-url", portal.url))) == 3
    assert list(portal.log) == []


def test_a_submodule_is_a_mod_too(
    program: Any, repository: Any, make_repository: Any, tmp_path: Path
) -> None:
    other = make_repository("street-lamp")
    whole = make_repository("whole")
    (whole.root / "info.json").unlink()
    whole.git(
        "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(other.root), "lamps"
    )
    whole.git("commit", "--quiet", "--all", "--message", "Add")
    assert names(program("mods", cwd=whole.root)) == ["street-lamp"]


def test_without_git_the_disk_is_searched(program: Any, tmp_path: Path) -> None:
    for place in ("b", "a/deep", "tests/x", ".cache/y", "b/inside"):
        folder = tmp_path / "tree" / place
        folder.mkdir(parents=True)
        (folder / "info.json").write_text(info(place.replace("/", "-")))
    assert names(program("mods", cwd=tmp_path / "tree")) == ["a-deep", "b"]


@pytest.mark.parametrize(
    "linter",
    [
        ["actionlint"],
        ["check-jsonschema", "--builtin-schema", "vendor.github-workflows"],
        ["zizmor", "--quiet", "--offline", "--persona=pedantic"],
    ],
    ids=lambda command: command[0],
)
def test_the_guides_workflows_are_accepted(linter: list[str], tmp_path: Path) -> None:
    guide = (ROOT / "docs" / "local.md").read_text("utf-8")
    blocks = re.findall("```yaml\n(.*?)```", guide, re.DOTALL)
    workflows = [block for block in blocks if "jobs:" in block]
    assert ["matrix" in workflow for workflow in workflows] == [False, True]
    paths = []
    for number, workflow in enumerate(workflows):
        path = tmp_path / ".github" / "workflows" / f"release-{number}.yml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"name: Release\n{workflow}")
        paths.append(path)
    program = Path(sys.executable).with_name(linter[0])
    done = subprocess.run(
        [program, *linter[1:], *paths], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_an_unreadable_info_json_is_a_warning(mods: Callable[..., Any], many: Any) -> None:
    many.write("mods/alpha/info.json", '{"name": "alpha", "version": "1.2"}')
    many.write("mods/beta/info.json", '{"name": ')
    ran = mods()
    assert names(ran) == ["gamma"]
    assert ran.err == "".join(
        f"warning: mods/{name}/info.json has no name and version that can be read\n"
        for name in ("alpha", "beta")
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["tools"], "path: tools: git tracks no mod's info.json there"),
        (["scratch"], "path: scratch: git tracks no mod's info.json there"),
        (["nowhere"], "path: nowhere is not a folder; give one that holds mods"),
        (["nowhere/*"], "path: nowhere/* is not a folder"),
        (["--format", "yaml"], "--format: 'yaml' is not one of text, json"),
        (["--unreleased", "--portal-url", "http://example.com"], "neither https nor"),
        (["--verify-timeout", "3"], "the option --verify-timeout is not known"),
    ],
)
def test_what_is_no_repository_of_mods(
    mods: Callable[..., Any], arguments: list[str], said: str
) -> None:
    ran = mods(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err


def test_nothing_in_a_name_reaches_a_terminal_or_a_runner(
    mods: Callable[..., Any], many: Any
) -> None:
    many.write("mods/alpha/info.json", info("::error::\x1b[31m##[group]"))
    for form in ("text", "json"):
        ran = mods("--format", form, env={"GITHUB_ACTIONS": "true"})
        assert ran.code == 0
        assert "\x1b" not in ran.out
        assert "##[" not in ran.out
        assert "\n::" not in f"\n{ran.out}"
