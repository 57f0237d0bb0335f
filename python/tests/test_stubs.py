"""The committed stub says what the module has, and the package what its stub says."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def _run(*command: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_stub_is_what_the_module_has() -> None:
    pytest.importorskip("pybind11_stubgen")
    pytest.importorskip("ruff")
    tool = ROOT / "python" / "tools" / "stubs.py"
    spec = importlib.util.spec_from_file_location("stubs", tool)
    assert spec is not None
    assert spec.loader is not None
    stubs = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(stubs)
    made, committed = stubs.stub(), stubs.STUB.read_text()
    assert stubs.same(made, committed), "run scripts/stubs; the module has:\n" + made
    # The comparison sees a signature that differs.
    assert not stubs.same(made.replace("level: float = 0.95", "level: int = 1"), committed)


def test_mypy_finds_the_package_as_its_types_say() -> None:
    pytest.importorskip("mypy")
    _run("mypy", "--config-file", "pyproject.toml")


def test_names_at_run_time_are_those_of_the_stubs() -> None:
    pytest.importorskip("mypy")
    _run(
        "mypy.stubtest",
        "crmetrics._core",
        "--mypy-config-file",
        "pyproject.toml",
        "--allowlist",
        "python/tests/stubtest_allowed.txt",
    )
