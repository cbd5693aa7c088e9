"""Runs the jobs of a workflow as GitHub's runner does: shell steps in bash, actions by what stands for them.

This project's own actions are run for real. Checkout clones a repository of the test, artifacts are files of
the test, programs that a step calls (`gh`, `curl`, `pipx`) are stand-ins in `bin`, which record their calls.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import yaml

from tests.conftest import environment
from tests.support.forks import start
from tests.support.git import git

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT: Final = Path(__file__).parents[2]
_TOKEN: Final = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<name>[A-Za-z_][\w.-]*)|(?P<mark>==|!=|&&|\|\||!|[(),]))"
)
_PYTHON: Final = {"&&": " and ", "||": " or ", "!": " not "}
_FUNCTIONS: Final = {
    "always": lambda: True,
    "cancelled": lambda: False,
    "contains": lambda where, what: what in where,
    "fromJSON": json.loads,
    "toJSON": json.dumps,
}


def evaluate(expression: str, contexts: Mapping[str, Any]) -> Any:
    """Return the value of an expression such as `steps.plan.outputs.status == 'planned'`."""
    parts, at = [], 0
    expression = expression.strip()
    while at < len(expression):
        token = _TOKEN.match(expression, at)
        assert token, f"not understood: {expression[at:]}"
        at = token.end()
        if token["text"]:
            parts.append(repr(token["text"][1:-1].replace("''", "'")))
        elif token["mark"]:
            parts.append(_PYTHON.get(token["mark"], token["mark"]))
        elif token["name"] in {*_FUNCTIONS, "success", "failure"}:
            parts.append(token["name"])
        else:
            parts.append(f"look({token['name']!r})")

    def look(name: str) -> Any:
        value: Any = contexts
        for one in name.split("."):
            value = value.get(one, "") if isinstance(value, dict) else ""
        return value

    failed = bool(contexts.get("failed"))
    known = {**_FUNCTIONS, "success": lambda: not failed, "failure": lambda: failed, "look": look}
    return eval("".join(parts), {"__builtins__": {}}, known)


def filled(value: Any, contexts: Mapping[str, Any]) -> str:
    """Return a value of the workflow with its `${{ … }}` replaced."""
    text = str(value).lower() if isinstance(value, bool) else str(value)

    def put(found: re.Match[str]) -> str:
        result = evaluate(found[1], contexts)
        return str(result).lower() if isinstance(result, bool) else str(result)

    return re.sub(r"\$\{\{(.*?)\}\}", put, text)


def outputs_of(text: str) -> dict[str, str]:
    """Read a step's file of outputs as the runner does."""
    lines, outputs = text.splitlines(), {}
    while lines:
        line = lines.pop(0)
        name, mark, end = line.partition("<<")
        if mark and "=" not in name:
            at = lines.index(end)
            outputs[name] = "\n".join(lines[:at])
            lines = lines[at + 1 :]
        else:
            name, _, outputs[name] = line.partition("=")
    return outputs


