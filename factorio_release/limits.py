"""The bounds on all input, in bytes, depth and number; no other module declares one.

Whoever opens a pull request writes every file of a mod. So each bound is checked where the input is opened.
Up to its bound an input costs time and memory in proportion to its size. SECURITY.md has the same numbers as
a table; `tests/test_limits.py` compares the two.
"""

from __future__ import annotations

from typing import Final

KIB: Final = 1024
MIB: Final = 1024 * KIB

# Bytes of files that are read as a whole
MAX_INFO_BYTES: Final = 1 * MIB
MAX_CHANGELOG_BYTES: Final = 4 * MIB
MAX_PAGE_TEXT_BYTES: Final = 512 * KIB  # a README or an FAQ, also one of several files
MAX_PAGE_FILES: Final = 20  # of which a description or an FAQ is put together
MAX_CONFIG_BYTES: Final = 256 * KIB
MAX_IGNORE_FILE_BYTES: Final = 64 * KIB  # a .factorioignore
# Lua, locale and every other text file of the package. Of a larger file the checks see only the beginning
# (1,024 bytes), and no finding says so; the search for secrets still reads all of it.
MAX_TEXT_BYTES: Final = 16 * MIB
MAX_ALL_TEXT_BYTES: Final = 512 * MIB  # all text files of a package together
MAX_IMAGE_BYTES: Final = 64 * MIB  # an image of the gallery
MAX_QUOTED_BYTES: Final = 4 * MIB  # a file whose lines are shown beside findings
MAX_LINK_BYTES: Final = 4 * KIB  # a link that git wrote as a small file, as on Windows
# What a CI system says of the event that started a job. GitHub sends no payload above 25 MB.
MAX_EVENT_BYTES: Final = 25 * MIB
MAX_LICENSE_BYTES: Final = 200_000  # only the beginning of a longer file is read

# A workflow, a CI file or a script of a repository that `init` reads; only the beginning of a longer one.
MAX_PIPELINE_BYTES: Final = 512 * KIB

# Depth of nesting
MAX_FOLDER_DEPTH: Final = 100  # folders in a path, below the folder that is read
MAX_JSON_DEPTH: Final = 100
MAX_CONFIG_DEPTH: Final = 8
MAX_PIPELINE_DEPTH: Final = 40  # in a workflow
MAX_MARKDOWN_DEPTH: Final = 100  # quotes and lists that begin on the same line

# Numbers
MAX_FILES: Final = 200_000  # files of a mod folder, a package or a zip
MAX_MODS: Final = 1_000  # mods in one run
# A released mod of the corpus lists 2,673: it makes the mods of a pack incompatible, one by one.
MAX_DEPENDENCIES: Final = 10_000
MAX_PATTERNS: Final = 500  # globs of include, exclude and package together
MAX_EXTRA_ROOTS: Final = 50  # entries of package.extra
MAX_GALLERY_IMAGES: Final = 500
MAX_FINDINGS_PER_FILE: Final = 100  # with one code; the others are only counted
MAX_FINDINGS_PER_CODE: Final = 1_000  # in all files together; then the check stops
MAX_PIPELINE_NODES: Final = 50_000  # values in a workflow, with those that aliases repeat
MAX_PIPELINE_SCRIPTS: Final = 1_000  # scripts that are searched for an upload
MAX_GLOBSTARS: Final = 3  # `**` in one pattern
MAX_DIFF_LINES: Final = 5_000  # of each text; longer texts are not compared line by line

# Seconds of processor time
MAX_PAGE_SECONDS: Final = 30  # for a README or an FAQ, with the author's url_match

# Loading a mod
MAX_GAME_DATA_BYTES: Final = 128 * MIB  # the game's public data of one version, unpacked
MAX_GAME_ARCHIVE_BYTES: Final = 32 * MIB  # the same, packed
MAX_API_BYTES: Final = 32 * MIB  # a prototype-api.json
MAX_RELEASES_BYTES: Final = 32 * MIB  # a list of a mod's releases
MAX_DOWNLOAD_BYTES: Final = 2_000_000_000  # the zip of a required mod
MAX_LOADED_MODS: Final = 500  # mods that are loaded together
MAX_LOAD_SECONDS: Final = 60  # of processor time for the settings and data stages
MAX_LOAD_LUA_BYTES: Final = 512 * MIB  # memory of the Lua state
MAX_LOAD_PROCESS_BYTES: Final = 2048 * MIB  # address space of the process around it
MAX_LOAD_RESULT_BYTES: Final = 128 * MIB  # the finished prototypes, as JSON
MAX_LOAD_SETS: Final = 20  # sets of mods with which one mod is loaded
MAX_LOAD_LOG_LINES: Final = 200  # what mods log; the rest is only counted
MAX_LOAD_LOG_CHARACTERS: Final = 500  # of each line

# Loading a mod in the game
MAX_HEADLESS_ARCHIVE_BYTES: Final = 512 * MIB  # the game's headless build, packed
MAX_HEADLESS_BYTES: Final = 8192 * MIB  # the same, unpacked
MAX_HEADLESS_FILES: Final = 100_000  # files and folders in it
MAX_GAME_SECONDS: Final = 600  # for one start of the game
MAX_GAME_MEMORY_BYTES: Final = 8192 * MIB  # of the game's process
MAX_GAME_LOG_BYTES: Final = 64 * MIB  # what it prints in one start, and its log
MAX_GAME_DISK_BYTES: Final = 4096 * MIB  # what it writes in one start
MAX_DUMP_BYTES: Final = 256 * MIB  # its dump of all prototypes, as JSON

# Archives and git
MAX_PACKAGE_BYTES: Final = 4_000_000_000  # all files of a package together, unpacked
MAX_ZIP_DIRECTORY_BYTES: Final = 64 * MIB  # the list of entries at the end of a finished zip
MAX_PLAN_BYTES: Final = 64 * MIB  # plan.json in a plan file; packages and images come beside it
MAX_GIT_OUTPUT_BYTES: Final = 256 * MIB
MAX_GIT_SECONDS: Final = 120
# For a commit or a push of the user's: a hook may run tests, and a passphrase may be asked for.
MAX_PUSH_SECONDS: Final = 1_800


def size_words(size: int) -> str:
    """Return a number of bytes as text: `1 MiB`, `256 KiB`, `4,097 bytes`."""
    for unit, name in ((MIB, "MiB"), (KIB, "KiB")):
        if size >= unit and size % unit == 0:
            return f"{size // unit} {name}"
    return f"{size:,} bytes"
