"""Runs the container's entry for many jobs, each in a process of its own that this one forks.

Each line of standard input is JSON with a working directory (`folder`) and a list of environments (`jobs`).
For each line a JSON list of exit codes is printed. What job N prints is in the files `N.out` and `N.err` of
the folder. All that a run imports is imported here, once: that takes most of the time of a run of its own.
POSIX only.
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
    for line in sys.stdin:
        asked = json.loads(line)
        codes = []
        for number, environ in enumerate(asked["jobs"]):
            child = os.fork()
            if child == 0:
                os.chdir(asked["folder"])
                become(number, environ)
                code = 99
                try:
                    code = entrypoint.main()
                finally:
                    sys.stdout.flush()
                    sys.stderr.flush()
                    os._exit(code)
            codes.append(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
        sys.stdout.write(f"{json.dumps(codes)}\n")
        sys.stdout.flush()


def become(number: int, environ: dict[str, str]) -> None:
    """Take on the streams, the environment and the arguments of a job."""
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for stream, descriptor in (("out", 1), ("err", 2)):
        file = os.open(f"{number}.{stream}", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(file, descriptor)
    os.environ.clear()
    os.environ.update(environ)
    sys.argv = ["entrypoint.py"]


if __name__ == "__main__":
    main()
