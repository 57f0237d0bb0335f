"""The same rows from NumPy, pandas, Polars, PyArrow, DuckDB, buffers and lists: the same states."""

from __future__ import annotations

import array
import math
from collections import deque
from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import crmetrics as cm
from crmetrics.metrics import Csat, Duration, Mean, Metric, Nps, Proportion

SCORES = [10, 9, None, 0, 3, 7, 8, 6, 10, None, 5]
WITHOUT = [x for x in SCORES if x is not None]
REALS = [float("nan") if x is None else float(x) for x in SCORES]
YES = [True, None, False, True, False, None]
NAMES = ["Ann", "Bo", None, "Ann", "李雷", "Bo", "Ann", None, "Bo", "Ann", "Bo"]
SPANS = [timedelta(seconds=30), None, timedelta(milliseconds=1500), timedelta(0)]
DAY = datetime(2025, 3, 30, 1, 30)


def state(metric: type[Metric], data: Any) -> Metric:
    made = metric()
    made.update_many(data)
    return made


def nps_of(data: Any) -> Metric:
    return state(Nps, data)


WANTED = nps_of(SCORES)
SCORES_AS = {
    "list": SCORES,
    "tuple": tuple(SCORES),
    "deque": deque(SCORES),
    "iterator": iter(SCORES),
    "list with NaN": REALS,
    "list with pandas.NA": [pd.NA if x is None else x for x in SCORES],
    "list with NaT": [pd.NaT if x is None else x for x in SCORES],
    "list of Decimal": [None if x is None else Decimal(x) for x in SCORES],
    "list of Decimal with NaN": [Decimal("NaN") if x is None else Decimal(x) for x in SCORES],
    "list of numpy.int8": [None if x is None else np.int8(x) for x in SCORES],
    "list of numpy.float32": [np.float32(x) for x in REALS],
    "list of whole and real": [x if x is None or x < 7 else float(x) for x in SCORES],
    "numpy float64": np.array(REALS),
    "numpy float32": np.array(REALS, dtype="f4"),
    "numpy float16": np.array(REALS, dtype="f2"),
    "numpy big-endian": np.array(REALS, dtype=">f8"),
    "numpy strided": np.repeat(np.array(REALS), 3)[::3],
    "numpy backwards": np.array(REALS[::-1])[::-1],
    "numpy read only": np.frombuffer(np.array(REALS).tobytes()),
    "numpy misaligned": np.frombuffer(b"\x01" + np.array(REALS).tobytes(), offset=1),
    "numpy field of a record": np.array([(x, 1) for x in REALS], dtype="f8,i1")["f0"],
    "numpy object": np.array(SCORES, dtype=object),
    "numpy.ma": np.ma.array(
        [99 if x is None else x for x in SCORES], mask=[x is None for x in SCORES], dtype="i1"
    ),
    "numpy.ma real": np.ma.array(REALS, mask=[x is None for x in SCORES]),
    "memoryview": memoryview(np.array(REALS)),
    "array.array": array.array("d", REALS),
    "pandas float64": pd.Series(SCORES, dtype="float64"),
    "pandas Int64": pd.Series(SCORES, dtype="Int64"),
    "pandas UInt8": pd.Series(SCORES, dtype="UInt8"),
    "pandas Float32": pd.Series(SCORES, dtype="Float32"),
    "pandas object": pd.Series(SCORES, dtype=object),
    "pandas Sparse": pd.Series(REALS, dtype=pd.SparseDtype("float64")),
    "pandas ArrowDtype": pd.Series(SCORES, dtype=pd.ArrowDtype(pa.int16())),
    "pandas ArrowDtype decimal": pd.Series(
        [None if x is None else Decimal(x) for x in SCORES],
        dtype=pd.ArrowDtype(pa.decimal128(5, 1)),
    ),
    "pandas slice": pd.Series([1, *SCORES, 1], dtype="Int64")[1:-1],
    "pandas Index": pd.Index(REALS),
    "pandas array": pd.array(SCORES, dtype="Int8"),
    "pandas frame": pd.DataFrame({"s": pd.Series(SCORES, dtype="Int8")}),
    "polars Int8": pl.Series(SCORES, dtype=pl.Int8),
    "polars Int64": pl.Series(SCORES),
    "polars Float32": pl.Series(SCORES, dtype=pl.Float32),
    "polars Decimal": pl.Series(
        [None if x is None else Decimal(x) for x in SCORES], dtype=pl.Decimal(10, 2)
    ),
    "polars in chunks": pl.concat([pl.Series(SCORES[:4]), pl.Series(SCORES[4:])], rechunk=False),
    "polars slice": pl.Series([1, *SCORES, 1]).slice(1, len(SCORES)),
    "polars frame": pl.DataFrame({"s": SCORES}),
    "pyarrow array": pa.array(SCORES, pa.int8()),
    "pyarrow chunked": pa.chunked_array([SCORES[:3], SCORES[3:]], pa.uint16()),
    "pyarrow slice": pa.array([1, *SCORES, 1]).slice(1, len(SCORES)),
    "pyarrow table": pa.table({"s": SCORES}),
    "pyarrow batch": pa.record_batch({"s": SCORES}),
    "pyarrow decimal": pa.array(
        [None if x is None else Decimal(x) for x in SCORES], pa.decimal128(4, 1)
    ),
}


