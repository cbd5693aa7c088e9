"""An old workflow is carried over: nothing of it is lost, and nothing uploads twice."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from factorio_release.forges import FORGES
from factorio_release.scaffold.job import ReleaseJob
from factorio_release.scaffold.pipelines.found import find_pipelines
from factorio_release.scaffold.pipelines.switch import switch_of

if TYPE_CHECKING:
    from factorio_release.scaffold.pipelines.switch import Switch

WORKFLOW = ".github/workflows/publish.yml"
UPLOAD = "curl https://mods.factorio.com/api/v2/mods/releases/init_upload\n"
SCRIPT = {"up.sh": UPLOAD}
KEY = "${{ secrets.FACTORIO_API_KEY }}"


def switched(
    root: Path, text: str, files: dict[str, str] | None = None, forge: str = "github"
) -> Switch:
    """Return what becomes of a workflow, beside other files."""
    named = files or {}
    for path, content in {WORKFLOW: text, **SCRIPT, **named}.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(content)
    found = find_pipelines(root, [WORKFLOW, *SCRIPT, *named])
    (pipeline,) = found.in_ci
    return switch_of(pipeline, FORGES[forge], ReleaseJob("lamp"))


def new(switch: Switch) -> str:
    assert switch.texts, switch.why
    return dict(switch.texts)[WORKFLOW]


def accepted(root: Path, text: str) -> None:
    (root / ".git").mkdir(exist_ok=True)
    (root / WORKFLOW).write_text(text)
    linter = Path(sys.executable).with_name("actionlint")
    done = subprocess.run(
        [linter, "-shellcheck=", WORKFLOW], cwd=root, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def job_of(text: str) -> dict[str, Any]:
    (job,) = yaml.safe_load(text)["jobs"].values()
    assert isinstance(job, dict)
    return job


def released(text: str) -> dict[str, Any]:
    """Return the step with this program."""
    (step,) = [one for one in job_of(text)["steps"] if "factorio-release@" in one.get("uses", "")]
    assert isinstance(step, dict)
    return step


# a workflow that does nothing else is written anew

SIMPLE = """\
name: Publish
on:
  push:
    tags:
      - 'v*'  # versions
  workflow_dispatch:
jobs:
  publish:
    runs-on: ubuntu-latest
    environment: portal
    steps:
      - uses: actions/checkout@v6
        with:
          lfs: true
          token: ${{ secrets.OTHER }}
      - uses: Penguin-Spy/factorio-mod-portal-publish@main
        with:
          factorio-api-key: ${{ secrets.MY_KEY }}
