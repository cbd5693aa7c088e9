"""The embedded mod portal: a real HTTP server for rehearsals, trials and tests.

It follows the documented behaviour of the public portal. It shares no code with the client, so that an error
in shared code cannot hide an error of the client.
`docs/portal.md` is its manual.
"""

from factorio_release.local_portal.endpoints import ENDPOINTS, Endpoint
from factorio_release.local_portal.faults.faults import Fault, parse_fault
from factorio_release.local_portal.faults.gates import Gate
from factorio_release.local_portal.faults.kinds import BEHAVIOURS, KINDS
from factorio_release.local_portal.log import FileRecord, RequestRecord
from factorio_release.local_portal.portal import DEMO_ACCOUNTS, DEMO_KEY, DEMO_OWNER, LocalPortal
from factorio_release.local_portal.serve import serve
from factorio_release.local_portal.state.seed_file import load_seed_file
from factorio_release.local_portal.state.seeds import ReleaseSeed, bare_zip

__all__ = [
    "BEHAVIOURS",
    "DEMO_ACCOUNTS",
    "DEMO_KEY",
    "DEMO_OWNER",
    "ENDPOINTS",
    "KINDS",
    "Endpoint",
    "Fault",
    "FileRecord",
    "Gate",
    "LocalPortal",
    "ReleaseSeed",
    "RequestRecord",
    "bare_zip",
    "load_seed_file",
    "parse_fault",
    "serve",
]
