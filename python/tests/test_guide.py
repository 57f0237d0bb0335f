"""The pages of docs with Python: every block is run, and what it prints is what stands there."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path

import pytest

DOCS = Path(__file__).resolve().parents[2] / "docs"
BLOCK = re.compile(r"```python\n(.*?)```(?:\s*```text\n(.*?)```)?", re.DOTALL)


def test_the_guide(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    blocks = BLOCK.findall((DOCS / "python-guide.md").read_text(encoding="utf-8"))
    assert len(blocks) == 5
    for code, printed in blocks:
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            exec(compile(code, "docs/python-guide.md", "exec"), names)
        if printed:
            assert out.getvalue() == printed
    report = (tmp_path / "desk" / "report.html").read_text(encoding="utf-8")
    assert "Service desk" in report
