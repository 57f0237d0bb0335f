"""The package itself: what importing it brings along, and that memory is given back."""

from __future__ import annotations

import ctypes
import gc
import pickle
import subprocess
import sys
import weakref
from importlib import metadata
from typing import Any

import layouts
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import crmetrics as cm

# ---- import --------------------------------------------------------------------------------------

OTHERS = [
    "numpy",
    "pandas",
    "polars",
    "pyarrow",
    "duckdb",
    "altair",
    "jinja2",
    "rich",
    "vl_convert",
]


@pytest.mark.parametrize("module", ["crmetrics", "crmetrics.metrics", "crmetrics.cli"])
def test_importing_brings_no_other_package(module: str) -> None:
    program = f"""
import sys
import {module}
import crmetrics as cm
cm.nps([10, 9, 3])
print([name for name in {OTHERS} if name in sys.modules])
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_importing_takes_less_than_150_ms() -> None:
    # Of the processor, so that a busy machine does not matter; the benchmark has the whole time.
    program = """
import time
begin = time.process_time()
import crmetrics
print(time.process_time() - begin)
"""
    command = [sys.executable, "-c", program]
    seconds = [
        float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
        for _ in range(5)
    ]
    assert min(seconds) < 0.15


def test_a_pickled_nps_has_less_than_160_bytes() -> None:
    state = cm.metrics.Nps()
    assert len(pickle.dumps(state)) < 160
    state.update_many(np.arange(11, dtype="i1").repeat(1_000_003))
    for protocol in range(3, pickle.HIGHEST_PROTOCOL + 1):
        data = pickle.dumps(state, protocol)
        assert len(data) < 160, protocol
        assert pickle.loads(data) == state


def test_names_of_the_package() -> None:
    assert cm.__version__ == metadata.version("crmetrics")
    for name in cm.__all__:
        assert hasattr(cm, name), name
    for name in cm.metrics.__all__:
        state = getattr(cm.metrics, name)
        assert state.__doc__, name
        if state is not cm.metrics.Metric:
            function = getattr(cm, state._metric)
            assert function.__name__ == state._metric
            assert function.__doc__.startswith(state.__doc__.splitlines()[0])


# ---- memory --------------------------------------------------------------------------------------


class Counted:
    """An Arrow array and its schema made by hand, which count how often they are released."""

    def __init__(self, values: list[int]) -> None:
        self.released: list[str] = []
        self.array = pa.array(values, pa.int32())

    def __arrow_c_array__(self, requested_schema: object = None) -> tuple[Any, Any]:
        schema, array = self.array.__arrow_c_array__()
        self._watch(schema, b"arrow_schema", 8, "schema")
        self._watch(array, b"arrow_array", 8, "array")
        return schema, array

    def _watch(self, capsule: Any, name: bytes, _: int, what: str) -> None:
        """Puts a release of our own in front of the one of PyArrow."""
        pointer = ctypes.pythonapi.PyCapsule_GetPointer
        pointer.restype, pointer.argtypes = ctypes.c_void_p, [ctypes.py_object, ctypes.c_char_p]
        place = pointer(capsule, name)
        # release stands before private_data, which is last: 9 words in a schema, 10 in an array.
        words = 9 if what == "schema" else 10
        struct = ctypes.cast(place, ctypes.POINTER(ctypes.c_void_p * words)).contents
        original = RELEASE(struct[words - 2])

        def release(of: int) -> None:
            self.released.append(what)
            moved = ctypes.cast(of, ctypes.POINTER(ctypes.c_void_p * words)).contents
            original(of)
            moved[words - 2] = None

        kept = RELEASE(release)
        self.__dict__.setdefault("kept", []).append(kept)  # as long as this object
        struct[words - 2] = ctypes.cast(kept, ctypes.c_void_p).value


RELEASE = ctypes.CFUNCTYPE(None, ctypes.c_void_p)


def test_what_an_array_gives_is_released_once() -> None:
    column = Counted([10, 9, 3])
    assert cm.nps(column).n == 3
    gc.collect()
    assert sorted(column.released) == ["array", "schema"]


def test_what_is_refused_is_released_once() -> None:
    for call in (
        lambda column: cm.nps(column),  # a row that is bad
        lambda column: cm.nps(column, by=["a"]),  # another length
        lambda column: cm.nps([1, 2, 3], by=column, weights=["x"]),  # another column
        lambda column: cm.nps(column, scale="none"),  # a setting
    ):
        column = Counted([10, 99, 3])
        with pytest.raises((ValueError, TypeError)):
            call(column)
        gc.collect()
        assert sorted(column.released) in (["array", "schema"], [])


def columns() -> list[Any]:
    numbers = list(range(11)) * 1000
    return [
        pa.array(numbers, pa.int8()),
        pa.array(numbers, pa.int64()).slice(7),
        pa.chunked_array([numbers, numbers], pa.int16()),
        pa.table({"s": numbers}),
        layouts.OnlyStream(pa.chunked_array([numbers])),
        layouts.OnlyArray(pa.array(numbers)),
    ]


@pytest.mark.parametrize("which", range(6))
def test_memory_of_arrow_is_given_back(which: int) -> None:
    gc.collect()
    before = pa.total_allocated_bytes()
    column = columns()[which]
    assert pa.total_allocated_bytes() > before
    for _ in range(3):
        if not isinstance(column, layouts.OnlyStream):
            assert cm.nps(column).n > 0
    assert cm.mean(column, by=column).total.n > 0
    with pytest.raises(cm.BadInput):
        cm.csat(column)  # 0 is none
    with pytest.raises(TypeError):
        cm.nps(column, by=[object()])
    del column
    gc.collect()
    assert pa.total_allocated_bytes() == before


def test_a_stream_that_was_not_read_to_its_end_is_given_back() -> None:
    gc.collect()
    before = pa.total_allocated_bytes()
    schema = pa.schema([("s", pa.int64())])

    def batches() -> Any:
        yield pa.record_batch({"s": list(range(10_000))})
        raise RuntimeError("the connection is gone")

    with pytest.raises(ValueError, match="the connection is gone"):
        cm.nps(pa.RecordBatchReader.from_batches(schema, batches()))
    gc.collect()
    assert pa.total_allocated_bytes() == before


def test_results_keep_their_memory_and_give_it_back() -> None:
    result = cm.nps([10, 0] * 500, by=[f"agent {i}" for i in range(1000)])
    table = pa.table(result)
    frame = pl.DataFrame(result)
    stream = result.__arrow_c_stream__()  # never read
    schema = result.__arrow_c_schema__()
    wanted = result.to_dict()
    del result, stream, schema
    gc.collect()
    assert table.column("value").to_pylist() == [v["value"] for v in wanted.values()]
    assert frame["convention"].to_list() == [v["convention"] for v in wanted.values()]
    reader = pa.RecordBatchReader.from_stream(cm.nps([10, 0], by=["a", "b"]))
    one = reader.read_next_batch()
    del reader
    gc.collect()
    assert one.column("key").to_pylist() == ["a", "b"]


def test_columns_of_numpy_and_pandas_are_let_go() -> None:
    scores = np.arange(11, dtype="i1")
    frame = pd.DataFrame({"s": np.arange(11, dtype="i8")})
    gone = weakref.ref(scores)
    cm.nps(scores)
    cm.nps(frame["s"])
    with pytest.raises(cm.BadInput):
        cm.csat(scores)
    assert sys.getrefcount(scores) == 2
    del scores
    gc.collect()
    assert gone() is None
    scratch = bytearray(range(11))
    cm.nps(scratch)
    scratch.append(1)  # a buffer that is still held cannot grow


def test_memory_is_read_where_it_lies() -> None:
    from crmetrics._columns import column

    scores = np.zeros(10, dtype="i8")
    held = column(scores, "score")
    scores[:] = 10
    state = cm.metrics.Nps()
    state._update_many([held], None)
    assert state.result().value == 1
    times = np.zeros(3, dtype="M8[us]")
    held = column(times, "t")
    times[:] = np.datetime64("2025-01-01", "us")
    assert len(cm.nps([1, 2, 3], by=held)) == 1


def test_nothing_leaks_over_many_calls() -> None:
    resource = pytest.importorskip("resource")
    scores = np.arange(11, dtype="i1").repeat(2000)
    names = pl.Series([f"agent {i % 97}" for i in range(22_000)])

    def rounds(n: int) -> int:
        for _ in range(n):
            result = cm.nps(scores, by=names)
            pa.table(result)
            result._repr_html_()
            with pytest.raises(cm.BadInput):
                cm.csat(scores)
        gc.collect()
        return int(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)

    first = rounds(40)
    assert rounds(120) - first < 20_000  # kB
