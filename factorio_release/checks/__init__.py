"""Finds problems before the portal, the game or a player does."""

from factorio_release.checks.context import CheckContext, PortalContext
from factorio_release.checks.engine import required_mods_to_request, run_checks, run_portal_checks
from factorio_release.checks.result import CheckResult, IgnoredFinding

__all__ = [
    "CheckContext",
    "CheckResult",
    "IgnoredFinding",
    "PortalContext",
    "required_mods_to_request",
    "run_checks",
    "run_portal_checks",
]
