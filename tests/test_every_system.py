"""The program on Windows and macOS, as far as one can know it here: without what these do not have."""

from __future__ import annotations

import ast
import json
import ntpath
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import factorio_release
from factorio_release.disk.relative import relative
from factorio_release.errors import UsageError
from factorio_release.settings.sources import Sources, read_settings
from tests.conftest import environment
from tests.support.platform_names import ABSENT_MODULES, MODULES, absent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from factorio_release.local_portal import LocalPortal
    from tests.conftest import ModRepository

PACKAGE = Path(factorio_release.__file__).parent
SCRIPT = Path(__file__).parent / "support" / "another_system.py"
SYSTEMS = ("win32", "darwin")
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="hides what Windows does not have")

# Each use of a name that Windows or macOS does not have, and what the program does there. `getattr` and
# `hasattr` ask for the name itself. `entrypoint.py` is not in the list: it runs in the Linux container alone.
GUARDS = {
    ("archive/packing.py", "os.sched_getaffinity"): "hasattr",
    ("disk/atomic_write.py", "os.O_CLOEXEC"): "getattr",
    ("disk/atomic_write.py", "os.O_DIRECTORY"): "getattr",
    ("disk/atomic_write.py", "os.O_NOFOLLOW"): "getattr",
    ("disk/atomic_write.py", "os.O_NONBLOCK"): "getattr",
    ("disk/atomic_write.py", "os.fchown"): "hasattr",
    ("disk/bounded_file.py", "os.O_CLOEXEC"): "getattr",
    ("disk/bounded_file.py", "os.O_NOCTTY"): "getattr",
    ("disk/bounded_file.py", "os.O_NONBLOCK"): "getattr",
    ("disk/upload_content.py", "os.O_NONBLOCK"): "getattr",
    ("disk/upload_content.py", "os.O_TMPFILE"): "getattr",
    ("load/headless/process.py", "os.killpg"): "hasattr",
    ("load/headless/process.py", "signal.SIGKILL"): "hasattr",
    ("package/file_set.py", "os.O_NOFOLLOW"): "getattr",
    ("package/file_set.py", "os.O_NONBLOCK"): "getattr",
    ("pipeline/side_processes.py", "os.fork"): "hasattr",
    ("pipeline/side_processes.py", "signal.SIGKILL"): "hasattr",
    ("processor_time.py", "signal.ITIMER_VIRTUAL"): "getattr",
    ("processor_time.py", "signal.SIGVTALRM"): "getattr",
    ("processor_time.py", "signal.setitimer"): "getattr",
}


def uses(path: Path) -> dict[str, str]:
    """The names in a module that another system does not have, each with its guard, or `none`."""
    tree = ast.parse(path.read_text("utf-8"))
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    found: dict[str, str] = {}
    for node in ast.walk(tree):
        match node:
            case ast.Call(
                func=ast.Name(id="getattr"),
                args=[ast.Name(id=module), ast.Constant(value=str(name)), _],
            ):
                guard = "getattr"
            case ast.Attribute(value=ast.Name(id=module), attr=name):
                guard = "hasattr" if is_asked_for(node, module, name, parents) else "none"
            case _:
                continue
        if module in MODULES and any(name in absent(module, system) for system in SYSTEMS):
            key = f"{module}.{name}"
            found[key] = guard if found.get(key, guard) == guard else "none"
    return found


def is_asked_for(node: ast.AST, module: str, name: str, parents: dict[ast.AST, ast.AST]) -> bool:
    """Whether a name is used where `hasattr` has found it."""
    while node in parents:
        node = parents[node]
        if isinstance(node, ast.If | ast.IfExp) and (
            f"hasattr({module}, '{name}')" in ast.unparse(node.test)
        ):
            return True
    return False


def modules_with(words: Iterable[str]) -> Iterator[Path]:
    """Yield the modules that have one of the words: only these need to be parsed."""
    pattern = re.compile(rf"\b(?:{'|'.join(words)})\b")
    for path in PACKAGE.rglob("*.py"):
        if pattern.search(path.read_text("utf-8")):
            yield path


def test_every_name_that_a_system_lacks_is_asked_for() -> None:
    names = {name for module in MODULES for system in SYSTEMS for name in absent(module, system)}
    found = {
        (path.relative_to(PACKAGE).as_posix(), name): guard
        for path in modules_with(names)
        for name, guard in uses(path).items()
    }
    assert found == GUARDS


