"""The session: environment, streams, CI and report of one invocation."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from factorio_release.ci.detect import detect
from factorio_release.ci.streams import RedactedStream, UnfailingStream, occupy_standard_descriptors
from factorio_release.cli.console import shows_escape_sequences, use_utf8
from factorio_release.cli.declared import ACTION, KEY_FILE, TOKEN_FILE, WRITING_COMMANDS
from factorio_release.cli.interrupts import INTERRUPTS
from factorio_release.cli.key import ALL_KEY_VARIABLES, find_key, usable_key, without_quotes
from factorio_release.cli.service_token import Account, find_account, given_tokens
from factorio_release.errors import ExitCode
from factorio_release.report.escape import terminal, terminal_lines
from factorio_release.report.redaction import Redactor
from factorio_release.secret_forms import MIN_ENCODED_LENGTH
from factorio_release.settings.options import OPTIONS, REPORT_FILE, SUMMARY_FILE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from factorio_release.ci.base import Ci
    from factorio_release.cli.command_line import Arguments
    from factorio_release.report.model import Report
    from factorio_release.settings.sources import Sources


class Session:
    """What the commands share.

    `err` is for progress and errors, `out` for results. `keys` are all keys and service tokens that the
    environment gives, `key` is the one that this run uses. `account` is the one whose service token fetches
    mods. `sleep` takes the waits between requests.
    `report_file` is the path of the JSON report, empty for none; a run in a CI has one in any case, beside
    its summary in `output_folder`, unless that is None. `may_write` marks a command that may change the
    portal.
    `plan_file` is the path of the plan that the run has written into a file, `plan_sha256` its digest.
    `prints_result` marks a command whose printed result is its purpose: it fails when that cannot be
    printed. `handed_on` is the report with which the run has ended, None before.
    """

    def __init__(
        self,
        environ: Mapping[str, str],
        argv: tuple[str, ...],
        ci: Ci,
        keys: list[str],
        *,
        out: UnfailingStream,
        err: UnfailingStream,
        sleep: Callable[[float], None],
    ) -> None:
        self.environ = environ
        self.argv = argv
        self.ci = ci
        self.keys = keys
        self.key = ""
        self.account = Account()
        self.sleep = sleep
        self.redactor = redactor = Redactor(keys)
        self.out = RedactedStream(out, redactor, guard=ci.in_ci)
        self.err = RedactedStream(err, redactor, guard=ci.in_ci)
        self.verbose = False
        self.report_file = ""
        self.may_write = False
        self.output_folder: str | None = None
        self.plan_file = ""
        self.plan_sha256 = ""
        self.prints_result = False
        self.handed_on: Report | None = None

    @classmethod
    def begin(
        cls,
        environ: Mapping[str, str],
        argv: Sequence[str],
        sleep: Callable[[float], None],
    ) -> Session:
        """Return a session whose streams hide every key; the CI masks the keys before anything is printed."""
        occupy_standard_descriptors()
        for stream in (sys.stdout, sys.stderr):
            use_utf8(stream, environ)
        out, err = UnfailingStream(sys.stdout), UnfailingStream(sys.stderr)
        ci = detect(environ, err)
        keys: list[str] = []
        for value in [*_given_keys(ci, environ), *given_tokens(ci.inputs, environ)]:
            # `usable_key` refuses a key in quotes. Then what is between the quotes is the secret.
            keys += [value, without_quotes(value)]
        if list(argv[:1]) != [ACTION]:
            # These are of the action around this step, or of its own `uses: docker://`: a name such as `path`
            # means something else there, and `api-key` may be the key of another service.
            ci.inputs = {}
        ci.mask(*keys)
        return cls(environ, tuple(argv), ci, keys, out=out, err=err, sleep=sleep)

    def hide(self, secret: str) -> None:
        """Hide a further secret, such as an upload URL, from here on."""
        self.ci.mask(secret)
        self.redactor.register(secret)

    @property
    def secrets(self) -> tuple[str, ...]:
        """The values that must not be published: the key of this run and every other key in the environment.

        Of the others, short ones are left out: they occur in any text.
        """
        others = [key.strip() for key in self.keys]
        found = [self.key, *(key for key in others if len(key) >= MIN_ENCODED_LENGTH)]
        return tuple(dict.fromkeys(key for key in found if key))

    def say(self, line: str) -> None:
        """Print a line of progress, with hidden characters spelled out."""
        self.err.write(f"{terminal(line)}\n")
        self.err.flush()

    def show_diff(self, diff: str) -> None:
        """Print a unified diff of the mod's own lines, with hidden characters spelled out."""
        from factorio_release.report.style import Style  # noqa: PLC0415 start-up: only when something changes

        self.err.write(Style(color=self.color).diff(terminal_lines(diff)))

    @property
    def color(self) -> bool:
        """Whether the output may have colours: on a terminal, unless NO_COLOR is set."""
        if not self.out.isatty() or self.environ.get("NO_COLOR"):
            return False
        return shows_escape_sequences()

    @property
    def has_terminal(self) -> bool:
        """Whether somebody can answer a question."""
        return sys.stdin is not None and sys.stdin.isatty()  # None when the descriptor is closed

    def command_to_reproduce(self) -> str:
        """Return the shell command that repeats this run: for a bug report, without a key."""
        from factorio_release.bug_report import shell_command  # noqa: PLC0415 start-up: only for a bug
        from factorio_release.settings.sources import environment_options, input_options  # noqa: PLC0415 likewise

        environment, _ = environment_options(self.environ)
        inputs, _ = input_options(self.ci.inputs)
        given = environment | inputs
        for secret in ("api-key", "service-token"):
            given.pop(secret, None)
        variables = {OPTIONS[name].variable: str(value) for name, value in given.items()}
        return shell_command(self.argv, variables)

    def expect_report(self, arguments: Arguments) -> None:
        """Find the report's path for a run that ends before its settings are read."""
        self.output_folder = OPTIONS["output-dir"].default
        self.may_write = arguments.command in WRITING_COMMANDS
        places = (
            arguments.options,
            self.ci.inputs,
            {"report": self.environ.get(OPTIONS["report"].variable)},
        )
        for place in places:
            if place.get("report"):
                self.report_file = str(place["report"])
                return

    def fail(self, error: str, exit_code: int, hint: str = "") -> None:
        """End a run that had no mod yet: say what is public and what to do, and hand the report on."""
        from factorio_release.report.ending import answers  # noqa: PLC0415 start-up: only for an error
        from factorio_release.report.model import failed_report  # noqa: PLC0415 likewise

        report = failed_report(error, exit_code, hint=hint, may_write=self.may_write)
        for label, sentence in answers(report.mods[0]):
            self.say(f"{label}: {sentence}")
        self.hand_on(report)
        self.ci.annotate(report, self.redactor)

    def hand_on(self, report: Report) -> None:
        """Write the report's file and give the CI outputs and summary; only the first call of a run does it.

        This happens before anything is printed and needs no stream, so a closed standard output loses no
        report. No signal interrupts it.
        """
        if self.handed_on:
            return
        self.handed_on = report
        with INTERRUPTS.held():
            if self.ci.in_ci and self.output_folder and not self.report_file:
                self.report_file = str(Path(self.output_folder, REPORT_FILE))
            if self.report_file:
                self._write_report(report)
            if self.ci.in_ci:
                self._publish(report)

    def _write_report(self, report: Report) -> None:
        from factorio_release.cli.written_files import write_report  # noqa: PLC0415 start-up: only with a report

        try:
            write_report(Path(self.report_file), report, self.redactor)
        except OSError as error:
            self._not_written("report", self.report_file, error)
            self.report_file = ""

    def _publish(self, report: Report) -> None:
        """Give the CI outputs and summary, without secrets."""
        from factorio_release.ci.outputs import outputs_of  # noqa: PLC0415 start-up: only in a CI
        from factorio_release.report.summary import render_summary  # noqa: PLC0415 likewise

        summary = self.redactor(render_summary(report))
        files = {
            "report": self.report_file,
            "summary": self._write_summary(summary),
            "plan": self.plan_file,
        }
        outputs = outputs_of(report, files, Path.cwd(), plan_sha256=self.plan_sha256)
        self.ci.write_outputs({name: self.redactor(value) for name, value in outputs.items()})
        self.ci.write_summary(summary)

    def _write_summary(self, text: str) -> str:
        """Write the summary for a comment or a chat; return its path, empty if there is none."""
        if not self.output_folder:
            return ""
        from factorio_release.cli.written_files import write_summary  # noqa: PLC0415 start-up: only in a CI

        path = Path(self.output_folder, SUMMARY_FILE)
        try:
            write_summary(path, text)
        except OSError as error:
            self._not_written("summary", str(path), error)
            return ""
        return str(path)

    def _not_written(self, what: str, path: str, error: OSError) -> None:
        self.say(f"warning: the {what} {path} could not be written: {error.strerror}")

    def finish(self, code: int) -> int:
        """Flush the streams; return `code`, or 2 where a printed result was the purpose and is lost."""
        self.out.flush()
        failure = self.out.raw.failure
        if failure:
            self.say(f"warning: standard output cannot take what is printed: {failure}")
        self.err.flush()
        if failure and self.prints_result and code == ExitCode.FINE:
            return ExitCode.USAGE
        return code

    def sources(self, arguments: Arguments) -> Sources:
        """Return the raw options of every source; finds the key as well."""
        from factorio_release.settings.sources import (  # noqa: PLC0415 start-up: not for --help
            Sources,
            environment_options,
            input_options,
        )

        problems = list(arguments.problems)
        inputs, wrong_inputs = input_options(self.ci.inputs)
        environment, wrong_environment = environment_options(self.environ)
        try:
            self._find_key(arguments.value(KEY_FILE))
        except ValueError as error:
            problems.append(str(error))
        problems += wrong_inputs + wrong_environment
        for secret in ("api-key", "service-token"):
            inputs.pop(secret, None)
            environment.pop(secret, None)
        sources = Sources(arguments.options, inputs, environment, tuple(problems))
        try:
            self._find_account(arguments.value(TOKEN_FILE), str(sources.get("username") or ""))
        except ValueError as error:
            return sources._replace(problems=(*problems, str(error)))
        return sources

    def _find_key(self, file: str | None) -> None:
        found = find_key(file, self.ci.inputs, self.environ)
        if file:  # the keys of all other places are hidden since `begin`
            self.hide(found.value)
            self.hide(without_quotes(found.value))
        self.key = usable_key(found)

    def _find_account(self, file: str | None, username: str) -> None:
        self.account = find_account(file, username, self.ci.inputs, self.environ)
        if file:
            self.hide(self.account.token)


def _given_keys(ci: Ci, environ: Mapping[str, str]) -> list[str]:
    places = [ci.inputs.get("api-key", ""), *(environ.get(name, "") for name in ALL_KEY_VARIABLES)]
    return [value for value in places if value.strip()]