"""


def test_a_workflow_that_only_uploads_is_written_anew(tmp_path: Path) -> None:
    switch = switched(tmp_path, SIMPLE)
    text = new(switch)
    assert switch.is_new
    document = yaml.safe_load(text)
    assert document["name"] == "Publish"
    assert document[True]["push"] == {"tags": ["v*"]}
    assert set(document[True]) == {"push", "workflow_dispatch", "pull_request"}
    assert "'v*'  # versions" in text
    job = job_of(text)
    assert job["environment"] == "portal"
    checkout, release = job["steps"]
    assert checkout["with"] == {
        "persist-credentials": False,
        "fetch-depth": 0,
        "lfs": True,
        "token": "${{ secrets.OTHER }}",
    }
    assert release["with"] == {"api-key": "${{ secrets.MY_KEY }}"}
    accepted(tmp_path, text)


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        ("on: push", {"push": {"tags": ["v[0-9]*"]}, "pull_request": None}),
        (
            "on: [push, workflow_dispatch]",
            {"push": {"tags": ["v[0-9]*"]}, "pull_request": None, "workflow_dispatch": None},
        ),
        (
            "on:\n  push:\n    tags: ['*']\n  pull_request:",
            {"push": {"tags": ["*"]}, "pull_request": None},
        ),
        ("on: {push: {tags: ['v*']}}", {"push": {"tags": ["v*"]}, "pull_request": None}),
        (
            "on:\n  release:\n    types: [published]",
            {"release": {"types": ["published"]}, "pull_request": None},
        ),
    ],
)
def test_the_triggers_are_taken_over(tmp_path: Path, on: str, expected: dict[str, Any]) -> None:
    steps = (
        "jobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v6\n"
    )
    text = f"{on}\n{steps}      - uses: danbka33/factorio-mod-portal-publish@master\n"
    anew = new(switched(tmp_path, text))
    assert yaml.safe_load(anew)[True] == expected
    accepted(tmp_path, anew)


def test_a_push_to_other_branches_names_them(tmp_path: Path) -> None:
    text = SIMPLE.replace("    tags:\n      - 'v*'  # versions\n", "    branches: [1.x, 2.x]\n")
    assert released(new(switched(tmp_path, text)))["with"]["release-branches"] == "1.x, 2.x"


def test_a_button_whose_input_only_the_checkout_reads(tmp_path: Path) -> None:
    text = SIMPLE.replace(
        "  workflow_dispatch:\n",
        "  workflow_dispatch:\n    inputs:\n      ref:\n        description: A tag\n",
    ).replace("          lfs: true\n", "          ref: ${{ inputs.ref || github.ref }}\n")
    switch = switched(tmp_path, text)
    checkout = job_of(new(switch))["steps"][0]
    assert switch.is_new
    assert checkout["with"]["ref"] == "${{ inputs.ref || github.ref }}"
    accepted(tmp_path, new(switch))


def test_a_workflow_that_others_call_keeps_its_form(tmp_path: Path) -> None:
    called = """\
on:
  workflow_call:
    secrets:
      factorio-api-key:
        required: true
jobs:
  publish:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v6
      - uses: Penguin-Spy/factorio-mod-portal-publish@main
        with:
          factorio-api-key: ${{ secrets.factorio-api-key }}
"""
    switch = switched(tmp_path, called)
    text = new(switch)
    assert not switch.is_new
    assert released(text)["with"] == {"api-key": "${{ secrets.factorio-api-key }}"}
    assert set(yaml.safe_load(text)[True]) == {"workflow_call"}
    accepted(tmp_path, text)


# a workflow that does more keeps every other line

FULL = """\
# Our release.
on:
  push:
    tags: ['v*']
jobs:
  publish:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v6

      # Makes the zip.
      - name: Zip
        run: |
          mkdir out
          zip -r out/lamp.zip . -x '*.xcf'

      - name: GitHub Release
        run: gh release create "$GITHUB_REF_NAME"

      - name: Upload
        id: up
        if: github.actor == 'me'
        run: bash up.sh
        env:
          KEY: ${{ secrets.MOD_UPLOAD_API_KEY }}

      - run: echo "${{ steps.up.outputs.url }}"
      - name: Tell
        run: curl https://discord.com/api/webhooks/1
