"""Mod files, config files, archives and checkouts of somebody who means harm."""

from __future__ import annotations

import json
import os
import re
import shutil
import stat
import subprocess
import sys
import time
import tomllib
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from factorio_release.archive import build_archive
from factorio_release.errors import ModError
from factorio_release.mod.mod import load_mod
from tests.conftest import environment

if TYPE_CHECKING:
    from collections.abc import Callable

    from factorio_release.local_portal import LocalPortal
    from tests.conftest import ModRepository
    from tests.faults.conftest import Answered

CONFIGS = tomllib.loads(Path(__file__).with_name("hostile_configs.toml").read_text("utf-8"))
MAX_CPU_SECONDS = 30  # a run takes less than one
# What a runner would obey, and what would move a terminal's cursor.
OBEYED = re.compile(r"^\s*::\w|##\[|[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]", re.MULTILINE)


def harmless(ran: Answered) -> None:
    """Nothing is a bug of ours, and nothing that is printed is obeyed by anything."""
    assert ran.code != 1, ran.text
    assert "Traceback" not in ran.text
    assert not OBEYED.search(ran.text), OBEYED.search(ran.text)


@pytest.mark.parametrize("name", CONFIGS)
def test_a_hostile_config_file(
    run: Callable[..., Answered], repository: ModRepository, name: str
) -> None:
    case = CONFIGS[name]
    repository.write("factorio-release.yml", case["text"] * case.get("repeat", 1))
    began = time.process_time()
    ran = run("check", str(repository.root), CI="true")
    assert time.process_time() - began < MAX_CPU_SECONDS
    harmless(ran)
    assert (ran.code, case["says"] in ran.err) == (2, True), ran.err
    assert "canary-key" not in ran.text
    assert not list(Path().rglob("pwned"))


INFOS: dict[str, Any] = {
    "a huge integer": '{"name": "lamp-post", "version": "1.0.0", "x": ' + "9" * 100_000 + "}",
    "deep objects": '{"a":' * 100_000,
    "deep lists": "[" * 200_000,
    "half a surrogate pair in the name": {"name": "\ud800amp"},
    "half a surrogate pair in the title": {"title": "\ud800"},
    "half a surrogate pair in a dependency": {"dependencies": ["\ud800 >= 1"]},
    "NUL in the name": {"name": "a\0b"},
    "a way out in the name": {"name": "../../evil"},
    "a way out for Windows": {"name": "..\\..\\evil"},
    "a device's name": {"name": "CON"},
    "an endless name": {"name": "a" * 5000},
    "a huge version": {"version": "99999999999999999999.0.0"},
    "a version that is a number": {"version": 10**30},
    "an endless dependency": {"dependencies": ["x" * 100_000]},
    "5,000 dependencies": {"dependencies": ["? a >= 1"] * 5_000},
    "commands and escapes": {
        "title": "\x1b[2J\n::error::gotcha\n##[error]gotcha",
        "description": "\x1b]0;gotcha\x07\u202e",
        "author": "<script>alert(1)</script>",
        "dependencies": ["::error::gotcha", "##[group]gotcha", "\x9b2J >= 1"],
    },
    "not an object": "null",
    "no number": '{"name": NaN}',
    "FMTK's object at its worst": {
        "package": {
            "ignore": ["a\0b", "{1..1000000}", "\ud800"],
            "extra": {"x": ["/etc/*"], "../../y": {"root": "/", "files": ["*"]}},
            "gallery": ["\0"],
            "markdown": "x\0",
            "scripts": {"prepublish": "touch pwned"},
        }
    },
}


@pytest.mark.parametrize("name", INFOS)
def test_a_hostile_info_json(
    run: Callable[..., Answered], repository: ModRepository, portal: LocalPortal, name: str
) -> None:
    info = INFOS[name]
    text = info if isinstance(info, str) else json.dumps({**repository.info, **info})
    repository.write("info.json", text)
    began = time.process_time()
    ran = run("release", str(repository.root), "--yes", "--portal-url", portal.url, CI="true")
    assert time.process_time() - began < MAX_CPU_SECONDS
    harmless(ran)
    published = [mod for mod in portal.state.mods if mod != "lamp-post"]
    assert published == []
    assert not [path for path in Path().rglob("*") if "evil" in path.name or "pwned" in path.name]
    assert not list(Path().parent.glob("*evil*"))


