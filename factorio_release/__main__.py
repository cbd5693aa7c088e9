"""The entry point: `factorio-release`, and `python -m factorio_release`.

`python -m` searches the working directory for modules first, and so does an empty entry in PYTHONPATH. The
working directory is usually a mod. A `yaml.py` in it would run with the API key in the environment. So the
working directory is removed from the search path before anything is imported that Python itself has not.
"""

import os
import sys


def _forget_working_directory() -> None:
    """Remove every entry of the search path that is the working directory."""
    try:
        here = os.path.realpath(os.getcwd())  # noqa: PTH109 pathlib imports modules that are not loaded yet
    except OSError:  # the directory does not exist any more: nothing can be imported from it
        return
    sys.path[:] = [entry for entry in sys.path if os.path.realpath(entry) != here]


_forget_working_directory()

from factorio_release.cli import run  # noqa: E402 after the search path is safe

__all__ = ["run"]

if __name__ == "__main__":
    run()
