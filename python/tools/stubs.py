"""Writes python/crmetrics/_core.pyi: what pybind11-stubgen finds in the module, made precise.

    scripts/stubs            writes the file
    scripts/stubs --check    fails where it is not what the module has

Types are made precise where they arise: signatures in python/src use std::optional, std::pair and
py::typing. Only what pybind11 cannot say stands below.
"""

from __future__ import annotations

import ast
import importlib
import re
import subprocess
import sys
import tempfile
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1] / "crmetrics"
STUB = PACKAGE / "_core.pyi"
CORE = "crmetrics._core"

#: Patterns and what stands in their place. Each must be found: what is not, is out of date.
CHANGES = [
    # What pybind11 converts is wider than what should be written.
    (r"typing\.SupportsInt \| typing\.SupportsIndex", "int"),
    (r"typing\.SupportsFloat \| typing\.SupportsIndex", "float"),
    # An argument that may be anything.
    (r"(?<=[(,] )(\w+): typing\.Any\b", r"\1: object"),
    (r"(?<=\()(\w+): typing\.Any\b", r"\1: object"),
    # A pointer that may be null.
    (r"\b(weights|resolved|issue|failed): Column(?=[,)])", r"\1: Column | None"),
    # What has no hash, as the standard library says it; and what compares with anything.
    (
        r"__hash__: typing\.ClassVar\[None\] = None",
        "__hash__: typing.ClassVar[None]  # type: ignore[assignment]",
    ),
    (r"def __eq__\(self, arg0: \w+\)", "def __eq__(self, arg0: object)"),
    # Not another stub for each version.
    (r"^(version: str) = .*$", r"\1"),
    (r"(def key\(self, row: int\)) -> typing\.Any", r"\1 -> collections.abc.Hashable"),
]

#: Attributes of exceptions, which are made with PyErr_NewException.
ATTRIBUTES = {"BadInput": {"problems": "list[_Problem]", "total": "int"}}

PROBLEM = '''
class _Problem(typing.TypedDict):
    """One problem of bad input."""

    field: str
    row: int | None
    value: str
    reason: str
'''


def _exceptions() -> str:
    """Class definitions of the exceptions, bases first."""
    core = importlib.import_module(CORE)
    found = [c for c in vars(core).values() if isinstance(c, type) and issubclass(c, Exception)]
    out = []
    for c in sorted(found, key=lambda c: (len(c.__mro__), c.__name__)):
        bases = ", ".join(base.__name__ for base in c.__bases__)
        out.append(f'class {c.__name__}({bases}):\n    """{c.__doc__}"""\n')
        out += [f"    {name}: {of}" for name, of in ATTRIBUTES.get(c.__name__, {}).items()]
    return PROBLEM + "\n\n" + "\n".join(out)


def _generated() -> str:
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            [sys.executable, "-m", "pybind11_stubgen", "--exit-code", "-o", folder, CORE],
            check=True,
            capture_output=True,
            text=True,
        )
        return (Path(folder) / "crmetrics" / "_core.pyi").read_text()


def stub() -> str:
    """The stub of the module that is imported."""
    text = _generated()
    # Exceptions bear the name of the package, but stand in the module.
    text = re.sub(r"^from crmetrics import \w+\n", "", text, flags=re.MULTILINE)
    head, rest = re.split(r"^__all__.*\n", text, maxsplit=1, flags=re.MULTILINE)
    if "import typing\n" not in head:
        head += "import typing\n"
    text = head + _exceptions() + "\n" + rest
    for pattern, instead in CHANGES:
        text, count = re.subn(pattern, instead, text, flags=re.MULTILINE)
        if count == 0:
            raise LookupError(f"{pattern!r} is not found any more: take it out of {__file__}")
    ruff = [sys.executable, "-m", "ruff"]
    name = ["--stdin-filename", str(STUB), "-"]
    for command in (["check", "--fix", "--quiet", "--exit-zero"], ["format", "--quiet"]):
        text = subprocess.run(
            ruff + command + name, input=text, check=True, capture_output=True, text=True
        ).stdout
    return text


def same(one: str, other: str) -> bool:
    """Whether two stubs say the same, however they are laid out."""

    def told(text: str) -> list[str]:
        return sorted(ast.dump(part) for part in ast.parse(text).body)

    return told(one) == told(other)


def main() -> int:
    """Write the stub, or with --check compare it."""
    made = stub()
    if "--check" in sys.argv[1:]:
        if not same(made, STUB.read_text()):
            print(f"{STUB} is not what the module has: scripts/stubs writes it", file=sys.stderr)
            return 1
        return 0
    STUB.write_text(made)
    return 0


if __name__ == "__main__":
    sys.exit(main())
