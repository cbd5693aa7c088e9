"""`init`: what it writes is accepted by those who read it, and says what the repository says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

import factorio_release
from factorio_release.mod_page import CATEGORIES, LICENSES, TAGS
from factorio_release.scaffold.license_text import license_of_text
from factorio_release.settings.options import OPTIONS
from tests.support.first_files import GITHUB, NOWHERE, ROOT, accepted, commit, config, steps

if TYPE_CHECKING:
    from collections.abc import Callable

    from factorio_release.local_portal import LocalPortal

MIT = (ROOT / "LICENSE").read_text("utf-8")
JPEG = bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffc0000b08000800080101110000ffd9")


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
    ran = program("init", path, cwd=several.root, env=NOWHERE)
    assert ran.code == 0
    workflow = yaml.safe_load((several.root / GITHUB).read_text("utf-8"))
    assert workflow[True]["push"]["tags"] == ["*_[0-9]*"]
    assert steps((several.root / GITHUB).read_text("utf-8"))[1]["with"]["path"] == "mods/*"
    shipped = {".": "--changed", "mods/big-mod": "mods/big-mod"}[path]
    assert ran.err.endswith(f"a release is then `factorio-release ship {shipped}`\n")
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
