"""`init` in a repository that has a release pipeline: nothing uploads twice, and nothing is lost."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.first_files import GITHUB, NOWHERE, OLD, PUBLISH, accepted, commit, config, steps

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def test_a_new_workflow_beside_one_that_uploads_only_plans(
    init: Callable[..., Any], piped: Any
) -> None:
    ran = init()
    assert (piped.root / PUBLISH).read_text() == OLD
    release = steps((piped.root / GITHUB).read_text("utf-8"))[1]
    assert release["with"]["dry-run"] is True
    assert release["with"]["api-key"] == "${{ secrets.FACTORIO_MOD_API_KEY }}"
    assert "`factorio-release init --replace` makes this change" in ran.err
    assert f"{PUBLISH} still uploads, so the new workflow only plans" in ran.err
    accepted(piped.root, "actionlint", GITHUB)
    accepted(piped.root, "zizmor", "--quiet", "--offline", "--persona=pedantic", GITHUB)


def test_the_old_workflow_is_replaced_when_that_is_asked_for(
    init: Callable[..., Any], piped: Any
) -> None:
    ran = init("--replace")
    assert not (piped.root / GITHUB).exists()
    assert steps((piped.root / PUBLISH).read_text("utf-8"))[1]["with"] == {
        "api-key": "${{ secrets.FACTORIO_MOD_API_KEY }}"
    }
    assert "needs the usage ModPortal: Edit Mods too" in ran.err
    assert "FACTORIO_MOD_API_KEY is there already" in ran.err
    accepted(piped.root, "zizmor", "--quiet", "--offline", "--persona=pedantic", PUBLISH)
    again = init("--replace")
    assert f"kept {PUBLISH}; --force overwrites it" in again.err


def test_a_workflow_with_changes_that_git_does_not_have_is_not_replaced(
    init: Callable[..., Any], piped: Any
) -> None:
    piped.write(PUBLISH, OLD + "# mine\n")
    ran = init("--replace")
    assert "has changes that are not committed; commit them first" in ran.err
    assert (piped.root / PUBLISH).read_text().endswith("# mine\n")
    assert steps((piped.root / GITHUB).read_text("utf-8"))[1]["with"]["dry-run"] is True


def test_a_workflow_in_no_repository_is_not_replaced(
    program: Any, bare: Any, tmp_path: Path
) -> None:
    folder = tmp_path / "plain"
    folder.mkdir()
    (folder / "info.json").write_text(json.dumps(bare.info))
    (folder / ".github/workflows").mkdir(parents=True)
    (folder / PUBLISH).write_text(OLD)
    ran = program("init", "--replace", cwd=folder, env=NOWHERE)
    assert ran.code == 0
    assert "delete it yourself" in ran.err
    assert (folder / PUBLISH).read_text() == OLD


def test_a_pipeline_of_another_ci_is_named_and_the_new_one_only_plans(
    init: Callable[..., Any], bare: Any
) -> None:
    bare.write(".woodpecker.yml", "steps:\n  - commands: [fmtk publish]\n")
    commit(bare)
    ran = init("--replace")
    assert "found .woodpecker.yml: FMTK (factoriomod-debug)" in ran.err
    assert steps((bare.root / GITHUB).read_text("utf-8"))[1]["with"]["dry-run"] is True


def test_a_script_that_uploads_is_named_with_what_takes_its_place(
    init: Callable[..., Any], bare: Any
) -> None:
    bare.write("justfile", "publish:\n  fmtk publish\n")
    bare.write("pack.sh", "zip -r mod.zip . # info.json\n")
    commit(bare)
    said = init().err
    assert (
        "found justfile: publish (line 1): FMTK (factoriomod-debug) uploads from a machine" in said
    )
    assert "`factorio-release ship` takes its place" in said
    assert "found pack.sh (line 1): packs the mod; `factorio-release build` does too" in said


def test_what_the_old_pipeline_left_out_is_left_out(
    init: Callable[..., Any], program: Any, bare: Any
) -> None:
    bare.write("pack.sh", 'zip -r mod.zip . -x "*.xcf" "*.git*" "notes/*" # info.json\n')
    for path in ("art/lamp.xcf", "notes/a.txt", "tools/x.py", "keep.txt"):
        bare.write(path, "x")
    commit(bare)
    init()
    assert set(config(bare)["exclude"]) == {"pack.sh", "tools/**", "**/*.xcf", "notes/**"}
    assert program("check", str(bare.root)).code == 0


def test_an_existing_workflow_of_that_name_is_kept(init: Callable[..., Any], bare: Any) -> None:
    bare.write(GITHUB, "on: push\njobs: {}\n")
    init()
    assert (bare.root / GITHUB).read_text() == "on: push\njobs: {}\n"
    assert (bare.root / ".github/workflows/factorio-release.yml").exists()


def test_a_mod_that_a_build_makes_keeps_its_build(init: Callable[..., Any], bare: Any) -> None:
    (bare.root / "info.json").unlink()
    bare.write("info-template.json", json.dumps({"name": "made-lamp", "factorio_version": "2.0"}))
    bare.write(
        PUBLISH,
        OLD.replace(
            "      - uses: Penguin",
            "      - run: jq '.version = \"1.0.0\"' info-template.json > info.json\n      - uses: Penguin",
        ),
    )
    commit(bare)
    ran = init("--replace")
    assert ran.code == 0, ran.err
    assert "info-template.json > info.json" in (bare.root / PUBLISH).read_text()


def test_dist_is_ignored_once_and_other_lines_stay(init: Callable[..., Any], bare: Any) -> None:
    bare.write(".gitignore", "*.bak")
    init()
    assert (bare.root / ".gitignore").read_text() == "*.bak\ndist/\n"
    init("--force")
    assert (bare.root / ".gitignore").read_text() == "*.bak\ndist/\n"


@pytest.mark.parametrize(
    ("lock", "commands"),
    [
        ("package-lock.json", "npm ci\nnpm run build\n"),
        ("pnpm-lock.yaml", "npm install --global pnpm\npnpm install --frozen-lockfile\npnpm run build\n"),
        ("bun.lock", "npm install --global bun\nbun install --frozen-lockfile\nbun run build\n"),
        ("", "npm install\nnpm run build\n"),
    ],
)  # fmt: skip
def test_a_mod_in_typescript_is_built_first(
    init: Callable[..., Any], bare: Any, lock: str, commands: str
) -> None:
    package = {"scripts": {"build": "tstl"}, "devDependencies": {"typescript-to-lua": "1"}}
    bare.write("package.json", json.dumps(package))
    bare.write("tsconfig.json", '{"compilerOptions": {"outDir": "./out/"}}')
    if lock:
        bare.write(lock, "")
    commit(bare)
    init()
    _, build, release = steps((bare.root / GITHUB).read_text("utf-8"))
    assert build["run"] == commands
    assert release["with"]["path"] == "out"
    accepted(bare.root, "actionlint", GITHUB)


def test_the_output_of_a_build_is_found_by_what_git_ignores(
    init: Callable[..., Any], bare: Any
) -> None:
    package = {"scripts": {"build": "bun scripts/build.ts && tstl"}}
    bare.write("package.json", json.dumps(package))
    bare.write("scripts/build.ts", "const out = 'compiled';\n")
    bare.write(".gitignore", "compiled\nnode_modules\n")
    commit(bare)
    ran = init()
    assert steps((bare.root / GITHUB).read_text("utf-8"))[2]["with"]["path"] == "compiled"
    assert "npm install && npm run build && factorio-release rehearse compiled: " in ran.err
    assert ran.err.endswith("a release is then `factorio-release ship`\n")


def test_the_only_mod_below_the_root_is_meant(init: Callable[..., Any], bare: Any) -> None:
    (bare.root / "src").mkdir()
    (bare.root / "info.json").rename(bare.root / "src" / "info.json")
    bare.write("README.md", "# Lamp post\n")
    bare.write("src/FAQ.md", "# Why?\n")
    commit(bare)
    ran = init()
    assert config(bare)["description"] == "README.md"
    assert config(bare)["faq"] == "src/FAQ.md"
    assert "factorio-release rehearse src: " in ran.err
    assert steps((bare.root / GITHUB).read_text("utf-8"))[1]["with"]["path"] == "src"


def test_what_can_be_deleted_or_replaced_is_named(init: Callable[..., Any], bare: Any) -> None:
    bare.info["package"] = {"ignore": ["*.xcf"]}
    bare.write("info.json", json.dumps(bare.info))
    bare.write("up.sh", "curl https://mods.factorio.com/api/v2/mods/releases/init_upload\n")
    uses = "uses: Penguin-Spy/factorio-mod-portal-publish@main"
    bare.write(PUBLISH, OLD + "      - run: gh release create v1\n")
    bare.write(
        ".github/workflows/up.yml",
        OLD.replace(uses, "run: bash up.sh").replace(
            "        with:\n          factorio-api-key:", "        env:\n          KEY:"
        ),
    )
    commit(bare)
    ran = init()
    assert "to switch by hand: replace its step Penguin-Spy/factorio-mod-portal-publish" in ran.err
    assert "to switch by hand: delete .github/workflows/up.yml, or its upload" in ran.err
    assert "found info.json: FMTK's `package` object is read as it is" in ran.err
    ran = init("--replace", "--force")
    assert "up.sh is not run by it any more: delete it if nothing else does" in ran.err
    assert "gh release create v1" in (bare.root / PUBLISH).read_text()


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_a_workflow_that_is_a_link_is_not_read(
    init: Callable[..., Any], bare: Any, tmp_path: Path
) -> None:
    (tmp_path / "elsewhere.yml").write_text(OLD)
    (bare.root / ".github/workflows").mkdir(parents=True)
    (bare.root / PUBLISH).symlink_to(tmp_path / "elsewhere.yml")
    commit(bare)
    ran = init("--replace")
    assert "found" not in ran.err
    assert (tmp_path / "elsewhere.yml").read_text() == OLD