def test_texts_that_reach_every_output(
    run: Callable[..., Answered], repository: ModRepository, portal: LocalPortal, tmp_path: Path
) -> None:
    """Names and texts of a mod, in log, annotations, outputs and summary: shown, never obeyed."""
    nasty = "gotcha\x1b[2J`<img src=x onerror=alert(1)>|](https://evil.example) ##[error]x"
    repository.info |= {
        "title": nasty[:90],
        "description": "::stop-commands::x\r\n::error::gotcha\n" + nasty,
    }
    repository.write("README.md", f"::error::gotcha\n\n{nasty}\n\n<script>alert(1)</script>\n")
    repository.config |= {
        "description": "README.md",
        "title": "##[error]gotcha",
        "tags": ["trains"],
    }
    repository.release("1.0.1")
    log = repository.root / "changelog.txt"
    log.write_text(
        log.read_text("utf-8").replace("- Lights 1.0.1.", f"- ::error::gotcha {nasty}"), "utf-8"
    )
    if os.name != "nt":
        repository.write("##[error]gotcha\n::error::x \x1b[2J.lua", "x = = 1\n")
    repository.save()
    outputs, summary = tmp_path / "outputs", tmp_path / "summary"
    environ = {
        "GITHUB_ACTIONS": "true",
        "GITHUB_EVENT_NAME": "workflow_dispatch",
        "GITHUB_REF": "refs/heads/main",
        "GITHUB_OUTPUT": str(outputs),
        "GITHUB_STEP_SUMMARY": str(summary),
    }
    for mode in ("plan", "release"):
        for fail_on in ("error", "warning"):
            ran = run(
                mode, str(repository.root), *portal_options(portal), "--fail-on", fail_on, **environ
            )
            assert ran.code != 1, ran.text
            obeyed = [
                line
                for line in ran.text.splitlines()
                if OBEYED.search(line) and not re.match(r"::(error|warning|notice)( |::)", line)
            ]
            assert obeyed == []
            commands = [line for line in ran.text.splitlines() if line.startswith("::")]
            assert not [line for line in commands if re.match(r"::\w+(?: [^:]*)?::gotcha", line)]
    markdown = summary.read_text("utf-8")
    assert "<img" not in markdown
    assert "<script" not in markdown.replace("```", "")
    assert "![" not in markdown
    names = re.findall(r"^(\S+)<<", outputs.read_text("utf-8"), re.MULTILINE)
    assert {name for name in names if "gotcha" in name or "evil" in name} == set()


def portal_options(portal: LocalPortal) -> tuple[str, ...]:
    return ("--portal-url", portal.url, "--verify-timeout", "1", "--retries", "0")


def member(name: str, *, link: bool = False) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.create_system = 3
    entry.external_attr = ((stat.S_IFLNK if link else stat.S_IFREG) | 0o644) << 16
    return entry


ZIPS: dict[str, tuple[list[tuple[str, bytes]], str]] = {
    "a way out": (
        [("lamp-post_1.0.0/../../evil.lua", b"x")],
        "has a name that leads out of the folder",
    ),
    "an absolute name": ([("/etc/evil.lua", b"x")], "has an absolute path"),
    "a twin": (
        [("lamp-post_1.0.0/a.lua", b"a = 1"), ("lamp-post_1.0.0/a.lua", b"a = 2")],
        "is in the zip twice",
    ),
    "a backslash": ([("lamp-post_1.0.0\\evil.lua", b"x")], "a backslash in its name"),
    "deep backslashes": ([("lamp-post_1.0.0" + "\\a" * 30_000, b"x")], "nested deeper"),
    "a bomb": ([("lamp-post_1.0.0/a.lua", bytes(250_000_000))], "which no mod does"),
    "escapes in a name": ([("lamp-post_1.0.0/\x1b[2J\n::error::gotcha.lua", b"")], "gotcha"),
    "an executable": ([("lamp-post_1.0.0/evil.sh", b"touch pwned")], "evil.sh"),
    "deep folders": ([("lamp-post_1.0.0/" + "a/" * 3000 + "x.lua", b"")], ""),
    "Lua that nests": ([("lamp-post_1.0.0/control.lua", b"x = " + b"{" * 100_000)], "control.lua"),
}


