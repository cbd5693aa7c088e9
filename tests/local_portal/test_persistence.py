"""What is kept after a restart or a kill."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import requests

from factorio_release.local_portal import DEMO_KEY, LocalPortal
from factorio_release.local_portal.state.records import StoredMod
from factorio_release.local_portal.state.store import Store

if TYPE_CHECKING:
    from tests.local_portal.conftest import Connect, MakeBytes


def test_everything_is_there_after_a_restart(
    tmp_path: Path,
    connect: Connect,
    mod_zip: MakeBytes,
    png: MakeBytes,
) -> None:
    with LocalPortal(state_dir=tmp_path) as portal:
        client = connect(portal)
        client.publish(mod_zip(files={"thumbnail.png": png()}), description="d")
        client.add_image(png(shade=3))
        client.call("edit_details", {"mod": "lamp-post", "tags": ["trains"], "deprecated": "true"})
        portal.seed_mod("CON", releases=["1.0.0"])
        portal.seed_mod("a/../b", releases=["1.0.0"])
        portal.state.delete_mod("CON", reserve=True)
        before = portal.state.snapshot()
        full = client.full()
    with LocalPortal(state_dir=tmp_path) as portal:
        client = connect(portal)
        assert portal.state.snapshot() == before
        after = client.full()
        assert _without_port(after) == _without_port(full)
        assert client.session.get(after["images"][0]["url"], timeout=300).content == png(shade=3)
        download = client.get(
            after["releases"][0]["download_url"], username="demo", token="demo-token"
        )
        assert download.content == mod_zip(files={"thumbnail.png": png()})
        assert client.call("init_publish", {"mod": "CON"}).json()["error"] != ""
        assert portal.state.reserved == {"CON"}


def _without_port(view: dict[str, Any]) -> Any:
    text = json.dumps(view)
    start = text.find("http://127.0.0.1:")
    return text.replace(text[start : text.find("/", start + 7)], "") if start >= 0 else text


SERVER = """
import sys
from pathlib import Path
from factorio_release.local_portal import LocalPortal
with LocalPortal(state_dir=Path(sys.argv[1])) as portal:
    if not portal.state.mods:
        portal.seed_mod("lamp-post")
    print(portal.url, flush=True)
    sys.stdin.read()
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="there is no SIGKILL here")
def test_a_killed_portal_has_lost_nothing_that_it_answered(
    tmp_path: Path, connect: Connect
) -> None:
    for turn in range(3):
        with subprocess.Popen(
            [sys.executable, "-c", SERVER, str(tmp_path)],
            stdout=subprocess.PIPE,
            stdin=subprocess.PIPE,
            text=True,
        ) as server:
            assert server.stdout is not None
            url = server.stdout.readline().strip()
            answered = _edit_until_killed(server, url, turn)
        with LocalPortal(state_dir=tmp_path) as portal:
            title = portal.state.mods["lamp-post"].title
            assert title in {answered, _next(answered)}
            assert list((tmp_path / "spool").iterdir()) == []


def _next(title: str) -> Any:
    turn, number = title.split(":")
    return f"{turn}:{int(number) + 1}"


def _edit_until_killed(server: subprocess.Popen[str], url: str, turn: int) -> Any:
    answered, deadline, number = f"{turn}:-1", time.monotonic() + 0.15 + turn / 20, 0
    headers = {"Authorization": f"Bearer {DEMO_KEY}"}
    with requests.Session() as session:
        while True:
            title = f"{turn}:{number}"
            if time.monotonic() > deadline:
                os.kill(server.pid, signal.SIGKILL)
            try:
                fields = {"mod": "lamp-post", "title": title, "faq": "x" * 100_000}
                session.post(
                    f"{url}/api/v2/mods/edit_details", data=fields, headers=headers, timeout=300
                )
            except OSError:
                return answered
            answered, number = title, number + 1


def test_a_write_that_breaks_off_leaves_the_old_record(tmp_path: Path) -> None:
    store = Store(tmp_path)
    mod = StoredMod("lamp-post", "demo", "Before", 0.0, 0.0)
    store.save_mod(mod)
    mod.title = "After"
    mod.faq = "half a character: \ud800"
    with pytest.raises(UnicodeEncodeError):
        store.save_mod(mod)
    assert Store(tmp_path).load_mods()["lamp-post"].title == "Before"


def test_without_a_directory_nothing_stays() -> None:
    with LocalPortal() as portal:
        portal.seed_mod("lamp-post", releases=["1.0.0"])
        folder = portal.state.store.directory
        assert len(list(Path(folder, "files").iterdir())) == 1
    assert not folder.exists()
