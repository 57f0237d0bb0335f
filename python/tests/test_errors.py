"""What is refused: with the column, the row and the value, and with nothing half updated."""

from __future__ import annotations

import array
import re
from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from typing import Any

import duckdb
import layouts
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import crmetrics as cm
from crmetrics import control, metrics, payout, statistics

DAY = datetime(2025, 1, 1)

# ---- wrong types name the column -----------------------------------------------------------------

NO_NUMBERS: dict[str, Any] = {
    "list of str": ["9", "10"],
    "list of bytes": [b"9"],
    "list of lists": [[9], [10]],
    "list of dicts": [{"score": 9}],
    "list of dates": [date(2025, 1, 1)],
    "list of times": [DAY],
    "list of timedelta": [timedelta(1)],
    "list of complex": [1 + 2j],
    "list of bool": [True],
    "list of str among numbers": [9, "ten"],
    "list of numbers among str": ["ten", 9],
    "list of bool among numbers": [9, True],
    "list beyond 64 bits": [9, 2**64],
    "str": "9,10",
    "bytes": b"910",
    "dict": {9: 10},
    "set": {9, 10},
    "number": 9,
    "numpy str": np.array(["9"]),
    "numpy bytes": np.array([b"9"]),
    "numpy complex": np.array([1j]),
    "numpy longdouble": np.array([1], dtype=np.longdouble),
    "numpy structured": np.array([(9, 1)], dtype="i1,i1"),
    "numpy matrix": np.zeros((2, 2)),
    "numpy one number": np.array(9),
    "numpy datetime64": np.array([DAY], dtype="M8[s]"),
    "numpy datetime64 matrix": np.zeros((2, 2), dtype="M8[s]"),
    "numpy timedelta64": np.array([1], dtype="m8[s]"),
    "array.array of wide characters": array.array("w" if hasattr(array, "w") else "u", "9"),
    "pandas str": pd.Series(["9"]),
    "pandas category": pd.Series([9, 10], dtype="category"),
    "pandas datetime": pd.Series([DAY]),
    "pandas datetime with a zone": pd.Series([DAY]).dt.tz_localize("UTC"),
    "pandas period": pd.Series(pd.period_range("2025", periods=2, freq="M")),
    "pandas interval": pd.Series(pd.interval_range(0, 2)),
    "pandas complex": pd.Series([1j]),
    "pandas frame of two": pd.DataFrame({"a": [9], "b": [10]}),
    "polars str": pl.Series(["9"]),
    "polars list": pl.Series([[9]]),
    "polars struct": pl.Series([{"a": 9, "b": 1}]),
    "polars Time": pl.Series([DAY.time()]),
    "polars Date": pl.Series([DAY.date()]),
    "polars Categorical": pl.Series(["9"], dtype=pl.Categorical),
    "polars Binary": pl.Series([b"9"]),
    "polars LazyFrame": pl.LazyFrame({"a": [9]}),
    "polars frame of two": pl.DataFrame({"a": [9], "b": [10]}),
    "pyarrow binary": pa.array([b"9"]),
    "pyarrow fixed binary": pa.array([b"9"], pa.binary(1)),
    "pyarrow list": pa.array([[9]]),
    "pyarrow map": pa.array([[("a", 9)]], pa.map_(pa.string(), pa.int8())),
    "pyarrow time": pa.array([1], pa.time64("us")),
    "pyarrow month interval": pa.array([(1, 1, 1)], pa.month_day_nano_interval()),
    "pyarrow decimal256": pa.array([9], pa.decimal256(40, 0)),
    "pyarrow dictionary": pa.array([9, 10]).dictionary_encode(),
    "pyarrow run ends": pa.RunEndEncodedArray.from_arrays(pa.array([2], pa.int16()), pa.array([9])),
    "pyarrow union": pa.UnionArray.from_dense(
        pa.array([0], pa.int8()), pa.array([0], pa.int32()), [pa.array([9])]
    ),
    "pyarrow uuid": pa.ExtensionArray.from_storage(pa.uuid(), pa.array([b"0" * 16], pa.binary(16))),
    "duckdb VARCHAR": duckdb.sql("select '9' as a"),
    "duckdb ENUM": duckdb.sql("select 'a'::ENUM ('a', 'b') as a"),
    "duckdb TIMESTAMP_NS": duckdb.sql("select '2025-01-01'::TIMESTAMP_NS as a"),
    "duckdb INTERVAL": duckdb.sql("select INTERVAL 1 DAY as a"),
    "duckdb TIME": duckdb.sql("select '01:02:03'::TIME as a"),
    "duckdb UUID": duckdb.sql("select uuid() as a"),
    "duckdb BLOB": duckdb.sql("select 'a'::BLOB as a"),
    "duckdb LIST": duckdb.sql("select [9] as a"),
    "duckdb STRUCT": duckdb.sql("select {'a': 9} as a"),
    "duckdb of two columns": duckdb.sql("select 9 as a, 10 as b"),
}


