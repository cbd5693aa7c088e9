import io
import json
import os
import re
import subprocess
from pathlib import Path
from shutil import which
from tempfile import mkdtemp

import pytest

from factorio_release.ci.detect import detect
from factorio_release.ci.gitlab import MAX_DOTENV_BYTES, dotenv
from factorio_release.settings.options import DOTENV_FILE

NASTY = Path(__file__).with_name("nasty.txt").read_text("utf-8").splitlines()


def gitlab_reads(text: str) -> dict[str, str]:
    """Read a dotenv report as GitLab does: every line must be an assignment, the file below 5 KiB."""
    assert len(text.encode()) < 5 * 1024
    values = {}
    for line in text.splitlines():
        match = re.fullmatch("(.*?)=(.*)", line)
        assert match, line
        values[match[1].strip()] = match[2].strip()
    return values


def runner_expands(value: str) -> str:
    """Expand a variable as GitLab's runner does where no other variable is known."""
    return re.sub(r"\$(\$|\w+|\{\w+\})", lambda match: "$" if match[1] == "$" else "", value)


def shell_reads(shell: str, text: str, folder: Path) -> str:
    """Source the file as somebody's script may do, and give all that was printed meanwhile."""
    (folder / "sourced").mkdir()
    path = folder / DOTENV_FILE
    path.write_text(text, encoding="utf-8")
    script = '. "$1" && printf "%s" "$MOD"'
    done = subprocess.run(
        [shell, "-c", script, shell, str(path)],
        cwd=folder / "sourced",
        env={"PATH": os.environ["PATH"], "HOME": str(folder), "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert list((folder / "sourced").iterdir()) == []
    return done.stdout


def test_outputs_go_to_a_dotenv_file(tmp_path: Path) -> None:
    stream = io.StringIO()
    ci = detect({"GITLAB_CI": "true", "CI_PROJECT_DIR": str(tmp_path)}, stream)
    ci.write_outputs({"mod": "m", "zip-name": "m_1.0.0.zip", "notes": ""})
    assert gitlab_reads((tmp_path / DOTENV_FILE).read_text()) == {
        "MOD": "m",
        "ZIP_NAME": "m_1.0.0.zip",
        "NOTES": "",
    }
    assert stream.getvalue() == ""


@pytest.mark.parametrize(
    "text", [*NASTY, "\n".join(NASTY), "a\\nb\n\\c", "line\r\nline", "$A ${B} $$"]
)
def test_notes_come_back_from_the_dotenv(text: str) -> None:
    value = runner_expands(gitlab_reads(dotenv({"notes": text}))["NOTES"])
    decoded = subprocess.run(
        ["/usr/bin/printf", "%b", value], capture_output=True, check=True
    ).stdout.decode()
    assert decoded == text.replace("\r\n", "\n").strip()


COMMANDS: tuple[str, ...] = (
    "`touch pwned`",
    "$(touch pwned)",
    "x touch pwned",
    "x;touch pwned",
    "x\ntouch pwned",
    "x\rtouch pwned",
)
COMMANDS += (
    "x&touch pwned",
    "x|touch pwned",
    "'x' touch pwned",
    "\\\ntouch pwned",
    "x>pwned",
    "a\0b",
    "$HOME",
    "~",
)


@pytest.mark.parametrize("text", COMMANDS)
def test_other_values_are_plain_or_empty(tmp_path: Path, text: str) -> None:
    stream = io.StringIO()
    ci = detect({"GITLAB_CI": "true", "CI_PROJECT_DIR": str(tmp_path)}, stream)
    ci.write_outputs({"mod": text, "version": "1.0.0"})
    assert gitlab_reads((tmp_path / DOTENV_FILE).read_text("utf-8")) == {
        "MOD": "",
        "VERSION": "1.0.0",
    }
    assert (
        stream.getvalue()
        == f"warning: MOD is left empty in {DOTENV_FILE}, which cannot hold it; the report has it\n"
    )


@pytest.mark.parametrize(
    "shell", [shell for shell in ("sh", "bash", "dash", "zsh") if which(shell)]
)
@pytest.mark.parametrize("text", [*NASTY, *COMMANDS, "\n".join(NASTY), "\\", '"'])
def test_a_shell_that_sources_it_runs_nothing(tmp_path: Path, shell: str, text: str) -> None:
    outputs = {
        "mod": text,
        "zip": f"dist/{text}.zip",
        "notes": text,
        "mods": json.dumps([{"mod": text, "n": True}]),
    }
    assert shell_reads(shell, dotenv(outputs), tmp_path) in {text, ""}
    values = gitlab_reads(dotenv(outputs))
    assert json.loads(values["MODS"]) == [{"mod": text, "n": True}]
    assert (
        shell_reads(shell, dotenv({"mod": "größer_1.0-x/y"}), Path(mkdtemp(dir=tmp_path)))
        == "größer_1.0-x/y"
    )


def test_the_dotenv_follows_no_link_of_the_checkout(tmp_path: Path) -> None:
    profile, checkout = tmp_path / ".profile", tmp_path / "checkout"
    profile.write_text("precious")
    checkout.mkdir()
    (checkout / DOTENV_FILE).symlink_to(profile)
    stream = io.StringIO()
    ci = detect({"GITLAB_CI": "true", "CI_PROJECT_DIR": str(checkout)}, stream)
    ci.write_outputs({"mod": "`touch pwned`"})
    assert (
        stream.getvalue()
        == f"warning: {DOTENV_FILE} could not be written: {DOTENV_FILE} is a link\n"
    )
    (checkout / DOTENV_FILE).unlink()
    (checkout / DOTENV_FILE).write_text("export MINE=1\n")
    ci.write_outputs({"mod": "m"})
    assert stream.getvalue().endswith("a file is there that is not a dotenv of this program\n")
    assert (profile.read_text(), (checkout / DOTENV_FILE).read_text()) == (
        "precious",
        "export MINE=1\n",
    )


def test_values_that_are_too_large_are_left_empty() -> None:
    outputs = {"mod": "m", "notes": "n" * 4000, "mods": f'["{"x" * 4000}"]'}
    values = gitlab_reads(dotenv(outputs))
    assert values == {"MOD": "m", "NOTES": "", "MODS": outputs["mods"]}
    values = gitlab_reads(dotenv(outputs | {"mods": f'["{"x" * 9000}"]'}))
    assert values == {"MOD": "m", "NOTES": "", "MODS": ""}
    assert len(dotenv({"mod": "ü" * 9000}).encode()) <= MAX_DOTENV_BYTES