class WorkflowRunner:
    """One runner and its forge: `origin` is the repository, `event` what starts the jobs.

    `failures` are the steps that failed, `logs` what each step has printed. `answers` has the outputs of
    actions that are only pretended, by name.
    """

    def __init__(self, folder: Path, origin: Path, portal_url: str, **variables: str) -> None:
        self.folder = folder
        self.origin = origin
        self.bin = folder / "bin"
        self.artifacts = folder / "artifacts"
        self.temp = folder / "temp"
        for one in (self.bin, self.artifacts, self.temp):
            one.mkdir(parents=True)
        self.variables = {"FACTORIO_RELEASE_PORTAL_URL": portal_url, **variables}
        self.variables["FACTORIO_RELEASE_VERIFY_TIMEOUT"] = "5"
        self.secrets = {"FACTORIO_API_KEY": ""}
        self.answers: dict[str, dict[str, str]] = {}
        self.failures: list[str] = []
        self.logs: list[str] = []
        self._number = 0

    def stand_in(self, name: str, script: str) -> None:
        """Put a program on the path of the steps; it gets this test's Python, without packages."""
        path = self.bin / name
        path.write_text(f"#!{sys.executable} -IS\n{script}", encoding="utf-8")
        path.chmod(0o755)

    def event(self, name: str, ref: str, **payload: Any) -> dict[str, Any]:
        """Return what GitHub says of an event; the commit is that of the reference in the repository."""
        full = {"repository": {"default_branch": "main", "full_name": "demo/lamp-post"}, **payload}
        return {
            "event_name": name,
            "ref": ref,
            "ref_name": ref.partition("/")[2].partition("/")[2],
            "sha": git(self.origin, "rev-parse", f"{ref}^{{commit}}"),
            "repository": "demo/lamp-post",
            "server_url": "https://github.com",
            "token": "github-token",
            "event": full,
        }

    def run(
        self, workflow: Path, github: dict[str, Any], inputs: Mapping[str, str] | None = None
    ) -> dict[str, dict[str, Any]]:
        """Run the jobs in their order, and return what each has come to: `result` and `outputs`."""
        jobs: dict[str, Any] = yaml.safe_load(workflow.read_text("utf-8"))["jobs"]
        done: dict[str, dict[str, Any]] = {}
        for name, job in jobs.items():
            needs = job.get("needs", [])
            needs = [needs] if isinstance(needs, str) else needs
            contexts = {
                "github": github,
                "inputs": dict(inputs or {}),
                "secrets": self.secrets,
                "needs": {one: done[one] for one in needs},
                "failed": any(done[one]["result"] != "success" for one in needs),
            }
            if not self._is_wanted(job.get("if", "success()"), contexts):
                done[name] = {"result": "skipped", "outputs": {}}
                continue
            done[name] = self._job(job, contexts)
        return done

    @staticmethod
    def _is_wanted(condition: Any, contexts: Mapping[str, Any]) -> bool:
        text = re.sub(r"^\$\{\{(.*)\}\}$", r"\1", str(condition).strip())
        if not re.search(r"\b(?:always|cancelled|failure|success)\(", text):
            text = f"success() && ({text})"
        return bool(evaluate(text, contexts))

    def _job(self, job: dict[str, Any], contexts: dict[str, Any]) -> dict[str, Any]:
        self._number += 1
        workspace = self.folder / f"job{self._number}"
        workspace.mkdir()
        contexts |= {"steps": {}, "failed": False, "runner": {"temp": str(self.temp)}}
        for step in job["steps"]:
            if not self._is_wanted(step.get("if", "success()"), contexts):
                continue
            code, outputs = self._step(step, workspace, contexts)
            if step.get("id"):
                contexts["steps"][step["id"]] = {"outputs": outputs}
            if code:
                contexts["failed"] = True
                self.failures.append(
                    f"{step.get('name') or step.get('uses') or step['run']}: {code}"
                )
        outputs = {name: filled(value, contexts) for name, value in job.get("outputs", {}).items()}
        return {"result": "failure" if contexts["failed"] else "success", "outputs": outputs}

    def _step(
        self, step: dict[str, Any], workspace: Path, contexts: dict[str, Any]
    ) -> tuple[int, dict[str, str]]:
        given = {name: filled(value, contexts) for name, value in step.get("with", {}).items()}
        env = {name: filled(value, contexts) for name, value in step.get("env", {}).items()}
        if "run" in step:
            return self._shell(step["run"], workspace, contexts, env)
        name = step["uses"].partition("@")[0]
        if name == "OWNER/factorio-release":
            inputs = {f"INPUT_{one.upper()}": value for one, value in given.items()}
            return self._process(["action"], workspace, contexts, inputs)
        if name == "OWNER/factorio-release/native":
            return self._native(given, workspace, contexts)
        if name in self.answers:
            return 0, self.answers[name]
        return self._action_of_others(name, given, workspace, contexts), {}

    def _action_of_others(
        self, name: str, given: dict[str, str], workspace: Path, contexts: dict[str, Any]
    ) -> int:
        """Do what an action of GitHub's does, as far as a recipe needs it; return its exit code."""
        if name == "actions/checkout":
            ref = given.get("ref") or contexts["github"]["ref"]
            git(workspace.parent, "clone", "--quiet", str(self.origin), workspace.name)
            commit = git(self.origin, "rev-parse", f"{ref}^{{commit}}")
            branch = ref.removeprefix("refs/heads/")
            as_branch = ["-B", branch] if branch != ref else []
            git(workspace, "checkout", "--quiet", *as_branch, commit)
        elif name == "actions/upload-artifact":
            if not (workspace / given["path"]).exists():
                return 1
            (self.artifacts / given["name"]).mkdir()
            shutil.copy(workspace / given["path"], self.artifacts / given["name"])
        elif name == "actions/download-artifact":
            shutil.copytree(self.artifacts / given["name"], workspace, dirs_exist_ok=True)
        else:
            assert name.startswith("actions/setup-"), name
        return 0

    def _native(
        self, given: dict[str, str], workspace: Path, contexts: dict[str, Any]
    ) -> tuple[int, dict[str, str]]:
        """Run the last step of the composite action; the steps before it only install the program."""
        action = yaml.safe_load((ROOT / "native" / "action.yml").read_text("utf-8"))
        inputs = {name: given.get(name, one["default"]) for name, one in action["inputs"].items()}
        assert given.keys() <= inputs.keys()
        inner = {**contexts, "inputs": inputs}
        inner["steps"] = {"install": {"outputs": {"python": sys.executable}}}
        *_, step = action["runs"]["steps"]
        env = {name: filled(value, inner) for name, value in step["env"].items()}
        code, outputs = self._shell(step["run"], workspace, contexts, env)
        inner["steps"] |= {"run": {"outputs": outputs}}
        return code, {name: filled(one["value"], inner) for name, one in action["outputs"].items()}

    def _shell(
        self, script: str, workspace: Path, contexts: dict[str, Any], env: dict[str, str]
    ) -> tuple[int, dict[str, str]]:
        """Run a script as the runner does where a workflow names no shell."""
        path = self.temp / "step.sh"
        path.write_text(filled(script, contexts), encoding="utf-8")
        return self._process(["bash", "-e", str(path)], workspace, contexts, env)

    def _process(
        self, command: list[str], workspace: Path, contexts: dict[str, Any], env: dict[str, str]
    ) -> tuple[int, dict[str, str]]:
        github = contexts["github"]
        event, output = self.temp / "event.json", self.temp / "output"
        event.write_text(json.dumps(github["event"]))
        output.write_text("")
        job = {
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_EVENT_NAME": github["event_name"],
            "GITHUB_EVENT_PATH": str(event),
            "GITHUB_REF": github["ref"],
            "GITHUB_REF_NAME": github["ref_name"],
            "GITHUB_SHA": github["sha"],
            "GITHUB_REPOSITORY": github["repository"],
            "GITHUB_SERVER_URL": github["server_url"],
            "GITHUB_OUTPUT": str(output),
            "GITHUB_STEP_SUMMARY": str(self.temp / "step-summary"),
            "GITHUB_WORKSPACE": str(workspace),
            "RUNNER_TEMP": str(self.temp),
            "STAND_INS": str(self.temp),
            "HOME": str(self.folder),
        }
        path = os.pathsep.join(
            [str(self.bin), str(Path(sys.executable).parent), os.environ["PATH"]]
        )
        env = environment(**{**self.variables, **job, **env, "PATH": path})
        if command == ["action"]:
            process = start(("action",), env, workspace)
        else:
            process = subprocess.Popen(
                command,
                cwd=workspace,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
        out, err = process.communicate(timeout=600)
        self.logs.append(out + err)
        return process.wait(), outputs_of(output.read_text("utf-8"))
