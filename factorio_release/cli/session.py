"""One invocation: its environment, its streams, its CI, and the settings it comes to."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from factorio_release.ci.detect import detect
from factorio_release.ci.streams import RedactedStream, UnfailingStream, occupy_standard_descriptors
from factorio_release.cli.declared import KEY_FILE
from factorio_release.cli.interrupts import INTERRUPTS
from factorio_release.cli.key import VARIABLES, find_key, usable_key, without_quotes
from factorio_release.errors import ExitCode, ModError, UsageError
from factorio_release.report.redaction import Redactor
from factorio_release.secret_forms import MIN_ENCODED_LENGTH
from factorio_release.settings.option import ENV_PREFIX
from factorio_release.settings.sources import (
    Sources,
    environment_options,
    find_config,
    input_options,
    read_settings,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from factorio_release.ci.base import Ci
    from factorio_release.cli.command_line import Arguments
    from factorio_release.report.model import Report
    from factorio_release.settings.options import Settings


@dataclass(slots=True)
class Session:
    """What the commands share; `err` is for progress and errors, `out` for results.

    `report_file` is where the JSON report goes, empty for none. `prints_result` is true of a command that is
    run for what it prints: then it fails when that cannot be printed. `handed_on` is the report that the run
    has ended with, None while it goes on.
    """

    environ: Mapping[str, str]
    ci: Ci
    redactor: Redactor
    out: RedactedStream
    err: RedactedStream
    key: str = field(default="", repr=False)
    keys: list[str] = field(default_factory=list, repr=False)
    verbose: bool = False
    report_file: str = ""
    prints_result: bool = False
    handed_on: Report | None = None

    @classmethod
    def begin(cls, environ: Mapping[str, str]) -> Session:
        """Mask the key before anything is printed, and put redacting streams over the real ones."""
        occupy_standard_descriptors()
        out, err = UnfailingStream(sys.stdout), UnfailingStream(sys.stderr)
        ci = detect(environ, err)
        secrets = [form for value in _keys_of(ci, environ) for form in (value, without_quotes(value))]
        ci.mask(*secrets)
        redactor = Redactor(secrets)
        guard = ci.in_ci
        return cls(
            environ,
            ci,
            redactor,
            RedactedStream(out, redactor, guard=guard),
            RedactedStream(err, redactor, guard=guard),
            keys=secrets,
        )

    def hide(self, secret: str) -> None:
        """Know a further secret, such as an upload URL, from here on."""
        self.ci.mask(secret)
        self.redactor.register(secret)

    @property
    def secrets(self) -> tuple[str, ...]:
        """The values that must not be published: the key of this run, and the others that it was given."""
        others = (value.strip() for value in self.keys)
        found = [
            value for value in others if len(value) >= MIN_ENCODED_LENGTH
        ]  # a short one is in every text
        return tuple(dict.fromkeys([*((self.key,) if self.key else ()), *found]))

    def say(self, line: str) -> None:
        """Print a line of progress."""
        from factorio_release.report.escape import terminal  # noqa: PLC0415 start-up: only when something is said

        self.err.write(f"{terminal(line)}\n")
        self.err.flush()

    @property
    def color(self) -> bool:
        """Whether what is printed may have colours: on a terminal, unless NO_COLOR is set."""
        return self.out.isatty() and not self.environ.get("NO_COLOR")

    @property
    def asks(self) -> bool:
        """Whether somebody is there to answer a question."""
        return sys.stdin is not None and sys.stdin.isatty()  # None when the descriptor is closed

    def expect_report(self, arguments: Arguments) -> None:
        """Note where a report goes, for a run that ends before its settings are read."""
        places = (arguments.options, self.ci.inputs, {"report": self.environ.get(f"{ENV_PREFIX}REPORT", "")})
        self.report_file = next((str(place["report"]) for place in places if place.get("report")), "")

    def hand_on(self, report: Report) -> None:
        """Write the report's file and give the CI outputs and summary, once in a run.

        It comes before anything is printed and needs no stream. No signal interrupts it.
        """
        if self.handed_on:
            return
        self.handed_on = report
        with INTERRUPTS.held():
            if self.report_file:
                from factorio_release.cli.written_files import write_report  # noqa: PLC0415 only with one

                try:
                    write_report(Path(self.report_file), report, self.redactor)
                except OSError as error:
                    self.say(f"warning: the report {self.report_file} could not be written: {error.strerror}")
                    self.report_file = ""
            if self.ci.name != "none":
                self._publish(report, self.report_file)

    def _publish(self, report: Report, report_file: str) -> None:
        """Hand outputs and summary to the CI, with no secret in them."""
        from factorio_release.ci.outputs import outputs_of  # noqa: PLC0415 start-up: only in a CI
        from factorio_release.report.summary import render_summary  # noqa: PLC0415 likewise

        outputs = outputs_of(report, report_file, Path.cwd())
        self.ci.write_outputs({name: self.redactor(value) for name, value in outputs.items()})
        self.ci.write_summary(self.redactor(render_summary(report)))

    def finish(self, code: int) -> int:
        """Let out what the streams still hold; return the exit code, another one when a result was lost."""
        self.out.flush()
        lost = self.out.raw.failure
        if lost:
            self.say(f"warning: standard output cannot take what is printed: {lost}")
        self.err.flush()
        return ExitCode.USAGE if lost and self.prints_result and code == ExitCode.FINE else code

    def sources(self, arguments: Arguments) -> Sources:
        """Collect the raw options of every source, and the key."""
        problems = list(arguments.problems)
        inputs, wrong_inputs = input_options(self.ci.inputs)
        environment, wrong_environment = environment_options(self.environ)
        try:
            file = arguments.value(KEY_FILE)
            found = find_key(file, self.ci.inputs, self.environ)
            if file:  # every other place was looked at before anything was printed
                self.hide(found.value)
                self.hide(without_quotes(found.value))
            self.key = usable_key(found)
        except ValueError as error:
            problems.append(str(error))
        without_key = {name: value for name, value in inputs.items() if name != "api-key"}
        environment.pop("api-key", None)
        return Sources(
            arguments.options, without_key, environment, (*problems, *wrong_inputs, *wrong_environment)
        )

    def settings_of(self, sources: Sources, mod_path: Path) -> Settings:
        """Return the settings for one mod, with the config file that belongs to it.

        Raises UsageError with all problems of all sources.
        """
        is_zip = mod_path.is_file()
        folder = mod_path.parent if is_zip else mod_path
        named = sources.get("config")
        config = Path(str(named)) if named else find_config(tuple(_upwards(folder, every=is_zip)))
        if named and config and not config.is_file():
            raise UsageError(
                *sources.problems, f"config: {named} does not exist; give the path of a YAML file"
            )
        return read_settings(sources, config, folder, _is_source_of(mod_path) if is_zip else None)


def _keys_of(ci: Ci, environ: Mapping[str, str]) -> Iterator[str]:
    places = (ci.inputs.get("api-key", ""), *(environ.get(name, "") for name in VARIABLES))
    return (value for value in places if value.strip())


def _upwards(folder: Path, *, every: bool) -> Iterator[Path]:
    """Yield the mod's folder and the repository's root around it, or `every` folder between the two."""
    yield folder
    around = (folder.resolve(), *folder.resolve().parents)
    root = next((parent for parent in around if (parent / ".git").exists()), None)
    if root is not None:
        yield from around[: around.index(root)] if every else ()
        yield root


def _is_source_of(package: Path) -> Callable[[Path], bool]:
    """Return what tells whether a folder holds the mod of a finished package, by the name in info.json."""
    from factorio_release.mod.mod import read_description  # noqa: PLC0415 start-up: only for a finished package

    @cache
    def name_of(path: Path) -> str:
        try:
            return read_description(path).info.name
        except ModError:
            return ""  # loading the mod reports it

    return lambda folder: name_of(folder) == name_of(package) != ""
