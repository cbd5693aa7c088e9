"""`init`: what it writes is accepted by those who read it, and says what the repository says."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from jsonschema import Draft7Validator

import factorio_release
from factorio_release.mod_page import CATEGORIES, LICENSES, TAGS
from factorio_release.scaffold.license_text import license_of_text
from factorio_release.settings.config_file import read_config
from factorio_release.settings.options import OPTIONS
from factorio_release.settings.sources import Sources, read_settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from factorio_release.local_portal import LocalPortal

ROOT = Path(__file__).parents[2]
SCHEMA = ROOT / "factorio_release" / "schemas" / "factorio-release.schema.json"
MIT = (ROOT / "LICENSE").read_text("utf-8")
GITHUB = ".github/workflows/release.yml"
# A port that nothing listens on: the portal is out of reach.
NOWHERE = {"FACTORIO_RELEASE_PORTAL_URL": "http://127.0.0.1:9"}
JPEG = bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffc0000b08000800080101110000ffd9")


@pytest.fixture
def bare(repository: Any) -> Any:
    """A mod in a repository on GitHub, without a config file."""
    (repository.root / "factorio-release.yml").unlink()
    repository.git("remote", "add", "origin", "https://github.com/OWNER/lamp-post.git")
    return repository


@pytest.fixture
def init(program: Any, bare: Any, portal: LocalPortal) -> Callable[..., Any]:
    """Run `init` in the repository, with a portal that does not have the mod."""
    env = {"FACTORIO_RELEASE_PORTAL_URL": portal.url}
    return lambda *arguments: program("init", *arguments, cwd=bare.root, env=env)


def commit(repository: Any) -> None:
    repository.git("add", "--all")
    repository.git("commit", "--quiet", "--allow-empty", "--message", "Change")


def config(repository: Any, folder: str = ".") -> dict[str, Any]:
    """Return the config file as the program reads it; the schema has to accept it too."""
    path = repository.root / folder / "factorio-release.yml"
    read_settings(Sources({}, {}, {}), path)
    document = {key: node.plain() for key, node in read_config(path).items()}
    Draft7Validator(json.loads(SCHEMA.read_text("utf-8"))).validate(document)
    return document


def accepted(folder: Path, *linter: str) -> None:
    program = Path(sys.executable).with_name(linter[0])
    done = subprocess.run(
        [program, *linter[1:]], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


# what is written


def test_a_mod_with_nothing_else(init: Callable[..., Any], bare: Any) -> None:
    ran = init()
    assert (ran.code, ran.out) == (0, "")
    assert ran.err == (
        "wrote .github/workflows/release.yml\n"
        "wrote factorio-release.yml\n"
        "wrote .gitignore\n"
        "choose a category and a licence in factorio-release.yml\n"
        "next:\n"
        "1. factorio-release rehearse: the whole release, against a portal on this machine\n"
        "2. https://factorio.com/profile: make a key; tick ModPortal: Upload Mods (releases), "
        "Edit Mods (the page), Publish Mods (a mod's first release)\n"
        "3. gh secret set FACTORIO_API_KEY, or https://github.com/OWNER/lamp-post/settings/secrets/actions: "
        "store the key as the secret FACTORIO_API_KEY\n"
        "4. git add .github/workflows/release.yml factorio-release.yml .gitignore && "
        'git commit --message "Release with factorio-release" && git push; '
        "a release is then `factorio-release ship`\n"
    )
    assert (bare.root / ".gitignore").read_text() == "dist/\n"
    assert config(bare) == {"source-url": "auto"}


def test_every_choice_is_a_comment_that_can_be_uncommented(
    init: Callable[..., Any], bare: Any
) -> None:
    init()
    path = bare.root / "factorio-release.yml"
    text = path.read_text("utf-8")
    for name, known in (("category", CATEGORIES), ("license", tuple(LICENSES))):
        assert (
            tuple(
                line.split(": ")[1].partition(" #")[0]
                for line in text.splitlines()
                if line.startswith(f"# {name}: ")
            )
            == known
        )
    assert all(tag in text for tag in TAGS)
    chosen = (
        "# category: utilities",
        "# license: default_mit",
        "# tags: [",
        "# description",
        "# faq",
        "# images",
    )
    path.write_text(
        "".join(
            line.removeprefix("# ") if line.startswith(chosen) else line
            for line in text.splitlines(keepends=True)
        )
    )
    assert config(bare) == {
        "category": "utilities",
        "license": "default_mit",
        "tags": [TAGS[0]],
        "description": "README.md",
        "faq": "FAQ.md",
        "images": ["gallery/*.png"],
        "source-url": "auto",
    }


def test_what_the_repository_says_is_filled_in(
    init: Callable[..., Any], program: Any, bare: Any, picture: Callable[..., bytes]
) -> None:
    for path, content in {
        "readme.md": "# Lamp post\n\n![](screenshots/a.png)\n",
        "docs/Faq.md": "# Why?\n",
        "LICENSE.txt": MIT,
        "screenshots/a.png": picture(),
        "screenshots/b.jpg": JPEG,
        "screenshots/plan.xcf": b"gimp xcf",
        "screenshots/fake.gif": b"no picture",
    }.items():
        bare.write(path, content)
    commit(bare)
    assert "choose a category in" in init().err
    assert config(bare) == {
        "description": "readme.md",
        "faq": "docs/Faq.md",
        "license": "default_mit",
        "images": ["screenshots/*.jpg", "screenshots/*.png"],
        "exclude": ["screenshots/**", "docs/**"],
        "source-url": "auto",
    }
    assert "license: default_mit # LICENSE.txt: MIT\n" in (
        bare.root / "factorio-release.yml"
    ).read_text("utf-8")
    listed = program("build", "--list", str(bare.root)).out
    assert "screenshots/a.png" in listed
    assert program("check", str(bare.root)).code == 0


def test_a_gallery_that_is_not_packed_needs_no_exclude(
    init: Callable[..., Any], bare: Any, picture: Callable[..., bytes]
) -> None:
    bare.write("gallery/a.png", picture())
    bare.write(".gitattributes", "gallery/** export-ignore\n")
    commit(bare)
    init()
    assert config(bare) == {"images": ["gallery/*.png"], "source-url": "auto"}


def test_what_fmtks_object_declares_is_left_out(
    init: Callable[..., Any], bare: Any, picture: Callable[..., bytes]
) -> None:
    bare.info["package"] = {"readme": "README.md", "gallery": ["gallery/*.png"]}
    bare.write("info.json", json.dumps(bare.info))
    bare.write("README.md", "# Lamp post\n")
    bare.write("gallery/a.png", picture())
    init()
    assert config(bare) == {"source-url": "auto"}
    text = (bare.root / "factorio-release.yml").read_text("utf-8")
    assert "# Taken from info.json `package`: description, images.\n" in text
    assert "# faq: FAQ.md" in text
    assert "# description: " not in text


@pytest.mark.parametrize(
    "files",
    [
        {"LICENSE": MIT + "\nThe Software shall be used for Good, not Evil.\n"},
        {"LICENSE": MIT, "COPYING": "Ask me.\n"},
        {"LICENSE": "All rights reserved.\n"},
    ],
)
def test_a_licence_that_is_not_recognised_is_left_to_the_author(
    init: Callable[..., Any], bare: Any, files: dict[str, str]
) -> None:
    for path, text in files.items():
        bare.write(path, text)
    assert "choose a category and a licence" in init().err
    assert "license" not in config(bare)


# the licence by its text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (MIT, "default_mit"),
        (MIT.replace("\n", " \r\n").upper(), "default_mit"),
        (f"The MIT License (MIT)\n\n{MIT.partition(chr(10))[2]}", "default_mit"),
        (MIT.partition("Permission")[1] + MIT.partition("Permission")[2], "default_mit"),
        (f"# Licence\n\n{MIT}", None),
        (MIT.replace("without restriction", "with restrictions"), None),
        ("// SPDX-License-Identifier: GPL-3.0-or-later\n", "default_gnugplv3"),
        ("SPDX-License-Identifier: MIT OR Apache-2.0\n", None),
        ("SPDX-License-Identifier: MIT\nSPDX-License-Identifier: Apache-2.0\n", None),
        ("SPDX-License-Identifier: WTFPL\n", None),
        ("", None),
        ("MIT", None),
    ],
)
def test_a_licence_is_recognised_only_by_its_whole_text(text: str, expected: str | None) -> None:
    assert license_of_text(text) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Apache-2.0", "default_apache2"),
        ("GPL-3", "default_gnugplv3"),
        ("LGPL-3", "default_gnulgplv3"),
        ("MPL-2.0", "default_mozilla2"),
        ("GPL-2", None),
        ("LGPL-2.1", None),
        ("BSD", None),
    ],
)
def test_the_texts_that_debian_ships(name: str, expected: str | None) -> None:
    path = Path("/usr/share/common-licenses") / name
    if not path.exists():
        pytest.skip("no licence texts on this system")
    text = path.read_text("utf-8")
    assert license_of_text(text) == expected
    assert license_of_text(text.replace("https://", "http://")) == expected
    assert license_of_text(text + "Except on Sundays.\n") == (
        expected if "END OF TERMS" in text else None
    )


# the workflow


def test_the_workflow_for_github_passes_its_linters(init: Callable[..., Any], bare: Any) -> None:
    init()
    accepted(bare.root, "actionlint", GITHUB)
    accepted(bare.root, "check-jsonschema", "--builtin-schema", "vendor.github-workflows", GITHUB)
    accepted(bare.root, "zizmor", "--quiet", "--offline", "--persona=pedantic", GITHUB)


@pytest.mark.parametrize(
    ("remote", "path", "schema"),
    [
        ("git@gitlab.com:OWNER/lamp-post.git", ".gitlab-ci.yml", "vendor.gitlab-ci"),
        (
            "https://codeberg.org/OWNER/lamp-post",
            ".forgejo/workflows/release.yml",
            "vendor.github-workflows",
        ),
        (
            "ssh://git@gitea.example.org/OWNER/x",
            ".gitea/workflows/release.yml",
            "vendor.github-workflows",
        ),
        ("https://github.com/OWNER/lamp-post", GITHUB, "vendor.github-workflows"),
    ],
)
def test_the_host_of_the_remote_decides_the_workflow(
    init: Callable[..., Any], bare: Any, remote: str, path: str, schema: str
) -> None:
    bare.git("remote", "set-url", "origin", remote)
    assert f"wrote {path}\n" in init().err
    accepted(bare.root, "check-jsonschema", "--builtin-schema", schema, path)


@pytest.mark.parametrize("ci", ["github", "gitlab", "forgejo", "gitea"])
def test_ci_chooses_the_workflow_whatever_the_remote_is(
    init: Callable[..., Any], bare: Any, ci: str
) -> None:
    bare.git("remote", "remove", "origin")
    assert init("--ci", ci).code == 0
    names = {
        "github": GITHUB,
        "gitlab": ".gitlab-ci.yml",
        "forgejo": ".forgejo/workflows/release.yml",
        "gitea": ".gitea/workflows/release.yml",
    }
    assert [name for name in names.values() if (bare.root / name).exists()] == [names[ci]]
    assert config(bare) == {}


@pytest.mark.parametrize("trace", [".forgejo/workflows/test.yml", ".gitea/workflows/test.yml"])
def test_an_unknown_forge_is_recognised_by_its_files(
    init: Callable[..., Any], bare: Any, trace: str
) -> None:
    bare.git("remote", "set-url", "origin", "https://git.example.org/OWNER/lamp-post")
    ran = init()
    assert (ran.code, ran.out) == (2, "")
    assert (
        "the remote https://git.example.org/OWNER/lamp-post does not say which workflow to write"
        in ran.err
    )
    assert not (bare.root / "factorio-release.yml").exists()
    bare.write(trace, "")
    assert f"wrote {Path(trace).with_name('release.yml').as_posix()}\n" in init().err


def steps(text: str) -> list[dict[str, Any]]:
    (job,) = yaml.safe_load(text)["jobs"].values()
    found: list[dict[str, Any]] = job["steps"]
    return found


def test_the_actions_are_pinned_and_their_inputs_exist(init: Callable[..., Any], bare: Any) -> None:
    for ci in ("github", "forgejo"):
        init("--ci", ci)
    readme = (ROOT / "README.md").read_text("utf-8")
    for path in (GITHUB, ".forgejo/workflows/release.yml"):
        text = (bare.root / path).read_text("utf-8")
        checkout, release = steps(text)
        assert len(checkout["uses"].rpartition("@")[2]) == 40
        assert path != GITHUB or checkout["uses"] in readme
        assert release["uses"].endswith(f"OWNER/factorio-release@v{factorio_release.__version__}")
        assert set(release["with"]) <= set(OPTIONS)


def test_the_component_is_of_this_version(init: Callable[..., Any], bare: Any) -> None:
    init("--ci", "gitlab")
    (include,) = yaml.safe_load((bare.root / ".gitlab-ci.yml").read_text("utf-8"))["include"]
    assert include == {
        "remote": "https://raw.githubusercontent.com/OWNER/factorio-release/"
        f"v{factorio_release.__version__}/templates/release.yml"
    }


@pytest.mark.parametrize(
    ("tag", "pattern"),
    [(None, "v[0-9]*"), ("0.9.0", "[0-9]*"), ("lamp-post_0.9.0", "lamp-post_[0-9]*")],
)
def test_the_tags_are_those_that_the_mod_has(
    init: Callable[..., Any], bare: Any, tag: str | None, pattern: str
) -> None:
    if tag:
        bare.git("tag", tag)
    init()
    workflow = yaml.safe_load((bare.root / GITHUB).read_text("utf-8"))
    assert workflow[True]["push"]["tags"] == [pattern]  # YAML 1.1 takes `on` for true


def test_what_the_checkout_needs_is_fetched(
    init: Callable[..., Any], bare: Any, make_repository: Callable[[str], Any]
) -> None:
    init()
    assert steps((bare.root / GITHUB).read_text("utf-8"))[0]["with"] == {
        "persist-credentials": False,
        "fetch-depth": 0,
    }
    other = make_repository("library")
    bare.git(
        "-c",
        "protocol.file.allow=always",
        "submodule",
        "--quiet",
        "add",
        str(other.root),
        "library",
    )
    bare.write(".gitattributes", "*.png filter=lfs\n")
    bare.write("graphics/lamp.png", b"")
    bare.git("-c", "filter.lfs.clean=cat", "add", "--all")
    init("--force")
    checkout = steps((bare.root / GITHUB).read_text("utf-8"))[0]["with"]
    assert (checkout["submodules"], checkout["lfs"]) == ("recursive", True)


# several mods, and files that are there


@pytest.fixture
def several(bare: Any) -> Any:
    (bare.root / "info.json").unlink()
    for name in ("big-mod", "small-mod"):
        bare.write(f"mods/{name}/info.json", json.dumps({**bare.info, "name": name}))
    commit(bare)
    return bare


@pytest.mark.parametrize("path", [".", "mods/big-mod"])
def test_a_repository_of_several_mods_has_one_workflow(
    program: Any, several: Any, path: str
) -> None:
    assert program("init", path, cwd=several.root, env=NOWHERE).code == 0
    workflow = yaml.safe_load((several.root / GITHUB).read_text("utf-8"))
    assert workflow[True]["push"]["tags"] == ["*_[0-9]*"]
    assert steps((several.root / GITHUB).read_text("utf-8"))[1]["with"]["path"] == "mods/*"
    accepted(several.root, "actionlint", GITHUB)
    accepted(several.root, "zizmor", "--quiet", "--offline", "--persona=pedantic", GITHUB)
    assert config(several, path) == {}


def test_a_tag_of_one_mod_releases_that_mod_through_the_workflow_of_all(
    program: Any, several: Any, portal: LocalPortal, key: str
) -> None:
    for name in ("big-mod", "small-mod"):
        several.write(
            f"mods/{name}/changelog.txt",
            f"{'-' * 99}\nVersion: 1.0.0\nDate: 2026-01-01\n  Features:\n    - Light.\n",
        )
    several.write("factorio-release.yml", "category: utilities\nlicense: default_mit\n")
    commit(several)
    several.git("tag", "small-mod_1.0.0")
    program("init", "mods/big-mod", cwd=several.root, env=NOWHERE)
    given = steps((several.root / GITHUB).read_text("utf-8"))[1]["with"]
    ran = program(
        "release",
        given["path"],
        "--portal-url",
        portal.url,
        cwd=several.root,
        env={
            "FACTORIO_API_KEY": key,
            "GITHUB_ACTIONS": "true",
            "GITHUB_EVENT_NAME": "push",
            "GITHUB_REF": "refs/tags/small-mod_1.0.0",
            "CI": "true",
        },
    )
    assert ran.code == 0, ran.err
    assert list(portal.state.mods) == ["small-mod"]


def test_the_values_of_the_portal_stand_in_the_section_of_each_mod(
    program: Any, several: Any, portal: LocalPortal
) -> None:
    portal.seed_mod(
        "big-mod",
        title="Lamp post",
        summary="Light at night.",
        category="content",
        tags=["trains"],
        releases=["1.0.0"],
    )
    ran = program("init", cwd=several.root, env={"FACTORIO_RELEASE_PORTAL_URL": portal.url})
    assert ran.code == 0
    values = {"category": "content", "tags": ["trains"], "license": "default_mit"}
    assert config(several) == {"mods": {"mods/big-mod": values}}
    assert "choose a category for each mod that is not public yet" in ran.err


def test_several_mods_with_tags_of_another_form(program: Any, several: Any) -> None:
    several.git("tag", "big-mod-v0.9.0")
    several.git("tag", "small-mod/0.9.0")
    program("init", cwd=several.root, env=NOWHERE)
    workflow = yaml.safe_load((several.root / GITHUB).read_text("utf-8"))
    tags = workflow[True]["push"]["tags"]
    assert len(tags) in {1, 2}
    assert all("mod" in tag or tag == "*_[0-9]*" for tag in tags)


def test_several_mods_on_gitlab(program: Any, several: Any) -> None:
    program("init", "--ci", "gitlab", cwd=several.root, env=NOWHERE)
    accepted(
        several.root, "check-jsonschema", "--builtin-schema", "vendor.gitlab-ci", ".gitlab-ci.yml"
    )
    (include,) = yaml.safe_load((several.root / ".gitlab-ci.yml").read_text("utf-8"))["include"]
    assert include["inputs"] == {"path": "mods/*"}


def test_the_only_mod_in_a_subfolder_takes_the_roots_readme(
    program: Any, bare: Any, portal: LocalPortal
) -> None:
    (bare.root / "src").mkdir()
    (bare.root / "info.json").rename(bare.root / "src" / "info.json")
    bare.write("README.md", "# Lamp post\n")
    bare.write("LICENSE", MIT)
    commit(bare)
    env = {"FACTORIO_RELEASE_PORTAL_URL": portal.url}
    assert program("init", "src", cwd=bare.root, env=env).code == 0
    assert config(bare, "src") == {
        "description": "../README.md",
        "license": "default_mit",
        "source-url": "auto",
    }
    assert steps((bare.root / GITHUB).read_text("utf-8"))[1]["with"]["path"] == "src"


@pytest.mark.parametrize("name", ["factorio-release.yml", "factorio-release.yaml"])
def test_nothing_is_overwritten_without_force(
    init: Callable[..., Any], bare: Any, name: str
) -> None:
    bare.write(name, "category: overhaul\n")
    bare.write(".gitlab-ci.yml", "stages: [test]\n")
    ran = init("--ci", "gitlab")
    assert ran.code == 0
    assert (
        f"kept {name}; --force overwrites it\nkept .gitlab-ci.yml; --force overwrites it\n"
        in ran.err
    )
    assert "to release from it, add this:\n" in ran.err
    assert "include:\n  - remote: https://" in ran.err
    assert (bare.root / name).read_text() == "category: overhaul\n"
    assert (bare.root / ".gitlab-ci.yml").read_text() == "stages: [test]\n"
    ran = init("--ci", "gitlab", "--force")
    assert f"wrote .gitlab-ci.yml\nwrote {name}\n" in ran.err
    assert "category: overhaul" not in (bare.root / name).read_text().splitlines()


def test_only_missing_files_are_written(init: Callable[..., Any], bare: Any) -> None:
    bare.write("factorio-release.yml", "category: [broken\n")
    ran = init()
    assert (ran.code, ran.err.splitlines()[:3]) == (
        0,
        [f"wrote {GITHUB}", "wrote .gitignore", "kept factorio-release.yml; --force overwrites it"],
    )
    assert "choose" not in ran.err


def test_links_are_not_followed(init: Callable[..., Any], bare: Any, tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.write_text("mine")
    (bare.root / "factorio-release.yml").symlink_to(target)
    assert init("--force").code == 3
    assert target.read_text() == "mine"
    assert not (bare.root / GITHUB).exists()


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("--ci", "jenkins"), 2, "--ci: 'jenkins' is not one of github, gitlab, forgejo, gitea"),
        (("nowhere",), 3, "does not exist"),
        (("--farce",), 2, "the option --farce is not known (did you mean --force?)"),
    ],
)
def test_folders_without_a_mod_are_refused(
    init: Callable[..., Any], arguments: tuple[str, ...], code: int, said: str
) -> None:
    ran = init(*arguments)
    assert (ran.code, said in ran.err) == (code, True), ran.err


# the page that the portal has


@pytest.fixture
def public(portal: LocalPortal, picture: Callable[..., bytes]) -> LocalPortal:
    """A portal that has the mod, with a page that was made by hand."""
    portal.seed_mod(
        "lamp-post",
        title="The lamp post",
        summary="Light at night.",
        description="# By hand\n\nWritten on the website.\n",
        faq="**Why?** Because.",
        category="content",
        tags=["power", "environment"],
        license="default_apache2",
        homepage="https://example.org/lamp",
        source_url="https://github.com/OWNER/elsewhere",
        deprecated=True,
        images=[picture(1), picture(2)],
        releases=["1.0.0"],
    )
    return portal


def changes(program: Any, repository: Any, portal: LocalPortal) -> list[Any]:
    """Return what the first sync of the page would change."""
    ran = program("page", "--plan", str(repository.root), "--portal-url", portal.url)
    assert ran.code == 0, ran.err
    planned: list[Any] = ran.mod["plan"]
    return planned


@pytest.mark.usefixtures("public")
def test_the_values_of_a_public_mod_come_from_its_page(
    init: Callable[..., Any], program: Any, bare: Any, portal: LocalPortal
) -> None:
    bare.write("README.md", "# Lamp post\n\nFor developers.\n")
    commit(bare)
    ran = init()
    assert config(bare) == {
        "category": "content",
        "tags": ["power", "environment"],
        "license": "default_apache2",
        "title": "The lamp post",
        "homepage": "https://example.org/lamp",
        "source-url": "https://github.com/OWNER/elsewhere",
        "deprecated": "true",
    }
    text = (bare.root / "factorio-release.yml").read_text("utf-8")
    assert "Remove the # to sync README.md with each release:\n# description: README.md\n" in text
    assert "README.md is not the description on the portal" in ran.err
    assert "  -Written on the website.\n" in ran.err
    assert "  +For developers.\n" in ran.err
    assert "choose" not in ran.err
    assert changes(program, bare, portal) == []


@pytest.mark.usefixtures("public")
def test_a_readme_that_the_page_shows_already_is_synced(
    init: Callable[..., Any], program: Any, bare: Any, portal: LocalPortal
) -> None:
    bare.write("README.md", "# By hand\n\nWritten on the website.\n")
    commit(bare)
    init()
    assert config(bare)["description"] == "README.md"
    assert changes(program, bare, portal) == []


@pytest.mark.usefixtures("public")
def test_the_whole_page_is_written_into_files(
    init: Callable[..., Any], program: Any, bare: Any, portal: LocalPortal, picture: Any
) -> None:
    bare.write("README.md", "# Lamp post\n")
    commit(bare)
    ran = init("--from-portal")
    assert ran.code == 0
    written = config(bare)
    assert written["description"] == "portal/description.md"
    assert written["faq"] == "portal/faq.md"
    assert written["images"] == ["portal/gallery/*"]
    assert written["exclude"] == ["portal/**"]
    assert (bare.root / "portal/gallery/1.png").read_bytes() == picture(1)
    commit(bare)
    assert changes(program, bare, portal) == []
    assert "portal/" not in program("build", str(bare.root)).out


def test_a_picture_with_other_bytes_leaves_the_gallery_alone(
    init: Callable[..., Any], bare: Any, public: LocalPortal, picture: Callable[..., bytes]
) -> None:
    for file in Path(public.state.store.directory).rglob("*"):
        if file.is_file() and file.read_bytes().startswith(b"\x89PNG"):
            file.write_bytes(picture(9))
    ran = init("--from-portal")
    assert ran.code == 0
    assert "warning: the gallery was not taken" in ran.err
    assert "images" not in config(bare)


def test_from_portal_needs_the_mod_and_the_portal(
    init: Callable[..., Any], program: Any, bare: Any
) -> None:
    ran = init("--from-portal")
    assert (ran.code, "has no mod lamp-post" in ran.err) == (2, True)
    ran = program("init", "--from-portal", "--retries", "0", cwd=bare.root, env=NOWHERE)
    assert ran.code == 5
    assert not (bare.root / "factorio-release.yml").exists()


def test_without_an_answer_nothing_of_the_page_is_switched_on(program: Any, bare: Any) -> None:
    bare.write("README.md", "# Lamp post\n")
    commit(bare)
    assert program("init", cwd=bare.root, env=NOWHERE).code == 0
    assert config(bare) == {}
    text = (bare.root / "factorio-release.yml").read_text("utf-8")
    assert "may have been written by hand" in text
    assert "# description: README.md\n" in text


# a pipeline that is there

OLD = """\
on: {push: {tags: ['v*']}}
jobs:
  publish:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v6
      - uses: Penguin-Spy/factorio-mod-portal-publish@main
        with:
          factorio-api-key: ${{ secrets.FACTORIO_MOD_API_KEY }}
