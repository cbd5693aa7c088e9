"""`login` on a terminal against the embedded portal: what is asked, what is shown, and what is not."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from factorio_release.local_portal import LocalPortal
from factorio_release.local_portal.faults.faults import Fault
from factorio_release.local_portal.portal import DEMO_PASSWORDS
from tests.support.git import git
from tests.support.in_process import run_here
from tests.support.terminal import talk

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PASSWORD = DEMO_PASSWORDS["demo"]
TOKEN = "demo-token"
NAME = ("user name or e-mail address", "demo")
SECRET = ("password of demo", PASSWORD)

on_posix = pytest.mark.skipif(sys.platform == "win32", reason="a pseudo-terminal")
pytestmark = pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")


@pytest.fixture
def log_in(tmp_path: Path, portal: LocalPortal) -> Callable[..., tuple[int, str]]:
    def run(*answers: tuple[str, str], url: str = "", **environ: str) -> tuple[int, str]:
        address = f"{url or portal.url}/api-login"
        return talk(tmp_path, ["login", "--auth-url", address], list(answers), **environ)

    return run


@on_posix
def test_name_and_password_give_the_token_and_where_it_belongs(
    log_in: Callable[..., tuple[int, str]], portal: LocalPortal, tmp_path: Path
) -> None:
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "remote", "add", "origin", "git@github.com:somebody/lamps.git")
    code, shown = log_in(NAME, SECRET)
    assert code == 0
    assert shown.splitlines().count(TOKEN) == 1
    assert shown.count(TOKEN) == 1
    assert PASSWORD not in shown
    assert "set FACTORIO_USERNAME=demo and FACTORIO_TOKEN" in shown
    assert "GitHub, Settings → Secrets and variables → Actions" in shown
    (sent,) = portal.log
    assert sent.fields["api_version"] == ["4"]
    assert sent.fields["require_game_ownership"] == ["true"]
    assert "email_authentication_code" not in sent.fields


@on_posix
def test_the_code_from_the_mail_is_asked_for(tmp_path: Path) -> None:
    with LocalPortal(login_codes={"demo": "123456"}) as portal:
        arguments = ["login", "--username", "demo", "--auth-url", f"{portal.url}/api-login"]
        answers = [SECRET, ("code from the e-mail", "123456")]
        code, shown = talk(tmp_path, arguments, answers)
        assert code == 0
        assert "A code was sent to your e-mail address." in shown
        assert shown.splitlines().count(TOKEN) == 1
        assert len(portal.log) == 2
        code, shown = talk(tmp_path, arguments, [SECRET, ("code from the e-mail", "1")])
        assert code == 4
        assert "The code is not valid" in shown
        assert len(portal.log) == 4


@on_posix
def test_a_wrong_password_is_refused_and_sent_once(
    log_in: Callable[..., tuple[int, str]], portal: LocalPortal
) -> None:
    code, shown = log_in(("password of demo", "wrong-password"), FACTORIO_USERNAME="demo")
    assert code == 4
    assert "the login was refused: Invalid username or password." in shown
    assert "https://factorio.com/profile" in shown
    assert "wrong-password" not in shown
    assert len(portal.log) == 1


@on_posix
@pytest.mark.parametrize(
    ("fault", "code", "said"),
    [
        (Fault("api_login", "drop"), 5, "POST "),
        (Fault("api_login", "cut", after=True), 5, "POST "),
        (Fault("api_login", "html", "200"), 5, "with text/html instead of JSON"),
        (Fault("api_login", "redirect", "https://example.com/"), 5, "302 with an empty body instead of JSON"),
        (Fault("api_login", "rate-limit", "9"), 4, "too many logins"),
        (Fault("api_login", "without", "token"), 5, "neither a token nor an error"),
        (Fault("api_login", "status", "401,failed"), 4, "the login was refused: A fault was asked"),
        (Fault("api_login", "giant"), 5, "POST "),
    ],
    ids=str,
)  # fmt: skip
def test_an_answer_that_is_none_is_said_and_nothing_is_repeated(
    log_in: Callable[..., tuple[int, str]], portal: LocalPortal, fault: Fault, code: int, said: str
) -> None:
    portal.add_fault(fault)
    found, shown = log_in(NAME, SECRET)
    assert (found, len(portal.log)) == (code, 1), shown
    assert said in shown
    assert PASSWORD not in shown
    assert TOKEN not in shown


@on_posix
def test_an_empty_password_is_not_sent(
    log_in: Callable[..., tuple[int, str]], portal: LocalPortal
) -> None:
    code, shown = log_in(NAME, ("password of demo", ""))
    assert code == 2
    assert "no password was given; nothing was sent" in shown
    assert portal.log == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "login asks for the password on a terminal, and there is none"),
        (("--auth-url", "http://example.com/login"), "--auth-url: 'http://example.com/login' is not"),
        (("--password", "x"), "the option --password is not known"),
    ],
)  # fmt: skip
def test_wrong_use_is_said_before_anything_is_asked(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], said: str
) -> None:
    answer = run_here(capsys, "login", *arguments)
    assert answer.code == 2
    assert said in answer.err