"""


def test_only_the_steps_that_pack_and_upload_are_replaced(tmp_path: Path) -> None:
    switch = switched(tmp_path, FULL)
    text = new(switch)
    assert not switch.is_new
    step = released(text)
    assert (step["name"], step["id"], step["if"]) == ("Upload", "up", "github.actor == 'me'")
    assert step["with"] == {"api-key": "${{ secrets.MOD_UPLOAD_API_KEY }}"}
    assert "Makes the zip" not in text
    kept = [line for line in FULL.splitlines() if "gh release" in line or "discord" in line]
    assert all(line in text.splitlines() for line in [*kept, "# Our release."])
    assert [title for title, _ in switch.kept] == ["GitHub Release", "Tell"]
    accepted(tmp_path, text)


def test_what_tells_of_a_release_comes_behind_it(tmp_path: Path) -> None:
    text = FULL.replace('gh release create "$GITHUB_REF_NAME"', "gh release create v1 ./*.zip")
    text = text.replace("        if: github.actor == 'me'\n", "")
    steps = job_of(new(switched(tmp_path, text)))["steps"]
    assert steps[1]["with"] == {
        "api-key": "${{ secrets.MOD_UPLOAD_API_KEY }}",
        "output-dir": ".",
    }
    assert [step.get("name") for step in steps[1:]] == ["Zip", "GitHub Release", None, "Tell"]


def test_a_zip_that_others_use_whether_it_is_uploaded_or_not_is_built_first(
    tmp_path: Path,
) -> None:
    text = FULL.replace('gh release create "$GITHUB_REF_NAME"', "gh release create v1 ./*.zip")
    steps = job_of(new(switched(tmp_path, text)))["steps"]
    build, _, release = steps[1:4]
    assert build["with"] == {"mode": "build", "output-dir": "."}
    assert "mode" not in release["with"]
    accepted(tmp_path, new(switched(tmp_path, text)))


def test_a_zip_that_others_use_behind_the_upload_stays_where_it_was(tmp_path: Path) -> None:
    text = FULL.replace(
        "discord.com/api/webhooks/1", "discord.com/api/webhooks/1 -F file=@lamp.zip"
    )
    assert released(new(switched(tmp_path, text)))["with"]["output-dir"] == "."


BRUTALX = """\
on: workflow_dispatch
jobs:
  publish:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v6
      - uses: TheBrutalX/factorio-mod-uploader-action@v2
        with:
          action: validate
      - uses: TheBrutalX/factorio-mod-uploader-action@v2
        with:
          action: compress
      - uses: softprops/action-gh-release@v3
        with:
          tag_name: v${{ env.MOD_VERSION }}
          files: ${{ env.ZIP_FILE }}
      - uses: TheBrutalX/factorio-mod-uploader-action@v2
        with:
          action: upload
          factorio-api-key: ${{ secrets.FACTORIO_API_KEY }}
"""


def test_what_an_action_leaves_to_others_comes_from_the_outputs(tmp_path: Path) -> None:
    text = new(switched(tmp_path, BRUTALX))
    assert len(job_of(text)["steps"]) == 3
    release = job_of(text)["steps"][2]
    assert release["with"] == {
        "tag_name": "v${{ steps.factorio-release.outputs.version }}",
        "files": "${{ steps.factorio-release.outputs.zip }}",
    }
    accepted(tmp_path, text)


BUILT = """\
on: {push: {tags: ['v*']}}
jobs:
  publish:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v6
      - run: npm run build
      - run: cd build && zip -r ../lamp.zip .
      - uses: henriquegemignani/factorio-mod-uploader@v1
        with:
          zip_file: lamp.zip
          api_key: ${{ secrets.FACTORIO_API_KEY }}