@pytest.mark.parametrize("how", NO_NUMBERS)
@pytest.mark.parametrize("call", [cm.nps, cm.mean, cm.csat], ids=lambda c: c.__name__)
def test_what_is_no_column_of_numbers_is_refused_by_name(
    how: str, call: Callable[..., Any]
) -> None:
    with pytest.raises(TypeError, match=r'column "(score|value|rating)"'):
        call(NO_NUMBERS[how])


def test_the_word_that_made_a_column_text_is_shown() -> None:
    with pytest.raises(TypeError, match=r'not text: row 3 is "N/A"$'):
        cm.nps(pa.chunked_array([["9"], [None, "N/A", "10"]]))
    long = "很" * 30
    for column in (pl.Series([long]), pd.Series([long]), pa.array([long], pa.large_string())):
        with pytest.raises(TypeError, match=r'row 1 is "很{13}[.]{3}"$'):
            cm.nps(column)
    with pytest.raises(TypeError, match=r"not text$"):
        cm.nps(["9", "10"])


def test_a_number_is_no_window() -> None:
    contacts = {"who": ["a", "a"], "at": [DAY, DAY]}
    roles = {"customer": "who", "opened": "at", "after": "opened"}
    for window in (7, 7.0, True):
        with pytest.raises(ValueError, match=f"window {window}: must be a time span"):
            cm.fcr(contacts, **roles, window=window)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"window '0\.0000001s'"):
        cm.fcr(contacts, **roles, window="0.0000001s")


def test_whole_numbers_that_pandas_made_real_are_keys() -> None:
    agents = pd.Series([7, None, 7])
    assert agents.dtype == "float64"
    by = cm.nps([9, 10, 3], by=agents)
    assert list(by) == [7]
    assert by[7].n == 2
    assert by.without_key is not None
    assert by.without_key.n == 1


def test_results_show_themselves() -> None:
    change = cm.compare(cm.nps([9, 10, 3, 7]), cm.nps([9, 2, 1, 7]))
    assert re.fullmatch(
        r"<difference \+50\.0 \[.*, .*\] \(95 % .*p = .*; n = 4 and 4\)>", repr(change)
    )
    assert change.unit == "net fraction"
    assert repr(statistics.pearson([1, 2, 3, 4], [2, 1, 4, 3])).startswith("<correlation 0.6")
    assert "n = 4" in repr(statistics.pearson([1, 2, 3, 4], [2, 1, 4, 3]))
    assert "crude" in repr(statistics.standardise([1], [2], [1]))
    assert repr(payout.payout([(60, 100)]).of(70)) == "<payout 100 minor units for 70, capped>"
    assert "false alarms" in repr(control.p_chart(0.1).limits(50))


