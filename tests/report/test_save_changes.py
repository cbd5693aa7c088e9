from factorio_release.load.save_changes import Changes, Renamed, SaveChanges
from factorio_release.report.model import ModReport, Report, Status
from factorio_release.report.save_changes import saves_headline, saves_lines, saves_table
from factorio_release.report.summary import render_summary

SAVES = SaveChanges(
    "v1.0.0",
    "1.0.0",
    (
        Changes("entity", ("lamp|post", "ti\x1b[31mle"), ("old",), (Renamed("a", "b"),)),
        Changes("technology", tuple(f"t{number}" for number in range(30))),
        Changes("setting", removed=("loud",), renamed=(Renamed("x: a", "x: b"),)),
        Changes("item-subgroup", removed=tuple(f"s{number}" for number in range(150))),
    ),
)


def test_a_terminal_has_a_line_for_each_name() -> None:
    lines = list(saves_lines(SAVES))
    assert lines[0] == saves_headline(SAVES)
    assert lines[0].endswith("since v1.0.0: 32 added, 152 removed, 2 renamed or changed")
    assert lines[1:5] == [
        "  + entity lamp|post",
        "  + entity ti\\x1b[31mle",
        "  - entity old (without a migration)",
        "  ~ entity a -> b (with a migration)",
    ]
    assert lines[25] == "  and 10 more changes of technologies"
    assert lines[26:28] == ["  - setting loud", "  ~ setting x: a -> x: b"]


def test_the_table_can_be_pasted() -> None:
    rows = saves_table(SAVES).splitlines()
    assert rows[0] == "| | Added | Removed | Renamed or changed |"
    assert rows[2].startswith("| entities | <code>lamp\\|post</code>, ")
    assert rows[2].endswith("| <code>old</code> | <code>a</code> → <code>b</code> |")
    assert rows[5].startswith("| item subgroups |  | <code>s0</code>, ")
    assert rows[5].endswith("<code>s99</code> and 50 more |  |")
    assert saves_table(SaveChanges("v1", "1.0.0")) == ""


def test_what_is_not_known_is_said() -> None:
    assert saves_headline(SaveChanges("v1", "1.0.0")).endswith("since v1: nothing changed")
    assert "of prototypes and settings nothing is known" in saves_headline(
        SaveChanges("v1", "1.0.0", whole=False)
    )


def test_the_summary_has_the_table() -> None:
    mod = ModReport("lamps", "1.1.0", "lamps", Status.PLANNED, saves=SAVES)
    text = render_summary(Report((mod,)))
    assert "#### For saves and modpacks, since v1\\.0\\.0\\: 32 added" in text
    assert saves_table(SAVES) in text
