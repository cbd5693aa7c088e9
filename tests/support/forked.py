"""Runs the container's entry for many jobs, each in a process of its own that this one forks.

Reads from standard input a JSON list of environments, one a job, and prints a JSON list of exit codes. What
job N prints is in the files `N.out` and `N.err` of the working directory. All that a run imports is imported
here, once: that takes most of the time of a run of its own. POSIX only.
"""

import gc
import importlib.util
import json
import os
import pkgutil
import sys
from pathlib import Path

import factorio_release

ROOT = Path(__file__).parents[2]


def main() -> None:
    spec = importlib.util.spec_from_file_location("entrypoint", ROOT / "entrypoint.py")
    assert spec
    assert spec.loader
    entrypoint = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(entrypoint)
    for module in pkgutil.walk_packages(factorio_release.__path__, "factorio_release."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    for name in ("requests", "yaml", "wcmatch.glob", "deflate", "pyromark", "nh3"):
        importlib.import_module(name)
    gc.freeze()
    codes = []
    for number, environ in enumerate(json.load(sys.stdin)):
        child = os.fork()
        if child == 0:
            for stream, descriptor in (("out", 1), ("err", 2)):
                file = os.open(f"{number}.{stream}", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
                os.dup2(file, descriptor)
            os.environ.clear()
            os.environ.update(environ)
            sys.argv = ["entrypoint.py"]
            code = 99
            try:
                code = entrypoint.main()
            finally:
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(code)
        codes.append(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    sys.stdout.write(json.dumps(codes))


if __name__ == "__main__":
    main()
