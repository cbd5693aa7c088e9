"""A job that called a workflow of another repository, with the steps of that written out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from factorio_release import __version__
from factorio_release.forges import FORGES
from factorio_release.scaffold.pipelines.tools import Does
from factorio_release.scaffold.workflows import CHECKOUT, key_expression, step_lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from factorio_release.forges import Forge
    from factorio_release.scaffold.job import ReleaseJob
    from factorio_release.scaffold.pipelines.tools import Shared
    from factorio_release.scaffold.pipelines.workflow import Job

ARTIFACT: Final = "actions/upload-artifact@043fb46d1a93c77aae656e7c1c64a875d1fc6a0a # v7.0.1"
# The version that the changelog has on top is committed, tagged and pushed, as docs/ship.md describes.
_SHIP: Final = """\
- id: ship
  run: |
    git config user.name "github-actions[bot]"
    git config user.email "41898282+github-actions[bot]@users.noreply.github.com"
    pipx install factorio-release=={version}
    tag=$(factorio-release ship changelog)
    echo "tag=$tag" >> "$GITHUB_OUTPUT"
"""
_ARTIFACT: Final = """\
- uses: {artifact}
  with:
    name: ${{{{ steps.factorio-release.outputs.zip-name }}}}
    path: ${{{{ steps.factorio-release.outputs.zip }}}}
"""
_GITHUB_RELEASE: Final = """\
- name: Make the GitHub Release
  if: steps.factorio-release.outputs.changed == 'true'
  run: gh release create "$TAG" "$ZIP" --title "$TAG" --target "$GITHUB_SHA" --notes "$NOTES"
  env:
    GH_TOKEN: ${{ github.token }}
    TAG: v${{ steps.factorio-release.outputs.version }}
    ZIP: ${{ steps.factorio-release.outputs.zip }}
    NOTES: ${{ steps.factorio-release.outputs.notes }}
"""


def shared_job_lines(job: Job, shared: Shared, forge: Forge, release: ReleaseJob) -> list[str]:
    """Return the lines that replace `uses`, `with` and `secrets` of a job: runner, rights and steps."""
    indent = " " * job.block.column
    return [f"{indent}{line}".rstrip() for line in _lines(job, shared, forge, release)]


def _lines(job: Job, shared: Shared, forge: Forge, release: ReleaseJob) -> Iterator[str]:
    ships = Does.COMMIT in shared.does
    yield "runs-on: ubuntu-latest"
    if job.block.get("permissions") is None:
        yield "permissions:"
        if ships or shared.github_release:
            yield "  contents: write # to push the commit and the tag, or to make the GitHub Release"
        else:
            yield "  contents: read # to check the repository out"
    if job.block.get("concurrency") is None:
        yield "concurrency: # a second release waits for the first"
        yield "  group: release"
        yield "  cancel-in-progress: false"
    yield "steps:"
    yield from _checkout(release, ships=ships)
    if ships:
        yield from _indented(_SHIP.format(version=__version__))
    inputs = [("api-key", key_expression(release.secret))]
    if release.path != ".":
        inputs.insert(0, ("path", release.path))
    if ships:
        inputs.append(("tag", "${{ steps.ship.outputs.tag }}"))
    skipped = job.block.text("with", "skip-update-details").strip()
    if skipped:
        inner = skipped.removeprefix("${{").removesuffix("}}").strip()
        inputs.append(("sync", f"${{{{ ({inner}) && 'none' || 'auto' }}}}"))
    yield from step_lines(forge, inputs, indent="  ", head=["id: factorio-release"])
    if shared.artifact:
        yield from _indented(_ARTIFACT.format(artifact=ARTIFACT))
    if shared.github_release and forge == FORGES["github"]:
        yield from _indented(_GITHUB_RELEASE)


def _checkout(release: ReleaseJob, *, ships: bool) -> Iterator[str]:
    ignore = " # zizmor: ignore[artipacked] the push needs it" if ships else ""
    yield f"  - uses: {CHECKOUT}{ignore}"
    yield "    with:"
    yield "      fetch-depth: 0"
    yield f"      persist-credentials: {'true' if ships else 'false'}"
    if release.submodules:
        yield "      submodules: recursive"
    if release.lfs:
        yield "      lfs: true"


def _indented(text: str) -> list[str]:
    return [f"  {line}" for line in text.splitlines()]
