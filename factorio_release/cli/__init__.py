"""The command: the only place where everything is put together, and that reads the environment."""

from factorio_release.cli.main import main, run

__all__ = ["main", "run"]
