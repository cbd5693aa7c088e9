"""What an upload costs: our streaming body beside requests' `files=`, requests-toolbelt and curl.

    python benchmarks/upload.py [--megabytes N] [--runs N]

Each client runs in a process of its own and publishes the same zip on an embedded portal of its
own, which judges it and keeps it. Clients that are not installed are left out. A process cannot
show a smaller peak than the one that started it had, which is about 36 MB here.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import random
import shutil
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

import requests

from factorio_release.local_portal import DEMO_KEY, LocalPortal

NAME, VERSION = "large-mod", "1.0.0"
OURS = """
import sys
from pathlib import Path
from factorio_release.portal.transport import Transport
from factorio_release.portal.writer import PortalWriter
from factorio_release.disk.upload_content import PrivateFile, copy_content
content = copy_content(Path(sys.argv[2]), PrivateFile())
PortalWriter(Transport(), sys.argv[3], "-").finish_release(sys.argv[1], content, {})
"""
FILES = """
import sys, requests
with open(sys.argv[2], "rb") as file:
    answer = requests.post(sys.argv[1], files={"file": ("m.zip", file, "application/zip")}, timeout=600)
assert answer.json()["success"], answer.text
"""
TOOLBELT = """
import sys, requests
from requests_toolbelt import MultipartEncoder
with open(sys.argv[2], "rb") as file:
    body = MultipartEncoder({"file": ("m.zip", file, "application/zip")})
    headers = {"Content-Type": body.content_type}
    answer = requests.post(sys.argv[1], data=body, headers=headers, timeout=600)
assert answer.json()["success"], answer.text
"""


def clients(url: str, archive: Path, portal: str) -> dict[str, list[str]]:
    """Return the command of each client that is installed."""
    python, given = [sys.executable, "-c"], [url, str(archive), portal]
    found = {
        "factorio-release": [*python, OURS, *given],
        "requests files=": [*python, FILES, *given],
    }
    if importlib.util.find_spec("requests_toolbelt"):
        found["requests-toolbelt"] = [*python, TOOLBELT, *given]
    if shutil.which("curl"):
        part = f"file=@{archive};type=application/zip"
        found["curl"] = ["curl", "--fail", "--silent", "--show-error", "--form", part, url]
    return found


def upload(client: str, archive: Path) -> tuple[float, float, float]:
    """Publish the zip with one client: seconds, CPU seconds, peak MB of the client's process."""
    with LocalPortal() as portal:
        answer = requests.post(
            f"{portal.url}/api/v2/mods/init_publish",
            data={"mod": NAME},
            headers={"Authorization": f"Bearer {DEMO_KEY}"},
            timeout=60,
        )
        command = clients(answer.json()["upload_url"], archive, portal.url)[client]
        start = time.perf_counter()
        with subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
        ) as process:
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        wall = time.perf_counter() - start
        if process.returncode:
            raise SystemExit(f"{client} ended with {process.returncode}")
        published = requests.get(f"{portal.url}/api/mods/{NAME}", timeout=60).json()
        if [release["version"] for release in published["releases"]] != [VERSION]:
            raise SystemExit(f"{client}: the portal does not have the release")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def make_zip(path: Path, megabytes: int) -> None:
    """Write a mod of noise, stored."""
    info = {
        "name": NAME,
        "version": VERSION,
        "title": "t",
        "author": "demo",
        "factorio_version": "2.0",
    }
    chance = random.Random(1)
    with zipfile.ZipFile(path, "w") as bundle:
        bundle.writestr(f"{NAME}_{VERSION}/info.json", json.dumps(info))
        with bundle.open(f"{NAME}_{VERSION}/noise.ogg", "w", force_zip64=True) as member:
            for _ in range(megabytes):
                member.write(chance.randbytes(1 << 20))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--megabytes", type=int, default=500)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    with TemporaryDirectory() as scratch:
        archive = Path(scratch) / f"{NAME}_{VERSION}.zip"
        make_zip(archive, options.megabytes)
        print(f"{options.megabytes} MB to the embedded portal, best of {options.runs}")
        print(f"{'':18} {'seconds':>8} {'CPU s':>7} {'peak MB':>8}")
        rounds = [
            {client: upload(client, archive) for client in clients("", archive, "")}
            for _ in range(options.runs)
        ]
        for client in rounds[0]:
            wall, cpu, peak = min(costs[client] for costs in rounds)
            print(f"{client:18} {wall:8.2f} {cpu:7.2f} {peak:8.0f}")


if __name__ == "__main__":
    main()
