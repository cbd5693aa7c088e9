"""`factorio-release rehearse`: the whole release against a portal on this machine."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from factorio_release.cli.commands.pipeline import Intent, run
from factorio_release.cli.declared import SERVE, YES
from factorio_release.cli.interrupts import INTERRUPTS
from factorio_release.cli.output import show
from factorio_release.disk.atomic_write import replaces_only, write_file
from factorio_release.disk.bounded_file import read_file
from factorio_release.errors import ExitCode
from factorio_release.limits import MAX_IMAGE_BYTES

if TYPE_CHECKING:
    from collections.abc import Callable

    from factorio_release.cli.command_line import Arguments
    from factorio_release.cli.commands.pipeline import Finished
    from factorio_release.cli.session import Session
    from factorio_release.local_portal import LocalPortal
    from factorio_release.settings.options import Settings

# What the file of an earlier rehearsal begins with.
PAGE_HEAD: Final = b"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="generator" content="factorio-release rehearse">"""


def rehearse(session: Session, arguments: Arguments) -> int:
    """Publish on a fresh embedded portal, uploads included, and show the page that results.

    The page is kept as one HTML file beside the zip; with `--serve` the portal runs on.
    """
    from factorio_release.local_portal import LocalPortal  # noqa: PLC0415 start-up: only here
    from factorio_release.local_portal.portal import DEMO_KEY  # noqa: PLC0415 likewise

    with LocalPortal() as portal:
        options = {**arguments.options, "portal-url": portal.url}
        release = replace(arguments, command="release", options=options, switches=frozenset({YES.name}))
        finished = run(session, release, Intent("release", DEMO_KEY, rehearsal=True))
        show(session, release, finished)
        _keep_pages(session, portal, finished)
        if arguments.has(SERVE) and finished.report.exit_code == ExitCode.FINE:
            _serve(session, portal)
    return finished.report.exit_code


def _keep_pages(session: Session, portal: LocalPortal, finished: Finished) -> None:
    from factorio_release.local_portal.snapshot import page_snapshot  # noqa: PLC0415 start-up: only here

    # Not strict: after an interrupt the last mods have no report.
    for mod, target in zip(finished.report.mods, finished.targets, strict=False):
        settings = target.settings
        if page := page_snapshot(portal, mod.mod, _local_pictures(session, settings, target.path)):
            path = Path(settings.output_dir) / f"{mod.mod}_page.html"
            try:
                write_file(path, page.encode(), replaces_only(PAGE_HEAD, "a page of an earlier rehearsal"))
            except OSError as error:
                session.say(f"warning: {path} could not be written: {error.strerror}")
            else:
                session.out.write(f"the page as players would see it: {path.absolute().as_uri()}\n")


def _local_pictures(session: Session, settings: Settings, path: Path) -> Callable[[str], bytes | None]:
    """Return what finds a README's pictures on disk: their addresses are not public before the push."""
    from factorio_release.mod.mod import load_mod  # noqa: PLC0415 start-up: only here
    from factorio_release.page.from_settings import source_of  # noqa: PLC0415 likewise
    from factorio_release.settings.options import CiSource  # noqa: PLC0415 likewise

    mod = load_mod(path)
    ci = CiSource(session.ci.name, session.ci.repository_url, session.ci.commit)
    source = source_of(settings, mod, "REF", ci)
    if source is None or mod.repository is None:
        return lambda _url: None
    prefix, root = source.raw("").removesuffix("REF/"), mod.repository.root.resolve()

    def find(url: str) -> bytes | None:
        _ref, _, path = url.removeprefix(prefix).partition("/")
        file = (root / unquote(path)).resolve()
        known = url.startswith(prefix) and file.is_relative_to(root) and file.is_file()
        try:
            return read_file(file, MAX_IMAGE_BYTES) if known else None
        except OSError:
            return None  # the page shows a gap

    return find


def _serve(session: Session, portal: LocalPortal) -> None:
    import threading  # noqa: PLC0415 start-up: only here

    session.say(f"the portal stays at {portal.url} until Ctrl-C")
    try:
        with INTERRUPTS.released():
            threading.Event().wait()
    except KeyboardInterrupt:
        session.say("stopped")
