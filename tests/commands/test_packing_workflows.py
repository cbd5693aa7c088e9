"""A workflow that only packs beside one that uploads goes on doing no more than that."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from factorio_release.forges import FORGES
from factorio_release.scaffold.job import ReleaseJob
from factorio_release.scaffold.pipelines.found import find_pipelines
from factorio_release.scaffold.pipelines.switch import switch_of
from tests.support.first_files import GITHUB, PUBLISH, accepted, commit, steps

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

TEST = ".github/workflows/test.yml"
ACTION = "TheBrutalX/factorio-mod-uploader-action@v2"
TEST_BUILD = f"""\
name: Test build, without an upload
on: workflow_dispatch
permissions: {{}}
jobs:
  zip:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v6
      - uses: {ACTION}
        with:
          action: validate
      - name: Pack
        uses: {ACTION}
        with:
          action: compress
      - uses: actions/upload-artifact@v6
        with:
          path: ${{{{ env.ZIP_FILE }}}}
"""
FORK = """\
on: push
permissions: {}
jobs:
  release:
    runs-on: ubuntu-latest
    if: startsWith(github.ref, 'refs/tags/')
    steps:
      - uses: actions/checkout@v6
      - uses: Roang-zero1/factorio-mod-package@master
      - uses: Roang-zero1/github-upload-release-artifacts-action@master
        with:
          args: dist/
      - name: Upload
        uses: nicolas-lang/factorio-create-release-action@master
        with:
          MOD_UPLOAD_API_KEY: ${{ secrets.MOD_UPLOAD_API_KEY }}