def test_each_metric_says_what_it_takes() -> None:
    with pytest.raises(TypeError, match=r'column "value": proportion takes yes and no .* not text'):
        cm.proportion(["yes", "no"])
    with pytest.raises(TypeError, match='column "duration": duration takes durations, or numbers'):
        cm.duration([DAY])
    with pytest.raises(TypeError, match='column "n": numbers are needed, not text'):
        cm.given([0.5], ["many"])
    with pytest.raises(
        cm.BadInput, match=r'row 1: key: value "0\.5": keys are whole numbers, texts'
    ):
        cm.nps([9], by=[0.5])
    with pytest.raises(TypeError, match='column "weights": numbers are needed, not text'):
        cm.nps([9], weights=["1"])
    with pytest.raises(TypeError, match='column "weights": numbers are needed, not a dictionary'):
        cm.nps([9], weights=pa.array([1]).dictionary_encode())
    with pytest.raises(TypeError, match="takes no weights"):
        cm.given([1], [1], weights=[1])


def test_series_that_fail_half_way_are_refused_with_their_reason() -> None:
    def batches() -> Any:
        yield pa.record_batch({"s": [1]})
        raise RuntimeError("the connection is gone")

    schema = pa.schema([("s", pa.int64())])
    with pytest.raises(ValueError, match=r'column "score".*the connection is gone'):
        cm.nps(pa.RecordBatchReader.from_batches(schema, batches()))


def test_an_object_whose_protocol_raises_lets_it_through() -> None:
    class Broken:
        def __arrow_c_stream__(self, requested_schema: object = None) -> object:
            raise RuntimeError("closed")

    class Liar:
        def __arrow_c_stream__(self, requested_schema: object = None) -> object:
            return "not a capsule"

    class OtherLiar:
        def __arrow_c_array__(self, requested_schema: object = None) -> object:
            return ("not", "capsules") if requested_schema is None else None

    class Confused:
        def __arrow_c_stream__(self, requested_schema: object = None) -> object:
            return pa.array([1]).__arrow_c_array__()[0]

    with pytest.raises(RuntimeError, match="closed"):
        cm.nps(Broken())
    for liar in (Liar(), OtherLiar(), Confused()):
        with pytest.raises(TypeError, match="capsule"):
            cm.nps(liar)


# ---- bad rows ------------------------------------------------------------------------------------


def problems_of(call: Callable[[], Any]) -> list[tuple[str, int | None, str]]:
    with pytest.raises(cm.BadInput) as refused:
        call()
    error = refused.value
    assert error.total >= len(error.problems)
    assert str(error.total) in str(error)
    return [(p["field"], p["row"], p["value"]) for p in error.problems]


def test_every_bad_row_is_named_over_chunks() -> None:
    chunks = pa.chunked_array([[1, 11], [], [None, 12, 3], [99]], pa.int16())
    wanted = [("score", 2, "11"), ("score", 4, "12"), ("score", 6, "99")]
    assert problems_of(lambda: cm.nps(chunks)) == wanted
    assert problems_of(lambda: cm.nps(chunks, by=["a"] * 6)) == wanted
    assert problems_of(lambda: cm.nps(chunks, weights=[1] * 6)) == wanted
    assert problems_of(lambda: cm.nps(chunks, by=["a"] * 6, weights=[1] * 6)) == wanted


@pytest.mark.parametrize("missing", [False, True])
@pytest.mark.parametrize("dtype", ["i1", "u1", "i2", "i4", "i8", "u8", "f4", "f8"])
def test_bad_rows_beyond_the_first_block(dtype: str, missing: bool) -> None:
    scores = np.full(10_000, 9, dtype=dtype)
    scores[[0, 2047, 2048, 9999]] = 77
    column = pa.array(scores, mask=np.arange(10_000) == 5) if missing else scores
    rows = [("score", row, "77") for row in (1, 2048, 2049, 10_000)]
    assert problems_of(lambda: cm.nps(column)) == rows
    agents = np.arange(10_000) % 7
    assert problems_of(lambda: cm.nps(column, by=agents)) == rows


