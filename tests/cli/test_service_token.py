"""The service token: which place gives it, and which value is none."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from factorio_release.cli.service_token import find_account, given_tokens

if TYPE_CHECKING:
    from pathlib import Path

TOKEN = "abcdef0123456789"
NAME = {"FACTORIO_USERNAME": "demo"}


@pytest.mark.parametrize(
    ("username", "inputs", "environ", "found"),
    [
        ("", {}, {**NAME, "FACTORIO_TOKEN": TOKEN}, ("demo", TOKEN)),
        ("", {}, {**NAME, "FACTORIO_TOKEN": f" {TOKEN}\n"}, ("demo", TOKEN)),
        ("other", {}, {**NAME, "FACTORIO_TOKEN": TOKEN}, ("other", TOKEN)),
        ("", {}, {**NAME, "FACTORIO_RELEASE_SERVICE_TOKEN": TOKEN, "FACTORIO_TOKEN": "x"}, ("demo", TOKEN)),
        ("demo", {"service-token": TOKEN}, {"FACTORIO_RELEASE_SERVICE_TOKEN": "x"}, ("demo", TOKEN)),
        # Without the name of an account FACTORIO_TOKEN is the API key of some tools.
        ("", {}, {"FACTORIO_TOKEN": TOKEN}, ("", "")),
        ("demo", {}, {"FACTORIO_TOKEN": TOKEN}, ("", "")),
        ("", {}, NAME, ("", "")),
    ],
)  # fmt: skip
def test_the_strongest_place_counts(
    username: str, inputs: dict[str, str], environ: dict[str, str], found: tuple[str, str]
) -> None:
    account = find_account(None, username, inputs, environ)
    assert (account.username, account.token) == found
    assert bool(account) is bool(found[1])
    assert TOKEN not in repr(account)


@pytest.mark.parametrize(
    ("content", "username", "found"),
    [
        (f"{TOKEN}\n", "demo", ("demo", TOKEN)),
        (f"\ufeff{TOKEN}", "demo", ("demo", TOKEN)),
        (
            json.dumps({"service-username": "player", "service-token": TOKEN}),
            "",
            ("player", TOKEN),
        ),
        (
            json.dumps({"service-username": "player", "service-token": TOKEN}),
            "demo",
            ("demo", TOKEN),
        ),
    ],
)
def test_a_file_has_the_token_alone_or_is_the_games_own(
    tmp_path: Path, content: str, username: str, found: tuple[str, str]
) -> None:
    path = tmp_path / "token"
    path.write_text(content, "utf-8")
    account = find_account(str(path), username, {"service-token": "x"}, {})
    assert (account.username, account.token) == found


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "the file is empty"),
        ("{", "it is not JSON"),
        ("{}", "it has no service-username and service-token"),
        ('{"service-username": "player", "service-token": 5}', "it has no service-username"),
        ('{"service-username": "player", "service-token": ""}', "it has no service-username"),
        ("\xff", "a space, a line break or another character"),
        (f'"{TOKEN}"', "the service token is in quotes"),
        (f"{TOKEN} {TOKEN}", "a space, a line break"),
        (TOKEN, "needs the name of its account"),
    ],
)
def test_a_file_that_cannot_be_used_is_said_without_its_content(
    tmp_path: Path, content: str, said: str
) -> None:
    path = tmp_path / "token"
    path.write_text(content, "utf-8")
    with pytest.raises(ValueError, match=said) as caught:
        find_account(str(path), "", {}, {})
    assert TOKEN not in str(caught.value)


def test_a_file_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="cannot be read: No such file"):
        find_account(str(tmp_path / "none"), "demo", {}, {})
    (tmp_path / "binary").write_bytes(b"\xff\xfe\xff")
    with pytest.raises(ValueError, match="cannot be read: it is not text"):
        find_account(str(tmp_path / "binary"), "demo", {}, {})


@pytest.mark.parametrize("name", ["a\x1b[0m", "x" * 101])
def test_a_name_that_no_account_has_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="username: it has characters"):
        find_account(None, name, {"service-token": TOKEN}, {})


def test_every_token_of_the_environment_is_a_secret() -> None:
    given = given_tokens({"service-token": "a"}, {"FACTORIO_TOKEN": "b", "OTHER": "c"})
    assert given == ["a", "b"]
