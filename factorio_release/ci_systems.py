"""CI systems: how each shows itself, and in which variables it says what started a job.

One declaration, read by `ci`, `scaffold` and the messages about a missing key. What each event means for a
run is in `ci/events.py`. The types are named tuples: in CI every start makes them, and a dataclass with many
fields takes longer than all the rest of this module.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping


class Cause(StrEnum):
    """What kind of event started a job, by the system's own name for it."""

    PUSH = "push"  # of a branch or a tag, which other variables name
    RELEASE = "release"
    BUTTON = "button"  # somebody with write access, or their token, started the job
    SCHEDULE = "schedule"
    REQUEST = "request"
    MERGE_QUEUE = "merge queue"
    # Forgejo gives this event to every job of a reusable workflow, whatever started the caller.
    ONLY_WITH_TAG = "only with a tag"
    NOT_SAID = "not said"  # the system does not say what started this job


class CiSystem(NamedTuple):
    """A CI system: where its workflows and secrets are, and the variables that describe a job.

    `title` is what people call it. `workflows` is the folder or file of its workflows below the
    repository's root. `mark` is a path that only repositories that use it have; empty where `init` writes
    no workflow for it. `secret_kind` and `secret_place` name where a user keeps the portal's key, and
    `secret_page` is that page's path below the repository's address.

    `marks` are the variables that show it: `NAME` with any value that means yes, or `NAME=value`.
    Each field that ends with `_variable` is the name of an environment variable, empty where the system has
    none. `request_variables` are set only in a pull or merge request, which is called `request`.
    `input_prefix` begins the variables of a step's inputs.

    `events` has the cause of each event that is known, by the value of `event_variable`. Only an event that
    nobody without write access to the repository can cause has a cause that writes; an event that is not
    listed never writes. A system without an event variable has PUSH for every job.

    `branch_variable` is left empty where a stranger's pull request may have the name of the owner's branch in
    it and nothing that shows it as a request.
    """

    name: str
    title: str
    secret_place: str
    marks: tuple[str, ...]
    workflows: str = ""
    secret_kind: str = "secret"  # noqa: S105 a word, not a password
    secret_page: str = ""
    event_variable: str = ""
    tag_variable: str = ""
    ref_variable: str = ""
    branch_variable: str = ""
    default_branch_variable: str = ""
    commit_variable: str = ""
    repository_variable: str = ""
    server_variable: str = ""
    folder_variable: str = ""
    request_variables: tuple[str, ...] = ()
    events: Mapping[str, Cause] = {}
    input_prefix: str = ""
    mark: str = ""
    request: str = "a pull request"

    def names(self, cause: Cause) -> list[str]:
        """Return the events with this cause, sorted."""
        return sorted(event for event, its_cause in self.events.items() if its_cause is cause)