def test_more_than_a_hundred_are_counted() -> None:
    for column in (np.full(5000, 11), pa.array([11] * 5000 + [None]), [11.5] * 5000):
        for by in (None, np.zeros(5001 if len(column) == 5001 else 5000, dtype="i4")):
            with pytest.raises(cm.BadInput) as refused:
                cm.nps(column, by=by)
            assert refused.value.total == 5000
            assert len(refused.value.problems) == 100
            assert refused.value.problems[99]["row"] == 100


def test_bad_rows_of_each_kind() -> None:
    assert problems_of(lambda: cm.proportion([1, 0, 2, -1, 0.5])) == [
        ("value", 3, "2"),
        ("value", 4, "-1"),
        ("value", 5, "0.5"),
    ]
    assert problems_of(lambda: cm.duration([1, -1, float("inf")])) == [
        ("duration", 2, "-1.000000 s"),
        ("duration", 3, "infinite, or over 292,000 years"),
    ]
    far = pa.array([1, 2**62], pa.duration("s"))
    assert problems_of(lambda: cm.duration(far)) == [("duration", 2, str(2**62))]
    assert problems_of(lambda: cm.duration(far, by=[1, 1])) == [("duration", 2, str(2**62))]
    assert problems_of(lambda: cm.mean([1, float("inf")])) == [("value", 2, "inf")]
    assert problems_of(lambda: cm.mean([1, 2.5], values="whole")) == [("value", 2, "2.5")]
    assert problems_of(lambda: cm.ratio([1, 2.5, 1], [1, 2, 0.5])) == [
        ("numerator", 2, "2.5"),
        ("denominator", 3, "0.5"),
    ]
    assert problems_of(
        lambda: cm.csat([5, None], by=["a", "b"], invalid=None, weights=[1, -1])
    ) == [("weights", 2, "-1")]


def test_bad_weights() -> None:
    weights = [1, 0, -1, 1.5, None, float("inf"), 2**53]
    assert problems_of(lambda: cm.nps([9] * 7, weights=weights)) == [
        ("weights", 3, "-1"),
        ("weights", 4, "1.5"),
        ("weights", 5, "missing"),
        ("weights", 6, "inf"),
    ]
    assert problems_of(
        lambda: cm.nps([9] * 4, weights=[1.5, 0, -1, 1e101], weighted="sampling")
    ) == [
        ("weights", 3, "-1"),
        ("weights", 4, "1e+101"),
    ]
    assert problems_of(lambda: cm.ratio([1, 1], [2, 2], weights=[1, -1])) == [("weights", 2, "-1")]
    assert cm.nps([9, 0], weights=np.array([2**62, 1], dtype="u8")).n == 2**62 + 1
    with pytest.raises(cm.CountOverflow):
        cm.nps([9, 9], weights=np.array([2**62, 2**62], dtype="u8"))


def test_missing_can_be_refused_or_counted() -> None:
    assert problems_of(lambda: cm.nps(pa.array([9, None, 3, None]), missing="reject")) == [
        ("score", 2, "missing"),
        ("score", 4, "missing"),
    ]
    assert cm.nps([10, None], missing="passive").n == 2
    assert cm.proportion([1, None], missing="failure").exact == (1, 2)
    assert cm.share_within([1, None], limit=2, missing="failure").exact == (1, 2)


def test_invalid_can_be_counted() -> None:
    for call, column in (
        (cm.nps, [10, 11, None, 0]),
        (cm.csat, [5, 6, None, 1]),
        (cm.proportion, [1, 2, None, 0]),
        (cm.error_rate, [True, False, None]),
        (cm.duration, [1, -1, None, 3]),
        (cm.mean, [1, float("inf"), None, 3]),
    ):
        bad = 0 if True in (x is True for x in column) else 1
        for result in (
            call(column, invalid="count"),
            call(column, by=["a"] * len(column), invalid="count")["a"],
        ):
            assert (result.n, result.missing, result.invalid) == (2, 1, bad)
    # How often such a row counts is not known to the state.
    assert problems_of(lambda: cm.proportion([1, 2], weights=[1, 3], invalid="count")) == [
        ("value", 2, "2")
    ]


