"""The release pipeline: from mod folders to verified mod pages, and to the report of the run."""

from factorio_release.pipeline.job import Job
from factorio_release.pipeline.run import run_mods

__all__ = ["Job", "run_mods"]