@pytest.mark.parametrize("name", ZIPS)
@pytest.mark.filterwarnings("ignore:Duplicate name:UserWarning")
def test_a_hostile_zip(
    run: Callable[..., Answered], tmp_path: Path, repository: ModRepository, name: str
) -> None:
    members, says = ZIPS[name]
    path = tmp_path / "lamp-post_1.0.0.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(member("lamp-post_1.0.0/info.json"), json.dumps(repository.info))
        for inner, content in members:
            archive.writestr(member(inner), content)
    began = time.process_time()
    ran = run("build", str(path), CI="true")
    assert time.process_time() - began < MAX_CPU_SECONDS
    harmless(ran)
    assert says in ran.text
    if name != "deep folders":
        assert ran.code == 3
    assert not [path for path in tmp_path.rglob("*") if path.name in {"evil.lua", "pwned"}]


def test_a_link_in_a_zip_is_not_followed(
    run: Callable[..., Answered], tmp_path: Path, repository: ModRepository
) -> None:
    path = tmp_path / "lamp-post_1.0.0.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(member("lamp-post_1.0.0/info.json"), json.dumps(repository.info))
        archive.writestr(member("lamp-post_1.0.0/evil.lua", link=True), "/etc/passwd")
    ran = run("check", str(path))
    assert (ran.code, "is a link" in ran.text) == (3, True)


def test_a_zip_with_a_wrong_checksum(
    run: Callable[..., Answered], tmp_path: Path, repository: ModRepository
) -> None:
    path = tmp_path / "lamp-post_1.0.0.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("lamp-post_1.0.0/info.json", json.dumps(repository.info))
        archive.writestr("lamp-post_1.0.0/control.lua", "-- a comment to be changed\n")
    path.write_bytes(path.read_bytes().replace(b"a comment", b"A comment"))
    ran = run("check", str(path))
    assert (ran.code, "cannot be read" in ran.text) == (3, True), ran.text


CANARY_SETTINGS = {
    "core.fsmonitor": "{canary}",
    "core.hooksPath": "{hooks}",
    "core.sshCommand": "{canary}",
    "core.editor": "{canary}",
    "core.pager": "{canary}",
    "core.askPass": "{canary}",
    "core.gitProxy": "{canary}",
    "core.attributesFile": "{attributes}",
    "credential.helper": "!{canary}",
    "filter.evil.clean": "{canary}",
    "filter.evil.smudge": "{canary}",
    "filter.evil.process": "{canary}",
    "filter.evil.required": "true",
    "diff.evil.textconv": "{canary}",
    "diff.evil.command": "{canary}",
    "diff.external": "{canary}",
    "merge.evil.driver": "{canary}",
    "gpg.program": "{canary}",
    "gpg.ssh.program": "{canary}",
    "interactive.diffFilter": "{canary}",
    "sequence.editor": "{canary}",
    "uploadpack.packObjectsHook": "{canary}",
    "core.alternateRefsCommand": "{canary}",
    "alias.ls-files": "!{canary}",
    "alias.rev-parse": "!{canary}",
    "trailer.evil.command": "{canary}",
    "include.path": "{included}",
}


