"""What differs between forges and between CI systems: one declaration, read by ci, page and scaffold.

A forge shows a repository's files on the web. A CI system runs the job and describes it in environment
variables. A forge that has a CI system of its own shares its name with it. The types are named tuples: in CI
every start makes them, and a dataclass with many fields takes longer than all the rest of this module.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class Forge(NamedTuple):
    """A kind of forge, and the addresses of a repository's files on it.

    `raw`, `page` and `folder` are templates: of a file's bytes, of the page that shows a file, and of the
    page that lists a folder. `{home}` is the repository's web address, `{path}` its owner and name, `{ref}` a
    tag or commit, and `{kind}` says which of the two.
    `levels_above` counts the `..` that lead from a page of a file in the root to `{home}`.
    `host_words` are parts of host names by which the forge is recognised.
    `public_home` and `public_raw`: repositories below this address have their bytes at another one.
    """

    name: str
    raw: str
    page: str
    folder: str
    levels_above: int
    host_words: tuple[str, ...]
    public_home: str = ""
    public_raw: str = ""


class CiSystem(NamedTuple):
    """A CI system: where its workflows and secrets are, and the variables that describe a job.

    `title` is what people call it. `workflows` is the folder or file of its workflows below the
    repository's root. `mark` is a path that only repositories that use it have; empty where `init` writes
    no workflow for it. `secret_kind` and `secret_place` name where a user keeps the portal's key.

    Each field that ends with `_variable` is the name of an environment variable, empty where the system has
    none. `request_variables` are set only in a pull or merge request, which is called `request`.
    `input_prefix` begins the variables of a step's inputs.

    `writing_events` are the events that only somebody with write access to the repository can cause;
    `writing_events_with_tag` are so if the job is about a tag. All others only plan.
    """

    name: str
    title: str
    workflows: str
    secret_kind: str
    secret_place: str
    event_variable: str
    tag_variable: str
    ref_variable: str
    commit_variable: str
    repository_variable: str
    server_variable: str
    folder_variable: str
    request_variables: tuple[str, ...]
    writing_events: frozenset[str]
    writing_events_with_tag: frozenset[str] = frozenset()
    input_prefix: str = ""
    mark: str = ""
    request: str = "a pull request"


_GITHUB: Final = Forge(
    name="github",
    raw="{home}/raw/{ref}/",
    page="{home}/blob/{ref}/",
    folder="{home}/tree/{ref}/",
    levels_above=2,
    host_words=("github",),
    public_home="https://github.com/",
    public_raw="https://raw.githubusercontent.com/{path}/{ref}/",
)
_GITLAB: Final = Forge(
    name="gitlab",
    raw="{home}/-/raw/{ref}/",
    page="{home}/-/blob/{ref}/",
    folder="{home}/-/tree/{ref}/",
    levels_above=3,
    host_words=("gitlab",),
)
_FORGEJO: Final = Forge(
    name="forgejo",
    raw="{home}/raw/{kind}/{ref}/",
    page="{home}/src/{kind}/{ref}/",
    folder="{home}/src/{kind}/{ref}/",
    levels_above=3,
    host_words=("codeberg", "forgejo"),
)
_GITEA: Final = _FORGEJO._replace(name="gitea", host_words=("gitea",))

# In the order in which a host name is compared.
FORGES: Final = {forge.name: forge for forge in (_GITHUB, _GITLAB, _FORGEJO, _GITEA)}

_GITHUB_ACTIONS: Final = CiSystem(
    name="github",
    title="GitHub",
    workflows=".github/workflows/",
    # The folder above has other files too, also in repositories that are mirrored to GitHub.
    mark=".github/workflows",
    secret_kind="secret",  # noqa: S106 a word, not a password
    secret_place="Settings → Secrets and variables → Actions",  # noqa: S106 likewise
    event_variable="GITHUB_EVENT_NAME",
    tag_variable="",
    ref_variable="GITHUB_REF",
    commit_variable="GITHUB_SHA",
    repository_variable="GITHUB_REPOSITORY",
    server_variable="GITHUB_SERVER_URL",
    folder_variable="GITHUB_WORKSPACE",
    # Also set where a reusable workflow's job has an event of its own.
    request_variables=("GITHUB_HEAD_REF", "GITHUB_BASE_REF"),
    input_prefix="INPUT_",
    # Source: docs.github.com "Events that trigger workflows". `repository_dispatch` needs a token that may
    # write contents. A reusable workflow has its caller's event.
    writing_events=frozenset(
        {"create", "push", "release", "repository_dispatch", "schedule", "workflow_dispatch"}
    ),
    # Forgejo gives this event to every job of a reusable workflow, whatever started the caller. With a tag it
    # is safe: what a stranger starts has the default branch or a pull request's ref.
    writing_events_with_tag=frozenset({"workflow_call"}),
)
_FORGEJO_ACTIONS: Final = _GITHUB_ACTIONS._replace(
    name="forgejo",
    title="Forgejo",
    workflows=".forgejo/workflows/",
    mark=".forgejo",
    secret_place="Settings → Actions → Secrets",  # noqa: S106 likewise
)
_GITEA_ACTIONS: Final = _FORGEJO_ACTIONS._replace(
    name="gitea", title="Gitea", workflows=".gitea/workflows/", mark=".gitea"
)
_GITLAB_CI: Final = CiSystem(
    name="gitlab",
    title="GitLab",
    workflows=".gitlab-ci.yml",
    mark=".gitlab-ci.yml",
    secret_kind="masked and protected variable",  # noqa: S106 likewise
    secret_place="Settings → CI/CD → Variables",  # noqa: S106 likewise
    event_variable="CI_PIPELINE_SOURCE",
    tag_variable="CI_COMMIT_TAG",
    ref_variable="",
    commit_variable="CI_COMMIT_SHA",
    repository_variable="CI_PROJECT_URL",
    server_variable="CI_SERVER_URL",
    folder_variable="CI_PROJECT_DIR",
    request_variables=(
        "CI_MERGE_REQUEST_IID",
        "CI_MERGE_REQUEST_ID",
        "CI_EXTERNAL_PULL_REQUEST_IID",
    ),
    # Source: docs.gitlab.com "CI_PIPELINE_SOURCE predefined variable". Left out: `chat`, which anybody in a
    # channel may write, `external`, and the scans that a policy starts.
    writing_events=frozenset(
        {"api", "parent_pipeline", "pipeline", "push", "schedule", "trigger", "web", "webide"}
    ),
    request="a merge request",
)
_WOODPECKER: Final = CiSystem(
    name="woodpecker",
    title="Woodpecker, Crow",
    workflows=".woodpecker/",
    secret_kind="secret",  # noqa: S106 likewise
    secret_place="the repository's settings → Secrets",  # noqa: S106 likewise
    event_variable="CI_PIPELINE_EVENT",
    tag_variable="CI_COMMIT_TAG",
    ref_variable="CI_COMMIT_REF",
    commit_variable="CI_COMMIT_SHA",
    repository_variable="CI_REPO_URL",
    server_variable="CI_FORGE_URL",
    folder_variable="CI_WORKSPACE",
    request_variables=("CI_COMMIT_PULL_REQUEST",),
    input_prefix="PLUGIN_",
    # Source: woodpecker-ci.org "Workflow syntax", `when.event`.
    writing_events=frozenset({"cron", "deployment", "manual", "push", "release", "tag"}),
)
_DRONE: Final = CiSystem(
    name="drone",
    title="Drone",
    workflows=".drone.yml",
    secret_kind="secret",  # noqa: S106 likewise
    secret_place="the repository's settings → Secrets",  # noqa: S106 likewise
    event_variable="DRONE_BUILD_EVENT",
    tag_variable="DRONE_TAG",
    ref_variable="DRONE_COMMIT_REF",
    commit_variable="DRONE_COMMIT_SHA",
    repository_variable="DRONE_REPO_LINK",
    server_variable="",
    folder_variable="",
    # Promoting a build makes one with the event `promote`, which inherits the rest.
    request_variables=("DRONE_PULL_REQUEST",),
    input_prefix="PLUGIN_",
    # Source: docs.drone.io "DRONE_BUILD_EVENT". Left out: `rollback`, which goes back to something old.
    writing_events=frozenset({"cron", "custom", "promote", "push", "tag"}),
)
CI_SYSTEMS: Final = {
    system.name: system
    for system in (
        _GITHUB_ACTIONS,
        _FORGEJO_ACTIONS,
        _GITEA_ACTIONS,
        _GITLAB_CI,
        _WOODPECKER,
        _DRONE,
    )
}