@pytest.mark.parametrize("how", SCORES_AS)
def test_scores(how: str) -> None:
    assert nps_of(SCORES_AS[how]) == WANTED


@pytest.mark.parametrize(
    "type_", ["TINYINT", "UTINYINT", "BIGINT", "UBIGINT", "HUGEINT", "DOUBLE", "FLOAT",
              "DECIMAL(3,0)", "DECIMAL(9,2)", "DECIMAL(18,4)", "DECIMAL(38,6)"],
)  # fmt: skip
def test_scores_of_duckdb(type_: str) -> None:
    scores = pa.table({"row": range(len(SCORES)), "s": SCORES})  # noqa: F841
    relation = duckdb.sql(f"select cast(s as {type_}) as s from scores order by row")
    assert nps_of(relation) == WANTED


WITHOUT_AS = {
    **{f"numpy {t}": np.array(WITHOUT, dtype=t)
       for t in ("i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", ">i2", ">u4", ">i8")},
    **{f"array.array {t}": array.array(t, WITHOUT) for t in "bBhHiIlLqQfd"},
    "bytearray": bytearray(WITHOUT),
    "memoryview of bytes": memoryview(bytes(WITHOUT)),
    "numpy column of a matrix": np.array([[x, 77] for x in WITHOUT])[:, 0],
    "pandas column of a frame": pd.DataFrame({"a": WITHOUT, "b": 77})["a"],
    "pandas column of rows": pd.DataFrame(np.array([[x, 77] for x in WITHOUT]))[0],
    "range": None,
}  # fmt: skip


@pytest.mark.parametrize("how", WITHOUT_AS)
def test_scores_where_none_is_missing(how: str) -> None:
    if how == "range":
        assert nps_of(range(11)) == nps_of(list(range(11)))
    else:
        assert nps_of(WITHOUT_AS[how]) == nps_of(WITHOUT)


YES_AS = {
    "list": YES,
    "list of 1 and 0": [None if x is None else int(x) for x in YES],
    "list of numpy.bool": [None if x is None else np.bool_(x) for x in YES],
    "numpy object": np.array(YES, dtype=object),
    "numpy.ma": np.ma.array([x is True for x in YES], mask=[x is None for x in YES]),
    "pandas boolean": pd.Series(YES, dtype="boolean"),
    "pandas object": pd.Series(YES, dtype=object),
    "pandas ArrowDtype": pd.Series(YES, dtype=pd.ArrowDtype(pa.bool_())),
    "polars": pl.Series(YES),
    "pyarrow": pa.array(YES),
    "pyarrow slice": pa.array([None, *YES]).slice(1),
    "pyarrow bool8": pa.ExtensionArray.from_storage(pa.bool8(), pa.array(YES).cast(pa.int8())),
}


@pytest.mark.parametrize("how", YES_AS)
def test_yes_and_no(how: str) -> None:
    assert state(Proportion, YES_AS[how]) == state(Proportion, YES)


