"""The settings of the mods of a repository: sections by folder, name and glob, own files, shared texts."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from factorio_release.cli.targets import settings_of
from factorio_release.errors import UsageError
from factorio_release.mod.mod import load_mod
from factorio_release.page.from_settings import desired_page
from factorio_release.settings.options import CiSource
from factorio_release.settings.sources import Sources
from tests.conftest import ModRepository

if TYPE_CHECKING:
    from pathlib import Path

    from factorio_release.page.result import DesiredPage
    from factorio_release.settings.options import Settings
    from tests.conftest import Program
    from tests.support.in_process import InProcess

CONFIG = "factorio-release.yml"


class Repository(ModRepository):
    """A repository with the mods big-lamp, big-belt (in `mods`) and tool (in `extra/tools`)."""

    def __init__(self, root: Path) -> None:
        self.root = root
        root.mkdir()
        self.git("init", "--quiet", "--initial-branch=main")
        self.add("mods/lamp", "big-lamp")
        self.add("mods/belt", "big-belt")
        self.add("extra/tools", "tool")
        self.commit()

    def add(self, folder: str, name: str) -> None:
        info = {
            "name": name,
            "version": "1.0.0",
            "title": name,
            "author": "demo",
            "factorio_version": "2.0",
            "dependencies": ["base >= 2.0"],
        }
        self.write(f"{folder}/info.json", json.dumps(info))
        self.write(f"{folder}/control.lua", "script.on_init(function() end)\n")
        self.write(f"{folder}/README.md", f"# {name}\n\nSee [more](docs/more.md).\n")
        self.write(f"{folder}/docs/more.md", "More.\n")

    def commit(self) -> None:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", "Change")

    def configure(self, text: str, folder: str = "") -> None:
        self.write(f"{folder}/{CONFIG}" if folder else CONFIG, text)

    def settings(self, path: str = "mods/lamp", **line: Any) -> Settings:
        return settings_of(Sources(line, {}, {}), self.root / path)

    def page(self) -> DesiredPage:
        mod = load_mod(self.root / "mods" / "lamp")
        return desired_page(self.settings(), mod, "", CiSource())

    def problems(self, path: str = "mods/lamp") -> str:
        with pytest.raises(UsageError) as caught:
            self.settings(path)
        return "\n".join(caught.value.problems)


@pytest.fixture
def program(without_waits: InProcess) -> InProcess:
    """Nothing here needs a process of its own."""
    return without_waits


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path / "repository")


@pytest.mark.parametrize(
    ("key", "named"),
    [
        ("mods/lamp", {"mods/lamp"}),
        ("big-lamp", {"mods/lamp"}),
        ("mods/*", {"mods/lamp", "mods/belt"}),
        ("./mods/*/", {"mods/lamp", "mods/belt"}),
        ("big-*", {"mods/lamp", "mods/belt"}),
        ("{big-belt,tool}", {"mods/belt", "extra/tools"}),
        ("**/tools", {"extra/tools"}),
        ("**", {"mods/lamp", "mods/belt", "extra/tools"}),
    ],
)
def test_a_key_names_mods_by_folder_name_or_glob(
    repository: Repository, key: str, named: set[str]
) -> None:
    repository.configure(json.dumps({"category": "content", "mods": {key: {"category": "tweaks"}}}))
    found = {
        path
        for path in ("mods/lamp", "mods/belt", "extra/tools")
        if repository.settings(path).category == "tweaks"
    }
    assert found == named
    for folder in named:
        root = repository.settings(folder).origins["category"].root
        assert root.samefile(repository.root / folder), "paths are relative to the mod"


def test_later_sections_count_over_earlier_ones(repository: Repository) -> None:
    repository.configure(
        "mods:\n  mods/*: {category: content, license: MIT}\n  big-lamp: {category: tweaks}\n"
        "  '*-belt': {category: overhaul}\n  mods/belt: {license: default_gnugplv3}\n"
    )
    lamp, belt = repository.settings("mods/lamp"), repository.settings("mods/belt")
    assert (lamp.category, lamp.license) == ("tweaks", "MIT")
    assert (belt.category, belt.license) == ("overhaul", "default_gnugplv3")
    assert repository.settings("extra/tools").category is None


@pytest.mark.parametrize(
    ("key", "problem"),
    [
        ("big-lmap", "names no mod below this file's folder (did you mean big-lamp?)"),
        ("lamp", "names no mod below this file's folder (did you mean mods/lamp?)"),
        ("mods", "is no mod, but a folder with mods (did you mean mods/*?)"),
        ("mod/*", "names no mod below this file's folder"),
        ("small-*", "names no mod below this file's folder"),
        ("nowhere", "names no mod below this file's folder; there are extra/tools, mods/belt"),
        ("x" * 300, "names no mod below this file's folder"),
        ("../*", "is not a folder below this file's"),
        ("{1..99999}", "cannot be used: "),
    ],
)
def test_a_key_that_names_no_mod_is_a_problem(
    repository: Repository, key: str, problem: str
) -> None:
    repository.configure(json.dumps({"mods": {key: {"dry-run": "true"}}}))
    assert f"{CONFIG}:1: mods: {key} {problem}" in repository.problems()


def test_where_the_mods_cannot_be_listed_the_keys_are_not_judged(repository: Repository) -> None:
    """Loading the mod says what is wrong with the repository; a setting is not the reason."""
    repository.configure("mods: {big-belt: {category: tweaks}, 'big-*': {license: MIT}}\n")
    repository.write(".git/config", "[broken")
    settings = repository.settings("mods/lamp")
    assert (settings.category, settings.license) == (None, "MIT")


def test_no_form_of_a_key_lets_a_file_say_more(repository: Repository) -> None:
    for key in ("mods/lamp", "big-lamp", "big-*", "**"):
        section = {
            "api-key": "x",
            "portal-url": "https://mods.example.com",
            "path": ".",
            "config": "x",
            "tag": "1.0.0",
            "report": "dist/r.json",
            "mode": "release",
            "dry-run": "false",
        }
        for text in ({"mods": {key: section}}, section | {"report": "../r.json"}):
            repository.configure(json.dumps(text))
            (repository.root / "mods" / "lamp" / CONFIG).unlink(missing_ok=True)
            said = repository.problems()
            for name in section:
                assert f"{name}: " in said, (key, name)
    repository.configure("category: tweaks\n")
    repository.configure(json.dumps(section | {"report": "../r.json"}), "mods/lamp")
    said = repository.problems()
    for name in section:
        assert f"{name}: " in said, name


def test_a_mods_own_file_inherits_from_the_roots(repository: Repository) -> None:
    repository.configure(
        "category: content\ntags: [trains]\nexclude: [art/**]\nretries: 3\n"
        "ignore: {thumbnail-size: all are square, no-git: a trial}\n"
        "mods:\n  mods/*: {license: MIT, dry-run: true}\n"
    )
    repository.configure(
        "category: tweaks\nexclude: ['...', 'src/**']\ntags: [power]\n"
        "ignore: {thumbnail-size: false, locale-missing: in English only}\n",
        "mods/lamp",
    )
    own, other = repository.settings("mods/lamp"), repository.settings("mods/belt")
    assert (own.category, own.license, own.retries) == ("tweaks", "MIT", 3)
    assert own.dry_run, "what the root's file holds back stays so"
    assert (own.tags, own.exclude) == (("power",), ("art/**", "src/**"))
    assert own.ignore == {"no-git": "a trial", "locale-missing": "in English only"}
    assert (other.category, other.exclude) == ("content", ("art/**",))
    assert set(other.ignore) == {"thumbnail-size", "no-git"}
    assert own.origins["license"].file.endswith(f"repository/{CONFIG}")


def test_whoever_starts_the_run_replaces_or_adds(repository: Repository) -> None:
    repository.configure("exclude: [art/**]\nignore: {no-git: a trial}\n")
    assert repository.settings(exclude="x/**").exclude == ("x/**",)
    assert repository.settings(exclude="...\nx/**").exclude == ("art/**", "x/**")
    given = repository.settings(ignore="locale-missing: in English only")
    assert set(given.ignore) == {"locale-missing"}, "a file adds nothing to what the run ignores"


def test_an_item_for_a_list_that_is_nowhere_is_a_problem(repository: Repository) -> None:
    repository.configure("images: ['...', a.png]\n")
    assert "images: ... stands for the list of a weaker place" in repository.problems()


def test_inherited_paths_stay_relative_to_the_file_that_wrote_them(repository: Repository) -> None:
    repository.configure("images: ['shared/*.png', '{mod}/shots/*.png']\n")
    repository.configure("images: ['...', 'own.png']\n", "mods/lamp")
    settings = repository.settings("mods/lamp")
    assert settings.images == ("../../shared/*.png", "../../mods/lamp/shots/*.png", "own.png")
    assert settings.origins["images"].root.samefile(repository.root / "mods/lamp")


def test_a_place_to_write_cannot_be_relative_to_the_mod(repository: Repository) -> None:
    repository.configure("output-dir: '{mod}/dist'\n")
    assert "output-dir: {mod} is only for description, faq, images" in repository.problems()


def test_each_problem_with_a_code_is_at_its_own_line(
    program: Program, repository: Repository
) -> None:
    repository.configure("ignore:\n  no-gti: a trial\n")
    repository.configure("tags: []\nignore: {thumbnail-size: x, secert: false}\n", "mods/lamp")
    ran = program("check", "mods/lamp", cwd=repository.root)
    assert ran.code == 2
    assert f"repository/{CONFIG}:2: ignore: the code no-gti is not known" in ran.err
    assert f"mods/lamp/{CONFIG}:2: ignore: the code secert is not known" in ran.err


def test_a_report_stays_in_the_output_folder_whichever_file_names_it(
    repository: Repository,
) -> None:
    repository.configure("output-dir: out\nreport: out/r.json\n")
    repository.configure("category: tweaks\n", "mods/lamp")
    assert repository.settings("mods/lamp").report.endswith("r.json")
    repository.configure("report: dist/r.json\n", "mods/lamp")
    assert "dist/r.json is not in the output folder; move the key" in repository.problems()
    repository.configure("output-dir: build\nreport: src/r.json\n")
    (repository.root / "mods/lamp" / CONFIG).unlink()
    assert "src/r.json is not in the output folder; write build/r.json" in repository.problems()


def test_a_description_of_several_files(program: Program, repository: Repository) -> None:
    """Links are resolved from each file's place, findings name it, and the last zip says the same."""
    repository.git("remote", "add", "origin", "https://github.com/o/r.git")
    repository.write(
        "shared/prefix.md", "# The set\n\nPart of [it](list.md), not [this](gone.md).\n"
    )
    repository.write("shared/list.md", "All.\n")
    repository.configure(
        "category: content\nlicense: MIT\nstrip-first-heading: true\n"
        "description: [shared/prefix.md, '{mod}/README.md']\n"
    )
    repository.commit()

    page = repository.page()
    raw = f"https://github.com/o/r/blob/{repository.git('rev-parse', 'HEAD').strip()}"
    assert page.page.description == (
        f"Part of [it]({raw}/shared/list.md), not [this]({raw}/shared/gone.md).\n\n"
        f"See [more]({raw}/mods/lamp/docs/more.md).\n"
    )
    assert {path.name for path in page.files} == {"prefix.md", "README.md"}
    places = [(one.code, one.file, one.line) for one in page.findings]
    assert places == [("page-link-missing", "../../shared/prefix.md", 3)]
    built = program("build", "mods/lamp", "--output-dir", str(program.folder), cwd=repository.root)
    assert built.code == 0, built.err
    zip_file = program.folder / "big-lamp_1.0.0.zip"
    ran = program("check", str(zip_file), cwd=repository.root)
    # The zip lies outside: its finding still has the path from the working directory.
    assert ran.out.startswith("shared/prefix.md:3:35: warning: gone.md"), ran.out