"""


def test_a_zip_of_built_files_is_released_as_it_is(tmp_path: Path) -> None:
    text = new(switched(tmp_path, BUILT))
    assert [step.get("run") for step in job_of(text)["steps"]][1:3] == [
        "npm run build",
        "cd build && zip -r ../lamp.zip .",
    ]
    assert released(text)["with"] == {"path": "lamp.zip", "api-key": KEY}


def test_a_zip_of_which_the_name_is_computed_is_found_by_a_glob(tmp_path: Path) -> None:
    text = BUILT.replace(
        "      - uses: henriquegemignani/factorio-mod-uploader@v1\n        with:\n"
        "          zip_file: lamp.zip\n          api_key: ${{ secrets.FACTORIO_API_KEY }}\n",
        '      - run: fmtk upload "dist/${NAME}_$VERSION.zip"\n        env:\n'
        "          FACTORIO_UPLOAD_API_KEY: ${{ secrets.FACTORIO_API_KEY }}\n",
    )
    assert released(new(switched(tmp_path, text)))["with"]["path"] == "dist/lamp_*.zip"


def test_a_script_that_changes_files_and_makes_the_zip_is_kept(tmp_path: Path) -> None:
    text = FULL.replace(
        "          mkdir out\n          zip -r out/lamp.zip . -x '*.xcf'\n",
        "          python pack.py\n",
    )
    pack = "import zipfile\nopen('info.json', 'w').write('{}')\n"
    edited = new(switched(tmp_path, text, {"pack.py": pack}))
    assert "python pack.py" in edited
    assert released(edited)["with"]["path"] == "lamp_*.zip"


def test_one_script_that_changes_files_packs_and_uploads_is_left(tmp_path: Path) -> None:
    text = FULL.replace("bash up.sh", "python all.py")
    script = f"import zipfile\nopen('info.json', 'w')\n# {UPLOAD}"
    assert "let it only make the zip" in switched(tmp_path, text, {"all.py": script}).why


def test_a_push_that_releases_nothing_announces_nothing(tmp_path: Path) -> None:
    text = FULL.replace("tags: ['v*']", "branches: [main]")
    tell = job_of(new(switched(tmp_path, text)))["steps"][-1]
    assert tell["if"] == (
        """contains(fromJSON('["published", "uploaded"]'), steps.up.outputs.status)"""
    )
    conditional = text.replace(
        "      - name: Tell\n", "      - name: Tell\n        if: ${{ github.actor }}\n"
    )
    edited = new(switched(tmp_path, conditional))
    assert job_of(edited)["steps"][-1]["if"].startswith("(github.actor) && contains(")
    accepted(tmp_path, edited)


def test_a_button_fails_where_the_version_is_out_as_its_upload_did(tmp_path: Path) -> None:
    text = FULL.replace("on:\n  push:\n    tags: ['v*']\n", "on: workflow_dispatch\n")
    assert released(new(switched(tmp_path, text)))["with"]["if-exists"] == "fail"


def test_commands_around_an_upload_in_one_script_stay(tmp_path: Path) -> None:
    text = FULL.replace(
        "        run: bash up.sh\n",
        "        run: |\n          VERSION=$(jq -r .version info.json)\n          npm run build\n"
        '          bash up.sh\n          git tag "v$VERSION"\n',
    )
    edited = new(switched(tmp_path, text))
    runs = [step["run"] for step in job_of(edited)["steps"] if "run" in step]
    assert "VERSION=$(jq -r .version info.json)\nnpm run build" in [run.strip() for run in runs]
    assert 'VERSION=$(jq -r .version info.json)\ngit tag "v$VERSION"' in [
        run.strip() for run in runs
    ]
    assert not any("up.sh" in run for run in runs)
    accepted(tmp_path, edited)


def test_a_script_that_asks_for_an_address_and_uploads_there_is_one_upload(tmp_path: Path) -> None:
    script = (
        "          URL=$(curl -s -F mod=lamp https://mods.factorio.com/api/v2/mods/releases/init_upload"
        " | jq -r .upload_url)\n"
        '          if [ "$URL" = null ]; then\n            exit 1\n          fi\n'
        '          curl -s -F "file=@lamp.zip" "$URL"\n'
    )
    text = FULL.replace("        run: bash up.sh\n", f"        run: |\n{script}")
    edited = new(switched(tmp_path, text))
    assert "$URL" not in edited
    assert len(job_of(edited)["steps"]) == len(job_of(FULL)["steps"]) - 1


def test_a_message_beside_the_upload_in_one_script_stays(tmp_path: Path) -> None:
    text = FULL.replace(
        "        run: bash up.sh\n",
        "        run: |\n          bash up.sh\n          curl -d done https://chat.example/hook\n",
    )
    assert "curl -d done https://chat.example/hook" in new(switched(tmp_path, text))


@pytest.mark.parametrize(
    "command",
    [
        "npm run build && bash up.sh",
        "if true; then\n            bash up.sh\n            npm publish\n          fi",
    ],
)
def test_an_upload_that_cannot_be_told_from_the_rest_is_left(tmp_path: Path, command: str) -> None:
    text = FULL.replace("run: bash up.sh", f"run: |\n          {command}")
    switch = switched(tmp_path, text)
    assert not switch.texts
    assert "divide it in two" in switch.why


def test_a_runner_without_linux_gets_the_command(tmp_path: Path) -> None:
    text = FULL.replace("runs-on: ubuntu-latest", "runs-on: windows-latest")
    edited = new(switched(tmp_path, text))
    (step,) = [one for one in job_of(edited)["steps"] if "/native@" in one.get("uses", "")]
    assert step["with"] == {"api-key": "${{ secrets.MOD_UPLOAD_API_KEY }}"}
    accepted(tmp_path, edited)


PACKS = """\
on: workflow_dispatch
jobs:
  zip:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v6
      - uses: TheDoctor0/zip-release@0.7.6
        with:
          filename: lamp_${{ github.ref_name }}.zip
      - uses: ncipollo/release-action@v1
        with:
          artifacts: lamp_${{ github.ref_name }}.zip
