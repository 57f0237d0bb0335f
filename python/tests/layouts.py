"""Columns of Arrow in all ways in which the same rows can lie in memory."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from hypothesis import strategies as st

WHOLE = ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"]
REAL = ["float16", "float32", "float64"]
DECIMALS = [pa.decimal32(7, 0), pa.decimal64(15, 2), pa.decimal128(38, 4)]


class OnlyStream:
    """Nothing but the stream protocol."""

    def __init__(self, data: Any) -> None:
        self.data = data

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self.data.__arrow_c_stream__(requested_schema)


class OnlyArray:
    """Nothing but the array protocol."""

    def __init__(self, data: Any) -> None:
        self.data = data

    def __arrow_c_array__(self, requested_schema: object = None) -> object:
        return self.data.__arrow_c_array__(requested_schema)


def with_garbage(values: Sequence[Any], rng: random.Random, type_: pa.DataType) -> pa.Array:
    """An array of primitive values, with anything where a value is missing."""
    dtype = type_.to_pandas_dtype()
    missing = np.array([x is None for x in values], dtype=bool)
    filled = [rng.randrange(100) if x is None else x for x in values]
    return pa.array(np.array(filled, dtype=dtype), mask=missing, type=type_)


def buffers_anew(array: pa.Array, rng: random.Random) -> pa.Array:
    """The same array, with a validity bitmap that it does not need, or an unknown null count."""
    buffers = array.buffers()
    rows = len(array) + array.offset
    if buffers[0] is None and rng.random() < 0.5:
        buffers[0] = pa.py_buffer(b"\xff" * (rows // 8 + 1))
    known = array.null_count if rng.random() < 0.5 else -1
    return pa.Array.from_buffers(array.type, len(array), buffers, known, array.offset)


def sliced(values: Sequence[Any], type_: pa.DataType, rng: random.Random) -> pa.Array:
    """An array that is a slice of a longer one, with or without offset."""
    before = rng.choice([0, 0, 1, 3, 8, 13])
    after = rng.choice([0, 0, 1, 5])
    pad = list(values[:1]) or [None]
    padded = pad * before + list(values) + pad * after
    primitive = pa.types.is_integer(type_) or pa.types.is_floating(type_)
    array = with_garbage(padded, rng, type_) if primitive else pa.array(padded, type=type_)
    array = array.slice(before, len(values))
    simple = primitive or pa.types.is_boolean(type_) or pa.types.is_temporal(type_)
    return buffers_anew(array, rng) if simple else array


def dictionary(values: Sequence[Any], type_: pa.DataType, rng: random.Random) -> pa.Array:
    """A slice of a dictionary array: entries in any order, unused ones, twice, missing ones."""
    entries = list(dict.fromkeys(x for x in values if x is not None))
    rng.shuffle(entries)
    entries += [*rng.sample(entries, min(len(entries), 2)), None]
    places: dict[Any, list[int]] = {}
    for i, x in enumerate(entries):
        places.setdefault(x, []).append(i)

    def code(x: Any) -> int | None:
        # A missing row is either a code that is missing, or the code of an entry that is.
        if x is None and rng.random() < 0.5:
            return None
        return rng.choice(places[x])

    index = rng.choice([pa.int8(), pa.uint8(), pa.int16(), pa.int32(), pa.uint32(), pa.int64()])
    if len(entries) > 120:
        index = pa.int32()
    codes = sliced([code(x) for x in values], index, rng)
    return pa.DictionaryArray.from_arrays(codes, pa.array(entries, type=type_))


@dataclass
class Layout:
    """Rows, and an object that has them."""

    rows: list[Any]
    data: Any
    text: str

    def __repr__(self) -> str:
        return f"<{len(self.rows)} rows as {self.text}>"


def parts_of(rows: Sequence[Any], rng: random.Random) -> Iterator[Sequence[Any]]:
    """The rows in pieces, some of them empty."""
    at = 0
    while at < len(rows) or rng.random() < 0.2:
        size = rng.choice([0, 1, 7, 64, 1000, len(rows)])
        yield rows[at : at + size]
        at += size


def wrapped(chunks: list[pa.Array], type_: pa.DataType, rng: random.Random) -> tuple[Any, str]:
    """Chunks as one of the objects that give a column."""
    how = rng.choice(["chunked", "stream", "table", "reader", "struct", "one"])
    if pa.types.is_dictionary(type_) and how in ("reader", "one", "struct") and len(chunks) > 1:
        how = "chunked"  # PyArrow does not put dictionaries together
    if how == "one":
        array = pa.concat_arrays(chunks) if chunks else pa.array([], type=type_)
        return (OnlyArray(array) if rng.random() < 0.5 else array), how
    if how == "struct":
        # A struct's own offset goes on top of that of its column.
        array = pa.concat_arrays(chunks) if chunks else pa.array([], type=type_)
        shift = rng.choice([0, 1, 9])
        shift = min(shift, len(array))
        longer = pa.concat_arrays([array.slice(0, shift), array]) if shift else array
        struct = pa.StructArray.from_arrays([longer], names=["x"])
        return OnlyArray(struct.slice(shift)), how
    column = pa.chunked_array(chunks, type=type_)
    if how == "chunked":
        return column, how
    if how == "stream":
        return OnlyStream(column), how
    table = pa.table({"x": column})
    if how == "table":
        return table, how
    return pa.RecordBatchReader.from_batches(table.schema, table.to_batches()), how


def laid_out(rows: list[Any], type_: pa.DataType, rng: random.Random) -> Layout:
    """Rows of values in some way in which Arrow can hold them."""
    if pa.types.is_dictionary(type_):
        chunks = [dictionary(part, type_.value_type, rng) for part in parts_of(rows, rng)]
        chunks = [
            pa.DictionaryArray.from_arrays(c.indices.cast(type_.index_type), c.dictionary)
            for c in chunks
        ]
    else:
        chunks = [sliced(part, type_, rng) for part in parts_of(rows, rng)]
    data, how = wrapped(chunks, type_, rng)
    # What the type holds of the values: half and single precision round.
    if pa.types.is_floating(type_):
        kind = type_.to_pandas_dtype()
        rows = [None if x is None else float(kind(x)) for x in rows]
    return Layout(rows, data, f"{how} {type_} in {len(chunks)} chunks")


#: How many rows: few that shrink well, and enough for several blocks.
sizes = st.one_of(st.integers(0, 40), st.sampled_from([64, 2047, 2048, 2049, 5000]))
seeds = st.integers(0, 2**32)


def some(rng: random.Random, n: int, choices: Sequence[Any], missing: float) -> list[Any]:
    """Rows out of some values, a share of them missing."""
    return [None if rng.random() < missing else rng.choice(choices) for _ in range(n)]


def null_rate(rng: random.Random) -> float:
    return rng.choice([0.0, 0.0, 0.2, 1.0])
