"""The project's addresses are those of the installed package."""

from __future__ import annotations

import importlib.util
import sys
from importlib.metadata import PackageNotFoundError, metadata
from typing import TYPE_CHECKING, Any

import pytest

import factorio_release.project

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType


@pytest.fixture
def project() -> Any:
    """The module as if nothing had asked it yet: it remembers the addresses."""
    name: ModuleType = factorio_release.project
    spec = importlib.util.spec_from_file_location("project_here", str(name.__file__))
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_addresses_are_those_of_the_metadata(project: Any) -> None:
    urls = dict(entry.split(", ") for entry in metadata(project.NAME).get_all("Project-URL") or [])
    assert project.home() == urls["Repository"]
    assert project.docs_url("checks.md#secret") == urls["Documentation"] + "checks/secret/"


def test_without_metadata_there_is_no_address(
    project: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sys, "path", [""])
    monkeypatch.chdir(tmp_path)  # an entry "" is searched here, and a checkout may have metadata
    with pytest.raises(PackageNotFoundError):
        project.home()