"""


def test_a_workflow_that_only_packs_gets_the_release_where_the_zip_was_made(tmp_path: Path) -> None:
    switch = switched(tmp_path, PACKS)
    text = new(switch)
    assert job_of(text)["steps"][2]["with"] == {
        "artifacts": "${{ steps.factorio-release.outputs.zip }}"
    }
    assert released(text)["with"] == {"api-key": KEY, "output-dir": ".", "if-exists": "fail"}
    assert "it has uploaded nothing" in switch.notes[0]
    accepted(tmp_path, text)


def test_a_version_that_sets_nothing_is_said_not_to_choose_the_release(tmp_path: Path) -> None:
    said = (
        "the button's `version` does not choose what is released: that is the version in info.json"
    )
    button = "on: {workflow_dispatch: {inputs: {version: {required: true}}}}\n"
    text = FULL.replace("on:\n  push:\n    tags: ['v*']\n", button)
    assert said in switched(tmp_path, text).notes
    assert said not in switched(tmp_path, text.replace("version:", "branch:")).notes
    sets = "      - run: npx bump ${{ inputs.version }}\n      - name: GitHub Release\n"
    edited = switched(tmp_path, text.replace("      - name: GitHub Release\n", sets))
    assert "npx bump" in new(edited)
    assert said not in edited.notes


def test_built_zips_that_are_only_shared_are_released_behind_that(tmp_path: Path) -> None:
    text = PACKS.replace(
        "      - uses: TheDoctor0/", "      - run: python build.py\n      - uses: TheDoctor0/"
    ).replace(
        "        with:\n          artifacts",
        "        if: github.actor\n        with:\n          artifacts",
    )
    edited = new(switched(tmp_path, text))
    step = released(edited)
    assert (step["with"]["path"], step["if"]) == ("lamp_${{ github.ref_name }}.zip", "github.actor")
    accepted(tmp_path, edited)


# semantic-release, and workflows of others

SEMANTIC = """\
on: {push: {branches: [main]}}
jobs:
  release:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v6
      - run: |
          npm install semantic-release@24 \\
            semantic-release-factorio@^1.5.1
      - run: npx semantic-release
        env:
          FACTORIO_TOKEN: ${{ secrets.FACTORIO_TOKEN }}
