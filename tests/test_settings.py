"""Options from every source: precedence, all problems at once, text that stays text."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factorio_release.cli.command_line import parse
from factorio_release.errors import UsageError
from factorio_release.page.declared import fmtk_page
from factorio_release.settings.config_file import read_config
from factorio_release.settings.options import OPTIONS
from factorio_release.settings.sources import (
    Sources,
    environment_options,
    find_config,
    input_options,
    read_settings,
)

if TYPE_CHECKING:
    from factorio_release.settings.option import Option
    from factorio_release.settings.options import Settings


def resolve(config: Path | None = None, **sources: dict[str, Any]) -> Settings:
    empty: dict[str, Any] = {}
    return read_settings(
        Sources(
            sources.get("line", empty),
            sources.get("inputs", empty),
            sources.get("environment", empty),
        ),
        config,
    )


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "factorio-release.yml"
    path.write_text("category: overhaul\nretries: 1\n")
    return path


def test_the_strongest_source_wins(config: Path) -> None:
    layers: dict[str, dict[str, Any]] = {}
    assert resolve(config, **layers).category == "overhaul"
    layers["environment"] = {"category": "tweaks"}
    assert resolve(config, **layers).category == "tweaks"
    layers["inputs"] = {"category": "content"}
    assert resolve(config, **layers).category == "content"
    layers["line"] = {"category": "internal"}
    settings = resolve(config, **layers)
    assert (settings.category, settings.retries) == ("internal", 1)


def test_all_problems_of_all_sources_are_reported_at_once(tmp_path: Path) -> None:
    path = tmp_path / "factorio-release.yml"
    (tmp_path / "a").mkdir()
    path.write_text(
        "categroy: x\nretries: many\napi-key: secret\npath: mods\nmods:\n  a: {titel: x}\n  b: 3\n"
    )
    with pytest.raises(UsageError) as caught:
        resolve(path, inputs={"dry-run": "maybe"}, line={"compression": "fats"})
    text = "\n".join(caught.value.problems)
    assert f"{path}:1: the key categroy is not known: did you mean" in text.replace(
        " (did", ": did"
    )
    assert f"{path}:2: retries: 'many' is not a whole number" in text
    assert f"{path}:3: api-key: the key is a secret" in text
    assert f"{path}:4: path: which mods are released is decided by whoever starts the run" in text
    assert f"{path}:6: the key titel is not known (did you mean title?)" in text
    assert f"{path}:7: mods: b: give a mapping of options" in text
    assert "dry-run: 'maybe' is neither true nor false" in text
    assert "compression: 'fats' is not one of fast, default, max (did you mean fast?)" in text


@pytest.mark.parametrize(
    ("name", "raw", "value"),
    [
        ("title", "2.0", "2.0"),
        ("title", "1.10", "1.10"),
        ("title", "no", "no"),
        ("title", "0x1F", "0x1F"),
        ("title", "2026-11-22", "2026-11-22"),
        ("title", "~", None),
        ("title", '""', ""),
        ("deprecated", "no", False),
        ("deprecated", "yes", True),
        ("tags", "[trains, power]", ("trains", "power")),
        ("tags", "trains, power", ("trains", "power")),
        ("tags", "[]", ()),
        ("exclude", "\n  - '**/*.xcf'\n  - art/**", ("**/*.xcf", "art/**")),
        ("ignore", "{thumbnail-size: on purpose}", {"thumbnail-size": "on purpose"}),
        ("verify-timeout", "30", 30.0),
    ],
)
def test_yaml_stays_text_until_its_option_reads_it(
    tmp_path: Path, name: str, raw: str, value: object
) -> None:
    path = tmp_path / "factorio-release.yml"
    path.write_text(f"{name}: {raw}\n")
    assert getattr(resolve(path), name.replace("-", "_")) == value


@pytest.mark.parametrize(
    ("text", "place", "reason"),
    [
        ("a: 1\na: 2\n", ":2:", "a second time"),
        ("tags: [a\nb: c\n", ":2:", "not YAML"),
        ("a: &x 1\nb: *x\n", ":1:", "anchors and aliases"),
        ("title: !!python/object:os.system x\n", ":1:", "tag"),
        ("- a\n- b\n", ":1:", "must be a mapping"),
        ("title: a\n---\ntitle: b\n", ":2:", "second document"),
        ("title: " + "[" * 30 + "]" * 30, ":1:", "nested deeper"),
        ("? [a]\n: b\n", ":1:", "must be a word"),
        ("title: \t- x\n", ":1:", "not YAML"),
        ("title: a\x00b\n", ":", "not YAML"),
    ],
)
def test_what_is_not_plain_data_is_refused_with_its_line(
    tmp_path: Path, text: str, place: str, reason: str
) -> None:
    path = tmp_path / "factorio-release.yml"
    path.write_text(text)
    with pytest.raises(UsageError) as caught:
        read_config(path)
    assert str(caught.value).startswith(f"{path}{place}")
    assert reason in str(caught.value)


@pytest.mark.parametrize(
    "line",
    [
        "tags: [{a: b}]",
        "tags: [~]",
        "exclude: [[a]]",
        "description: [~]",
        "faq: {a: b}",
        "ignore: [{no-git: x}]",
        "ignore: {no-git: [x]}",
        "title: [a]",
    ],
)
def test_a_value_inside_of_a_value_is_refused(tmp_path: Path, line: str) -> None:
    path = tmp_path / "factorio-release.yml"
    path.write_text(f"{line}\n")
    with pytest.raises(UsageError, match=f":1: {line.partition(':')[0]}: "):
        resolve(path)


@given(st.text() | st.text(alphabet="abc:-[]{}&*!?|>'\"%@`,# \n\t"))
def test_any_text_is_a_config_or_a_usage_error(text: str) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "factorio-release.yml"
        path.write_bytes(text.encode("utf-8", "surrogatepass"))
        said = str(path)
        try:
            assert isinstance(read_config(path), dict)
        except UsageError as error:
            said = str(error)
        assert str(path) in said


@pytest.mark.parametrize("size", [256 * 1024 + 1])
def test_a_giant_config_is_refused(tmp_path: Path, size: int) -> None:
    path = tmp_path / "factorio-release.yml"
    path.write_bytes(b"#" * size)
    with pytest.raises(UsageError, match="larger than 256 KiB"):
        read_config(path)


@pytest.mark.parametrize("name", ["big-mod", "big-mod/", "./big-mod", "small/../big-mod"])
def test_mods_override_by_folder(tmp_path: Path, name: str) -> None:
    for folder in ("big-mod", "small"):
        (tmp_path / folder).mkdir()
    path = tmp_path / "factorio-release.yml"
    path.write_text(
        f"category: content\ndescription: README.md\nmods:\n  {name}: {{category: overhaul, faq: FAQ.md}}\n"
    )
    nothing = Sources({}, {}, {})
    if ".." in name:
        with pytest.raises(UsageError, match="is not a folder below this file's"):
            read_settings(nothing, path, tmp_path / "big-mod")
        return
    big = read_settings(nothing, path, tmp_path / "big-mod")
    small = read_settings(nothing, path, tmp_path / "small")
    assert (big.category, small.category) == ("overhaul", "content")
    assert big.origins["faq"].root.samefile(tmp_path / "big-mod")
    assert big.origins["description"].root == tmp_path
    assert small.faq is None


def test_a_config_may_be_named_by_a_path_that_climbs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mod").mkdir()
    (tmp_path / "factorio-release.yml").write_text("mods: {mod: {dry-run: true}}")
    monkeypatch.chdir(tmp_path / "mod")
    assert read_settings(Sources({}, {}, {}), Path("../factorio-release.yml"), Path()).dry_run


@pytest.mark.parametrize("name", ["big-mud", "nowhere", "x" * 300, "/etc", "..", "a/../.."])
def test_a_section_for_no_folder_is_a_problem(tmp_path: Path, name: str) -> None:
    (tmp_path / "big-mod").mkdir()
    path = tmp_path / "factorio-release.yml"
    path.write_text(json.dumps({"mods": {name: {"dry-run": "true"}}}))
    with pytest.raises(UsageError, match="is not a folder below this file's"):
        read_settings(Sources({}, {}, {}), path, tmp_path / "big-mod")


SAMPLES = {
    "portal-url": "https://mods.example.com",
    "timeout": "1",
    "verify-timeout": "1",
    "run-timeout": "1",
    "retries": "1",
    "sync": "none",
    "sync-older": "true",
    "report": "dist/x",
    "game-version": "2.0.77",
    "load-timeout": "1",
    "load-memory": "64",
    "game-data-url": "https://example.com/data",
    "game-api-url": "https://example.com/api",
    "game-path": "/opt/factorio",
    "game-ticks": "60",
    "game-timeout": "1",
    "game-memory": "64",
    "game-url": "https://example.com/game",
    "ignore": "no-git: it is a trial",
    "plan-sha256": "a" * 64,
}
# What decides where secrets go, whether something is written, which mods and which release are meant.
DECIDED_BY_THE_RUN = {
    "path",
    "config",
    "api-key",
    "portal-url",
    "tag",
    "release-branches",
    "first-publish",
    "yes",
    "mods-folder",
    "username",
    "service-token",
    "load-timeout",
    "load-memory",
    "cache-dir",
    "game-data-url",
    "game-api-url",
    "out",
    "plan",
    "plan-sha256",
    "game-path",
    "game-timeout",
    "game-memory",
    "game-url",
}
LESS_ALONE = {"mode", "dry-run", "load"}


@pytest.mark.parametrize("option", OPTIONS.values(), ids=lambda option: option.name)
def test_a_file_of_the_repository_sets_only_what_its_declaration_allows(
    tmp_path: Path, option: Option
) -> None:
    """Every option in the file and under `mods:`: refused with the reason and the ways in, or taken."""
    assert (option.name in DECIDED_BY_THE_RUN) is bool(option.refused_in_file)
    assert (option.name in LESS_ALONE) is bool(option.file_values)
    other = "true" if option.is_flag else SAMPLES.get(option.name, "x")
    sample = next(iter((*option.file_values, *option.choices)), other)
    (tmp_path / "mod").mkdir()
    path = tmp_path / "factorio-release.yml"
    for section in ({option.name: sample}, {"mods": {"mod": {option.name: sample}}}):
        path.write_text(json.dumps(section))
        reason = option.refused_in_file or (
            "mods" in section and option.per_run and "a run has one"
        )
        if reason:
            with pytest.raises(UsageError, match=reason) as caught:
                read_settings(Sources({}, {}, {}), path, tmp_path / "mod")
            assert option.ways_in in str(caught.value)
        else:
            settings = read_settings(Sources({}, {}, {}), path, tmp_path / "mod")
            base = tmp_path / "mod" if "mods" in section else tmp_path
            expected = option.parse(sample)
            if option.name in {"output-dir", "report"}:
                expected = str(base / sample)
            assert getattr(settings, option.field) == expected
    given = read_settings(Sources({option.name: sample}, {}, {}))
    assert getattr(given, option.field) == option.parse(sample)


@pytest.mark.parametrize(
    "line",
    [
        "dry-run: false",
        "dry-run: no",
        "mode: release",
        "mode: page",
        "mods: {mod: {mode: release}}",
        "load: game",
        "load: both",
    ],
)
def test_a_file_never_makes_a_run_write_more(tmp_path: Path, line: str) -> None:
    (tmp_path / "mod").mkdir()
    path = tmp_path / "factorio-release.yml"
    path.write_text(f"{line}\n")
    with pytest.raises(UsageError, match="a file can make a run do less, never more"):
        read_settings(Sources({}, {}, {}), path, tmp_path / "mod")


def test_fmtks_object_sets_only_what_a_file_may(tmp_path: Path) -> None:
    """Whatever info.json's `package` says, it reaches no option that the run decides."""
    every = dict.fromkeys(
        [*OPTIONS, *(option.field for option in OPTIONS.values())], "https://mods.example.com"
    )
    declared = fmtk_page(every | {"readme": "README.md", "sync_portal_details": True}, tmp_path)
    reached = {
        name for name, value in declared._asdict().items() if value not in (None, {}, tmp_path)
    }
    allowed = {
        option.field for option in OPTIONS.values() if option.config and not option.file_values
    }
    assert reached - allowed == {"fmtk_details"}


