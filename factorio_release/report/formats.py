"""The renderers by the names of `--format`; each is imported when it is used."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from factorio_release.report.model import Report

# Every format but text, which has options of its own: the module in this package, and the function.
_RENDERERS: Final = {
    "json": ("json_report", "render_json"),
    "check-json": ("json_report", "render_check_json"),
    "markdown": ("summary", "render_summary"),
    "github": ("github", "render_github"),
    "gitlab": ("gitlab", "render_gitlab"),
    "sarif": ("sarif", "render_sarif"),
    "junit": ("junit", "render_junit"),
}


def render(report: Report, form: str = "text", *, check: bool = False) -> str:
    """Return the report in one of the formats of `settings.options`, ending in a newline unless it is empty.

    With `check`, JSON has the shape of `check --format json`. Text has options of its own: `render_text`.
    """
    if form == "text":
        from factorio_release.report.text import render_text  # noqa: PLC0415 start-up: only when used

        return render_text(report)
    if form == "json" and check:
        form = "check-json"
    module, function = _RENDERERS[form]
    renderer: Callable[[Report], str] = getattr(
        import_module(f"factorio_release.report.{module}"), function
    )
    return renderer(report)