@pytest.mark.skipif(os.name == "nt", reason="the canary is a shell script")
def test_nothing_that_a_checkout_names_is_run(
    program: Any, repository: ModRepository, portal: LocalPortal, tmp_path: Path, key: str
) -> None:
    sung = tmp_path / "sung"
    canary = tmp_path / "canary"
    canary.write_text(f'#!/bin/sh\necho "$0 $@" >> {sung}\n')
    canary.chmod(0o755)
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    (repository.root / ".git/hooks").mkdir(exist_ok=True)
    for hook in (
        "post-checkout",
        "pre-commit",
        "post-index-change",
        "reference-transaction",
        "fsmonitor-watchman",
    ):
        shutil.copy(canary, hooks / hook)
        shutil.copy(canary, repository.root / ".git" / "hooks" / hook)
    (tmp_path / "attributes").write_text("* filter=evil diff=evil\n")
    (tmp_path / "included").write_text(f'[core]\n\tfsmonitor = "{canary}"\n')
    repository.write(".gitattributes", "* filter=evil diff=evil merge=evil text\n")
    places = {
        "canary": canary,
        "hooks": hooks,
        "attributes": tmp_path / "attributes",
        "included": tmp_path / "included",
    }
    repository.git("add", "--all")
    repository.git("commit", "--quiet", "--message", "Attributes")
    for name, value in CANARY_SETTINGS.items():
        repository.git("config", name, value.format(**places))
    for name in ("git", "sh", "python3", "env"):
        shutil.copy(canary, repository.root / name)
    sung.unlink(missing_ok=True)
    for module in (
        "requests",
        "sitecustomize",
        "usercustomize",
        "yaml",
        "factorio_release",
        "encodings",
        "json",
    ):
        repository.write(f"{module}.py", f"open({str(sung)!r}, 'a').write('{module}')\n")
    repository.write(".env", "PATH=.\n")
    repository.config |= {"exclude": ["*.py", "git", "sh", "python3", "env"]}
    repository.write("factorio-release.yml", json.dumps(repository.config))
    where = ("--portal-url", portal.url, "--verify-timeout", "2")
    for command in ("check", "build", "plan", "release"):
        options = where if command in {"plan", "release"} else ()
        yes = ("--yes",) if command == "release" else ()
        isolated = [sys.executable, "-I", "-m", "factorio_release", command, ".", *options, *yes]
        ran = isolated_run(isolated, repository.root, key)
        assert ran.returncode == 0, ran.stdout + ran.stderr
    assert not sung.exists(), sung.read_text()
    assert "lamp-post" in portal.state.mods


def isolated_run(arguments: list[str], folder: Path, key: str) -> subprocess.CompletedProcess[str]:
    """Run as the image does, in the repository, with `.` in front of PATH."""
    env = environment(FACTORIO_API_KEY=key, PATH=f".{os.pathsep}{os.environ['PATH']}")
    return subprocess.run(
        arguments, cwd=folder, env=env, capture_output=True, text=True, check=False
    )


@pytest.mark.skipif(os.name == "nt", reason="links and pipes as POSIX has them")
@pytest.mark.parametrize(
    "trick", ["a link", "a pipe", "a folder", "more bytes", "fewer bytes", "nothing"]
)
def test_a_file_that_is_exchanged_after_it_was_listed(
    repository: ModRepository, tmp_path: Path, trick: str
) -> None:
    """What is packaged is what was checked: another file in its place stops the build at once."""
    mod = load_mod(repository.root)
    victim = repository.root / "control.lua"
    size = victim.stat().st_size
    outside = tmp_path / "outside"
    outside.write_bytes(b"s" * size)
    victim.unlink()
    match trick:
        case "a link":
            victim.symlink_to(outside)
        case "a pipe":
            os.mkfifo(victim)
        case "a folder":
            victim.mkdir()
        case "more bytes":
            victim.write_bytes(b"s" * (size + 1))
        case "fewer bytes":
            victim.write_bytes(b"s" * (size - 1))
    began = time.process_time()
    with pytest.raises(ModError, match=r"control\.lua"):
        build_archive(mod, tmp_path / "dist")
    assert time.process_time() - began < MAX_CPU_SECONDS
    assert not list((tmp_path / "dist").iterdir())
