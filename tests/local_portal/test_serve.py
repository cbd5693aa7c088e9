"""The portal as a process."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
import requests

from factorio_release.local_portal import DEMO_KEY, RequestRecord, serve
from factorio_release.local_portal.serve import request_line

if TYPE_CHECKING:
    from pathlib import Path

PROGRAM = """
import sys
from pathlib import Path
from factorio_release.local_portal import serve
state, seed, *faults = sys.argv[1:]
echo = lambda line: print(line, flush=True)
sys.exit(serve(0, Path(state), Path(seed), faults, echo))
"""


# Each child sends itself SIGTERM at another step of what the main thread does once the portal runs.
INTERRUPTED_AT_EACH_STEP = """
import os, signal, sys, threading
from pathlib import Path
from factorio_release.local_portal import serve

def child(number, state):
    signal.alarm(60)  # kills a portal that does not end
    done = 0
    def trace(frame, event, argument):
        nonlocal done
        done += 1
        if done == number:
            end()
        return trace
    def end():
        os.kill(os.getpid(), signal.SIGTERM)
    def echo(line):
        if line == "Ctrl-C ends it":
            # Where the main thread has fewer steps than that, it has come to its longest one.
            threading.Timer(0.1, end).start()
            sys.settrace(trace)
            sys._getframe(1).f_trace = trace
    os._exit(serve(0, Path(state), None, (), echo))

for number in range(1, 24, 4):
    pid = os.fork()
    if not pid:
        child(number, sys.argv[1])
    print(number, os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)
"""


@pytest.fixture
def seed(tmp_path: Path) -> Any:
    path = tmp_path / "seed.json"
    path.write_text(json.dumps({"mods": [{"name": "lamp-post", "releases": ["1.0.0"]}]}), "utf-8")
    return path


def _start(state: Path, seed: Path, *faults: Any) -> Any:
    command = [sys.executable, "-c", PROGRAM, str(state), str(seed), *faults]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_runs_until_it_is_interrupted(tmp_path: Path, seed: Path, number: int) -> None:
    with _start(tmp_path / "state", seed, "mod_list:text:503@1") as process:
        assert process.stdout is not None
        greeting = [process.stdout.readline() for _ in range(4)]
        url = greeting[0].split()[3]
        assert DEMO_KEY in greeting[1]
        assert requests.get(f"{url}/api/mods", timeout=300).status_code == 503
        assert (
            requests.get(f"{url}/api/mods/lamp-post?x=%1b[31m&y=\x1b", timeout=300).status_code
            == 200
        )
        begun = requests.post(
            f"{url}/api/v2/mods/releases/init_upload",
            data={"mod": "lamp-post"},
            headers={"Authorization": f"Bearer {DEMO_KEY}"},
            timeout=300,
        ).json()["upload_url"]
        requests.post(begun, headers={"Authorization": f"Bearer {DEMO_KEY}"}, timeout=300)
        process.send_signal(number)
        rest = process.stdout.read()
        assert process.wait(10) == 0
    lines = rest.splitlines()
    assert len(lines) == 4
    assert lines[0].startswith("GET /api/mods 503 ")
    assert lines[0].endswith("fault mod_list:text:503@1")
    assert "\x1b" not in rest
    assert lines[3].startswith("POST /upload/release/*** 400 InvalidRequest")
    assert lines[3].endswith("KEY SENT TO THE UPLOAD HOST")
    assert DEMO_KEY not in rest
    assert begun.rsplit("/", 1)[1] not in rest


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such signals")
def test_it_ends_wherever_the_signal_comes(tmp_path: Path) -> None:
    """A handler that takes a lock waits for ever if the interrupted thread holds it."""
    command = [sys.executable, "-c", INTERRUPTED_AT_EACH_STEP, str(tmp_path)]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    codes = [line.split() for line in ran.stdout.splitlines()]
    assert [one for one in codes if one[1] != "0"] == []
    assert len(codes) == 6


@pytest.mark.parametrize("path", ["/\x1b[31m", "/\r::error::x", "/\u202e", "/\u2028::error::"])
def test_a_line_is_one_plain_line(path: str) -> None:
    record = RequestRecord(1, "portal", "GET", path, 0.0, had_key=False, status=404)
    line = request_line(record)
    assert line.isprintable()
    assert line.startswith("GET /\\")


WRONG_SEEDS = [
    ("{", "Expecting"),
    ("[]", "must be an object"),
    ('{"mod": []}', "did you mean mods?"),
    ('{"mods": [{}]}', "needs a name"),
    ('{"mods": [{"name": "x", "titel": "y"}]}', "did you mean title?"),
    ('{"mods": [{"name": "x", "tags": ["boats"]}]}', "Tag does not exist."),
    ('{"mods": [{"name": "x", "tags": "trains"}]}', "tags has the wrong type"),
    ('{"mods": [{"name": "x", "deprecated": "true"}]}', "deprecated has the wrong type"),
    ('{"mods": [{"name": "x", "releases": [{"version": "one"}]}]}', "needs a version"),
    (
        '{"mods": [{"name": "x", "releases": [{"version": "1.0.0", "zip": "no.zip"}]}]}',
        "No such file",
    ),
    ('{"mods": [{"name": "x", "images": ["seed.json"]}]}', "PNG, JPEG or GIF"),
]


@pytest.mark.parametrize(("text", "message"), WRONG_SEEDS)
def test_a_seed_that_cannot_be_used(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "seed.json"
    path.write_text(text, "utf-8")
    said: list[str] = []
    assert serve(0, None, path, [], said.append) == 2
    assert len(said) == 1
    assert message in said[0]
    assert str(path) in said[0]


def test_a_text_that_is_not_a_fault_ends_with_exit_code_2() -> None:
    said: list[str] = []
    assert serve(0, None, None, ["*:dorp\x1b"], said.append) == 2
    assert said == [
        "--fault: '*:dorp\\x1b' is not a fault; write ENDPOINT:[after-]KIND[:ARG][@NTH][xCOUNT][~CHANCE%]"
    ]


def test_a_port_in_use() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        said: list[str] = []
        assert serve(port, None, None, [], said.append) == 2
    assert f"cannot listen on port {port}" in said[0]
    assert serve(70000, None, None, [], said.append) == 2