"""
PUBLISH = ".github/workflows/publish.yml"


@pytest.fixture
def piped(bare: Any) -> Any:
    bare.write(PUBLISH, OLD)
    commit(bare)
    return bare


def test_a_new_workflow_beside_one_that_uploads_only_plans(
    init: Callable[..., Any], piped: Any
) -> None:
    ran = init()
    assert (piped.root / PUBLISH).read_text() == OLD
    release = steps((piped.root / GITHUB).read_text("utf-8"))[1]
    assert release["with"]["dry-run"] is True
    assert release["with"]["api-key"] == "${{ secrets.FACTORIO_MOD_API_KEY }}"
    assert "`factorio-release init --replace` makes this change" in ran.err
    assert f"{PUBLISH} still uploads, so the new workflow only plans" in ran.err
    accepted(piped.root, "actionlint", GITHUB)
    accepted(piped.root, "zizmor", "--quiet", "--offline", "--persona=pedantic", GITHUB)


def test_the_old_workflow_is_replaced_when_that_is_asked_for(
    init: Callable[..., Any], piped: Any
) -> None:
    ran = init("--replace")
    assert not (piped.root / GITHUB).exists()
    assert steps((piped.root / PUBLISH).read_text("utf-8"))[1]["with"] == {
        "api-key": "${{ secrets.FACTORIO_MOD_API_KEY }}"
    }
    assert "needs the usage ModPortal: Edit Mods too" in ran.err
    assert "FACTORIO_MOD_API_KEY is there already" in ran.err
    accepted(piped.root, "zizmor", "--quiet", "--offline", "--persona=pedantic", PUBLISH)
    again = init("--replace")
    assert f"kept {PUBLISH}; --force overwrites it" in again.err


def test_a_workflow_with_changes_that_git_does_not_have_is_not_replaced(
    init: Callable[..., Any], piped: Any
) -> None:
    piped.write(PUBLISH, OLD + "# mine\n")
    ran = init("--replace")
    assert "has changes that are not committed; commit them first" in ran.err
    assert (piped.root / PUBLISH).read_text().endswith("# mine\n")
    assert steps((piped.root / GITHUB).read_text("utf-8"))[1]["with"]["dry-run"] is True


def test_a_workflow_in_no_repository_is_not_replaced(
    program: Any, bare: Any, tmp_path: Path
) -> None:
    folder = tmp_path / "plain"
    folder.mkdir()
    (folder / "info.json").write_text(json.dumps(bare.info))
    (folder / ".github/workflows").mkdir(parents=True)
    (folder / PUBLISH).write_text(OLD)
    ran = program("init", "--replace", cwd=folder, env=NOWHERE)
    assert ran.code == 0
    assert "delete it yourself" in ran.err
    assert (folder / PUBLISH).read_text() == OLD


def test_a_pipeline_of_another_ci_is_named_and_the_new_one_only_plans(
    init: Callable[..., Any], bare: Any
) -> None:
    bare.write(".woodpecker.yml", "steps:\n  - commands: [fmtk publish]\n")
    commit(bare)
    ran = init("--replace")
    assert "found .woodpecker.yml: FMTK (factoriomod-debug)" in ran.err
    assert steps((bare.root / GITHUB).read_text("utf-8"))[1]["with"]["dry-run"] is True


def test_a_script_that_uploads_is_named_with_what_takes_its_place(
    init: Callable[..., Any], bare: Any
) -> None:
    bare.write("justfile", "publish:\n  fmtk publish\n")
    bare.write("pack.sh", "zip -r mod.zip . # info.json\n")
    commit(bare)
    said = init().err
    assert (
        "found justfile: publish (line 1): FMTK (factoriomod-debug) uploads from a machine" in said
    )
    assert "`factorio-release ship` takes its place" in said
    assert "found pack.sh (line 1): packs the mod; `factorio-release build` does too" in said


def test_what_the_old_pipeline_left_out_is_left_out(
    init: Callable[..., Any], program: Any, bare: Any
) -> None:
    bare.write("pack.sh", 'zip -r mod.zip . -x "*.xcf" "*.git*" "notes/*" # info.json\n')
    for path in ("art/lamp.xcf", "notes/a.txt", "tools/x.py", "keep.txt"):
        bare.write(path, "x")
    commit(bare)
    init()
    assert set(config(bare)["exclude"]) == {"pack.sh", "tools/**", "**/*.xcf", "notes/**"}
    assert program("check", str(bare.root)).code == 0


def test_an_existing_workflow_of_that_name_is_kept(init: Callable[..., Any], bare: Any) -> None:
    bare.write(GITHUB, "on: push\njobs: {}\n")
    init()
    assert (bare.root / GITHUB).read_text() == "on: push\njobs: {}\n"
    assert (bare.root / ".github/workflows/factorio-release.yml").exists()


def test_a_mod_that_a_build_makes_keeps_its_build(init: Callable[..., Any], bare: Any) -> None:
    (bare.root / "info.json").unlink()
    bare.write("info-template.json", json.dumps({"name": "made-lamp", "factorio_version": "2.0"}))
    bare.write(
        PUBLISH,
        OLD.replace(
            "      - uses: Penguin",
            "      - run: jq '.version = \"1.0.0\"' info-template.json > info.json\n      - uses: Penguin",
        ),
    )
    commit(bare)
    ran = init("--replace")
    assert ran.code == 0, ran.err
    assert "info-template.json > info.json" in (bare.root / PUBLISH).read_text()


def test_dist_is_ignored_once_and_other_lines_stay(init: Callable[..., Any], bare: Any) -> None:
    bare.write(".gitignore", "*.bak")
    init()
    assert (bare.root / ".gitignore").read_text() == "*.bak\ndist/\n"
    init("--force")
    assert (bare.root / ".gitignore").read_text() == "*.bak\ndist/\n"


@pytest.mark.parametrize(
    ("lock", "commands"),
    [
        ("package-lock.json", "npm ci\nnpm run build\n"),
        ("pnpm-lock.yaml", "npm install --global pnpm\npnpm install --frozen-lockfile\npnpm run build\n"),
        ("bun.lock", "npm install --global bun\nbun install --frozen-lockfile\nbun run build\n"),
        ("", "npm install\nnpm run build\n"),
    ],
)  # fmt: skip
def test_a_mod_in_typescript_is_built_first(
    init: Callable[..., Any], bare: Any, lock: str, commands: str
) -> None:
    package = {"scripts": {"build": "tstl"}, "devDependencies": {"typescript-to-lua": "1"}}
    bare.write("package.json", json.dumps(package))
    bare.write("tsconfig.json", '{"compilerOptions": {"outDir": "./out/"}}')
    if lock:
        bare.write(lock, "")
    commit(bare)
    init()
    _, build, release = steps((bare.root / GITHUB).read_text("utf-8"))
    assert build["run"] == commands
    assert release["with"]["path"] == "out"
    accepted(bare.root, "actionlint", GITHUB)


def test_the_output_of_a_build_is_found_by_what_git_ignores(
    init: Callable[..., Any], bare: Any
) -> None:
    package = {"scripts": {"build": "bun scripts/build.ts && tstl"}}
    bare.write("package.json", json.dumps(package))
    bare.write("scripts/build.ts", "const out = 'compiled';\n")
    bare.write(".gitignore", "compiled\nnode_modules\n")
    commit(bare)
    init()
    assert steps((bare.root / GITHUB).read_text("utf-8"))[2]["with"]["path"] == "compiled"