def modules_for_all_systems(body: list[ast.stmt]) -> set[str]:
    """The modules that a block imports on each system: none below `if sys.platform != "win32"`."""
    found = set()
    for node in body:
        if isinstance(node, ast.If) and ast.unparse(node.test) == "sys.platform != 'win32'":
            continue
        if isinstance(node, ast.Import):
            found |= {one.name for one in node.names}
        if isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
        for block in ("body", "orelse", "finalbody", "handlers"):
            found |= modules_for_all_systems(getattr(node, block, []))
    return found


def test_no_module_that_a_system_lacks_is_imported() -> None:
    lacking = {"fcntl", "resource", "pwd", "grp", "termios"}
    for path in modules_with(lacking):
        names = modules_for_all_systems(ast.parse(path.read_text("utf-8")).body)
        assert not lacking & names, path


def test_what_is_absent_is_known() -> None:
    """The declarations are read: these are the best known."""
    assert {"fork", "fchown", "O_NOFOLLOW", "O_NONBLOCK", "getuid"} <= absent("os", "win32")
    assert {"SIGHUP", "setitimer", "ITIMER_VIRTUAL"} <= absent("signal", "win32")
    assert "sched_getaffinity" in absent("os", "darwin")
    assert not {"open", "replace", "O_BINARY", "fstat"} & absent("os", "win32")


