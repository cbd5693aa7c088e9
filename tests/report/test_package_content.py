from factorio_release.mod.package_changes import FileChange, PackageChanges
from factorio_release.report.model import Report
from factorio_release.report.package_content import (
    changes_headline,
    changes_lines,
    changes_rows,
    render_listing,
)

CHANGES = PackageChanges(
    "v1.0.0",
    (
        FileChange("added", "graphics/new\x1b[31m.png", 0, 5000),
        FileChange("changed", "control.lua", 1000, 1200),
        FileChange("removed", "old|er.lua", 700, 0),
    ),
    10_000,
    14_500,
    uncompared=2,
)


def test_the_listing_has_every_file_with_its_size_or_reason(full_report: Report) -> None:
    assert render_listing(full_report).splitlines() == [
        "big-mod 1.2.0: 3 files packed, 1 left out",
        "     1.2 kB  data.lua",
        "     5.0 MB  graphics/big.png",
        "  120 bytes  info.json",
        "  not packed  big-mod/.github/ci.yml: excluded by the rules",
        "small-mod 0.1.0: no zip was made; 0 files to pack, 0 left out",
    ]


def test_a_line_says_it_all_and_the_files_follow() -> None:
    assert (
        changes_headline(CHANGES)
        == "since v1.0.0: 1 added, 1 changed, 1 removed, +4.5 kB; 2 files not in git"
    )
    lines = list(changes_lines(CHANGES))
    assert lines[1:] == [
        r"  + graphics/new\x1b[31m.png (+5.0 kB)",
        "  - old|er.lua (-700 bytes)",
        "  ~ control.lua (+200 bytes)",
    ]


def test_long_lists_are_cut_with_a_count() -> None:
    many = tuple(FileChange("added", f"{number}.lua", 0, 1) for number in range(60))
    changes = PackageChanges("v1", many, 0, 60)
    assert list(changes_lines(changes))[-1] == "  and 55 more files"
    rows = changes_rows(changes)
    assert len(rows) == 51
    assert rows[-1][0] == "10 more files"


def test_the_table_shows_a_size_only_where_there_is_one() -> None:
    added, changed, removed = changes_rows(CHANGES)
    assert (added[2], added[3]) == ("", "5.0 kB")
    assert (changed[2], changed[3]) == ("1.0 kB", "1.2 kB")
    assert (removed[2], removed[3]) == ("700 bytes", "")
    assert "|" not in removed[1].replace(r"\|", "")