@pytest.mark.parametrize(
    ("raw", "value"),
    [("0", 0), ("7", 7), ("0005", 5), ("100", 100), ("0" * 5000 + "9", 9)],
)
def test_leading_zeros_of_a_number_do_not_count(raw: str, value: int) -> None:
    assert resolve(line={"retries": raw}).retries == value


@pytest.mark.parametrize("raw", ["101", "00001000", "1000", "9" * 5000, "-1", "1.0", "\u0661", ""])
def test_a_number_out_of_bounds_is_refused(raw: str) -> None:
    with pytest.raises(UsageError, match="is not a whole number from 0 to 100"):
        resolve(line={"retries": raw})


def test_inputs_keep_their_hyphens_and_unknown_ones_are_refused() -> None:
    values, problems = input_options(
        {"api-key": "k", "prune-images": "true", "tittle": "x", "faq": " "}
    )
    assert values == {"api-key": "k", "prune-images": "true"}
    assert problems == ["the input tittle is not known (did you mean title?)"]


def test_variables_set_options() -> None:
    values, problems = environment_options(
        {"FACTORIO_RELEASE_PRUNE_IMAGES": "true", "FACTORIO_RELEASE_TILTE": "x", "OTHER": "y"}
    )
    assert values == {"prune-images": "true"}
    assert problems == ["the environment's option tilte is not known (did you mean title?)"]


