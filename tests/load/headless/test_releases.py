"""The headless build from a server on this machine: found, fetched, compared, unpacked and kept."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from factorio_release.errors import ModError, PortalUnreachable, UsageError
from factorio_release.limits import MAX_HEADLESS_ARCHIVE_BYTES
from factorio_release.load.headless.installation import find_installation, installation_at
from factorio_release.load.headless.releases import HeadlessBuilds
from factorio_release.portal.download import Downloader
from factorio_release.portal.run_time import RunTime
from factorio_release.portal.transport import Transport
from tests.support.game_hosts import GameHosts
from tests.support.stand_in_game import install

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from factorio_release.errors import ReleaseError
    from factorio_release.parsers.version import Version

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the headless build is for Linux")
ARCHIVE = install.archive()
Waited = list[float]


def builds(
    hosts: GameHosts,
    folder: Path,
    waited: Waited | None = None,
    timeout: float = 20.0,
    max_archive_bytes: int = MAX_HEADLESS_ARCHIVE_BYTES,
) -> HeadlessBuilds:
    """Return what finds builds, with waits that are noted and not waited."""
    noted = [] if waited is None else waited
    transport = Transport(timeout, run_time=RunTime(sleep=noted.append))
    downloader = Downloader(transport, 3)
    return HeadlessBuilds(folder, downloader, lambda _line: None, hosts.url, max_archive_bytes)


def of_line(*numbers: int) -> Callable[[Version], bool]:
    return lambda version: version.key[:2] == numbers


def test_a_build_is_fetched_once_and_kept(tmp_path: Path) -> None:
    cache = tmp_path / "cache" / "game"
    with GameHosts() as hosts:
        hosts.builds = {"2.0.90": ARCHIVE, "2.0.89": ARCHIVE}
        for _ in range(2):
            here = builds(hosts, cache)
            version = here.newest(of_line(2, 0))
            game = here.installation(version)
            assert (game.version, sorted(game.mods)[:2]) == ("2.0.90", ["base", "core"])
        assert hosts.asked == [
            "/api/latest-releases",
            "/download/sha256sums/",
            "/get-download/2.0.90/headless/linux64",
            "/cdn/factorio-headless_linux_2.0.90.tar.xz",
        ]
        assert {one["User-Agent"].partition("/")[0] for one in hosts.headers} == {
            "factorio-release"
        }
        assert all("Authorization" not in one for one in hosts.headers)
    assert game.folder == cache / "2.0.90"
    assert [path.name for path in cache.iterdir()] == ["2.0.90"]
    assert game.program.stat().st_mode & 0o111


def test_which_version_is_newest(tmp_path: Path) -> None:
    with GameHosts() as hosts:
        hosts.builds = dict.fromkeys(("2.0.90", "2.0.95", "1.1.110", "1.1.99"), ARCHIVE)
        here = builds(hosts, tmp_path)
        assert here.newest(of_line(2, 0)) == "2.0.90", "the latest release, not the highest sum"
        assert here.newest(of_line(2, 1)) == "2.1.3"
        assert here.newest(of_line(1, 1)) == "1.1.110", "of a line that is over: of the sums"
        assert here.newest(of_line(3, 0)) == ""


@pytest.mark.parametrize(
    ("fault", "kind", "said"),
    [
        ("cut", PortalUnreachable, "the connection broke off"),
        ("short", PortalUnreachable, "has another SHA-256"),
        ("changed", PortalUnreachable, "has another SHA-256"),
        ("page", PortalUnreachable, "is not a .tar.xz"),
        ("login", PortalUnreachable, "asks for a login"),
        ("elsewhere", PortalUnreachable, "a redirect to another place"),
        ("circle", PortalUnreachable, "more than 3 redirects"),
        ("down", PortalUnreachable, "status 503"),
        ("no-sums", PortalUnreachable, "has no headless build"),
    ],
)
def test_a_download_that_is_wrong_leaves_nothing(
    tmp_path: Path, fault: str, kind: type[ReleaseError], said: str
) -> None:
    with GameHosts(fault) as hosts:
        hosts.builds = {"2.0.90": ARCHIVE}
        with pytest.raises(kind, match=said) as error:
            builds(hosts, tmp_path / "cache").installation("2.0.90")
        assert "secure=" not in str(error.value)
        assert list((tmp_path / "cache").glob("*")) == []
        hosts.faults.clear()
        assert builds(hosts, tmp_path / "cache").installation("2.0.90").version == "2.0.90"


def test_an_archive_has_a_bound(tmp_path: Path) -> None:
    with GameHosts("endless") as hosts:
        hosts.builds = {"2.0.90": ARCHIVE}
        with pytest.raises(PortalUnreachable, match="too large"):
            builds(hosts, tmp_path, max_archive_bytes=3 * len(ARCHIVE)).installation("2.0.90")


def test_a_host_that_is_busy_is_asked_again_and_one_that_is_slow_given_up(tmp_path: Path) -> None:
    waited: Waited = []
    with GameHosts("busy") as hosts:
        hosts.builds = {"2.0.90": ARCHIVE}
        assert builds(hosts, tmp_path, waited).installation("2.0.90").version == "2.0.90"
    assert len(waited) == 3
    assert all(0.2 < seconds <= 1 for seconds in waited)
    with GameHosts("slow") as hosts, pytest.raises(PortalUnreachable, match=r"no answer (with)?in"):
        builds(hosts, tmp_path / "other", timeout=0.1).newest(of_line(2, 0))


def test_a_version_that_there_is_not(tmp_path: Path) -> None:
    with GameHosts() as hosts:
        with pytest.raises(PortalUnreachable, match="has no headless build"):
            builds(hosts, tmp_path).installation("2.0.90")
        hosts.builds = {"2.0.90": ARCHIVE}
        with pytest.raises(ModError, match=r"no headless build of Factorio 2\.0\.91") as error:
            builds(hosts, tmp_path).installation("2.0.91")
        assert "game-path" in error.value.hint
    with GameHosts("no-latest") as hosts, pytest.raises(PortalUnreachable, match="latest releases"):
        builds(hosts, tmp_path / "other").newest(of_line(2, 0))


@pytest.mark.parametrize(
    "archive",
    [
        install.archive(version="2.0.89"),
        ARCHIVE[: len(ARCHIVE) // 2],
    ],
)
def test_an_archive_of_the_right_sum_with_another_game(tmp_path: Path, archive: bytes) -> None:
    """A mirror may have made both the archive and the list."""
    with GameHosts() as hosts:
        hosts.builds = {"2.0.90": archive}
        with pytest.raises(PortalUnreachable, match=r"of Factorio 2\.0\.90"):
            builds(hosts, tmp_path).installation("2.0.90")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "gone", ["data/base/info.json", "factorio-release.json", "bin/x64/factorio"]
)
def test_a_folder_that_lacks_something_is_made_again(tmp_path: Path, gone: str) -> None:
    """A cache may have been cut; what is written last is the seal."""
    with GameHosts() as hosts:
        hosts.builds = {"2.0.90": ARCHIVE}
        builds(hosts, tmp_path).installation("2.0.90")
        (tmp_path / "2.0.90" / gone).unlink()
        asked = len(hosts.asked)
        assert builds(hosts, tmp_path).newest(of_line(2, 0)) == "2.0.90"
        assert builds(hosts, tmp_path).installation("2.0.90").version == "2.0.90"
        assert len(hosts.asked) == asked + 4


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file in the way")
    with GameHosts() as hosts:
        hosts.builds = {"2.0.90": ARCHIVE}
        with pytest.raises(ModError, match="cannot be unpacked") as error:
            builds(hosts, tmp_path / "cache").installation("2.0.90")
        assert "cache-dir" in error.value.hint


def test_another_process_that_was_faster(tmp_path: Path) -> None:
    """Both unpack into folders of their own; the second takes what is there."""
    with GameHosts() as hosts:
        hosts.builds = {"2.0.90": ARCHIVE}
        first = builds(hosts, tmp_path)
        made = install.install(tmp_path / "part").parents[2]
        (made / "factorio-release.json").write_text('{"version": "2.0.90"}')
        game = first.installation("2.0.90")
        first._name(made, game.folder, "2.0.90")  # noqa: SLF001 the step in which two can meet
        assert find_installation(game.folder) is not None
        assert made.exists()


def test_a_path_is_an_installation_or_an_error(tmp_path: Path) -> None:
    program = install.install(tmp_path / "factorio")
    for given in (tmp_path / "factorio", program):
        assert installation_at(str(given)).version == "2.0.90"
    program.chmod(0o644)
    for wrong in (tmp_path, tmp_path / "gone", program):
        with pytest.raises(UsageError, match="game-path"):
            installation_at(str(wrong))