"""


@pytest.mark.parametrize("first", [PUBLISH, TEST])
def test_a_test_build_beside_an_upload_only_builds(
    init: Callable[..., Any], piped: Any, first: str
) -> None:
    if first == TEST:  # in the order of their names, either may come first
        old = (piped.root / PUBLISH).read_text()
        (piped.root / PUBLISH).unlink()
        piped.write(".github/workflows/upload.yml", old)
    piped.write(TEST, TEST_BUILD)
    commit(piped)
    ran = init("--replace")
    every = steps((piped.root / TEST).read_text("utf-8"))
    ours = [step["with"] for step in every if "factorio-release@" in step.get("uses", "")]
    assert ours == [{"mode": "build", "output-dir": "."}]
    assert not (piped.root / GITHUB).exists()
    assert "it only packs, and goes on doing so: another file uploads" in ran.err
    assert "a release is then `factorio-release ship" in ran.err
    assert f"{TEST} releases with" not in ran.err
    accepted(piped.root, "actionlint", TEST)


def test_of_two_that_only_pack_one_releases_by_its_tags(
    init: Callable[..., Any], piped: Any
) -> None:
    tagged = TEST_BUILD.replace("on: workflow_dispatch", 'on: {push: {tags: ["v*"]}}')
    piped.write(PUBLISH, TEST_BUILD)
    piped.write(TEST, tagged)
    commit(piped)
    ran = init("--replace")
    texts = [(piped.root / path).read_text("utf-8") for path in (PUBLISH, TEST)]
    assert ["mode: build" in text for text in texts] == [True, False]
    assert ["api-key:" in text for text in texts] == [False, True]
    assert "it has uploaded nothing to the portal so far; with the new step it does" in ran.err


def test_a_zip_of_a_build_that_only_is_shared_stays(tmp_path: Path) -> None:
    text = "on: push\njobs:\n  zip:\n    steps:\n      - run: python build.py\n"
    text += "      - run: zip -r x.zip out\n"
    (tmp_path / TEST).parent.mkdir(parents=True)
    (tmp_path / TEST).write_text(text)
    (pipeline,) = find_pipelines(tmp_path, [TEST]).in_ci
    switch = switch_of(pipeline, FORGES["github"], ReleaseJob("lamp"), releases=False)
    assert (switch.texts, switch.why) == (
        (),
        "it only packs what a build makes, and may stay as it is",
    )


def test_an_action_whose_name_speaks_of_a_release_uploads_to_the_portal(tmp_path: Path) -> None:
    (tmp_path / TEST).parent.mkdir(parents=True)
    (tmp_path / TEST).write_text(FORK)
    (pipeline,) = find_pipelines(tmp_path, [TEST]).in_ci
    switch = switch_of(pipeline, FORGES["github"], ReleaseJob("lamp"))
    (text,) = (text for _, text in switch.texts)
    assert "factorio-create-release-action" not in text
    assert text.count("factorio-release@") == 1
    assert "args: dist/" in text
    assert "it has uploaded nothing" not in " ".join(switch.notes)


@pytest.mark.parametrize(
    ("line", "included"),
    [
        ("cp changelog.txt src/changelog.txt", "changelog.txt"),
        ("mv -f a.txt b.txt ./src/", "a.txt, b.txt"),
        ("cp -R src lamp_1.0.0", None),
    ],
)
def test_a_file_that_is_copied_into_the_mods_folder_stays_in_the_package(
    tmp_path: Path, line: str, included: str | None
) -> None:
    copying = f"      - run: {line}\n      - name: Pack\n"
    (tmp_path / TEST).parent.mkdir(parents=True)
    (tmp_path / TEST).write_text(TEST_BUILD.replace("      - name: Pack\n", copying))
    (pipeline,) = find_pipelines(tmp_path, [TEST]).in_ci
    switch = switch_of(pipeline, FORGES["github"], ReleaseJob("lamp", path="src"))
    (text,) = (text for _, text in switch.texts)
    assert (f"- run: {line}" in text) is bool(included)
    (given,) = (step["with"] for step in steps(text) if "factorio-release@" in step.get("uses", ""))
    assert given.get("include") == included


def test_a_release_of_the_forge_is_how_it_starts_also_beside_a_button(
    init: Callable[..., Any], piped: Any
) -> None:
    text = (piped.root / PUBLISH).read_text().partition("jobs:")[2]
    trigger = "on:\n  release: {types: [published]}\n  workflow_dispatch:\njobs:"
    piped.write(PUBLISH, trigger + text)
    commit(piped)
    assert "by one on the forge's page or `gh release create`" in init("--replace").err


@pytest.mark.parametrize(
    ("value", "noted"),
    [("'true'", True), ("${{ github.event_name == 'release' }}", True), ("'false'", False)],
)
def test_a_version_that_came_from_the_tag_is_told(tmp_path: Path, value: str, noted: bool) -> None:
    upload = f"      - uses: {ACTION}\n        with:\n          action: upload\n"
    update = f"compress\n          auto-update-version: {value}\n"
    (tmp_path / TEST).parent.mkdir(parents=True)
    for text in (
        TEST_BUILD + upload,
        TEST_BUILD.partition("      - uses: actions/upload")[0] + upload,
    ):
        (tmp_path / TEST).write_text(text.replace("compress\n", update))
        (pipeline,) = find_pipelines(tmp_path, [TEST]).in_ci
        switch = switch_of(pipeline, FORGES["github"], ReleaseJob("lamp"))
        assert ("it took the version from the tag" in " ".join(switch.notes)) is noted


def test_a_build_that_is_not_known_is_named(init: Callable[..., Any], bare: Any) -> None:
    (bare.root / "info.json").unlink()
    template = '{"name": "made-lamp", "version": "{{VERSION}}", "factorio_version": "2.0"}'
    bare.write("src/info.json", template)
    bare.write(
        "Makefile", "package:\n\tsed s/{{VERSION}}/1/ src/info.json > $@\n\tzip -r x.zip out\n"
    )
    commit(bare)
    ran = init()
    assert "packs the mod; from files that it makes or changes" in ran.err
    assert "a build makes this mod, and the workflow does not have it" in ran.err


def test_the_scripts_of_fmtks_package_object_are_named(init: Callable[..., Any], bare: Any) -> None:
    scripts = {"prepackage": "npm run build", "postpublish": "sh tell.sh", "mine": "true"}
    info = bare.info | {"package": {"scripts": scripts}}
    bare.write("info.json", json.dumps(info))
    commit(bare)
    told = init().err
    assert "its script prepackage, `npm run build`, which is not run here; put it in front" in told
    assert "its script postpublish, `sh tell.sh`, which is not run here; put it behind" in told
    assert "its script mine, `true`, which is not run here; run it where it is needed" in told


def test_a_workflow_in_a_folder_that_git_ignores_can_be_added(
    init: Callable[..., Any], bare: Any
) -> None:
    bare.write(".gitignore", ".github/\n")
    commit(bare)
    told = init().err
    assert f"git add --force {GITHUB}" in told
    (line,) = (line for line in told.splitlines() if line.startswith("4. "))
    command = line.removeprefix("4. ").partition(" && ")[0]
    subprocess.run(command.split(), cwd=bare.root, check=True)
    assert "--force" not in init().err.partition("next:")[2]
