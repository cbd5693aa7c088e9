"""Old release pipelines are recognised: each tool, what starts it, its secret, and what is not its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from factorio_release.scaffold.pipelines.found import find_pipelines, is_ours_alone
from factorio_release.scaffold.pipelines.tools import TOOLS, Does

if TYPE_CHECKING:
    from pathlib import Path

    from factorio_release.scaffold.pipelines.found import FoundPipelines

WORKFLOW = ".github/workflows/publish.yml"
HEAD = "on: {push: {tags: ['v*']}}\njobs:\n  publish:\n    runs-on: ubuntu-latest\n    steps:\n"
CHECKOUT = "      - uses: actions/checkout@v4\n"
CURL = "curl -d mod=lamp https://mods.factorio.com/api/v2/mods/releases/init_upload\n"


def found(root: Path, files: dict[str, str]) -> FoundPipelines:
    for path, text in files.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
    return find_pipelines(root, files)


def steps(*items: str) -> str:
    return HEAD + CHECKOUT + "".join(items)


def uses(action: str, *given: str, env: str = "") -> str:
    lines = [f"      - uses: {action}\n"]
    if given:
        lines += ["        with:\n", *(f"          {line}\n" for line in given)]
    if env:
        lines += ["        env:\n", f"          {env}\n"]
    return "".join(lines)


def runs(command: str, env: str = "") -> str:
    text = f"      - run: {command}\n" if "\n" not in command else ""
    if not text:
        body = "".join(f"          {line}\n" for line in command.splitlines())
        text = f"      - run: |\n{body}"
    return text + (f"        env:\n          {env}\n" if env else "")


# By the name of the tool: a repository that uses it, and the secret with the key.
BY_TOOL: dict[str, tuple[dict[str, str], str]] = {
    "fmtk": (
        {
            WORKFLOW: steps(
                runs("npm install -g factoriomod-debug"),
                runs("npx fmtk package"),
                runs(
                    "fmtk upload lamp_1.0.0.zip", "FACTORIO_UPLOAD_API_KEY: ${{ secrets.THE_KEY }}"
                ),
            )
        },
        "THE_KEY",
    ),
    "brutalx": (
        {
            WORKFLOW: steps(
                uses("TheBrutalX/factorio-mod-uploader-action@v2", "action: compress"),
                uses(
                    "TheBrutalX/factorio-mod-uploader-action@v2",
                    "action: upload",
                    "factorio-api-key: ${{ secrets.THE_KEY }}",
                ),
            )
        },
        "THE_KEY",
    ),
    "penguin-spy": (
        {
            WORKFLOW: steps(
                uses(
                    "Penguin-Spy/factorio-mod-portal-publish@main",
                    "factorio-api-key: ${{ secrets.THE_KEY }}",
                )
            )
        },
        "THE_KEY",
    ),
    "danbka33": (
        {
            WORKFLOW: steps(
                uses(
                    "danbka33/factorio-mod-portal-publish@master",
                    env="FACTORIO_MOD_API_KEY: ${{ secrets.THE_KEY }}",
                )
            )
        },
        "THE_KEY",
    ),
    "shanemadden": (
        {
            WORKFLOW: steps(
                uses(
                    "shanemadden/factorio-mod-portal-publish@stable",
                    env="FACTORIO_PASSWORD: ${{ secrets.WORD }}",
                )
            )
        },
        "",
    ),
    "mod-portal-publish": (
        {
            WORKFLOW: steps(
                uses(
                    "somebody/factorio-mod-portal-publish@v3",
                    "factorio-api-key: ${{ secrets.THE_KEY }}",
                )
            )
        },
        "THE_KEY",
    ),
    "mod-uploader": (
        {
            WORKFLOW: steps(
                uses(
                    "henriquegemignani/factorio-mod-uploader@v1",
                    "zip_file: out/lamp.zip",
                    "api_key: ${{ secrets.THE_KEY }}",
                )
            )
        },
        "THE_KEY",
    ),
    "mod-upload": (
        {
            WORKFLOW: steps(
                uses(
                    "mchangrh/factorio-mod-upload@v2",
                    env="FACTORIO_MODS_TOKEN: ${{ secrets.THE_KEY }}",
                )
            )
        },
        "THE_KEY",
    ),
    "factorio-mod-package": (
        {
            WORKFLOW: steps(
                uses(
                    "Roang-zero1/factorio-mod-portal-upload-action@master",
                    env="FACTORIO_API_KEY: ${{ secrets.THE_KEY }}",
                )
            )
        },
        "THE_KEY",
    ),
    "factorio-create-release": (
        {
            WORKFLOW: steps(
                uses(
                    "Roang-zero1/factorio-create-release-action@master",
                    "factorio_password: ${{ secrets.WORD }}",
                )
            )
        },
        "",
    ),
    "create-release-fork": (
        {
            WORKFLOW: steps(
                uses(
                    "somebody/factorio-create-release-action@master",
                    "MOD_UPLOAD_API_KEY: ${{ secrets.THE_KEY }}",
                )
            )
        },
        "THE_KEY",
    ),
    "factorio-mod-publish": (
        {
            WORKFLOW: steps(
                uses(
                    "JohnTheCoolingFan/factorio-mod-publish@v1",
                    "factorio_token: ${{ secrets.THE_KEY }}",
                )
            )
        },
        "THE_KEY",
    ),
    "semantic-release": (
        {
            WORKFLOW: steps(
                runs("npx semantic-release", "FACTORIO_TOKEN: ${{ secrets.FACTORIO_TOKEN }}")
            ),
            ".releaserc": '{"plugins": [\n  "semantic-release-factorio",\n  "@semantic-release/git"\n]}\n',
        },
        "FACTORIO_TOKEN",
    ),
    "shared-workflow": (
        {
            WORKFLOW: "on: workflow_dispatch\njobs:\n  upload:\n"
            "    uses: pyanodon/pyanodontests/.github/workflows/portal-upload.yml@v1\n"
            "    secrets: inherit\n"
        },
        "FACTORIO_UPLOAD_TOKEN",
    ),
    "by-hand": (
        {
            WORKFLOW: steps(runs("bash tools/upload.sh", "KEY: ${{ secrets.MOD_UPLOAD_API_KEY }}")),
            "tools/upload.sh": CURL,
        },
        "MOD_UPLOAD_API_KEY",
    ),
}


@pytest.mark.parametrize("name", [tool.name for tool in TOOLS])
def test_each_tool_is_recognised_with_the_secret_of_its_key(tmp_path: Path, name: str) -> None:
    files, secret = BY_TOOL[name]
    (pipeline,) = found(tmp_path, files).in_ci
    assert pipeline.uploads
    assert (pipeline.tools[0].name, pipeline.secret) == (name, secret)


def test_every_tool_says_where_its_facts_come_from() -> None:
    assert all(tool.source.startswith("https://") and tool.title for tool in TOOLS)


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("upload.py", "import requests\nrequests.post('https://mods.factorio.com/api/v2/mods/releases/init_upload')\n"),
        ("app/Upload.php", "<?php $client->post('https://mods.factorio.com/api/v2/mods/releases/init_upload');"),
        ("scripts/upload.mjs", "fetch(`https://mods.factorio.com/api/v2/mods/init_publish`)\n"),
        ("tools/up.ps1", "Invoke-RestMethod https://mods.factorio.com/api/v2/mods/releases/init_upload\n"),
        ("upload.sh", CURL),
    ],
)  # fmt: skip
def test_a_script_in_any_language_uploads(tmp_path: Path, file: str, text: str) -> None:
    (pipeline,) = found(tmp_path, {file: text}).scripts
    assert (pipeline.uploads, pipeline.tools[0].name) == (True, "by-hand")


@pytest.mark.parametrize(
    ("file", "text", "words"),
    [
        ("justfile", "build:\n  zip -r x.zip .\n\npublish:\n  pnpm fmtk publish\n", "justfile: publish"),
        ("Makefile", "all:\n\ttrue\nrelease: all\n\tfmtk upload x.zip\n", "Makefile: release"),
        ("package.json", '{"scripts": {"ship": "fmtk publish"}}', "package.json: ship"),
    ],
)  # fmt: skip
def test_the_part_of_a_file_that_uploads_is_named(
    tmp_path: Path, file: str, text: str, words: str
) -> None:
    uploading = [one for one in found(tmp_path, {file: text}).scripts if one.uploads]
    assert [one.recipe.words for one in uploading if one.recipe] == [words]


def test_a_rule_for_a_kind_of_files_makes_what_a_makefile_packs(tmp_path: Path) -> None:
    packs = "# of a Factorio mod\npackage: all\n\tzip -r x.zip out\n\n"
    rule = "out/%.json: src/%.json\n\tmkdir -p out\n\tsed s/VERSION/1.0.0/ $< > $@\n"
    changes = [
        one.recipe.changes_files
        for text in (packs, packs + rule, rule + packs)
        for one in found(tmp_path, {"Makefile": text}).scripts
        if one.recipe
    ]
    assert changes == [False, True, True]


@pytest.mark.parametrize("runner", ["just publish", "make publish", "npm run publish"])
def test_a_workflow_uploads_through_what_it_starts(tmp_path: Path, runner: str) -> None:
    files = {
        WORKFLOW: steps(runs(runner, "KEY: ${{ secrets.FACTORIO_API_KEY }}")),
        "justfile": "publish:\n  fmtk upload x.zip\n",
        "Makefile": "publish:\n\tfmtk upload x.zip\n",
        "package.json": '{"scripts": {"publish": "fmtk upload x.zip"}}',
    }
    (pipeline,) = found(tmp_path, files).in_ci
    assert pipeline.uploads
    assert pipeline.tools[0].name == "fmtk"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (".gitlab-ci.yml", f"release:\n  script:\n    - {CURL}"),
        (".woodpecker/release.yaml", f"steps:\n  - name: up\n    commands:\n      - {CURL}"),
        (".woodpecker.yml", f"steps:\n  - name: up\n    commands:\n      - {CURL}"),
        (".forgejo/workflows/up.yml", steps(runs(CURL))),
        (".gitea/workflows/up.yml", steps(runs(CURL))),
    ],
)
def test_other_ci_systems_are_read_too(tmp_path: Path, path: str, text: str) -> None:
    (pipeline,) = found(tmp_path, {path: text}).in_ci
    assert (pipeline.path, pipeline.uploads) == (path, True)


def test_a_program_with_the_key_that_calls_the_portal_somewhere_is_guessed(tmp_path: Path) -> None:
    files = {
        WORKFLOW: steps(runs("php app.php ci", "KEY: ${{ secrets.FACTORIO_API_KEY }}")),
        "app.php": "<?php require 'src/Commands.php';",
        "src/Commands.php": "<?php post('https://mods.factorio.com/api/v2/mods/releases/init_upload');",
    }
    (pipeline,) = found(tmp_path, files).in_ci
    assert (pipeline.guessed, pipeline.uploads) == (True, True)


@pytest.mark.parametrize(
    "text",
    [
        steps(runs("luacheck .")),
        "on: push\njobs: {}\n",
        "just a text",
        "a: &x [*x]\n",
        "jobs: {a: {steps: [" + "{b: " * 60,
        steps(runs("npx semantic-release", "T: ${{ secrets.GITHUB_TOKEN }}")),
        "jobs: [1, 2]\n",
        "",
    ],
)
def test_other_workflows_are_no_pipelines(tmp_path: Path, text: str) -> None:
    assert found(tmp_path, {WORKFLOW: text}).pipelines == ()


def test_a_broken_workflow_that_uploads_is_named(tmp_path: Path) -> None:
    assert found(tmp_path, {WORKFLOW: f"jobs: [\n{CURL}"}).unreadable == (WORKFLOW,)


def test_a_workflow_of_this_program_is_known(tmp_path: Path) -> None:
    text = steps(uses("OWNER/factorio-release@v0.1.0", "api-key: x"))
    assert found(tmp_path, {WORKFLOW: text}).ours == (WORKFLOW,)


@pytest.mark.parametrize(
    ("items", "alone"),
    [
        ((uses("danbka33/factorio-mod-portal-publish@master"),), True),
        ((uses("actions/setup-node@v4"), runs("npm i -g factoriomod-debug"), runs("fmtk publish")), True),
        ((runs("mkdir out\nzip -r out/x.zip ."), runs(CURL)), True),
        ((runs(CURL), runs("gh release create v1")), False),
        ((runs("npm run build"), runs(CURL)), False),
        ((runs(f"jq '.version = \"1.0.0\"' info.json > new.json\n{CURL}"),), False),
        ((runs(CURL), uses("actions/upload-artifact@v4", "path: x.zip")), False),
    ],
)  # fmt: skip
def test_what_is_not_this_programs_work_is_seen(
    tmp_path: Path, items: tuple[str, ...], alone: bool
) -> None:
    (pipeline,) = found(tmp_path, {WORKFLOW: steps(*items)}).in_ci
    assert is_ours_alone(pipeline) is alone


def test_what_it_does_is_told_apart(tmp_path: Path) -> None:
    files = {WORKFLOW: steps(runs("fmtk package --outdir dist"), runs("fmtk details"))}
    (pipeline,) = found(tmp_path, files).in_ci
    assert set(pipeline.does) == {Does.PACKAGE, Does.PAGE}


@pytest.mark.parametrize(
    ("on", "words"),
    [
        ("on: push", "every push"),
        ("on: [push, workflow_dispatch]", "every push; a button"),
        ("on: {push: {branches: [main, '2.x']}}", "pushes to main, 2.x"),
        ("on: {push: {tags: 'v*'}, release: {types: [published]}}", "tags v*; a release of the forge"),
        ("on: {workflow_dispatch: {inputs: {ref: {}}}}", "a button with ref"),
        ("on: {schedule: []}", "schedule"),
        ("name: x", "nothing that is known"),
    ],
)  # fmt: skip
def test_what_starts_it(tmp_path: Path, on: str, words: str) -> None:
    text = f"{on}\njobs:\n  a:\n    steps:\n      - run: fmtk publish\n"
    (pipeline,) = found(tmp_path, {WORKFLOW: text}).in_ci
    assert pipeline.workflow is not None
    assert pipeline.workflow.triggers.words == words