def test_yes_and_no_of_numpy_and_duckdb() -> None:
    there = [x for x in YES if x is not None]
    wanted = state(Proportion, there)
    assert state(Proportion, np.array(there)) == wanted
    assert state(Proportion, np.repeat(np.array(there), 2)[::2]) == wanted
    assert state(Proportion, pd.Series(there)) == wanted
    assert state(
        Proportion, duckdb.sql("select unnest([true, null, false, true, false, null]) ")
    ) == (state(Proportion, YES))


SPANS_AS = {
    "list": SPANS,
    "list of numpy.timedelta64": [np.timedelta64("NaT") if x is None else np.timedelta64(x)
                                  for x in SPANS],
    "list of pandas.Timedelta": [pd.NaT if x is None else pd.Timedelta(x) for x in SPANS],
    "list of seconds": [None if x is None else x.total_seconds() for x in SPANS],
    **{f"numpy {unit}": np.array(SPANS, dtype="m8[ms]").astype(f"m8[{unit}]")
       for unit in ("ms", "us", "ns", "ps", "10us")},
    "numpy big-endian": np.array(SPANS, dtype="m8[us]").astype(">m8[us]"),
    "numpy strided": np.repeat(np.array(SPANS, dtype="m8[ms]"), 2)[::2],
    "numpy.ma": np.ma.array(np.array([30_000, 5, 1500, 0], dtype="m8[ms]"), mask=[0, 1, 0, 0]),
    "pandas": pd.Series(SPANS, dtype="timedelta64[ns]"),
    "pandas ms": pd.Series(SPANS, dtype="timedelta64[ms]"),
    "pandas ArrowDtype": pd.Series(SPANS, dtype=pd.ArrowDtype(pa.duration("us"))),
    "pandas TimedeltaIndex": pd.TimedeltaIndex(SPANS),
    "polars": pl.Series(SPANS),
    "polars ns": pl.Series(SPANS, dtype=pl.Duration("ns")),
    "pyarrow": pa.array(SPANS, pa.duration("ms")),
}  # fmt: skip


@pytest.mark.parametrize("how", SPANS_AS)
def test_spans(how: str) -> None:
    assert state(Duration, SPANS_AS[how]) == state(Duration, SPANS)


def test_spans_of_whole_units() -> None:
    hours = np.array([1, 2, "NaT"], dtype="m8[h]")
    assert state(Duration, hours) == state(Duration, [3600, 7200, None])
    assert state(Duration, hours.astype("m8[s]")) == state(Duration, hours)


# ---- keys ----------------------------------------------------------------------------------------

NAMES_AS = {
    "list": NAMES,
    "numpy object": np.array(NAMES, dtype=object),
    "pandas str": pd.Series(NAMES),
    "pandas string": pd.Series(NAMES, dtype="string"),
    "pandas object": pd.Series(NAMES, dtype=object),
    "pandas category": pd.Series(NAMES, dtype="category"),
    "pandas ordered category with more": pd.Series(
        pd.Categorical(NAMES, categories=["Zoe", "Bo", "Ann", "李雷"], ordered=True)
    ),
    "pandas Categorical": pd.Categorical(NAMES),
    "pandas ArrowDtype": pd.Series(NAMES, dtype=pd.ArrowDtype(pa.large_string())),
    "polars String": pl.Series(NAMES),
    "polars Categorical": pl.Series(NAMES, dtype=pl.Categorical),
    "polars Enum": pl.Series(NAMES, dtype=pl.Enum(["李雷", "Bo", "Ann"])),
    "pyarrow": pa.array(NAMES),
    "pyarrow view": pa.array(NAMES, pa.string_view()),
    "pyarrow dictionary": pa.array(NAMES).dictionary_encode(),
    "duckdb ENUM": "cast(name as ENUM ('Bo', 'Ann', '李雷'))",
    "duckdb VARCHAR": "name",
}


@pytest.mark.parametrize("how", NAMES_AS)
def test_groups_by_name(how: str) -> None:
    names = NAMES_AS[how]
    if how.startswith("duckdb"):
        names_of = pa.table({"row": range(len(NAMES)), "name": NAMES})  # noqa: F841
        names = duckdb.sql(f"select {names} as name from names_of order by row")
    wanted = cm.nps(SCORES, by=NAMES)
    got = cm.nps(SCORES, by=names)
    assert list(got) == sorted({x for x in NAMES if x is not None})
    assert got.to_dict() == wanted.to_dict()
    assert got.without_key is not None
    assert got.without_key.to_dict() == wanted.without_key.to_dict()  # type: ignore[union-attr]
    assert got.total.to_dict() == cm.nps(SCORES).to_dict()


