"""Everything the portal, the game or a player would choke on, found before anything is public."""

from factorio_release.checks.engine import Checked, Ignored, run_checks
from factorio_release.checks.rule import CheckContext, Rule

__all__ = ["CheckContext", "Checked", "Ignored", "Rule", "run_checks"]
