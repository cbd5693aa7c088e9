"""`python -m factorio_release` is the command `factorio-release`."""

from factorio_release.cli import run

run()