def test_one_missing_file_of_several_leaves_the_page_alone(repository: Repository) -> None:
    repository.configure("description:\n  - '{mod}/README.md'\n  - '{mod}/RAEDME.md'\n")

    page = repository.page()
    assert page.page.description is None
    assert "page-file-missing" in {one.code for one in page.findings}
    many = ", ".join(["a.md"] * 21)
    repository.configure(f"description: [{many}]\n")
    assert "21 files are named" in repository.problems()


@pytest.mark.parametrize(
    ("secret", "code"),
    [("../outside.md", "page-file-outside"), ("ignored.md", "page-file-private")],
)
def test_each_file_of_a_description_is_judged(
    repository: Repository, secret: str, code: str
) -> None:
    repository.write(".gitignore", "ignored.md\n")
    repository.write("ignored.md", "private\n")
    (repository.root.parent / "outside.md").write_text("private\n")
    repository.configure(f"description: ['{{mod}}/README.md', {secret}]\n")

    page = repository.page()
    assert page.page.description is None
    (finding,) = [one for one in page.findings if one.code == code]
    assert (finding.file, finding.line) == (f"../../{CONFIG}", 1)


def test_without_a_path_the_mods_below_are_checked_and_never_released(
    program: Program, repository: Repository
) -> None:
    ran = program("check", cwd=repository.root)
    assert ran.code == 0, ran.err
    assert "this folder is no mod; the mods below it: extra/tools, mods/belt, mods/lamp" in ran.err
    assert {mod["mod"] for mod in ran.report["mods"]} == {"big-lamp", "big-belt", "tool"}
    for command in ("release", "page"):
        ran = program(command, "--yes", "--portal-url", "http://127.0.0.1:1", cwd=repository.root)
        assert ran.code == 2
        assert "holds extra/tools, mods/belt, mods/lamp; name those that are meant" in ran.err
    for words in (("notes",), ("bump", "patch")):
        ran = program(*words, cwd=repository.root)
        assert "give one of extra/tools, mods/belt, mods/lamp" in ran.err


