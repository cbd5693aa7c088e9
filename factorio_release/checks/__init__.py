"""Everything the portal, the game or a player would choke on, found before anything is public."""

from factorio_release.checks.engine import CheckContext, Checked, Ignored, Rule, run_checks

__all__ = ["CheckContext", "Checked", "Ignored", "Rule", "run_checks"]