UTC = timezone.utc
AWARE = [DAY.replace(tzinfo=UTC), None, datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC)]
BERLIN = "Europe/Berlin"
ZONED_AS = {
    "list": AWARE,
    "list in another zone": [
        None if x is None else x.astimezone(timezone(timedelta(hours=-5))) for x in AWARE
    ],
    "list of pandas.Timestamp": [pd.NaT if x is None else pd.Timestamp(x) for x in AWARE],
    **{f"pandas {unit}": pd.Series(AWARE, dtype=f"datetime64[{unit}, UTC]").dt.tz_convert(BERLIN)
       for unit in ("s", "ms", "us", "ns")},
    "pandas DatetimeIndex": pd.DatetimeIndex(AWARE).tz_convert(BERLIN),
    "pandas ArrowDtype": pd.Series(AWARE, dtype=pd.ArrowDtype(pa.timestamp("us", "Asia/Tokyo"))),
    "polars": pl.Series(AWARE, dtype=pl.Datetime("ms", "UTC")).dt.convert_time_zone(BERLIN),
    "pyarrow": pa.array(AWARE, pa.timestamp("s", BERLIN)),
    "duckdb": "TIMESTAMPTZ",
}  # fmt: skip


@pytest.mark.parametrize("how", ZONED_AS)
def test_instants_with_a_zone(how: str) -> None:
    times = ZONED_AS[how]
    if how == "duckdb":
        times = duckdb.sql(
            "select unnest(['2025-03-30 01:30:00+00'::TIMESTAMPTZ, null,"
            " '1969-12-31 23:59:59+00'::TIMESTAMPTZ])"
        )
    got = cm.nps([10, 5, 0], by=times)
    assert list(got) == [AWARE[2], AWARE[0]]
    assert got[AWARE[0]].value == 1
    assert got.without_key is not None


NAIVE = [DAY, None, datetime(1969, 12, 31, 23, 59, 59)]
NAIVE_AS = {
    "list": NAIVE,
    "list of numpy.datetime64": [np.datetime64("NaT" if x is None else x, "s") for x in NAIVE],
    **{f"numpy {unit}": np.array(NAIVE, dtype=f"M8[{unit}]") for unit in ("s", "ms", "us", "ns")},
    "numpy big-endian": np.array(NAIVE, dtype=">M8[us]"),
    "numpy odd unit": np.array(NAIVE, dtype="M8[100us]"),
    "numpy.ma": np.ma.array(np.array([DAY, DAY, NAIVE[2]], dtype="M8[s]"), mask=[0, 1, 0]),
    **{f"pandas {unit}": pd.Series(NAIVE, dtype=f"datetime64[{unit}]") for unit in ("s", "ns")},
    "polars": pl.Series(NAIVE),
    "pyarrow": pa.array(NAIVE, pa.timestamp("ms")),
    **{f"duckdb {t}": t for t in ("TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS")},
}


@pytest.mark.parametrize("how", NAIVE_AS)
def test_instants_without_a_zone(how: str) -> None:
    times = NAIVE_AS[how]
    if how.startswith("duckdb"):
        times = duckdb.sql(
            f"select unnest(['2025-03-30 01:30:00'::{times}, null, '1969-12-31 23:59:59'::{times}])"
        )
    assert list(cm.nps([10, 5, 0], by=times)) == [NAIVE[2], NAIVE[0]]


DATES = [date(2025, 3, 30), None, date(1969, 12, 31)]
DATES_AS = {
    "polars": pl.Series(DATES),
    "pyarrow": pa.array(DATES, pa.date32()),
    "pandas ArrowDtype": pd.Series(DATES, dtype=pd.ArrowDtype(pa.date32())),
    "duckdb": duckdb.sql("select unnest(['2025-03-30'::DATE, null, '1969-12-31'::DATE])"),
}


@pytest.mark.parametrize("how", DATES_AS)
def test_dates(how: str) -> None:
    assert list(cm.nps([10, 5, 0], by=DATES_AS[how])) == [DATES[2], DATES[0]]


