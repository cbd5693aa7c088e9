"""Compare what the image installs with the known vulnerabilities, and say so when that was not possible.

A vulnerability fails. Without the network, or with a registry that has no data about vulnerabilities,
nothing was compared: that is printed, and fails only with `--strict`.
"""

from __future__ import annotations

import json
import subprocess
import sys

AUDIT = (
    sys.executable,
    "-m",
    "pip_audit",
    "--progress-spinner=off",
    "--format=json",
    "--require-hashes",
    "--disable-pip",
    "--requirement=requirements.lock",
)


def main(*, strict: bool) -> int:
    """Return 1 for a vulnerability, or for a comparison that could not be made and had to be."""
    done = subprocess.run(AUDIT, capture_output=True, text=True, check=False)
    try:
        packages = json.loads(done.stdout)["dependencies"]
    except ValueError:
        print(f"nothing was compared: {done.stderr.strip().rpartition(chr(10))[2]}")
        return int(strict)
    known = [
        f"{package['name']} {package['version']}: {found['id']}, fixed in {found['fix_versions'] or 'none'}"
        for package in packages
        for found in package.get("vulns", ())
    ]
    skipped = [package["name"] for package in packages if "skip_reason" in package]
    print(f"{len(packages) - len(skipped)} of {len(packages)} packages compared", *known, sep="\n")
    return int(bool(known) or (strict and bool(skipped)))


if __name__ == "__main__":
    sys.exit(main(strict="--strict" in sys.argv[1:]))
