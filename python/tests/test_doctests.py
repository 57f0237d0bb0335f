"""The examples in docstrings."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

import crmetrics

MODULES = ["crmetrics"] + [
    module.name for module in pkgutil.walk_packages(crmetrics.__path__, "crmetrics.")
]


@pytest.mark.parametrize("name", MODULES)
def test_examples(name: str) -> None:
    if name.endswith("__main__"):
        return
    failed, _ = doctest.testmod(importlib.import_module(name))
    assert failed == 0


def test_there_are_examples() -> None:
    finder = doctest.DocTestFinder()
    examples = {
        test.name
        for name in ("crmetrics", "crmetrics.functions", "crmetrics.metrics", "crmetrics.results")
        for test in finder.find(importlib.import_module(name))
        if test.examples
    }
    assert {"crmetrics", "crmetrics.functions.nps", "crmetrics.metrics.Nps"} <= examples