# ---- nothing half updated ------------------------------------------------------------------------

HALF_BAD = [
    (metrics.Nps(), ([10, 11],)),
    (metrics.Csat(), ([5, 0],)),
    (metrics.Csat(score="mean", scale="1-10"), ([5, 0],)),
    (metrics.MeanRating(), ([5, 0],)),
    (metrics.Proportion(), ([1, 2],)),
    (metrics.Proportion(missing="reject"), ([True, None],)),
    (metrics.ErrorRate(), ([1, 2],)),
    (metrics.FcrCounted(), ([1, -1],)),
    (metrics.Mean(), ([1, float("inf")],)),
    (metrics.Mean(values="whole"), ([1, 0.5],)),
    (metrics.Quantile(), ([1, float("inf")],)),
    (metrics.ExactQuantile(), ([1, float("inf")],)),
    (metrics.Duration(), ([1, -1],)),
    (metrics.HandleTime(), ([1, -1],)),
    (metrics.ShareWithin(limit=3), ([1, -1],)),
    (metrics.DurationQuantile(), ([1, -1],)),
    (metrics.ExactDurationQuantile(), ([1, -1],)),
    (metrics.Ratio(), ([1, 2], [1, 0.5])),
    (metrics.Rate(), ([1, -1], [1, 1])),
    (metrics.Given(), ([1, 1], [1, 1], [0.1, -0.1])),
]


@pytest.mark.parametrize("case", HALF_BAD, ids=lambda c: type(c[0]).__name__)
def test_nothing_is_half_updated(case: tuple[metrics.Metric, tuple[Any, ...]]) -> None:
    state, columns = case
    state = state.fresh()
    good = tuple(column[:1] for column in columns)
    state.update_many(*good)
    before = state.to_bytes()
    for wrong in (
        lambda: state.update_many(*columns),
        lambda: state.update(*(column[1] for column in columns)),
        lambda: state.by(*columns, by=["a", "b"]),
        lambda: state.update_many(*columns[:-1], ["text", "text"]),
    ):
        with pytest.raises((cm.BadInput, TypeError)):
            wrong()
        assert state.to_bytes() == before
    state.update_many(*good)  # and it goes on
    assert state.to_bytes() != before


# ---- lengths, numbers of columns, settings -------------------------------------------------------


def test_columns_of_different_lengths() -> None:
    with pytest.raises(ValueError, match='column "weights" has 3 rows, "score" has 2'):
        cm.nps([9, 9], weights=[1, 1, 1])
    with pytest.raises(ValueError, match='column "key" has 1 rows, "score" has 2'):
        cm.nps([9, 9], by=["a"])
    with pytest.raises(ValueError, match='column "b" has 1 rows, "a" has 2'):
        cm.nps([9, 9], by={"a": [1, 2], "b": [1]})
    with pytest.raises(ValueError, match='column "denominator" has 3 rows, "numerator" has 2'):
        cm.ratio([1, 2], [1, 2, 3])
    with pytest.raises(ValueError, match='column "key" has 0 rows'):
        cm.nps([9, 9], by=[])


def test_numbers_of_columns() -> None:
    for call in (cm.nps, cm.duration, cm.proportion):
        with pytest.raises(TypeError, match="2 columns were given"):
            call([1], [1])
        with pytest.raises(TypeError, match="0 columns were given"):
            call()
    with pytest.raises(TypeError, match="ratio takes numerator and denominator"):
        cm.ratio([1])
    with pytest.raises(TypeError, match="4 columns were given"):
        cm.given([1], [1], [1], [1])
    with pytest.raises(TypeError, match="no column to group by"):
        cm.nps([9], by={})