def test_the_action_releases_no_mod_that_nobody_named(
    program: Program, repository: Repository
) -> None:
    env = {"GITHUB_ACTIONS": "true", "CI": "true", "GITHUB_EVENT_NAME": "push"}
    ran = program("action", env=env, cwd=repository.root)
    assert "name those that are meant" in ran.err
    ran = program("action", env=env | {"INPUT_MODE": "check"}, cwd=repository.root)
    assert "the mods below it: " in ran.err
    assert ran.code == 0, ran.err


def test_a_zip_outside_of_the_checkout_has_the_settings_of_its_repository(
    program: Program, repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.configure("category: content\nmods: {'big-*': {category: tweaks}}\n")
    repository.configure("license: MIT\n", "mods/lamp")
    elsewhere = tmp_path / "elsewhere"
    built = program("build", "mods/lamp", "--output-dir", str(elsewhere), cwd=repository.root)
    assert built.code == 0, built.err
    zip_file = elsewhere / "big-lamp_1.0.0.zip"
    monkeypatch.chdir(repository.root)
    settings = settings_of(Sources({}, {}, {}), zip_file)
    assert (settings.category, settings.license) == ("tweaks", "MIT")
    other = Repository(tmp_path / "other")
    shutil.rmtree(other.root / "mods" / "lamp")
    other.configure("category: overhaul\n")
    other.commit()
    monkeypatch.chdir(other.root)
    assert settings_of(Sources({}, {}, {}), zip_file).category is None
    ran = program("check", str(zip_file), cwd=other.root)
    assert "none of its mods has that name: no config file is used; --config names one" in ran.err


def test_a_folder_that_a_build_makes_has_the_settings_of_its_source(repository: Repository) -> None:
    repository.configure("category: tweaks\n", "extra/tools")
    repository.write(".gitignore", "dist\n")
    shutil.copytree(repository.root / "extra/tools", repository.root / "dist/tool")
    (repository.root / "dist/tool" / CONFIG).unlink()
    repository.commit()
    assert repository.settings("dist/tool").category == "tweaks"


def test_another_mod_in_such_a_folder_has_none_of_them(repository: Repository) -> None:
    repository.configure("category: tweaks\n", "extra/tools")
    repository.commit()
    repository.write("dist/tool/info.json", json.dumps({"name": "another", "version": "1.0.0"}))
    assert repository.settings("dist/tool").category is None
