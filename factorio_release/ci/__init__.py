"""What the CI systems tell us and want to be told; beside `cli` the only reader of the environment."""

from factorio_release.ci.base import Ci
from factorio_release.ci.detect import detect
from factorio_release.ci.outputs import outputs_of
from factorio_release.ci.streams import RedactedStream

__all__ = ["Ci", "RedactedStream", "detect", "outputs_of"]
