"""The command `ship`: everything arrives at the remote, or everything is as it was."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, ClassVar

import pytest
import yaml

from factorio_release.local_portal import Fault
from tests.conftest import KEY
from tests.support.changelogs import section
from tests.support.git import git
from tests.support.monorepo import Mods

if TYPE_CHECKING:
    from collections.abc import Callable

    from factorio_release.local_portal import LocalPortal

if sys.platform == "win32":
    pytest.skip("the hooks are shell scripts", allow_module_level=True)

OPEN = section("1.1.0", "????", "Two.")


class Checkout:
    """A mod with an open section that nobody has committed yet, and a bare remote that has the rest.

    The first is made with git, the others are copies.
    """

    _made: ClassVar[TemporaryDirectory[str] | None] = None

    def __init__(self, repository: Any, folder: Path) -> None:
        self.root = repository.root
        self.write = repository.write
        self.git = repository.git
        self.remote = folder / "remote.git"
        made = Checkout._made
        if made is None:
            self._push_first(folder)
            made = Checkout._made = TemporaryDirectory()
            for path in (self.root, self.remote):
                shutil.copytree(path, Path(made.name) / path.name)
            (Path(made.name) / "folder").write_text(str(folder))
        else:
            shutil.rmtree(self.root)
            for path in (self.root, self.remote):
                shutil.copytree(Path(made.name) / path.name, path)
            config = self.root / ".git" / "config"
            old = (Path(made.name) / "folder").read_text()
            config.write_text(config.read_text().replace(old, str(folder)))
        self.old = (self.root / "changelog.txt").read_text()
        self.write("changelog.txt", OPEN + self.old)

    def _push_first(self, folder: Path) -> None:
        git(
            folder,
            "init",
            "--quiet",
            "--bare",
            "--initial-branch=main",
            "--template=",
            "remote.git",
        )
        self.git("config", "user.name", "Demo")
        self.git("config", "user.email", "demo@example.com")
        self.git("remote", "add", "origin", str(self.remote))
        self.git("tag", "v1.0.0")
        self.git("push", "--quiet", "--set-upstream", "origin", "main", "v1.0.0")

    def hook(self, name: str, script: str, *, remote: bool = False) -> None:
        """Write a hook of the checkout, or of the remote."""
        path = (self.remote if remote else self.root / ".git") / "hooks" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)

    def state(self) -> dict[str, Any]:
        """Return everything that must be as it was after a run that failed."""
        files = sorted(path for path in self.root.iterdir() if path.is_file())
        return {
            "refs": self.git("for-each-ref", "refs/heads", "refs/tags"),
            "head": (self.root / ".git" / "HEAD").read_text(),
            "index": self.git("ls-files", "--stage"),
            "status": self.git("status", "--porcelain"),
            "files": {path.name: path.read_bytes() for path in files},
            "remote": git(self.remote, "for-each-ref"),
        }

    def pushed(self, name: str) -> str:
        """Return what a branch or tag of the remote is."""
        return git(self.remote, "log", "-1", "--format=%s", name)


@pytest.fixture
def checkout(repository: Any, tmp_path: Path) -> Checkout:
    return Checkout(repository, tmp_path)


@pytest.fixture
def ship(program: Any, checkout: Checkout) -> Callable[..., Any]:
    return lambda *arguments, **more: program(
        "ship", *arguments, "--yes", cwd=checkout.root, **more
    )


def test_one_command_from_finished_work_to_the_remote(
    ship: Callable[..., Any], checkout: Checkout
) -> None:
    ran = ship("--date", "2026-02-03")
    assert (ran.code, ran.out) == (0, "v1.1.0\n"), ran.err
    assert checkout.pushed("main") == checkout.pushed("v1.1.0") == "Release 1.1.0"
    assert git(checkout.remote, "cat-file", "-t", "v1.1.0") == "tag"
    assert git(checkout.remote, "show", "main:changelog.txt").startswith(
        section("1.1.0", "2026-02-03", "Two.").rstrip()
    )
    assert '"version": "1.1.0"' in git(checkout.remote, "show", "main:info.json")
    assert checkout.git("status", "--porcelain") == ""
    for line in (
        "  + commit on main: Release 1.1.0 (info.json, changelog.txt)",
        "  + tag v1.1.0",
        "  + push main and v1.1.0 to origin",
        "+    - Two.",  # what the user had not committed yet is in the commit, so it is shown
    ):
        assert f"{line}\n" in ran.err
    again = ship()
    assert (again.code, again.out) == (2, "")
    assert "1.1.0 is released, as the tag v1.1.0 on origin says" in again.err


def test_a_first_release_says_what_its_first_publish_needs(
    program: Any, repository: Any, tmp_path: Path
) -> None:
    mod = Checkout(repository, tmp_path)
    for tag in mod.git("tag").split():
        mod.git("tag", "--delete", tag)

    def said(config: str) -> str:
        (mod.root / "factorio-release.yml").write_text(config)
        mod.git("add", "factorio-release.yml")
        mod.git("commit", "--message", "Settings")
        ran = program("ship", "--plan", cwd=mod.root)
        assert ran.code == 0, ran.err
        return str(ran.err)

    asked = "its first publish needs `license` in factorio-release.yml or in the workflow"
    assert asked in said("category: utilities\n")
    assert "first publish" not in said("category: utilities\nlicense: default_mit\n")
    mod.git("tag", "v0.9.0")
    assert "first publish" not in said("category: utilities\n")


@pytest.mark.parametrize(
    ("arguments", "tag", "said"),
    [
        (("minor",), "v1.1.0", ""),
        (("v1.1.0", "."), "v1.1.0", ""),
        (("1.1",), "v1.1.0", ""),
        (("changelog", "--message", "{name}: {version} ({tag})"), "v1.1.0", ""),
        (("--dry-run",), "", "  + tag v1.1.0"),
        (("--plan",), "", "  + tag v1.1.0"),
    ],
)
def test_what_is_asked_for(
    ship: Callable[..., Any], checkout: Checkout, arguments: tuple[str, ...], tag: str, said: str
) -> None:
    before = checkout.state()
    ran = ship(*arguments)
    assert (ran.code, ran.out) == (0, f"{tag}\n" if tag else ""), ran.err
    assert said in ran.err
    if not tag:
        assert checkout.state() == before
    elif "--message" in arguments:
        assert checkout.pushed(tag) == "lamp-post: 1.1.0 (v1.1.0)"


REFUSED = {
    "a hook of the checkout": (("pre-push", "echo not today >&2; exit 1"), False, "not today"),
    "a protected branch": (
        ("update", "case $1 in refs/heads/*) echo protected >&2; exit 1; esac"),
        True,
        "protected",
    ),
    "a protected tag": (
        ("update", "case $1 in refs/tags/*) echo no tags >&2; exit 1; esac"),
        True,
        "no tags",
    ),
    "somebody who was faster": (
        (
            "pre-push",
            "git push -q --no-verify origin $(git commit-tree -p @~ -m Faster @~^{tree}):main",
        ),
        False,
        "rejected",
    ),
    "a tag that was faster": (
        ("pre-push", "git push --quiet --no-verify origin HEAD~1:refs/tags/v1.1.0"),
        False,
        "rejected",
    ),
    "a hook that formats and stops": (
        ("pre-commit", "echo >> info.json; echo formatted >&2; exit 1"),
        False,
        "formatted",
    ),
    "a hook before the commit": (("pre-commit", "echo untidy >&2; exit 1"), False, "untidy"),
    "a hook that commits more": (
        ("pre-commit", "git add notes.txt"),
        False,
        "put other files into the commit: notes.txt",
    ),
    "a hook that changes more": (
        ("post-commit", "echo '-- tidy' >> control.lua"),
        False,
        "changed files and did not commit them: control.lua",
    ),
}


@pytest.mark.parametrize(("hook", "is_remote", "said"), REFUSED.values(), ids=REFUSED)
def test_a_refusal_leaves_nothing_half_done(
    ship: Callable[..., Any],
    checkout: Checkout,
    hook: tuple[str, str],
    is_remote: bool,
    said: str,
) -> None:
    checkout.write("notes.txt", "mine\n")
    checkout.git("add", "changelog.txt")  # it stays staged, and so does what was added after that
    checkout.write("changelog.txt", section("1.1.0", "????", "Two.", "Three.") + checkout.old)
    checkout.hook(*hook, remote=is_remote)
    before = checkout.state()
    ran = ship()
    after = checkout.state()
    assert (ran.code, ran.out) == (4, ""), ran.err
    assert said in ran.err
    assert not git(checkout.remote, "log", "--all", "--format=%s", "--grep=Release")
    if "control.lua" in said:
        checkout.git("checkout", "--quiet", "control.lua")  # the hook's own change is not ours
        after = checkout.state()
    assert {**after, "remote": ""} == {**before, "remote": ""}
    (checkout.root / ".git" / "hooks" / hook[0]).unlink(missing_ok=True)


def test_a_new_file_of_a_failed_run_is_gone_and_others_stay(
    program: Any, checkout: Checkout
) -> None:
    """`bump --commit` makes a changelog where there is none."""
    checkout.git("rm", "--quiet", "--force", "changelog.txt")
    checkout.git("commit", "--quiet", "--message", "No changelog")
    checkout.hook("pre-commit", "exit 1")
    before = checkout.state()
    ran = program("bump", "minor", "--commit", "--tag", cwd=checkout.root)
    assert (ran.code, ran.out) == (4, "")
    assert checkout.state() == before


def test_a_hook_may_format_what_is_committed(ship: Callable[..., Any], checkout: Checkout) -> None:
    checkout.hook("pre-commit", "echo >> info.json; git add info.json")
    ran = ship()
    assert ran.code == 0, ran.err
    assert checkout.git("status", "--porcelain") == ""
    checkout.hook("pre-commit", "echo >> info.json; git add info.json")
    checkout.hook("pre-push", "exit 1")
    checkout.write("changelog.txt", section("1.2.0", None, "Three.") + OPEN + checkout.old)
    before = checkout.state()
    assert ship("minor").code == 4
    assert checkout.state() == before


def test_an_answer_that_is_lost_after_the_push_arrived(
    ship: Callable[..., Any], checkout: Checkout
) -> None:
    same = "HEAD:refs/heads/main refs/tags/v1.1.0"
    checkout.hook("pre-push", f"git push --quiet --no-verify origin {same}; exit 1")
    ran = ship()
    assert (ran.code, ran.out) == (0, "v1.1.0\n"), ran.err
    assert checkout.pushed("v1.1.0") == "Release 1.1.0"
    assert "v1.1.0" in checkout.git("tag")


def test_a_push_of_unknown_effect_keeps_commit_and_tag(
    ship: Callable[..., Any], checkout: Checkout
) -> None:
    gone = checkout.remote.with_name("gone.git")
    checkout.hook("pre-push", f"mv {checkout.remote} {gone}; exit 1")
    head = checkout.git("rev-parse", "HEAD")
    ran = ship()
    assert (ran.code, ran.out) == (5, "")
    assert "is not known; commit and tag were kept" in ran.err
    shutil.move(gone, checkout.remote)
    (checkout.root / ".git" / "hooks" / "pre-push").unlink()
    # Both ways that it tells work; a second run goes on as well.
    again, back = re.findall("`(git [^`]+)`", ran.err)
    commit = checkout.git("rev-parse", "HEAD")
    first, second = back.split(" && ")
    checkout.git(*first.split()[1:])
    checkout.git(*second.split()[1:])
    assert checkout.git("rev-parse", "HEAD") == head
    checkout.git("reset", "--quiet", "--keep", commit)
    checkout.git("tag", "v1.1.0")
    checkout.git(*again.split()[1:])
    assert checkout.pushed("v1.1.0") == "Release 1.1.0"


def test_a_run_goes_on_where_an_earlier_one_was_stopped(
    program: Any, ship: Callable[..., Any], checkout: Checkout
) -> None:
    assert program("bump", "1.1.0", "--date", "--commit", "--tag", cwd=checkout.root).code == 0
    assert checkout.pushed("main") == "Change"
    ran = ship()
    assert (ran.code, ran.out) == (0, "v1.1.0\n"), ran.err
    assert "  + tag v1.1.0 (it is set already)\n" in ran.err
    assert "with 1 earlier commit that it does not have yet" in ran.err
    assert checkout.pushed("main") == checkout.pushed("v1.1.0") == "Release 1.1.0"


def test_next_opens_the_section_after_the_tag(ship: Callable[..., Any], checkout: Checkout) -> None:
    assert ship("--next").out == "v1.1.0\n"
    assert (checkout.pushed("v1.1.0"), checkout.pushed("main")) == ("Release 1.1.0", "Begin 1.1.1")
    assert (checkout.root / "changelog.txt").read_text().startswith(section("1.1.1", "????"))
    assert checkout.git("status", "--porcelain") == ""


def detach(checkout: Checkout) -> None:
    checkout.git("checkout", "--quiet", "--detach")


def change(checkout: Checkout) -> None:
    checkout.write("control.lua", "-- not finished\n")


def stage(checkout: Checkout) -> None:
    checkout.write("new.lua", "-- new\n")
    checkout.git("add", "new.lua")


def fall_behind(checkout: Checkout) -> None:
    other = checkout.git("commit-tree", "-p", "HEAD", "-m", "Other", "HEAD^{tree}")
    checkout.git("push", "--quiet", "origin", f"{other}:refs/heads/main")
    checkout.git("update-ref", "refs/remotes/origin/main", "HEAD")


def remove_remote(checkout: Checkout) -> None:
    checkout.git("remote", "remove", "origin")


def tag_there(checkout: Checkout) -> None:
    checkout.git("push", "--quiet", "origin", "HEAD:refs/tags/1.1.0")


def tag_here(checkout: Checkout) -> None:
    checkout.git("tag", "v1.1.0")


def forget_name(checkout: Checkout) -> None:
    checkout.git("config", "--unset", "user.email")


def begin_merge(checkout: Checkout) -> None:
    (checkout.root / ".git" / "MERGE_HEAD").write_text(checkout.git("rev-parse", "HEAD") + "\n")


def say_nothing(checkout: Checkout) -> None:
    checkout.write("changelog.txt", section("1.1.0", "????") + checkout.old)


def break_mod(checkout: Checkout) -> None:
    checkout.write("control.lua", "local = 1\n")
    checkout.git("commit", "--quiet", "--message", "Break", "control.lua")


def lose_remote(checkout: Checkout) -> None:
    shutil.move(checkout.remote, checkout.remote.with_name("gone.git"))
    checkout.remote = checkout.remote.with_name("gone.git")


NOT_READY: dict[Any, tuple[int, str]] = {
    detach: (2, "no branch is checked out"),
    change: (2, "not committed: control.lua"),
    stage: (2, "not committed: new.lua"),
    fall_behind: (2, "main on origin has commits that are not here; `git pull --rebase` first"),
    remove_remote: (2, "has no remote to push to"),
    lose_remote: (5, "the remote origin cannot be read; nothing was changed"),
    tag_there: (2, "1.1.0 is released, as the tag 1.1.0 on origin says"),
    tag_here: (2, "1.1.0 is released, as the tag v1.1.0 says"),
    forget_name: (2, "git does not know whose commit it is"),
    begin_merge: (2, "a merge is not finished"),
    say_nothing: (3, "changelog.txt says nothing about 1.1.0"),
    break_mod: (3, "1.1.0 is not shipped; every file is as it was"),
}


@pytest.mark.parametrize("make", NOT_READY, ids=lambda make: make.__name__)
def test_what_is_not_ready_is_refused_before_anything_changes(
    ship: Callable[..., Any], checkout: Checkout, make: Callable[[Checkout], None]
) -> None:
    make(checkout)
    before = checkout.git("for-each-ref"), checkout.git("status", "--porcelain")
    files = {path: path.read_bytes() for path in checkout.root.iterdir() if path.is_file()}
    code, said = NOT_READY[make]
    ran = ship(env={"HOME": str(checkout.root.parent)})
    assert (ran.code, ran.out) == (code, ""), ran.err
    assert said in ran.err
    assert (checkout.git("for-each-ref"), checkout.git("status", "--porcelain")) == before
    assert {path: path.read_bytes() for path in files} == files


def test_a_file_that_nobody_has_added_is_left_aside(
    ship: Callable[..., Any], checkout: Checkout
) -> None:
    checkout.write("idea.lua", "-- an idea\n")
    ran = ship()
    assert (ran.code, "in no commit, so not part of the release: idea.lua" in ran.err) == (0, True)
    assert checkout.git("status", "--porcelain") == "?? idea.lua"


@pytest.mark.parametrize("command", [("ship", "--yes"), ("bump", "minor", "--commit", "--tag")])
def test_a_job_that_only_plans_runs_nothing_of_the_checkout(
    program: Any, checkout: Checkout, command: tuple[str, ...], tmp_path: Path
) -> None:
    ran_hook = tmp_path / "ran"
    for name in ("pre-commit", "pre-push", "reference-transaction", "post-index-change"):
        checkout.hook(name, f"touch {ran_hook}")
    checkout.git("config", "core.fsmonitor", f"touch {ran_hook}; false")
    checkout.git("config", "remote.origin.uploadpack", f"touch {ran_hook}; false")
    env = {
        "CI": "true",
        "GITHUB_ACTIONS": "true",
        "GITHUB_EVENT_NAME": "pull_request",
        "GITHUB_REF": "refs/pull/7/merge",
    }
    ran_hook.unlink(missing_ok=True)
    ran = program(*command, cwd=checkout.root, env=env)
    assert (ran.code, ran.out, ran_hook.exists()) == (2, "", False)
    assert "commits only where the job may write" in ran.err


def test_no_program_that_git_starts_gets_the_key(
    program: Any, checkout: Checkout, tmp_path: Path
) -> None:
    """The run is a process that has the key in its own environment."""
    for name in ("pre-commit", "pre-push"):
        checkout.hook(name, f"env >> {tmp_path / 'seen'}")
    token = {"FACTORIO_USERNAME": "demo", "FACTORIO_TOKEN": "service-token-of-demo"}
    env = {"FACTORIO_API_KEY": KEY, "OTHER": f"token={KEY}", "SEEN": "yes"} | token
    ran = program.finish(program.start("ship", "--yes", cwd=checkout.root, env=env))
    assert ran.code == 0, ran.err
    seen = (tmp_path / "seen").read_text()
    assert ("SEEN=yes" in seen, KEY in seen, "service-token" in seen) == (True, False, False)


@pytest.mark.parametrize("works", [True, False])
def test_commit_and_tag_are_signed_as_the_user_signs(
    ship: Callable[..., Any],
    checkout: Checkout,
    tmp_path: Path,
    works: bool,
) -> None:
    signer = tmp_path / "signer"
    signature = "-----BEGIN PGP SIGNATURE-----\\n\\nx\\n-----END PGP SIGNATURE-----\\n"
    good = f"cat > /dev/null\nprintf '\\n[GNUPG:] SIG_CREATED ' >&2\nprintf '%b' '{signature}'"
    signer.write_text(f"#!/bin/sh\n{good if works else 'echo no key >&2; exit 1'}\n")
    signer.chmod(0o755)
    for name, value in {
        "commit.gpgSign": "true",
        "tag.gpgSign": "true",
        "gpg.program": str(signer),
    }.items():
        checkout.git("config", name, value)
    ran = ship()
    if works:
        assert ran.code == 0, ran.err
        for name in ("main", "v1.1.0"):
            kind = "commit" if name == "main" else "tag"
            assert "BEGIN PGP SIGNATURE" in git(checkout.remote, "cat-file", kind, name)
    else:
        assert (ran.code, "git did not commit" in ran.err) == (4, True)
        assert checkout.pushed("main") == "Change"


def test_a_mod_of_several_gets_a_tag_with_its_name(program: Any, tmp_path: Path) -> None:
    mods = Mods(tmp_path / "repository")
    for name in ("big-mod", "small-mod"):
        mods.add(name)
    mods.commit()
    git(tmp_path, "init", "--quiet", "--bare", "--template=", "remote.git")
    git(mods.root, "config", "user.name", "Demo")
    git(mods.root, "config", "user.email", "demo@example.com")
    git(mods.root, "remote", "add", "origin", str(tmp_path / "remote.git"))
    old = (mods.root / "mods/big-mod/changelog.txt").read_text()
    mods.write("mods/big-mod/changelog.txt", section("1.2.0", "????", "Two.") + old)
    ran = program("ship", "mods/big-mod", "--yes", cwd=mods.root)
    assert (ran.code, ran.out) == (0, "big-mod_1.2.0\n"), ran.err
    assert "where main is new" in ran.err
    changed = git(mods.root, "show", "--name-only", "--format=%s", "HEAD").split("\n")
    assert changed == [
        "Release big-mod 1.2.0",
        "",
        "mods/big-mod/changelog.txt",
        "mods/big-mod/info.json",
    ]
    assert git(mods.root, "rev-parse", "@{upstream}") == git(mods.root, "rev-parse", "HEAD")


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("--commit", "--message", "Bump {nmae}"), 2, "did you mean name?"),
        (("--commit", "--message", " "), 2, "a commit needs a message"),
        (("--tag",), 2, "--tag tags the commit of --commit; give both"),
        (("--message", "x"), 2, "give --commit as well"),
        (("--commit", "--plan"), 0, "+Version: 1.1.0"),
    ],
)
def test_bump_says_what_it_needs_to_commit(
    program: Any,
    checkout: Checkout,
    arguments: tuple[str, ...],
    code: int,
    said: str,
) -> None:
    before = checkout.state()
    ran = program("bump", "minor", *arguments, cwd=checkout.root)
    assert (ran.code, said in ran.err) == (code, True), ran.err
    assert checkout.state() == before


def test_bump_commits_and_tags_without_a_push(program: Any, checkout: Checkout) -> None:
    remote = checkout.state()["remote"]
    ran = program("bump", "minor", "--commit", "--message", "Begin {version}", cwd=checkout.root)
    assert (ran.code, ran.out) == (0, "1.1.0\n")
    assert checkout.git("log", "-1", "--format=%s") == "Begin 1.1.0"
    ran = program("bump", "1.1.0", "--date", "--commit", "--tag", cwd=checkout.root)
    assert (ran.code, checkout.git("log", "-1", "--format=%s", "v1.1.0")) == (0, "Release 1.1.0")
    assert checkout.state()["remote"] == remote
    again = program("bump", "1.1.0", "--commit", "--tag", cwd=checkout.root)
    assert (again.code, "the tag v1.1.0" in again.err) == (2, True)


GUIDE = (Path(__file__).parents[2] / "docs" / "ship.md").read_text("utf-8")
(BUTTON,) = re.findall("```yaml\n(.*?)```", GUIDE, re.DOTALL)


@pytest.mark.parametrize(
    "linter",
    [
        ["actionlint"],
        ["check-jsonschema", "--builtin-schema", "vendor.github-workflows"],
        ["zizmor", "--quiet", "--offline", "--persona=pedantic"],
    ],
    ids=lambda command: command[0],
)
def test_the_button_is_accepted(linter: list[str], tmp_path: Path) -> None:
    path = tmp_path / ".github" / "workflows" / "ship.yml"
    path.parent.mkdir(parents=True)
    path.write_text(f"name: Ship\n{BUTTON}")
    program = Path(sys.executable).with_name(linter[0])
    done = subprocess.run(
        [program, *linter[1:], path], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_button_ships_and_publishes(
    program: Any, checkout: Checkout, portal: LocalPortal, tmp_path: Path
) -> None:
    """The steps of the workflow, in a clone as its checkout makes it: nobody has a name there before."""
    checkout.git("commit", "--quiet", "--all", "--message", "Finish")
    checkout.git("push", "--quiet")
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", str(checkout.remote), "clone")
    event = tmp_path / "event.json"
    event.write_text('{"repository": {"default_branch": "main"}}')
    job = {
        "CI": "true",
        "GITHUB_ACTIONS": "true",
        "GITHUB_EVENT_NAME": "workflow_dispatch",
        "GITHUB_EVENT_PATH": str(event),
        "GITHUB_REF": "refs/heads/main",
        "GITHUB_REF_NAME": "main",
        "GITHUB_SHA": git(clone, "rev-parse", "HEAD"),
        "GITHUB_REPOSITORY": "demo/lamp-post",
        "GITHUB_SERVER_URL": "https://github.com",
    }
    steps = yaml.safe_load(BUTTON)["jobs"]["ship"]["steps"]
    script = steps[1]["run"]
    versions = yaml.safe_load(BUTTON)[True]["workflow_dispatch"]["inputs"]["version"]["options"]
    assert versions[0] == "changelog"
    unnamed = program("ship", "changelog", cwd=clone, env=job | {"HOME": str(tmp_path)})
    assert (unnamed.code, "git does not know whose commit it is" in unnamed.err) == (2, True)
    for name, value in re.findall(r'git config (\S+) "(.+)"', script):
        git(clone, "config", name, value)
    shipped = program("ship", "changelog", cwd=clone, env=job)
    assert (shipped.code, shipped.out) == (0, "v1.1.0\n"), shipped.err
    assert set(steps[2]["with"]) == {"api-key", "tag"}
    more = {
        "INPUT_API-KEY": KEY,
        "INPUT_TAG": shipped.out.strip(),
        "FACTORIO_RELEASE_PORTAL_URL": portal.url,
    }
    released = program("action", cwd=clone, env=job | more)
    assert released.code == 0, released.err
    assert [str(one.version) for one in portal.state.mods["lamp-post"].releases] == ["1.1.0"]
    assert git(checkout.remote, "log", "-1", "--format=%an", "v1.1.0") == "github-actions[bot]"


@pytest.fixture
def ship_here(
    program: Any, checkout: Checkout, portal: LocalPortal
) -> Callable[..., tuple[Any, list[str]]]:
    """Ship to the embedded portal; returns the run, and the versions that are public then."""

    def run(*arguments: str, **more: str) -> tuple[Any, list[str]]:
        env = {"FACTORIO_API_KEY": KEY, **more}
        where = ("--local", "--yes", "--portal-url", portal.url)
        ran = program("ship", *arguments, *where, cwd=checkout.root, env=env)
        found = portal.state.mods.get("lamp-post")
        return ran, [str(one.version) for one in found.releases] if found else []

    return run


def test_local_uploads_what_was_tagged_and_pushes_it(
    ship_here: Callable[..., Any], checkout: Checkout
) -> None:
    ran, public = ship_here("minor", "--next")
    assert (ran.code, public) == (0, ["1.1.0"]), ran.err
    assert "lamp-post 1.1.0: published as a new mod" in ran.out
    assert (checkout.pushed("v1.1.0"), checkout.pushed("main")) == ("Release 1.1.0", "Begin 1.1.1")


def test_local_needs_no_remote(ship_here: Callable[..., Any], checkout: Checkout) -> None:
    checkout.git("remote", "remove", "origin")
    ran, public = ship_here()
    assert (ran.code, public) == (0, ["1.1.0"]), ran.err
    assert checkout.git("log", "-1", "--format=%s", "v1.1.0") == "Release 1.1.0"


def test_local_takes_back_what_the_portal_refused(
    ship_here: Callable[..., Any], checkout: Checkout, portal: LocalPortal
) -> None:
    (checkout.root / ".git" / "info").mkdir(exist_ok=True)
    (checkout.root / ".git" / "info" / "exclude").write_text("dist/\n")  # the zip stays there
    before = checkout.state()
    portal.add_fault(Fault("finish_publish", "status", "400,InvalidModRelease"))
    ran, public = ship_here()
    assert (ran.code, public) == (4, []), ran.err
    assert checkout.state() == before


@pytest.mark.parametrize(("reads", "code"), [("2", 0), ("10000", 5)])
def test_local_keeps_what_may_be_public(
    ship_here: Callable[..., Any], checkout: Checkout, portal: LocalPortal, reads: str, code: int
) -> None:
    """The answer to the upload is lost, and the portal shows the version late, or not at all."""
    portal.add_fault(Fault("finish_publish", "drop", after=True))
    portal.add_fault(Fault("finish_publish", "lag", f"reads={reads}"))
    ran, _ = ship_here(FACTORIO_RELEASE_VERIFY_TIMEOUT="3" if code else "120")
    assert ran.code == code, ran.err
    assert checkout.git("log", "-1", "--format=%s", "v1.1.0") == "Release 1.1.0"
    assert checkout.pushed("main") == ("Release 1.1.0" if code == 0 else "Change")
    assert ("commit and tag were kept and not pushed" in ran.err) == (code == 5)


def test_local_keeps_a_public_release_whose_push_is_refused(
    ship_here: Callable[..., Any], checkout: Checkout
) -> None:
    checkout.hook("update", "exit 1", remote=True)
    ran, public = ship_here()
    assert (ran.code, public) == (4, ["1.1.0"])
    assert "the version is public, but origin did not take the push" in ran.err
    (checkout.remote / "hooks" / "update").unlink()
    (again,) = re.findall("`(git push [^`]+)`", ran.err)
    checkout.git(*again.split()[1:])
    assert checkout.pushed("v1.1.0") == checkout.pushed("main") == "Release 1.1.0"


def test_local_needs_the_key_and_the_others_do_not(
    program: Any, ship: Callable[..., Any], checkout: Checkout
) -> None:
    before = checkout.state()
    ran = ship("--local")
    assert (ran.code, "no API key" in ran.err) == (2, True)
    ran = ship("--portal-url", "http://127.0.0.1:1")
    assert (ran.code, "--portal-url is for `ship --local`" in ran.err) == (2, True)
    ran = program("ship", cwd=checkout.root)
    assert (ran.code, "no terminal to ask on" in ran.err) == (2, True)
    assert checkout.state() == before


def test_an_interrupt_during_the_push_takes_everything_back(
    program: Any, checkout: Checkout, tmp_path: Path
) -> None:
    """The hook waits for a file that is never made, until git is gone."""
    begun = tmp_path / "begun"
    os.mkfifo(begun)
    checkout.hook(
        "pre-push",
        f"exec >/dev/null 2>&1; echo x > {begun}; while kill -0 $PPID; do sleep 0.1; done",
    )
    before = checkout.state()
    process = program.start("ship", "--yes", cwd=checkout.root)
    begun.read_text()  # until the hook runs
    process.send_signal(signal.SIGTERM)
    ran = program.finish(process)
    assert (ran.code, "interrupted during the push" in ran.err) == (130, True), ran.err
    assert checkout.state() == before


def test_an_interrupt_during_the_commit_takes_everything_back(
    program: Any, checkout: Checkout, tmp_path: Path
) -> None:
    """Git has made the commit, and its last hook still runs."""
    begun = tmp_path / "begun"
    os.mkfifo(begun)
    checkout.hook(
        "post-commit",
        f"exec >/dev/null 2>&1; echo x > {begun}; while kill -0 $PPID; do sleep 0.1; done",
    )
    before = checkout.state()
    process = program.start("ship", "--yes", cwd=checkout.root)
    begun.read_text()
    process.send_signal(signal.SIGTERM)
    ran = program.finish(process)
    assert ran.code == 130, ran.err
    assert checkout.state() == before


@pytest.fixture
def several(tmp_path: Path) -> Mods:
    """Six mods: four have changed, one is a draft, and one is held back; the changelogs are written."""
    mods = Mods(tmp_path / "repository")
    names = ["a", "b", "c", "d", "held", "same"]
    for name in names:
        mods.add(f"lamp-{name}")
    mods.write("mods/lamp-held/factorio-release.yml", "dry-run: true\n")
    mods.commit()
    git(tmp_path, "init", "--quiet", "--bare", "--template=", "remote.git")
    git(mods.root, "config", "user.name", "Demo")
    git(mods.root, "config", "user.email", "demo@example.com")
    git(mods.root, "remote", "add", "origin", str(tmp_path / "remote.git"))
    for name in names:
        git(mods.root, "tag", f"lamp-{name}_1.0.0")
    git(mods.root, "push", "--quiet", "--tags", "--set-upstream", "origin", "main")
    mods.add("lamp-draft")
    mods.commit()
    for name in ["a", "b", "c", "d", "held"]:
        path = mods.root / f"mods/lamp-{name}/changelog.txt"
        path.write_text(section("1.0.1", "????", "Two.") + path.read_text())
    return mods


def test_the_changed_mods_of_a_repository_are_one_commit_with_a_tag_each(
    program: Any, several: Mods, tmp_path: Path
) -> None:
    # What `lamp-held` has is not part of the release, so it must be out of the way.
    git(several.root, "checkout", "--quiet", "mods/lamp-held")
    pushes = tmp_path / "pushes"
    hook = several.root / ".git" / "hooks" / "pre-push"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\nwc -l >> {pushes}\n")
    hook.chmod(0o755)
    ran = program("ship", "patch", "--changed", "--yes", cwd=several.root)
    tags = [f"lamp-{name}_1.0.1" for name in "abcd"]
    assert (ran.code, ran.out.split()) == (0, tags), ran.err
    assert "mods/lamp-draft is left out: it has no tag yet" in ran.err
    remote = tmp_path / "remote.git"
    assert git(remote, "tag", "--list", "*1.0.1").split() == tags
    assert git(remote, "log", "-1", "--format=%s", "main") == (
        "Release lamp-a 1.0.1, lamp-b 1.0.1, lamp-c 1.0.1 and lamp-d 1.0.1"
    )
    # GitHub starts no workflow for more than three tags in one push.
    assert pushes.read_text().split() == ["4", "1"]
    files = git(several.root, "show", "--name-only", "--format=", "HEAD").split()
    assert len(files) == 8
    again = program("ship", "patch", "--changed", "--yes", cwd=several.root)
    assert (again.code, "no mod below . has changed since its last tag" in again.err) == (2, True)


def test_a_refused_push_of_several_mods_leaves_nothing(
    program: Any, several: Mods, tmp_path: Path
) -> None:
    git(several.root, "checkout", "--quiet", "mods/lamp-held")
    hook = tmp_path / "remote.git" / "hooks" / "update"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\ncase $1 in *lamp-b_1.0.1) exit 1; esac\n")
    hook.chmod(0o755)

    def state() -> tuple[str, ...]:
        return (
            git(several.root, "for-each-ref"),
            git(several.root, "status", "--porcelain"),
            git(several.root, "diff"),
            git(tmp_path / "remote.git", "for-each-ref"),
        )

    before = state()
    ran = program("ship", "--changed", "--yes", cwd=several.root)
    assert (ran.code, ran.out) == (4, ""), ran.err
    assert state() == before
    # Of the tags after the first three, one is refused: what is there stays, and the rest is told.
    hook.write_text("#!/bin/sh\ncase $1 in *lamp-d_1.0.1) exit 1; esac\n")
    ran = program("ship", "--changed", "--yes", cwd=several.root)
    assert (ran.code, "did not take lamp-d_1.0.1" in ran.err) == (4, True), ran.err
    hook.unlink()
    (rest,) = re.findall("`(git push [^`]+)`", ran.err)
    git(several.root, *rest.split()[1:])
    assert len(git(tmp_path / "remote.git", "tag", "--list", "*1.0.1").split()) == 4
