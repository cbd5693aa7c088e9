from factorio_release.report.listing import render_listing
from factorio_release.report.model import Report


def test_every_file_is_accounted_for(full_report: Report) -> None:
    assert render_listing(full_report).splitlines() == [
        "big-mod 1.2.0: 3 files shipped, 1 left out",
        "     1.2 kB  data.lua",
        "     5.0 MB  graphics/big.png",
        "  120 bytes  info.json",
        "  not shipped  big-mod/.github/ci.yml: not shipped by the rules",
        "small-mod 0.1.0: 0 files shipped, 0 left out",
    ]
