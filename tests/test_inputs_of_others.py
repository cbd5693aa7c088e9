"""`INPUT_*` of somebody else: of the action around a step, of the runner, of a step that calls the command.

Runners give a step more of these variables than its own: `uses: docker://IMAGE` brings `INPUT_ARGS`, and
act, Forgejo and Gitea give the steps of a composite action that action's inputs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from factorio_release.local_portal import LocalPortal
    from tests.conftest import ModRepository, Program

STEP = {
    "CI": "true",
    "GITHUB_ACTIONS": "true",
    "GITHUB_EVENT_NAME": "workflow_dispatch",
    "GITHUB_REF": "refs/heads/main",
}
FOREIGN = {
    "INPUT_ARGS": "check",
    "INPUT_ENTRYPOINT": "/bin/sh",
    "INPUT_MOD-DIR": ".",
    "INPUT_TOKEN": "of-another-service",
    # Names that are also options of this program, with other meanings.
    "INPUT_PATH": "no/such/folder",
    "INPUT_FORMAT": "pretty",
    "INPUT_TAG": "nightly",
    "INPUT_MODE": "deploy",
}


@pytest.mark.parametrize("more", [{}, {"GITEA_ACTIONS": "true"}, {"ACT": "true"}])
def test_a_step_that_calls_the_command_has_no_inputs(
    program: Program, repository: ModRepository, more: dict[str, str]
) -> None:
    ran = program("check", cwd=repository.root, env=STEP | FOREIGN | more)
    assert (ran.code, ran.mod["status"]) == (0, "checked"), ran.err
    assert ran.mod["mod"] == "lamp-post"


def test_a_key_that_is_an_input_of_another_action_is_not_sent_and_not_shown(
    program: Program, repository: ModRepository, portal: LocalPortal
) -> None:
    """`api-key` may be the key of another service."""
    secret = "key-of-another-service-0123456789"
    where = ("release", ".", "--portal-url", portal.url)
    ran = program(*where, cwd=repository.root, env=STEP | {"INPUT_API-KEY": secret})
    assert ran.code == 2
    assert "no API key" in ran.err
    assert secret not in ran.out + ran.err
    assert portal.log == []


def test_the_runners_own_inputs_are_no_mistake_in_an_action(
    program: Program, repository: ModRepository
) -> None:
    """`uses: docker://IMAGE` without arguments is the action; the runner adds its two inputs."""
    inputs = {"INPUT_MODE": "check", "INPUT_PATH": str(repository.root)}
    runner = {"INPUT_ARGS": "", "INPUT_ENTRYPOINT": "/usr/bin/entrypoint"}
    report = {"INPUT_REPORT": str(program.folder / "report.json")}
    ran = program.entry(STEP | inputs | runner | report)
    assert (ran.code, ran.mod["status"]) == (0, "checked"), ran.err


def test_an_action_takes_no_input_with_a_wrong_name(
    program: Program, repository: ModRepository, portal: LocalPortal
) -> None:
    inputs = {"INPUT_MODE": "check", "INPUT_PATH": str(repository.root), "INPUT_FAIL_OM": "warning"}
    ran: Any = program.entry(STEP | inputs)
    assert ran.code == 2
    assert "the input fail-om is not known (did you mean fail-on?)" in ran.err
    annotations = [line for line in ran.err.splitlines() if line.startswith("::error")]
    assert len(annotations) == 1
    assert "fail-om" in annotations[0]
