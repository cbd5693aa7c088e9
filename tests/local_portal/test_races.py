"""Two jobs at the same time."""

from __future__ import annotations

import hashlib
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
import requests

from factorio_release.local_portal.http.form import Upload
from factorio_release.local_portal.refusals import Refusal
from factorio_release.local_portal.state.records import StoredMod
from factorio_release.local_portal.state.state import State
from factorio_release.local_portal.state.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from factorio_release.local_portal import LocalPortal
    from tests.local_portal.conftest import Client, MakeBytes

JOBS = 8


def _at_once(jobs: Sequence[Callable[[], str]]) -> Any:
    with ThreadPoolExecutor(len(jobs)) as pool:
        return [future.result() for future in [pool.submit(job) for job in jobs]]


@pytest.mark.parametrize("round_number", range(3))
def test_jobs_racing_for_one_version_make_one_release(
    portal: LocalPortal, client: Client, mod_zip: MakeBytes, round_number: int
) -> None:
    portal.seed_mod("lamp-post")
    urls = [client.begin("init_upload") for _ in range(JOBS)]
    zips = [mod_zip(files={"note.txt": str(n)}) for n in range(JOBS)]
    answers = _at_once([_sender(url, content) for url, content in zip(urls, zips, strict=True)])
    assert sorted(answers) == ["InvalidModRelease"] * (JOBS - 1) + ["success"]
    assert len(client.full()["releases"]) == 1


def test_jobs_racing_to_publish_make_one_mod(
    portal: LocalPortal, client: Client, mod_zip: MakeBytes
) -> None:
    urls = [client.begin("init_publish") for _ in range(JOBS)]
    answers = _at_once([_sender(url, mod_zip()) for url in urls])
    assert sorted(answers) == ["ModAlreadyExists"] * (JOBS - 1) + ["success"]
    assert len(client.full()["releases"]) == 1


class SlowStore(Store):
    """Takes its time between a rule's question and the change that it allowed."""

    def adopt(self, spooled: Path, sha1: str, extension: str) -> Path:
        time.sleep(0.02)
        return super().adopt(spooled, sha1, extension)


def test_no_rule_is_asked_too_early(tmp_path: Path, mod_zip: MakeBytes) -> None:
    state = State(SlowStore(tmp_path), "demo", time.time)
    state.save(StoredMod("lamp-post", "demo", "Lamp", 0.0, 0.0))
    uploads = [
        _upload(tmp_path / f"{n}.zip", mod_zip(files={"n.txt": str(n)})) for n in range(JOBS)
    ]
    tokens = [state.init_upload("lamp-post").rsplit("/", 1)[1] for _ in uploads]

    def job(token: str, upload: Upload) -> Callable[[], str]:
        def run() -> str:
            try:
                state.finish_upload(token, upload)
            except Refusal as refusal:
                return str(refusal.code)
            return "success"

        return run

    answers = _at_once([job(token, upload) for token, upload in zip(tokens, uploads, strict=True)])
    assert sorted(answers) == ["InvalidModRelease"] * (JOBS - 1) + ["success"]


def _upload(path: Path, content: bytes) -> Upload:
    path.write_bytes(content)
    return Upload(path.name, path, len(content), hashlib.sha1(content).hexdigest())


def test_one_address_used_at_the_same_time_is_used_once(
    portal: LocalPortal, client: Client, mod_zip: MakeBytes
) -> None:
    portal.seed_mod("lamp-post")
    url = client.begin("init_upload")
    answers = _at_once([_sender(url, mod_zip(version=f"1.0.{n}")) for n in range(JOBS)])
    assert sorted(answers) == ["InvalidRequest"] * (JOBS - 1) + ["success"]


def test_images_added_at_the_same_time_are_all_there(
    portal: LocalPortal, client: Client, png: MakeBytes
) -> None:
    portal.seed_mod("lamp-post")
    jobs = [_sender(client.begin("images_add"), png(shade=n), "image") for n in range(JOBS)]
    _at_once(jobs)
    assert len(client.full()["images"]) == JOBS


def _sender(url: str, content: bytes, field: str = "file") -> Callable[[], str]:
    def send() -> str:
        answer = requests.post(url, files={field: ("x", content)}, timeout=300).json()
        return str(answer.get("error", "success"))

    return send
