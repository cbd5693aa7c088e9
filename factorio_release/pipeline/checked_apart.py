"""What a process beside the run has found out about a mod, as bytes."""

from __future__ import annotations

import copyreg
import io
import pickle
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from factorio_release.git.run_repositories import Answers
from factorio_release.page.result import NO_PAGE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from factorio_release.git.run_repositories import RunRepositories
    from factorio_release.page.result import DesiredPage
    from factorio_release.report_builder import ReportBuilder


class CheckedApart(NamedTuple):
    """A mod that was read and checked: its report so far, its page, and the lines of the log."""

    builder: ReportBuilder
    page: DesiredPage
    lines: tuple[str, ...]


def packed(checked: CheckedApart) -> bytes:
    """Return it as bytes, none where something in it cannot be sent."""
    stream = io.BytesIO()
    try:
        _Pickler(stream, pickle.HIGHEST_PROTOCOL).dump(tuple(checked))
    except (TypeError, AttributeError, pickle.PicklingError):
        return b""
    return stream.getvalue()


def unpacked(data: bytes, repositories: RunRepositories | None) -> CheckedApart | None:
    """Return what was packed, None where it cannot be read: an exception that takes other arguments."""
    try:
        builder, page, lines = _Unpickler(io.BytesIO(data), repositories).load()
    except (TypeError, AttributeError, pickle.UnpicklingError):
        return None
    return CheckedApart(builder, page, lines)


def _proxy(values: dict[Any, Any]) -> Mapping[Any, Any]:
    return MappingProxyType(values)


_TABLE: Final[dict[type, Callable[[Any], Any]]] = {
    **copyreg.dispatch_table,
    MappingProxyType: lambda values: (_proxy, (dict(values),)),
}


class _Pickler(pickle.Pickler):
    dispatch_table = _TABLE

    def persistent_id(self, value: object) -> Path | str | None:
        """Send a name for what this process has as well: the list of a whole repository, and `NO_PAGE`."""
        if value is NO_PAGE:
            return ""
        return value.repository.root if isinstance(value, Answers) else None


class _Unpickler(pickle.Unpickler):
    def __init__(self, stream: io.BytesIO, repositories: RunRepositories | None) -> None:
        super().__init__(stream)
        self._repositories = repositories

    def persistent_load(self, name: Path | str) -> object:
        if isinstance(name, Path) and self._repositories:
            return self._repositories.answers(name)
        return NO_PAGE