SETTINGS = [
    (lambda: cm.nps([9], scala="0-10"), TypeError, "scala"),
    (lambda: cm.nps([9], scale="0-100"), ValueError, '"0-100": must be one of "0-10", "1-10"'),
    (lambda: cm.nps([9], interval="bootstrap"), ValueError, "must be one of"),
    (lambda: cm.nps([9], weighted="by feel"), ValueError, "must be one of"),
    (lambda: cm.csat([5], top=4), ValueError, "top 4: must be a whole number from 1 to 3"),
    (lambda: cm.csat([5], top=1.5), ValueError, "top 1.5: must be a whole number"),
    (lambda: cm.csat([5], top="two"), TypeError, "top 'two': must be a number"),
    (lambda: cm.csat([5], top=True), TypeError, "top True: must be a number"),
    (lambda: cm.csat([5], scale="1-7", score="net satisfied"), ValueError, "scale"),
    (lambda: cm.csat([5], score="mean", interval="Wald"), ValueError, "does not go with"),
    (lambda: cm.quantile([1], p=1.5), cm.InvalidSetting, "quantile .*: must lie between 0 and 1"),
    (
        lambda: cm.quantile([1], p=float("nan")),
        cm.InvalidSetting,
        "quantile .*: must lie between 0 and 1",
    ),
    (lambda: cm.quantile([1], type=10), ValueError, "type 10: must be a whole number from 1 to 9"),
    (lambda: cm.quantile([1], type=float("nan")), ValueError, "type nan"),
    (lambda: cm.share_within([1]), TypeError, "limit"),
    (lambda: cm.share_within([1], limit="soon"), ValueError, "limit 'soon'"),
    (lambda: cm.share_within([1], limit=-1), cm.InvalidSetting, "limit"),
    (lambda: cm.share_within([1], limit=float("nan")), ValueError, "limit nan"),
    (lambda: cm.share_within([1], limit="30"), ValueError, "limit '30'"),
    (lambda: cm.rate([1], [1], per=0), ValueError, "per 0"),
    (lambda: cm.rate([1], [1], per=0.5), ValueError, "per 0.5"),
    (lambda: cm.rate([1], [1], exposure=""), cm.InvalidSetting, "exposure"),
    (lambda: cm.rate([1], [1], exposure="x" * 41), cm.InvalidSetting, "exposure"),
    (lambda: cm.nps([9], level=1.5), cm.InvalidSetting, "confidence level 1.5"),
    (lambda: cm.nps([9], level=95), cm.InvalidSetting, "confidence level 95"),
    (lambda: cm.nps([9], by=["a"], level=-0.5), cm.InvalidSetting, "confidence level"),
    (lambda: cm.nps([9], level="95 %"), TypeError, "incompatible"),
    (lambda: metrics.Nps("0-10"), TypeError, "positional"),  # type: ignore[misc]
]


@pytest.mark.parametrize("case", SETTINGS, ids=range(len(SETTINGS)))
def test_settings_that_make_no_sense(
    case: tuple[Callable[[], Any], type[Exception], str],
) -> None:
    call, error, text = case
    with pytest.raises(error, match=text):
        call()


def test_no_interval_is_asked_for_by_level_0() -> None:
    result = cm.nps([9, 3], level=0)
    assert (result.value, result.interval) == (0.0, None)
    assert cm.nps([9, 3], by=[1, 1], level=0)[1].interval is None


# ---- definitions and bytes -----------------------------------------------------------------------