"""

JSON = """\
{
    "plugins": [
        "semantic-release-factorio",
        "@semantic-release/git"
    ]
}
"""


@pytest.mark.parametrize(
    ("name", "config"),
    [
        (".releaserc", JSON),
        (
            ".releaserc.yml",
            "plugins:\n  - '@semantic-release/github'\n  - semantic-release-factorio\n",
        ),
        ("package.json", f'{{\n  "release": {JSON}\n}}'),
    ],
)
def test_semantic_release_keeps_its_other_plugins(tmp_path: Path, name: str, config: str) -> None:
    switch = switched(tmp_path, SEMANTIC, {name: config})
    texts = dict(switch.texts)
    document = yaml.safe_load(texts[name])
    plugins = document.get("release", document)["plugins"]
    names = [plugin[0] if isinstance(plugin, list) else plugin for plugin in plugins]
    old = yaml.safe_load(config)
    before = old.get("release", old)["plugins"]
    place = before.index("semantic-release-factorio")
    ours = ["@semantic-release/changelog", "@semantic-release/exec"]
    assert names == [*before[:place], *ours, *before[place + 1 :]]
    assert dict(plugins[place][1]) == {"changelogFile": "changelog.txt"}
    text = texts[WORKFLOW]
    assert "semantic-release-factorio" not in text
    assert "@semantic-release/changelog @semantic-release/exec" in text
    assert "pipx install factorio-release==" in text
    accepted(tmp_path, text)


PROGRAM = "module.exports = {plugins: ['semantic-release-factorio']}"


def test_a_configuration_of_semantic_release_as_a_program_is_left(tmp_path: Path) -> None:
    switch = switched(tmp_path, SEMANTIC, {"release.config.js": PROGRAM})
    assert "does not stand alone on its line" in switch.why


SHARED = {
    "pyanodon/pyanodontests/.github/workflows/portal-upload.yml@v1": (
        "inherit",
        "factorio-release ship changelog",
    ),
    "QuingKhaos/khaosci/.github/workflows/release.yml@abc": (
        "\n      factorio-api-key: ${{ secrets.K }}",
        "gh release create",
    ),
}


@pytest.mark.parametrize("called", SHARED)
def test_the_steps_of_a_known_shared_workflow_are_written_out(tmp_path: Path, called: str) -> None:
    secrets, wanted = SHARED[called]
    text = (
        "on: workflow_dispatch\njobs:\n  up:\n    name: Up\n    if: github.actor == 'me'\n"
        f"    uses: {called}\n    secrets: {secrets}\n"
    )
    edited = new(switched(tmp_path, text))
    job = job_of(edited)
    assert (job["name"], job["if"]) == ("Up", "github.actor == 'me'")
    assert not {"uses", "secrets"}.intersection(job)
    assert wanted in edited
    accepted(tmp_path, edited)


def test_a_branch_of_a_shared_workflow_that_leaves_the_page_alone_still_does(
    tmp_path: Path,
) -> None:
    called = next(name for name in SHARED if "khaosci" in name)
    text = (
        f"on: workflow_dispatch\njobs:\n  up:\n    uses: {called}\n    with:\n      mod-folder: .\n"
        "      lfs: true\n      skip-update-details: ${{ github.ref_name != '2.x' }}\n"
        "    secrets:\n      factorio-api-key: ${{ secrets.K }}\n"
    )
    edited = new(switched(tmp_path, text))
    release = next(one for one in job_of(edited)["steps"] if one.get("id") == "factorio-release")
    assert release["with"] == {
        "api-key": "${{ secrets.K }}",
        "sync": "${{ (github.ref_name != '2.x') && 'none' || 'auto' }}",
    }
    assert job_of(edited)["steps"][0]["with"]["lfs"] is True
    accepted(tmp_path, edited)


def test_an_unknown_shared_workflow_is_left(tmp_path: Path) -> None:
    text = "on: workflow_dispatch\njobs:\n  up:\n    uses: a/b/.github/workflows/factorio-upload.yml@v1\n"
    assert "replace its upload there" in switched(tmp_path, text).why


def test_on_forgejo_the_address_of_the_action_is_whole(tmp_path: Path) -> None:
    text = new(switched(tmp_path, SIMPLE, forge="forgejo"))
    assert "uses: https://github.com/OWNER/factorio-release@" in text