_GITHUB: Final = CiSystem(
    name="github",
    title="GitHub",
    workflows=".github/workflows/",
    # The folder above has other files too, also in repositories that are mirrored to GitHub.
    mark=".github/workflows",
    secret_place="Settings → Secrets and variables → Actions",  # noqa: S106 a place, not a password
    secret_page="settings/secrets/actions",  # noqa: S106 likewise
    # A step in a container that somebody started by hand may have the event and nothing else.
    marks=("GITHUB_ACTIONS", "GITHUB_EVENT_NAME"),
    event_variable="GITHUB_EVENT_NAME",
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
    events={
        "create": Cause.PUSH,
        "merge_group": Cause.MERGE_QUEUE,
        "push": Cause.PUSH,
        "release": Cause.RELEASE,
        "repository_dispatch": Cause.BUTTON,
        "schedule": Cause.SCHEDULE,
        "workflow_call": Cause.ONLY_WITH_TAG,
        "workflow_dispatch": Cause.BUTTON,
    },
)
_FORGEJO: Final = _GITHUB._replace(
    name="forgejo",
    title="Forgejo",
    workflows=".forgejo/workflows/",
    mark=".forgejo",
    secret_place="Settings → Actions → Secrets",  # noqa: S106 likewise
    secret_page="settings/actions/secrets",  # noqa: S106 likewise
)
_GITEA: Final = _FORGEJO._replace(
    name="gitea", title="Gitea", workflows=".gitea/workflows/", mark=".gitea"
)
_GITLAB: Final = CiSystem(
    name="gitlab",
    title="GitLab",
    workflows=".gitlab-ci.yml",
    mark=".gitlab-ci.yml",
    secret_kind="masked and protected variable",  # noqa: S106 likewise
    secret_place="Settings → CI/CD → Variables",  # noqa: S106 likewise
    secret_page="-/settings/ci_cd",  # noqa: S106 likewise
    marks=("GITLAB_CI", "CI_PIPELINE_SOURCE"),
    event_variable="CI_PIPELINE_SOURCE",
    tag_variable="CI_COMMIT_TAG",
    branch_variable="CI_COMMIT_BRANCH",
    default_branch_variable="CI_DEFAULT_BRANCH",
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
    # channel may write, `external`, and the scans that a policy starts. A child pipeline has a branch or a
    # tag of its own, unless a merge request's pipeline started it.
    events={
        "api": Cause.BUTTON,
        "external_pull_request_event": Cause.REQUEST,
        "merge_request_event": Cause.REQUEST,
        "parent_pipeline": Cause.PUSH,
        "pipeline": Cause.BUTTON,
        "push": Cause.PUSH,
        "schedule": Cause.SCHEDULE,
        "trigger": Cause.BUTTON,
        "web": Cause.BUTTON,
        "webide": Cause.PUSH,
    },
    request="a merge request",
)
_WOODPECKER: Final = CiSystem(
    name="woodpecker",
    title="Woodpecker, Crow",
    workflows=".woodpecker/",
    secret_place="the repository's settings → Secrets",  # noqa: S106 likewise
    marks=(
        "CI=woodpecker",
        "CI=crow",
        "CI_SYSTEM_NAME=woodpecker",
        "CI_SYSTEM_NAME=crow",
        "CI_PIPELINE_EVENT",
    ),
    event_variable="CI_PIPELINE_EVENT",
    tag_variable="CI_COMMIT_TAG",
    ref_variable="CI_COMMIT_REF",
    branch_variable="CI_COMMIT_BRANCH",
    default_branch_variable="CI_REPO_DEFAULT_BRANCH",
    commit_variable="CI_COMMIT_SHA",
    repository_variable="CI_REPO_URL",
    server_variable="CI_FORGE_URL",
    folder_variable="CI_WORKSPACE",
    request_variables=("CI_COMMIT_PULL_REQUEST",),
    input_prefix="PLUGIN_",
    # Source: woodpecker-ci.org "Workflow syntax", `when.event`.
    events={
        "cron": Cause.SCHEDULE,
        "deployment": Cause.BUTTON,
        "manual": Cause.BUTTON,
        "pull_request": Cause.REQUEST,
        "pull_request_closed": Cause.REQUEST,
        "pull_request_metadata": Cause.REQUEST,
        "push": Cause.PUSH,
        "release": Cause.RELEASE,
        "tag": Cause.PUSH,
    },
)
_DRONE: Final = CiSystem(
    name="drone",
    title="Drone",
    workflows=".drone.yml",
    secret_place="the repository's settings → Secrets",  # noqa: S106 likewise
    marks=("DRONE", "CI=drone", "CI_SYSTEM_NAME=drone", "DRONE_BUILD_EVENT"),
    event_variable="DRONE_BUILD_EVENT",
    tag_variable="DRONE_TAG",
    ref_variable="DRONE_COMMIT_REF",
    branch_variable="DRONE_BRANCH",
    default_branch_variable="DRONE_REPO_BRANCH",
    commit_variable="DRONE_COMMIT_SHA",
    repository_variable="DRONE_REPO_LINK",
    # Promoting a build makes one with the event `promote`, which inherits the rest.
    request_variables=("DRONE_PULL_REQUEST",),
    input_prefix="PLUGIN_",
    # Source: docs.drone.io "DRONE_BUILD_EVENT". Left out: `rollback`, which goes back to something old.
    events={
        "cron": Cause.SCHEDULE,
        "custom": Cause.BUTTON,
        "promote": Cause.BUTTON,
        "pull_request": Cause.REQUEST,
        "push": Cause.PUSH,
        "tag": Cause.PUSH,
    },
)
# From here on: systems that run the command and get no outputs of it. Their variables were compared with the
# npm package env-ci 11.2.0, which semantic-release uses, beside the source that each names.
_APPVEYOR: Final = CiSystem(
    name="appveyor",
    title="AppVeyor",
    secret_place="the project's settings → Environment",  # noqa: S106 likewise
    marks=("APPVEYOR",),
    # Source: appveyor.com/docs/environment-variables. In a pull request the branch is the base's.
    tag_variable="APPVEYOR_REPO_TAG_NAME",
    branch_variable="APPVEYOR_REPO_BRANCH",
    commit_variable="APPVEYOR_REPO_COMMIT",
    request_variables=("APPVEYOR_PULL_REQUEST_NUMBER",),
)
_AZURE: Final = CiSystem(
    name="azure",
    title="Azure Pipelines",
    secret_place="Pipelines → Edit → Variables, mapped with `env:`",  # noqa: S106 likewise
    marks=("TF_BUILD", "BUILD_BUILDURI"),
    # Source: learn.microsoft.com "Predefined variables", Build.Reason. Left out: ResourceTrigger and
    # BuildCompletion, which another build caused, perhaps a pull request's.
    event_variable="BUILD_REASON",
    ref_variable="BUILD_SOURCEBRANCH",
    commit_variable="BUILD_SOURCEVERSION",
    repository_variable="BUILD_REPOSITORY_URI",
    request_variables=("SYSTEM_PULLREQUEST_PULLREQUESTID",),
    events={
        "BatchedCI": Cause.PUSH,
        "IndividualCI": Cause.PUSH,
        "Manual": Cause.BUTTON,
        "PullRequest": Cause.REQUEST,
        "Schedule": Cause.SCHEDULE,
    },
)
_BITBUCKET: Final = CiSystem(
    name="bitbucket",
    title="Bitbucket Pipelines",
    secret_place="Repository settings → Pipelines → Repository variables",  # noqa: S106 likewise
    marks=("BITBUCKET_BUILD_NUMBER",),
    # Source: support.atlassian.com "Variables and secrets". A custom pipeline has the same variables.
    tag_variable="BITBUCKET_TAG",
    branch_variable="BITBUCKET_BRANCH",
    commit_variable="BITBUCKET_COMMIT",
    repository_variable="BITBUCKET_GIT_HTTP_ORIGIN",
    request_variables=("BITBUCKET_PR_ID",),
)
_BITRISE: Final = CiSystem(
    name="bitrise",
    title="Bitrise",
    secret_place="the Workflow Editor → Secrets",  # noqa: S106 likewise
    marks=("BITRISE_IO",),
    # Source: docs.bitrise.io "Available environment variables".
    tag_variable="BITRISE_GIT_TAG",
    branch_variable="BITRISE_GIT_BRANCH",
    commit_variable="BITRISE_GIT_COMMIT",
    repository_variable="GIT_REPOSITORY_URL",
    request_variables=("BITRISE_PULL_REQUEST",),
)
_BUILDKITE: Final = CiSystem(
    name="buildkite",
    title="Buildkite",
    secret_place="the cluster → Secrets",  # noqa: S106 likewise
    marks=("BUILDKITE",),
    # Source: buildkite.com/docs/pipelines/environment-variables. Left out: `trigger_job`, which another
    # pipeline's job caused, perhaps a pull request's.
    event_variable="BUILDKITE_SOURCE",
    tag_variable="BUILDKITE_TAG",
    branch_variable="BUILDKITE_BRANCH",
    default_branch_variable="BUILDKITE_PIPELINE_DEFAULT_BRANCH",
    commit_variable="BUILDKITE_COMMIT",
    repository_variable="BUILDKITE_REPO",
    request_variables=("BUILDKITE_PULL_REQUEST",),
    events={
        "api": Cause.BUTTON,
        "schedule": Cause.SCHEDULE,
        "ui": Cause.BUTTON,
        "webhook": Cause.PUSH,
    },
)
_CIRCLE: Final = CiSystem(
    name="circleci",
    title="CircleCI",
    secret_place="Project Settings → Environment Variables",  # noqa: S106 likewise
    marks=("CIRCLECI",),
    # Source: circleci.com/docs/reference/variables. A project of the GitHub App has none of the request's
    # variables, so that a fork's branch `main` looks like the owner's.
    tag_variable="CIRCLE_TAG",
    commit_variable="CIRCLE_SHA1",
    repository_variable="CIRCLE_REPOSITORY_URL",
    request_variables=(
        "CIRCLE_PULL_REQUEST",
        "CIRCLE_PULL_REQUESTS",
        "CIRCLE_PR_NUMBER",
        "CI_PULL_REQUEST",
    ),
)
_CIRRUS: Final = CiSystem(
    name="cirrus",
    title="Cirrus CI",
    secret_place="the repository's settings on cirrus-ci.com → Secured variables",  # noqa: S106 likewise
    marks=("CIRRUS_CI",),
    # Source: cirrus-ci.org/guide/writing-tasks "Environment Variables".
    tag_variable="CIRRUS_TAG",
    branch_variable="CIRRUS_BRANCH",
    default_branch_variable="CIRRUS_DEFAULT_BRANCH",
    commit_variable="CIRRUS_CHANGE_IN_REPO",
    repository_variable="CIRRUS_REPO_CLONE_URL",
    request_variables=("CIRRUS_PR",),
)
_CLOUD_BUILD: Final = CiSystem(
    name="cloudbuild",
    title="Google Cloud Build",
    secret_place="Secret Manager, with `availableSecrets`",  # noqa: S106 likewise
    # Source: docs.cloud.google.com "Substituting variable values". Only what `env:` maps is in the
    # environment; a pull request's build has the name of its head branch as BRANCH_NAME.
    marks=("BUILDER_OUTPUT",),
    tag_variable="TAG_NAME",
    commit_variable="COMMIT_SHA",
    request_variables=("_PR_NUMBER",),
)
_CODEBUILD: Final = CiSystem(
    name="codebuild",
    title="AWS CodeBuild",
    secret_place="Secrets Manager, with `env: secrets-manager:`",  # noqa: S106 likewise
    marks=("CODEBUILD_BUILD_ID",),
    # Source: docs.aws.amazon.com "Environment variables in build environments". A build that no webhook
    # started does not say which branch it is of.
    event_variable="CODEBUILD_WEBHOOK_EVENT",
    ref_variable="CODEBUILD_WEBHOOK_HEAD_REF",
    commit_variable="CODEBUILD_RESOLVED_SOURCE_VERSION",
    repository_variable="CODEBUILD_SOURCE_REPO_URL",
    events={
        "": Cause.NOT_SAID,
        "PRERELEASED": Cause.RELEASE,
        "PULL_REQUEST_CLOSED": Cause.REQUEST,
        "PULL_REQUEST_CREATED": Cause.REQUEST,
        "PULL_REQUEST_MERGED": Cause.REQUEST,
        "PULL_REQUEST_REOPENED": Cause.REQUEST,
        "PULL_REQUEST_UPDATED": Cause.REQUEST,
        "PUSH": Cause.PUSH,
        "RELEASED": Cause.RELEASE,
    },
)
_CODEFRESH: Final = CiSystem(
    name="codefresh",
    title="Codefresh",
    secret_place="the pipeline's variables, encrypted",  # noqa: S106 likewise
    marks=("CF_BUILD_ID",),
    # Source: codefresh.io/docs "Variables". A pushed tag is in CF_BRANCH, as a branch is.
    tag_variable="CF_RELEASE_TAG",
    branch_variable="CF_BRANCH",
    commit_variable="CF_REVISION",
    request_variables=("CF_PULL_REQUEST_NUMBER", "CF_PULL_REQUEST_ID"),
)
_CODEMAGIC: Final = CiSystem(
    name="codemagic",
    title="Codemagic",
    secret_place="the app's Environment variables, as a secret",  # noqa: S106 likewise
    marks=("CM_BUILD_ID",),
    # Source: docs.codemagic.io "Environment variables".
    tag_variable="CM_TAG",
    branch_variable="CM_BRANCH",
    commit_variable="CM_COMMIT",
    request_variables=("CM_PULL_REQUEST", "CM_PULL_REQUEST_NUMBER"),
)
_JENKINS: Final = CiSystem(
    name="jenkins",
    title="Jenkins",
    secret_place="Manage Jenkins → Credentials, with `withCredentials`",  # noqa: S106 likewise
    marks=("JENKINS_URL",),
    # Source: the page /env-vars.html of every Jenkins. Only a multibranch project has CHANGE_ID and
    # BRANCH_NAME; the others are of the plugins ghprb, GitLab and Gerrit Trigger.
    tag_variable="TAG_NAME",
    branch_variable="BRANCH_NAME",
    commit_variable="GIT_COMMIT",
    repository_variable="GIT_URL",
    request_variables=(
        "CHANGE_ID",
        "ghprbPullId",
        "gitlabMergeRequestIid",
        "GERRIT_CHANGE_NUMBER",
    ),
)
_SEMAPHORE: Final = CiSystem(
    name="semaphore",
    title="Semaphore",
    secret_place="Settings → Secrets, with `secrets:`",  # noqa: S106 likewise
    marks=("SEMAPHORE",),
    # Source: docs.semaphoreci.com "Environment variables".
    event_variable="SEMAPHORE_GIT_REF_TYPE",
    tag_variable="SEMAPHORE_GIT_TAG_NAME",
    branch_variable="SEMAPHORE_GIT_BRANCH",
    commit_variable="SEMAPHORE_GIT_SHA",
    repository_variable="SEMAPHORE_GIT_URL",
    request_variables=("SEMAPHORE_GIT_PR_NUMBER", "PULL_REQUEST_NUMBER"),
    events={"branch": Cause.PUSH, "pull-request": Cause.REQUEST, "tag": Cause.PUSH},
)
_SOURCEHUT: Final = CiSystem(
    name="sourcehut",
    title="SourceHut",
    secret_place="builds.sr.ht → Secrets, as a file",  # noqa: S106 likewise
    marks=("BUILD_SUBMITTER",),
    # Source: man.sr.ht/builds.sr.ht "Integrations". Left out: hub.sr.ht, which submits the patches that
    # anybody may send to a list, and the old dispatch.sr.ht.
    event_variable="BUILD_SUBMITTER",
    ref_variable="GIT_REF",
    request_variables=("PATCHSET_ID",),
    events={"git.sr.ht": Cause.PUSH},
)
_TEAMCITY: Final = CiSystem(
    name="teamcity",
    title="TeamCity",
    secret_place="Parameters, as a password",  # noqa: S106 likewise
    marks=("TEAMCITY_VERSION",),
    # Source: jetbrains.com/help/teamcity "List of Predefined Build Parameters". Branch and pull request are
    # parameters of the server, which are not in the environment.
    commit_variable="BUILD_VCS_NUMBER",
)
_TRAVIS: Final = CiSystem(
    name="travis",
    title="Travis CI",
    secret_place="the repository's settings → Environment Variables",  # noqa: S106 likewise
    marks=("TRAVIS",),
    # Source: docs.travis-ci.com "Default Environment Variables". For a tag the branch is the tag's name.
    event_variable="TRAVIS_EVENT_TYPE",
    tag_variable="TRAVIS_TAG",
    branch_variable="TRAVIS_BRANCH",
    commit_variable="TRAVIS_COMMIT",
    request_variables=("TRAVIS_PULL_REQUEST",),
    events={
        "api": Cause.BUTTON,
        "cron": Cause.SCHEDULE,
        "pull_request": Cause.REQUEST,
        "push": Cause.PUSH,
    },
)
# In the order in which the environment is compared.
CI_SYSTEMS: Final = {
    system.name: system
    for system in (
        _GITHUB,
        _FORGEJO,
        _GITEA,
        _GITLAB,
        _WOODPECKER,
        _DRONE,
        _APPVEYOR,
        _AZURE,
        _BITBUCKET,
        _BITRISE,
        _BUILDKITE,
        _CIRCLE,
        _CIRRUS,
        _CLOUD_BUILD,
        _CODEBUILD,
        _CODEFRESH,
        _CODEMAGIC,
        _JENKINS,
        _SEMAPHORE,
        _SOURCEHUT,
        _TEAMCITY,
        _TRAVIS,
    )
}
