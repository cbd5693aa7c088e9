"""Requests that are held while a test acts on the client or the portal."""

from __future__ import annotations

import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from factorio_release.local_portal import LocalPortal
    from tests.local_portal.conftest import Client

CLIENT = """
import sys
import requests
url, key = sys.argv[1:]
headers = {"Authorization": "Bearer " + key}
for title in ("one", "two", "three"):
    fields = {"mod": "lamp-post", "title": title}
    requests.post(url + "/api/v2/mods/edit_details", data=fields, headers=headers, timeout=300)
"""


@pytest.mark.parametrize(
    ("nth", "after", "title"), [(1, False, "start"), (2, False, "one"), (2, True, "two")]
)
def test_a_client_is_killed_at_its_nth_request(
    *, portal: LocalPortal, client: Client, nth: int, after: bool, title: str
) -> None:
    portal.seed_mod("lamp-post", title="start")
    gate = portal.hold(nth, after=after)
    with subprocess.Popen([sys.executable, "-c", CLIENT, portal.url, client.key]) as process:
        assert gate.wait().index == nth
        process.kill()
    portal.wait_until_idle()
    assert portal.state.mods["lamp-post"].title == title
    assert (len(portal.log), portal.log[-1].status) == (nth, 0)


@pytest.mark.parametrize("proceed", [True, False])
def test_a_held_request_goes_on_or_is_dropped(
    *, portal: LocalPortal, client: Client, proceed: bool
) -> None:
    portal.seed_mod("lamp-post", title="start")
    gate = portal.hold(endpoint="edit_details")
    fields = {"mod": "lamp-post", "title": "late"}
    outcome = []

    def send() -> None:
        try:
            outcome.append(client.call("edit_details", fields).status_code)
        except OSError:
            outcome.append(0)

    sender = threading.Thread(target=send)
    sender.start()
    gate.wait()
    assert portal.state.mods["lamp-post"].title == "start"
    gate.release(proceed=proceed)
    sender.join(300)
    assert outcome == [200 if proceed else 0]
    assert portal.state.mods["lamp-post"].title == ("late" if proceed else "start")


def test_waiting_ends_when_nothing_comes(portal: LocalPortal) -> None:
    with pytest.raises(TimeoutError):
        portal.wait_for_request(1, timeout=0.01)
    with pytest.raises(TimeoutError):
        portal.hold().wait(timeout=0.01)


def test_waiting_for_a_request(portal: LocalPortal, client: Client) -> None:
    client.get("/api/mods/x")
    client.get("/api/mods")
    assert portal.wait_for_request(1, answered=True).endpoint == "mod_short"
    assert portal.wait_for_request(2).endpoint == "mod_list"
    portal.wait_until_idle()
