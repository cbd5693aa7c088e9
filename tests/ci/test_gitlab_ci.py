import io
import re
import subprocess
from pathlib import Path

import pytest

from factorio_release.ci.detect import detect
from factorio_release.ci.gitlab import DOTENV, LARGEST_DOTENV, dotenv

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


def test_outputs_go_to_a_dotenv_file(tmp_path: Path) -> None:
    stream = io.StringIO()
    ci = detect({"GITLAB_CI": "true", "CI_PROJECT_DIR": str(tmp_path)}, stream)
    ci.write_outputs({"mod": "m", "zip-name": "m_1.0.0.zip", "notes": ""})
    assert gitlab_reads((tmp_path / DOTENV).read_text()) == {
        "MOD": "m",
        "ZIP_NAME": "m_1.0.0.zip",
        "NOTES": "",
    }
    assert stream.getvalue() == ""


@pytest.mark.parametrize("text", [*NASTY, "\n".join(NASTY), "a\\nb\n\\c", "line\r\nline", "$A ${B} $$"])
def test_notes_survive_the_format(text: str) -> None:
    value = runner_expands(gitlab_reads(dotenv({"notes": text}))["NOTES"])
    decoded = subprocess.run(
        ["/usr/bin/printf", "%b", value], capture_output=True, check=True
    ).stdout.decode()
    assert decoded == text.replace("\r\n", "\n").strip()


@pytest.mark.parametrize("text", ["a\nb", "a\r\nb", "a\0b"])
def test_other_values_are_one_line(text: str) -> None:
    assert gitlab_reads(dotenv({"mod": text}))["MOD"].replace(" ", "") == "ab"


def test_what_is_too_large_is_left_empty_and_the_rest_arrives() -> None:
    outputs = {"mod": "m", "notes": "n" * 4000, "mods": "x" * 4000}
    values = gitlab_reads(dotenv(outputs))
    assert values == {"MOD": "m", "NOTES": "", "MODS": "x" * 4000}
    values = gitlab_reads(dotenv(outputs | {"mods": "x" * 9000}))
    assert values == {"MOD": "m", "NOTES": "", "MODS": ""}
    assert len(dotenv({"mod": "ü" * 9000}).encode()) <= LARGEST_DOTENV