def test_dates_as_objects_are_their_first_instant() -> None:
    midnight = [datetime(1969, 12, 31), datetime(2025, 3, 30)]
    assert list(cm.nps([10, 5, 0], by=DATES)) == midnight
    assert list(cm.nps([10, 5, 0], by=np.array(DATES, dtype="M8[D]"))) == midnight


def test_nanoseconds_tell_keys_apart_where_python_cannot() -> None:
    keys = pa.array([1000, 1001, None], pa.timestamp("ns"))
    got = cm.nps([10, 0, 5], by=keys)
    assert got.to_arrow().column("key").cast(pa.int64()).to_pylist() == [1000, 1001]
    with pytest.raises(KeyError, match="microsecond"):
        got[datetime(1970, 1, 1, microsecond=1)]
    before = cm.nps([10], by=pa.array([-1], pa.timestamp("ns")))
    assert list(before) == [datetime(1969, 12, 31, 23, 59, 59, 999_999)]


def test_names_come_from_series() -> None:
    scores = pd.Series([10, 0], name="answer")
    agents = pl.Series("agent", ["Ann", "Bo"])
    got = cm.nps(scores, by=[agents, pd.Series([1, 2], name="desk")])
    assert got.key_names == ["agent", "desk"]
    assert list(got) == [("Ann", 1), ("Bo", 2)]
    with pytest.raises(cm.BadInput, match="row 1: answer"):
        cm.nps(scores + 1)


def test_keys_with_the_name_of_a_result_get_another() -> None:
    got = cm.nps([10, 0], by={"n": ["a", "b"], "value": [1, 2]})
    assert got.key_names == ["n_key", "value_key"]
    frame = pl.DataFrame(got)
    assert frame["n"].to_list() == [1, 1]
    assert frame["n_key"].to_list() == ["a", "b"]
    same = pd.Series(["a", "b"], name="x")
    assert cm.nps([10, 0], by=[same, same]).key_names == ["x", "x_key"]


# ---- what comes out ------------------------------------------------------------------------------


def frames(result: cm.Grouped) -> Iterator[Any]:
    yield pl.DataFrame(result)
    yield pl.from_arrow(pa.table(result))
    yield pl.from_pandas(result.to_pandas())
    yield result.to_polars()
    yield duckdb.sql("select * from result").pl()


def test_results_are_tables_for_everybody() -> None:
    result = cm.csat([5, 4, 1, None, None], by=["Ann", "Ann", "Bo", "Bo", "Cy"])
    for frame in frames(result):
        assert frame["key"].to_list() == ["Ann", "Bo", "Cy"]
        assert frame["value"].to_list()[:2] == [1.0, 0.0]
        assert frame["value"].to_list()[2] is None or math.isnan(frame["value"].to_list()[2])
        assert frame["n"].to_list() == [2, 1, 0]
        assert frame["missing"].to_list() == [0, 1, 1]
        assert frame["status"].to_list() == ["ok", "ok", "no data"]
        assert set(frame["metric"]) == {"CSAT"}
        assert set(frame["convention"]) == {"share of 4-5, scale 1-5"}
    table = pa.table(result)
    table.validate(full=True)
    assert table.column("value").to_pylist() == [1.0, 0.0, None]
    low, high = result["Ann"].interval  # type: ignore[misc]
    assert (table.column("low")[0].as_py(), table.column("high")[0].as_py()) == (low, high)


def test_one_result_is_a_table_of_one_row() -> None:
    result = cm.nps(SCORES)
    row = pa.table(result).to_pylist()[0]
    assert row["value"] == result.value
    assert row["n"] == 9
    assert pl.DataFrame(result).height == 1


def test_no_rows_give_no_groups() -> None:
    result = cm.nps(pa.array([], pa.int8()), by=pa.array([], pa.string()))
    assert list(result) == []
    table = pa.table(result)
    table.validate(full=True)
    assert table.num_rows == 0
    assert result.total.status == "no data"
    assert result.without_key is None
    assert cm.nps([]).status == "no data"


def test_mean_and_csat_of_lists_and_frames() -> None:
    assert state(Mean, [1, 2.5, None]) == state(Mean, pd.Series([1, 2.5, None]))
    assert state(Csat, [5, 4, None]) == state(Csat, pl.Series([5, 4, None], dtype=pl.UInt8))
