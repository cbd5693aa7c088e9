"""`factorio-release login`: a service token for user name and password, and where to put it."""

from __future__ import annotations

import getpass
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from factorio_release.ci_systems import CI_SYSTEMS
from factorio_release.cli.declared import AUTH_URL as AUTH_URL_ARGUMENT
from factorio_release.cli.portal_clients import transport_of
from factorio_release.cli.service_token import USERNAME_VARIABLE
from factorio_release.errors import UsageError
from factorio_release.git.repository import find_repository
from factorio_release.page.source_urls import forge_of, repository_home
from factorio_release.portal.login import AUTH_URL, CodeNeeded, log_in
from factorio_release.portal.run_time import RunTime
from factorio_release.settings.kinds import mirror_url
from factorio_release.settings.options import OPTIONS

if TYPE_CHECKING:
    from factorio_release.cli.command_line import Arguments
    from factorio_release.cli.session import Session
    from factorio_release.portal.login import ServiceToken
    from factorio_release.portal.transport import Transport

_TIMEOUT: Final = 60.0
_PROFILE: Final = "https://factorio.com/profile"


def login(session: Session, arguments: Arguments) -> int:
    """Ask for name, password and code; print the token alone on standard output.

    The password is asked for on the terminal, sent once and not kept. Raises UsageError without a terminal,
    PortalRefused for a refused login, PortalUnreachable without an answer.
    """
    sources = session.sources(arguments)
    problems = list(sources.problems)
    try:
        url = mirror_url(arguments.value(AUTH_URL_ARGUMENT) or AUTH_URL)
    except ValueError as error:
        problems.append(f"--auth-url: {error}")
    if not session.has_terminal:
        problems.append(
            "login asks for the password on a terminal, and there is none; "
            f"the token is also on {_PROFILE}"
        )
    if problems:
        raise UsageError(*problems)
    given = str(sources.get("username") or session.environ.get(USERNAME_VARIABLE, ""))
    name = given.strip() or _asked(session, "user name or e-mail address: ")
    transport = transport_of(
        session, _TIMEOUT, RunTime(OPTIONS["run-timeout"].default, sleep=session.sleep)
    )
    found = _log_in(session, transport, url, name)
    session.out.write(f"{found.token}\n")
    session.out.flush()
    for line in _where_to(found.username):
        session.say(line)
    return 0


def _log_in(session: Session, transport: Transport, url: str, name: str) -> ServiceToken:
    password = getpass.getpass(f"password of {name} (not shown, not kept): ")
    if not password:
        raise UsageError("no password was given; nothing was sent")
    session.redactor.register(password)
    try:
        return log_in(transport, url, name, password)
    except CodeNeeded as needed:
        if said := str(needed):
            session.say(said)
    code = _asked(session, "code from the e-mail: ")
    return log_in(transport, url, name, password, code)


def _asked(session: Session, question: str) -> str:
    """Return a line that somebody types; raises UsageError for an empty one or the end of the input."""
    session.err.write(question)
    session.err.flush()
    answer = sys.stdin.readline().strip()
    if not answer:
        raise UsageError(f"no {question.rstrip(': ')} was given; nothing more was sent")
    return answer


def _where_to(username: str) -> tuple[str, ...]:
    """Return where the token belongs: on this machine, and in the CI of the repository here."""
    repository = find_repository(Path.cwd())
    forge = forge_of(repository_home(repository.remote_url)) if repository else None
    kind, place = "secret", "the secrets of your CI"
    if forge:
        system = CI_SYSTEMS[forge.name]
        kind, place = system.secret_kind, f"{system.title}, {system.secret_place}"
    text = f"""\
this is the service token of {username}: whoever has it can download mods in this name
on this machine: set FACTORIO_USERNAME={username} and FACTORIO_TOKEN, or name a file with --service-token-file
in a CI: save it as the {kind} FACTORIO_TOKEN ({place}), for the input `service-token` beside `username`
a new token on {_PROFILE} ends this one; it is not the API key, and publishes nothing"""
    return tuple(text.splitlines())