def test_definitions_that_differ_do_not_meet() -> None:
    for a, b in (
        (metrics.Nps(), metrics.Nps(scale="1-10")),
        (metrics.Nps(), metrics.Csat()),
        (metrics.Csat(), metrics.Csat(top=1)),
        (metrics.Nps(), metrics.Nps(invalid="count")),
        (metrics.Nps(), metrics.Nps(weights="sampling")),
        (metrics.ShareWithin(limit="30s"), metrics.ShareWithin(limit="31s")),
        (metrics.Quantile(p=0.5), metrics.ExactQuantile(p=0.5)),
        (metrics.Rate(), metrics.Rate(per=1000)),
    ):
        for state in (a, b):
            if state._columns == ("duration",):
                state.update(1)
        with pytest.raises(cm.DefinitionMismatch) as refused:
            a.merge(b)
        assert type(a).__name__ == type(b).__name__ or b.name in str(refused.value)
        with pytest.raises(cm.DefinitionMismatch):
            b += a
        assert a != b
        with pytest.raises(cm.DefinitionMismatch):
            a.fresh()._read(b.to_bytes())
    with pytest.raises(cm.DefinitionMismatch):
        cm.compare(cm.nps([9]), cm.csat([5]))
    with pytest.raises(TypeError):
        metrics.Nps() + 1  # type: ignore[operator]
    assert metrics.Nps() != 1


@pytest.mark.parametrize("spoil", [lambda b: b[:-1], lambda b: b + b"\0", lambda b: b""])
def test_bytes_that_are_not_whole(spoil: Callable[[bytes], bytes]) -> None:
    state = metrics.Nps()
    state.update_many([9, 10])
    with pytest.raises(cm.BadBytes):
        metrics.Nps.from_bytes(spoil(state.to_bytes()))


def test_every_flipped_bit_is_found() -> None:
    state = metrics.Nps()
    state.update_many([9, 10, None])
    whole = state.to_bytes()
    for at in range(len(whole)):
        for bit in range(8):
            spoilt = bytearray(whole)
            spoilt[at] ^= 1 << bit
            with pytest.raises((cm.BadBytes, cm.DefinitionMismatch)):
                metrics.Nps.from_bytes(bytes(spoilt))


def test_errors_are_those_of_python_too() -> None:
    assert issubclass(cm.BadInput, ValueError)
    assert issubclass(cm.CountOverflow, OverflowError)
    for error in (cm.BadInput, cm.BadBytes, cm.InvalidSetting, cm.DefinitionMismatch, cm.NoValue):
        assert issubclass(error, cm.Error)
        assert issubclass(error, ValueError)


# ---- tables --------------------------------------------------------------------------------------


def test_columns_of_tables() -> None:
    from crmetrics._columns import columns

    rows = {"a": [1, 2], "b": ["x", "y"]}
    for table in (
        rows,
        pd.DataFrame(rows),
        pl.DataFrame(rows),
        pa.table(rows),
        pa.record_batch(rows),
        layouts.OnlyStream(pa.table(rows)),
        duckdb.sql("select * from (values (1, 'x'), (2, 'y')) t(a, b)"),
    ):
        got = columns(table, ["b", "a", "b"])
        assert {name: (c.name, c.rows) for name, c in got.items()} == {
            "b": ("b", 2),
            "a": ("a", 2),
        }
        assert got["b"].type == "text"
        with pytest.raises(KeyError, match=r"zz.*there are a, b"):
            columns(table, ["a", "zz"])
    with pytest.raises(TypeError, match="lazy"):
        columns(pl.LazyFrame(rows), ["a"])
    with pytest.raises(TypeError, match="a table is needed"):
        columns(pa.array([1]), ["a"])
    with pytest.raises(TypeError, match="type int where a table should be"):
        columns(5, ["a"])


def test_times_of_two_kinds_do_not_mix() -> None:
    aware = DAY.replace(tzinfo=timezone.utc)
    for keys in ([DAY, aware], [aware, None, DAY]):
        with pytest.raises(TypeError, match=r'column "key": row .: times with a zone among'):
            cm.nps([1] * len(keys), by=keys)