@pytest.fixture
def elsewhere(tmp_path: Path) -> Callable[..., tuple[list[Any], str]]:
    """Run commands on another system, and return how each ended, with what was printed."""

    def run(system: str, *commands: list[str], env: Any = None, **more: Any) -> Any:
        environ = environment(**(env or {}))
        asked = {"system": system, "commands": commands, "environ": environ, **more}
        asked["absent"] = {name: sorted(absent(name, system)) for name in MODULES}
        asked["modules"] = ABSENT_MODULES
        done = subprocess.run(
            [sys.executable, str(SCRIPT), json.dumps(asked)],
            cwd=tmp_path,
            env=environ,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return json.loads(done.stdout.splitlines()[-1]), done.stdout + done.stderr

    return run


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_mod_is_checked_packed_planned_released(
    elsewhere: Any, repository: ModRepository, portal: LocalPortal, key: str, system: str
) -> None:
    repository.write("README.md", "# Lamp post\n")
    repository.config |= {"description": "README.md"}
    repository.save()
    at, on = str(repository.root), ["--portal-url", portal.url]
    codes, printed = elsewhere(
        system,
        ["check", at],
        ["build", at],
        ["plan", at, *on],
        ["release", at, *on, "--yes"],
        ["release", at, *on, "--yes"],
        ["page", at, *on, "--yes"],
        ["rehearse", at],
        ["notes", at],
        ["mods", at],
        ["bump", "minor", at],
        env={"FACTORIO_API_KEY": key},
    )
    assert codes == [0] * 10, printed
    assert [release.version for release in portal.state.find("lamp-post").releases] == ["1.0.0"]
    uploads = [line for line in portal.log if "upload" in str(line)]
    assert uploads
    # The same bytes: hashed by the portal, and found again by the second run.
    assert "nothing to do" in printed or "unchanged" in printed


def test_what_is_on_another_drive_is_named_whole(
    elsewhere: Any, repository: ModRepository, portal: LocalPortal, key: str, tmp_path: Path
) -> None:
    """`relpath` raises there, and did so when the release was public already."""
    drive = tmp_path / "drive"
    (drive / "out").mkdir(parents=True)
    (drive / "settings.yml").write_text(json.dumps({"category": "no-such-category"}))
    env = {
        "CI": "true",
        "GITLAB_CI": "true",
        "CI_PROJECT_DIR": str(repository.root),
        "CI_COMMIT_TAG": "v1.0.0",
        "CI_PIPELINE_SOURCE": "push",
        "FACTORIO_API_KEY": key,
        "FACTORIO_RELEASE_OUTPUT_DIR": str(drive / "out"),
    }
    repository.git("tag", "v1.0.0")
    at = str(repository.root)
    codes, printed = elsewhere(
        "win32",
        ["check", at, "--config", str(drive / "settings.yml")],
        ["release", at, "--portal-url", portal.url],
        env=env,
        drive=str(drive),
    )
    assert codes == [3, 0], printed
    assert f"{drive.as_posix()}/settings.yml:1" in printed
    dotenv = (repository.root / "factorio-release.env").read_bytes()
    assert b"\r" not in dotenv
    assert f"ZIP={drive.as_posix()}/out/lamp-post_1.0.0.zip\n".encode() in dotenv
    assert portal.state.find("lamp-post").releases


@pytest.mark.parametrize(
    ("path", "folder", "shown"),
    [
        (r"C:\work\mod\README.md", r"C:\work\mod", "README.md"),
        (r"C:\work\dist\a.zip", r"C:\work\mod", "../dist/a.zip"),
        (r"D:\dist\a.zip", r"C:\work\mod", "D:/dist/a.zip"),
        (r"\\server\share\a.zip", r"C:\work", "//server/share/a.zip"),
    ],
)
def test_a_relative_path_of_windows_has_slashes(path: str, folder: str, shown: str) -> None:
    assert relative(path, folder, ntpath) == shown


@pytest.mark.parametrize("linked", [True, False])
def test_a_relative_path_does_not_lead_through_a_link_and_back(
    tmp_path: Path, *, linked: bool
) -> None:
    """`/tmp` and `/var` of macOS are links: one of two paths has them, and the other is resolved."""
    real, link = tmp_path / "private" / "var", tmp_path / "var"
    (real / "set" / "mods" / "lamp").mkdir(parents=True)
    link.symlink_to(real)
    one, other = (link, real) if linked else (real, link)
    assert relative(one / "set/a.yml", other / "set/mods/lamp") == "../../a.yml"
    assert relative(one / "set/a.yml", one / "set/mods/lamp") == "../../a.yml"
    assert relative(tmp_path / "b.yml", tmp_path / "c") == "../b.yml"


@pytest.mark.parametrize(("held", "code"), [(2, 0), (100, 3)])
def test_a_zip_that_a_virus_scanner_holds_is_tried_again(
    elsewhere: Any, repository: ModRepository, tmp_path: Path, held: int, code: int
) -> None:
    codes, printed = elsewhere("win32", ["build", str(repository.root)], held=held)
    assert codes == [code], printed
    assert (tmp_path / "dist" / "lamp-post_1.0.0.zip").exists() is (code == 0)
    assert ("close the program that has it open" in printed) is (code != 0)
    assert not [path for path in (tmp_path / "dist").iterdir() if path.suffix == ".part"]


def test_ctrl_break_interrupts(elsewhere: Any) -> None:
    assert elsewhere("win32", **{"break": True})[0] == ["interrupted"]


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        (r"description: docs\README.md", "docs/README.md"),
        (r"faq: docs\FAQ.md", "docs/FAQ.md"),
        (r"images: [gallery\night.png]", "gallery/night.png"),
        (r"images: ['gallery\*.png']", "gallery/*.png"),
        (r"exclude: ['art\**']", "art/**"),
        (r"include: [built\data.lua]", "built/data.lua"),
        (r"output-dir: out\zips", "out/zips"),
        (r"mods: {mods\big: {category: tweaks}}", "mods/big"),
    ],
)
def test_a_backslash_in_a_config_file_gets_its_remedy(
    tmp_path: Path, line: str, meant: str
) -> None:
    """On every system: what works on Windows alone breaks in the CI."""
    path = tmp_path / "factorio-release.yml"
    path.write_text(f"{line}\n")
    with pytest.raises(UsageError) as caught:
        read_settings(Sources({}, {}, {}), path)
    assert f"{path}:1: " in str(caught.value)
    assert str(caught.value).endswith(f"write {meant}")


@pytest.mark.parametrize("glob", [r"\#a", r"\!important", r"a\[1\].png", r"\*.lua"])
def test_a_backslash_that_escapes_stays(tmp_path: Path, glob: str) -> None:
    path = tmp_path / "factorio-release.yml"
    path.write_text(json.dumps({"exclude": [glob]}))
    assert read_settings(Sources({}, {}, {}), path).exclude == (glob,)


@pytest.mark.parametrize("chosen", ["", "cp1252"])
def test_what_is_piped_is_utf8_whatever_the_code_page(
    repository: ModRepository, tmp_path: Path, chosen: str
) -> None:
    """A pipe has the code page of the system there, in which a runner reads no annotation."""
    repository.write("scripts/\u00fcber.lua", "x = = 1\n")
    repository.save()
    env = environment(LC_ALL="POSIX", PYTHONCOERCECLOCALE="0", PYTHONUTF8="0")
    env |= {"PYTHONIOENCODING": chosen} if chosen else {}
    command = [sys.executable, "-m", "factorio_release", "check", str(repository.root)]
    done = subprocess.run(command, env=env, cwd=tmp_path, capture_output=True, check=False)
    assert "scripts/\u00fcber.lua".encode(chosen or "utf-8") in done.stdout
