"""What the tests share: the reference data, and how many cases hypothesis tries."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parents[2]

# The same cases in every run, so that a red test is red again; `slow` looks further.
settings.register_profile(
    "usual",
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.register_profile(
    "slow", settings.get_profile("usual"), max_examples=1000, derandomize=False
)
settings.load_profile(os.environ.get("CRMETRICS_HYPOTHESIS", "usual"))


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of reference data; tests that need it are skipped without it."""
    folder = Path(os.environ.get("CRMETRICS_SHARED_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"no reference data in {folder}: set CRMETRICS_SHARED_DATA")
    return folder