def test_the_command_line_refuses_what_it_does_not_know() -> None:
    arguments = parse(["plan", "--categroy", "x", "mod"])
    assert any(
        "--categroy" in problem and "--category" in problem for problem in arguments.problems
    )
    assert parse(["check", "--no-dry-run"]).problems
    with pytest.raises(UsageError, match="invalid choice"):
        parse(["relaese"])
    with pytest.raises(UsageError, match="no command given"):
        parse([])


def test_flags_have_both_forms() -> None:
    assert parse(["plan", "--prune-images"]).options["prune-images"] == "true"
    assert parse(["plan", "--no-prune-images"]).options["prune-images"] == "false"
    assert "prune-images" not in parse(["plan"]).options


def test_the_config_file_of_the_mod_comes_before_that_of_the_repository(tmp_path: Path) -> None:
    mod = tmp_path / "mod"
    mod.mkdir()
    at_root = tmp_path / "factorio-release.yml"
    at_root.write_text("")
    assert find_config((mod, tmp_path)) == at_root
    beside = mod / "factorio-release.yaml"
    beside.write_text("")
    assert find_config((mod, tmp_path)) == beside
    assert find_config((tmp_path / "nowhere",)) is None


@pytest.mark.parametrize(
    ("url", "good"),
    [
        ("https://mods.factorio.com", True),
        ("https://mods.factorio.com/", True),
        ("http://127.0.0.1:8080", True),
        ("http://localhost:1", True),
        ("http://[::1]:1", True),
        ("http://mods.factorio.com", False),
        ("http://127.0.0.1.evil.example", False),
        ("https://user:pass@mods.factorio.com", False),
        ("https://mods.factorio.com/path", False),
        ("https://mods.factorio.com?x=1", False),
        ("mods.factorio.com", False),
        ("https://", False),
        ("http://[", False),
        ("https://host:port", False),
    ],
)
def test_the_portal_is_https_or_this_machine(url: str, good: bool) -> None:
    if good:
        assert resolve(line={"portal-url": url}).portal_url == url.rstrip("/")
    else:
        with pytest.raises(UsageError):
            resolve(line={"portal-url": url})


