"""Builds the folder of a headless game, and the archive as it is downloaded, with the stand-in as executable.

What the stand-in does is what is publicly known of the game, and where two things are possible, the worse. It
shares nothing with the client that starts it. It needs a system on which a script with `#!` can be executed.
"""

from __future__ import annotations

import hashlib
import io
import json
import lzma
import py_compile
import sys
import tarfile
import zipfile
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

import lupa

if TYPE_CHECKING:
    from collections.abc import Sequence

VERSION: Final = "2.0.90"
EXPANSIONS: Final = ("elevated-rails", "quality", "space-age")
_PROGRAM: Final = Path(__file__).with_name("program")
_ICON: Final = "__base__/graphics/icon.png"


def _item(name: str) -> str:
    return f'data:extend({{ {{ type = "item", name = "{name}", icon = "{_ICON}" }} }})\n'


_LUA: Final = {
    "core/lualib/util.lua": "local util = {}\nfunction util.first(list) return list[1] end\nreturn util\n",
    "core/data.lua": 'data:extend({ { type = "item-group", name = "other" } })\n',
    "base/data.lua": f"""
data:extend({{
  {{ type = "item", name = "iron-plate", icon = "{_ICON}", stack_size = 100 }},
  {{ type = "item", name = "copper-plate", icon = "{_ICON}", stack_size = 100 }},
  {{ type = "fluid", name = "water" }},
  {{
    type = "recipe",
    name = "iron-plate",
    ingredients = {{}},
    results = {{ {{ type = "item", name = "iron-plate", amount = 1 }} }},
  }},
  {{ type = "technology", name = "automation", icon = "{_ICON}", effects = {{}} }},
}})
""",
    "base/script/freeplay/control.lua": "-- the scenario\n",
    "quality/data.lua": _item("uncommon-plate"),
    "space-age/data.lua": _item("tungsten-plate"),
}
_TITLES: Final = {"base": "Base mod", "space-age": "Space Age", "quality": "Quality"}


@cache
def executable() -> bytes:
    """Return `bin/x64/factorio`: this interpreter's `#!`, and a zip of the program.

    A load starts it four times and more, so it is compiled, and of all packages it looks for lupa alone.
    """
    packages = str(Path(lupa.__file__).parents[1])
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as app, TemporaryDirectory() as folder:
        app.writestr(
            "__main__.py",
            f"import sys\n\nsys.path.append({packages!r})\nfrom program.main import main\n\nmain()\n",
        )
        app.writestr("program/__init__.py", "")
        compiled = Path(folder) / "compiled"
        for module in sorted(_PROGRAM.glob("*.py")):
            py_compile.compile(
                str(module),
                str(compiled),
                doraise=True,
                invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
            )
            app.write(compiled, f"program/{module.stem}.pyc")
    return f"#!{sys.executable} -IS\n".encode() + packed.getvalue()


def files(
    version: str = VERSION, expansions: Sequence[str] = EXPANSIONS, faults: Sequence[str] = ()
) -> dict[str, bytes]:
    """Return the files of the game's folder by their paths in it."""
    found = {
        "bin/x64/factorio": executable(),
        "config-path.cfg": b"config-path=__PATH__executable__\n",
    }
    if faults:
        found["bin/x64/faults"] = "\n".join(faults).encode()
    for name in ("core", "base", *expansions):
        info: dict[str, object] = {"name": name, "title": _TITLES.get(name, name)}
        if name != "core":
            needs = {"base": [], "space-age": ["base", "elevated-rails", "quality"]}.get(
                name, ["base"]
            )
            info |= {"version": version, "factorio_version": version.rpartition(".")[0]}
            info["dependencies"] = needs
        found[f"data/{name}/info.json"] = json.dumps(info).encode()
        for path, text in _LUA.items():
            if path.startswith(f"{name}/"):
                found[f"data/{path}"] = text.encode()
    return found


def install(
    folder: Path,
    version: str = VERSION,
    expansions: Sequence[str] = EXPANSIONS,
    faults: Sequence[str] = (),
) -> Path:
    """Write the game's folder, and return its executable. `faults`: `program/faults.py`."""
    for path, data in files(version, expansions, faults).items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    program = folder / "bin/x64/factorio"
    program.chmod(0o755)
    return program


def set_faults(program: Path, *faults: str) -> None:
    """Give an install other faults."""
    program.with_name("faults").write_text("\n".join(faults), encoding="utf-8")


def archive_name(version: str = VERSION) -> str:
    """Return the name that the download has today."""
    return f"factorio-headless_linux_{version}.tar.xz"


def archive(
    version: str = VERSION,
    expansions: Sequence[str] = EXPANSIONS,
    faults: Sequence[str] = (),
    extra: Sequence[tarfile.TarInfo] = (),
) -> bytes:
    """Return the download: all in a folder `factorio`; `extra` are members without content."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        for path, data in files(version, expansions, faults).items():
            member = tarfile.TarInfo(f"factorio/{path}")
            member.size = len(data)
            member.mode = 0o755 if path == "bin/x64/factorio" else 0o644
            tar.addfile(member, io.BytesIO(data))
        for member in extra:
            tar.addfile(member)
    return lzma.compress(packed.getvalue(), preset=0)


def sums_line(data: bytes, version: str = VERSION) -> str:
    """Return the archive's line in the list of sums."""
    return f"{hashlib.sha256(data).hexdigest()}  {archive_name(version)}\n"
