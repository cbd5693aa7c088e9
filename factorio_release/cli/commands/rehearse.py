"""`factorio-release rehearse`: runs the whole release against a portal on this machine."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, unquote

from factorio_release.cli.browser import open_pages
from factorio_release.cli.commands.pipeline import run
from factorio_release.cli.declared import DIFF, FROM_PORTAL, OPEN, REMOTE_PICTURES, SERVE
from factorio_release.cli.intents import Intent
from factorio_release.cli.interrupts import INTERRUPTS
from factorio_release.cli.output import show
from factorio_release.cli.rehearsal_start import LivePages, begin, dependencies_of
from factorio_release.disk.atomic_write import write_file
from factorio_release.disk.bounded_file import read_file
from factorio_release.disk.replace_rules import replaces_only
from factorio_release.errors import ExitCode
from factorio_release.limits import MAX_IMAGE_BYTES
from factorio_release.local_portal import LocalPortal
from factorio_release.local_portal.portal import DEMO_KEY
from factorio_release.local_portal.snapshot import page_snapshot
from factorio_release.mod.mod import load_mod
from factorio_release.page.from_settings import source_of
from factorio_release.report.model import Status
from factorio_release.settings.options import CiSource
from factorio_release.settings.sources import read_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from factorio_release.cli.command_line import Arguments
    from factorio_release.cli.commands.pipeline import Finished
    from factorio_release.cli.session import Session
    from factorio_release.settings.options import Settings

_OF_NEW_MODS: Final = frozenset({"publish-category", "publish-license"})
# The first bytes of the page that a rehearsal writes; only a file that begins with them is replaced.
_PAGE_HEAD: Final = b"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="generator" content="factorio-release rehearse">"""


def rehearse(session: Session, arguments: Arguments) -> int:
    """Release on a new embedded portal, uploads included, and write the resulting page as an HTML file.

    The file is beside the zip. With `--from-portal` the embedded portal begins with what the public one has,
    which is only read. With `--serve` it keeps running, and with `--open` the page is shown in a browser.
    """
    live = None
    if arguments.has(FROM_PORTAL):
        # Only whoever starts the run says where the portal is: no config file is needed for that.
        live = LivePages(session, read_settings(session.sources(arguments)))
    with LocalPortal(remote_pictures=arguments.has(REMOTE_PICTURES)) as portal:
        options = {**arguments.options, "portal-url": portal.url, "yes": "true"}
        switches = arguments.switches & {DIFF.name}
        release = arguments._replace(command="release", options=options, switches=switches)
        intent = Intent(
            "release",
            DEMO_KEY,
            rehearsal=True,
            tag=session.ci.tag,
            begin=lambda targets: begin(session, portal, targets, live),
        )
        finished = run(session, release, intent)
        show(session, release, finished)
        names = [mod.mod for mod in finished.report.mods]
        _name_authors(portal, names)
        if live:
            live.look_up(portal, dependencies_of(portal, names))
        else:
            _tell_of_live_page(session, finished)
        pages = _write_pages(session, arguments, portal, finished)
        serves = arguments.has(SERVE) and finished.report.exit_code == ExitCode.FINE
        if arguments.has(OPEN):
            served = [f"{portal.url}/mod/{quote(name, safe='')}" for name in names]
            open_pages(session, served if serves else pages)
        if serves:
            _serve(session, portal)
    return finished.report.exit_code


def _tell_of_live_page(session: Session, finished: Finished) -> None:
    """Say what helps where a mod is taken for new and is not: a rehearsal does not ask the portal."""
    for mod in finished.report.mods:
        if any(finding.code in _OF_NEW_MODS for finding in mod.findings):
            session.say(
                f"if {mod.mod} is public already, `factorio-release rehearse --from-portal` begins with its "
                "page and asks for neither"
            )


def _name_authors(portal: LocalPortal, names: Sequence[str]) -> None:
    """Put the author's name where the public page has that of the account, unless that one is known."""
    for name in names:
        mod = portal.state.mods.get(name)
        if mod and mod.author and not mod.account:
            portal.change_mod(name, account=mod.author, is_account_a_guess=True)


def _write_pages(
    session: Session, arguments: Arguments, portal: LocalPortal, finished: Finished
) -> list[str]:
    """Write the page of each mod beside its zip; return their addresses.

    A mod that was stopped before its release has no page: what the rehearsal began with is not what players
    would see.
    """
    written = []
    # Not strict: after an interrupt the last mods have no report.
    for mod, target in zip(finished.report.mods, finished.targets, strict=False):
        settings = target.settings
        there = portal.state.mods.get(mod.mod)
        if mod.status is Status.FAILED and not (there and there.author):
            continue
        page = page_snapshot(
            portal,
            mod.mod,
            _local_images(session, settings, target.path),
            remote_pictures=arguments.has(REMOTE_PICTURES),
        )
        if not page:
            continue
        path = Path(settings.output_dir) / f"{mod.mod}_page.html"
        try:
            write_file(
                path, page.encode(), replaces_only(_PAGE_HEAD, "a page of an earlier rehearsal")
            )
        except OSError as error:
            session.say(f"warning: {path} could not be written: {error.strerror}")
        else:
            written.append(path.absolute().as_uri())
            line = f"the page as players would see it: {written[-1]}"
            if finished.settings.format == "text":
                session.out.write(f"{line}\n")
            else:  # standard output has the report and nothing else
                session.say(line)
    return written


def _local_images(
    session: Session, settings: Settings, path: Path
) -> Callable[[str], bytes | None]:
    """Return a function from the address of a README's image to its bytes on disk.

    Before the push, nothing is at these addresses yet.
    """
    mod = load_mod(path)
    ci = CiSource(session.ci.name, session.ci.repository_url, session.ci.commit)
    source = source_of(settings, mod, "REF", ci)
    if source is None or mod.repository is None:
        return lambda _url: None
    prefix = source.raw("").removesuffix("REF/")
    root = mod.repository.root.resolve()

    def read_image(url: str) -> bytes | None:
        if not url.startswith(prefix):
            return None
        _ref, _, path = url.removeprefix(prefix).partition("/")
        file = (root / unquote(path)).resolve()
        if not file.is_relative_to(root) or not file.is_file():
            return None
        try:
            return read_file(file, MAX_IMAGE_BYTES)
        except OSError:
            return None  # the page shows a gap

    return read_image


def _serve(session: Session, portal: LocalPortal) -> None:

    session.say(f"the portal runs at {portal.url} until Ctrl-C")
    try:
        with INTERRUPTS.released():
            threading.Event().wait()
    except KeyboardInterrupt:
        session.say("stopped")