@given(st.sampled_from(sorted(OPTIONS)), st.text())
def test_any_text_for_any_option_is_a_value_or_a_problem(name: str, raw: str) -> None:
    problems: tuple[str, ...] = ("",)
    try:
        resolve(line={name: raw})
    except UsageError as error:
        problems = error.problems
    assert problems


@pytest.mark.parametrize(
    ("name", "first", "second", "value"),
    [
        ("exclude", "a/**, b", "c", ("a/**", "b", "c")),
        ("include", "a", "b", ("a", "b")),
        ("tags", "trains", "power", ("trains", "power")),
        ("images", "a.png", "b.png,c.png", ("a.png", "b.png", "c.png")),
        ("sync", "title", "faq", ("title", "faq")),
        ("ignore", "no-git: a trial", "thumbnail-size: it is square", {
            "no-git": "a trial", "thumbnail-size": "it is square",
        }),
    ],
)  # fmt: skip
def test_a_list_option_given_twice_adds_up(
    name: str, first: str, second: str, value: object
) -> None:
    assert OPTIONS[name].is_list
    arguments = parse(["release", f"--{name}", first, f"--{name}={second}"])
    assert getattr(resolve(line=arguments.options), OPTIONS[name].field) == value


def test_every_list_on_the_command_line_adds_up() -> None:
    """No option whose value is a list or a mapping is left out of the rule."""
    lists = set()
    for name, option in OPTIONS.items():
        sample = option.choices[0] if option.choices else SAMPLES.get(name, "true")
        if isinstance(option.parse(sample), tuple | dict):
            lists.add(name)
    assert lists == {name for name, one in OPTIONS.items() if one.is_list}


@pytest.mark.parametrize("name", ["category", "retries", "output-dir"])
def test_the_last_of_two_single_values_counts(name: str) -> None:
    assert parse(["release", f"--{name}", "1", f"--{name}", "2"]).options == {name: "2"}


@pytest.mark.parametrize("values", [("none", "title"), ("auto", "none"), ("title", "auto")])
def test_auto_and_none_are_given_alone(values: tuple[str, str]) -> None:
    arguments = parse(["release", "--sync", values[0], "--sync", values[1]])
    with pytest.raises(UsageError, match=r"sync: (auto|none) cannot be combined with other values"):
        resolve(line=arguments.options)


def test_an_option_before_the_command_is_a_problem_with_its_remedy() -> None:
    with pytest.raises(
        UsageError, match="-v must come after the command: `factorio-release check -v`"
    ):
        parse(["-v", "check"])
