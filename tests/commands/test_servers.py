"""`servers`: which public servers run a mod; a host of this machine has the list, and its faults."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from factorio_release.errors import AnswerUnclear, PortalRefused, PortalUnreachable
from factorio_release.portal.known_servers import DETAILS_SECONDS, LIST_SECONDS, KnownServers
from factorio_release.portal.matchmaking import GameServer, Matchmaking
from factorio_release.portal.run_time import RunTime
from factorio_release.portal.transport import Transport
from factorio_release.report.server_list import ServerList, render_server_list
from tests.support.game_hosts import GameHosts
from tests.support.in_process import run_with

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.support.in_process import Answer

TOKEN = "0123456789abcdef"


def server(game_id: Any, name: str, count: int, **more: Any) -> dict[str, Any]:
    return {
        "game_id": game_id,
        "name": name,
        "application_version": {"game_version": "2.0.77", "build_mode": "headless"},
        "players": ["somebody"] * count,
        "max_players": "20",
        "has_password": "false",
        "has_mods": True,
        **more,
    }


@pytest.fixture
def hosts() -> Iterator[GameHosts]:
    with GameHosts() as running:
        running.servers = [
            server(1, "[color=red]First[/color]\x1b[2J\n::error::x", 3),
            server("2", "Second", 9, has_password="true", has_mods="true"),
            server(3, "Vanilla", 50, has_mods=False),
            server(4, "No mods", 40, has_mods=None, mod_count="0"),
        ]
        running.mods = {
            "1": [{"name": "base", "version": "2.0.77"}, {"name": "lamps", "version": "1.0.0"}],
            "2": [{"name": "lamps", "version": "1.1.0"}],
        }
        yield running


@pytest.fixture
def waits() -> list[float]:
    """Give the seconds of each wait between two requests."""
    return []


@pytest.fixture
def ask(
    hosts: GameHosts,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    waits: list[float],
) -> Callable[..., Answer]:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "info.json").write_text('{"name": "lamps", "version": "1.0.0"}')

    def run(*arguments: str, **environ: str) -> Answer:
        account = {"FACTORIO_USERNAME": "somebody", "FACTORIO_TOKEN": TOKEN}
        places = {
            "XDG_CACHE_HOME": str(tmp_path / "cache"),
            "LOCALAPPDATA": str(tmp_path / "cache"),
        }
        variables = {**places, **account, **environ}
        words = ("servers", "--servers-url", hosts.url, *arguments)
        return run_with(capsys, waits.append, *words, **variables)

    return run


def test_the_servers_of_a_mod_and_their_versions(
    ask: Callable[..., Answer], hosts: GameHosts, waits: list[float]
) -> None:
    answer = ask("--format=text", "--limit=1")
    assert answer.code == 0
    assert answer.out == (
        "lamps is on 1 of 1 public servers whose mods are known; 2 of 4 servers may have mods\n\n"
        "version  servers  players\n1.1.0    1        9\n\n"
        "version  game    players  server\n1.1.0    2.0.77  9/20     Second (with a password)\n"
    )
    assert "1 servers were not asked; run again" in answer.err
    assert waits == [1.0], "one request a second"
    found = json.loads(ask("lamps", "--format=json").out)
    assert hosts.asked == ["/get-games", "/get-game-details/2", "/get-game-details/1"]
    assert [one["version"] for one in found["versions"]] == ["1.1.0", "1.0.0"]
    assert (found["servers_in_all"], found["servers_with_mods"], found["servers_known"]) == (
        4,
        2,
        2,
    )
    text = ask("--format=text").out
    assert len(hosts.asked) == 3, "all is known by now"
    assert r"First\x1b[2J\n::error::x" in text
    other = json.loads(ask("other-mod", "--format=json", FACTORIO_TOKEN="").out)
    assert (other["servers"], len(hosts.asked)) == ([], 3)


def test_the_token_is_in_no_output_and_no_file(
    ask: Callable[..., Answer], hosts: GameHosts, tmp_path: Path
) -> None:
    answer = ask("--verbose", "--limit=0")
    assert "GET" in answer.err
    assert TOKEN not in answer.out + answer.err
    kept = (tmp_path / "cache" / "factorio-release" / "servers" / "servers.json").read_text()
    assert TOKEN not in kept
    assert hosts.headers[0]["User-Agent"].startswith("factorio-release/")


@pytest.mark.parametrize(
    ("fault", "code", "said"),
    [
        ("refused", 4, "the service token of somebody is not taken: User or token is invalid"),
        ("refused-200", 4, "is not taken"),
        ("odd-list", 5, "another answer than is documented"),
    ],
)
def test_an_answer_that_is_wrong(
    ask: Callable[..., Answer], hosts: GameHosts, fault: str, code: int, said: str
) -> None:
    hosts.faults.add(fault)
    answer = ask()
    assert (answer.code, answer.out) == (code, "")
    assert said in answer.err
    assert TOKEN not in answer.err


def test_what_was_learnt_before_a_failure_is_kept(
    ask: Callable[..., Answer], hosts: GameHosts
) -> None:
    hosts.faults.add("odd-details")
    assert ask().code == 5
    hosts.faults.clear()
    assert ask("--limit=1").code == 0
    assert hosts.asked == ["/get-games", "/get-game-details/2", "/get-game-details/2"]


@pytest.mark.parametrize(
    ("arguments", "environ", "said"),
    [
        (("--limit=many",), {}, "--limit: 'many' is not a whole number from 0 to 3000"),
        (("--servers-url=http://example.com",), {}, "is not an https:// address"),
        (("../up",), {}, "is not the name of a mod"),
        ((), {"FACTORIO_TOKEN": ""}, "the list of servers is for accounts"),
    ],
)
def test_what_is_given_is_checked(
    ask: Callable[..., Answer], arguments: tuple[str, ...], environ: dict[str, str], said: str
) -> None:
    answer = ask(*arguments, **environ)
    assert answer.code == 2
    assert said in answer.err


def test_without_a_mod_here_its_name_is_needed(ask: Callable[..., Answer], tmp_path: Path) -> None:
    (tmp_path / "info.json").unlink()
    answer = ask()
    assert (answer.code, "servers my-mod" in answer.err) == (2, True)


def client(hosts: GameHosts, waited: list[float]) -> Matchmaking:
    return Matchmaking(Transport(20.0, run_time=RunTime(sleep=waited.append)), hosts.url)


def test_a_host_that_is_busy_is_asked_again(hosts: GameHosts) -> None:
    waited: list[float] = []
    hosts.faults.add("busy")
    assert len(client(hosts, waited).servers("somebody", TOKEN)) == 4
    assert client(hosts, waited).mods_of("2") == {"lamps": "1.1.0"}
    assert client(hosts, waited).mods_of("gone") is None
    assert len(waited) == 3
    hosts.faults = {"down"}
    with pytest.raises(PortalUnreachable, match="status 503"):
        client(hosts, waited).servers("somebody", TOKEN)


def test_values_come_as_text_or_as_such(hosts: GameHosts) -> None:
    hosts.servers = [
        server(7, "x", 0, players="12", max_players=5, has_password=True, has_mods="false"),
        server(8, "y", 0, players=None, max_players="no", has_mods=None),
        server(9, "z", 0, application_version="2.0", has_mods=None, mod_count=3),
        {"name": "without an id"},
    ]
    assert client(hosts, []).servers("somebody", TOKEN) == (
        GameServer("7", "x", "2.0.77", 12, 5, has_password=True, has_mods=False),
        GameServer("8", "y", "2.0.77", 0, 0, has_password=False, has_mods=None),
        GameServer("9", "z", "", 0, 20, has_password=False, has_mods=True),
    )
    with pytest.raises(PortalRefused):
        client(hosts, []).servers("somebody", "another-token")
    hosts.faults.add("odd-details")
    with pytest.raises(AnswerUnclear):
        client(hosts, []).mods_of("1")


def test_what_is_known_grows_old(tmp_path: Path) -> None:
    clock = [1_000_000.0]
    one = GameServer("1", "x", "2.0.77", 1, 2, has_password=False, has_mods=True)

    def known(url: str = "https://example.com") -> KnownServers:
        return KnownServers(tmp_path, url, lambda: clock[0])

    first = known()
    first.list((one,))
    first.learn("1", {"lamps": "1.0.0"})
    assert first.save() == ""
    again = known()
    assert (again.servers, again.mods_of("1")) == ((one,), {"lamps": "1.0.0"})
    assert known("https://elsewhere.example").servers == ()
    clock[0] += LIST_SECONDS
    assert known().servers == ()
    assert known().is_known("1")
    clock[0] += DETAILS_SECONDS
    assert (known().is_known("1"), dict(known().mods_of("1"))) == (False, {})
    for broken in ("", "[]", '{"url": "https://example.com"}', "[" * 100_000):
        (tmp_path / "servers.json").write_text(broken)
        assert known().servers == ()
    (tmp_path / "servers.json").unlink()
    (tmp_path / "servers.json").mkdir()
    assert "could not be kept" in first.save()


def test_a_list_without_a_server_is_one_line() -> None:
    text = render_server_list(ServerList("lamps", (), 5, 2, 2), "text")
    assert text == (
        "lamps is on 0 of 2 public servers whose mods are known; 2 of 5 servers may have mods\n"
    )
