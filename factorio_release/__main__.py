"""The program's start: `factorio-release`, and `python -m factorio_release`.

`python -m` searches the working directory for modules before anything else, and so does an empty entry in
PYTHONPATH. That directory is usually a mod, and its `yaml.py` would run with the API key in the environment.
So it is taken off the search path before any import that Python has not done itself by now.
"""

import os
import sys


def _forget_working_directory() -> None:
    """Take every entry off the search path that is the working directory."""
    try:
        here = os.path.realpath(os.getcwd())  # noqa: PTH109 pathlib imports modules that are not loaded yet
    except OSError:  # the directory was deleted: nothing can be imported from it
        return
    sys.path[:] = [entry for entry in sys.path if os.path.realpath(entry) != here]


_forget_working_directory()

from factorio_release.cli import run  # noqa: E402 the search path comes first

__all__ = ["run"]

if __name__ == "__main__":
    run()
