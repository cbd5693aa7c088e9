"""The options for findings, for how the package is compressed, and for the time and repeats of requests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from factorio_release.settings.kinds import Choice, count, reasons, seconds
from factorio_release.settings.option import option

if TYPE_CHECKING:
    from collections.abc import Mapping


class CheckOptions:
    """Which findings stop a run, how the package is compressed, how long the portal is waited for."""

    fail_on: str = option(
        "fail-on",
        Choice(("error", "warning")),
        "error",
        "The lowest severity of findings that stops a run.",
        "check",
    )
    ignore: Mapping[str, str] = option(
        "ignore",
        reasons,
        None,
        "Check codes to ignore, each with its reason.",
        "check",
        metavar="CODE:REASON",
        is_list=True,
    )
    compression: str = option(
        "compression",
        Choice(("fast", "default", "max")),
        "default",
        "How strongly to compress: fast, default or max.",
        "package",
    )
    verify_timeout: float = option(
        "verify-timeout",
        seconds,
        120.0,
        "Seconds to wait until a write is visible on the portal.",
        "release",
        metavar="SECONDS",
    )
    timeout: float = option(
        "timeout",
        seconds,
        60.0,
        "Seconds to wait for an answer of the portal; an upload gets more by its size.",
        "portal",
        metavar="SECONDS",
    )
    run_timeout: float = option(
        "run-timeout",
        seconds,
        3600.0,
        "Seconds that a whole run may spend on the portal; uploads get more by their size.",
        "portal",
        metavar="SECONDS",
        per_run=True,
    )
    retries: int = option(
        "retries",
        count,
        5,
        "How often a failed request is repeated, where repeating it is safe.",
        "portal",
        metavar="N",
    )
