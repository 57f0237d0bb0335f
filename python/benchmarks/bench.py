"""Times of the package beside pandas, Polars and DuckDB: ratios in one run, on one thread.

    build/venv/bin/python python/benchmarks/bench.py --write docs/python-performance.md

Every peer answers by its best query that we know, which stands here; results are compared before
anything is timed. Times are the fastest of several repetitions.
"""

from __future__ import annotations

import os

os.environ["POLARS_MAX_THREADS"] = "1"  # before Polars is imported

import argparse
import gc
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa

import crmetrics as cm

ROOT = Path(__file__).resolve().parents[2]


def fastest(call: Callable[[], Any], repetitions: int = 3) -> float:
    """Milliseconds of the fastest call."""
    times = []
    for _ in range(repetitions):
        gc.collect()
        begin = time.perf_counter()
        call()
        times.append(time.perf_counter() - begin)
    return min(times) * 1e3


class Table:
    """Lines of results, printed as they come."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def add(self, what: str, ours: float, peers: dict[str, float]) -> None:
        for peer, theirs in peers.items():
            line = f"| {what} | {ours:.1f} ms | {peer} | {theirs / ours:.2f} |"
            self.lines.append(line)
            print(line, flush=True)


def same(expected: float, found: float) -> None:
    if abs(expected - found) > 1e-12:
        raise AssertionError(f"results differ: {expected} and {found}")


def in_cpp(name: str, columns: list[Any], *arguments: str) -> tuple[float, float]:
    """The two numbers of a C++ program on the same columns, compiled with the package's flags."""
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder) / "times"
        source = Path(__file__).with_name(name)
        command = ["g++", "-std=c++20", "-O2", "-DNDEBUG", "-ffp-contract=off", f"-I{ROOT}/include"]
        subprocess.run([*command, str(source), "-o", str(program)], check=True)
        files = [Path(folder) / str(i) for i in range(len(columns))]
        for column, file in zip(columns, files, strict=True):
            column.tofile(file)
        called = [str(program), *map(str, files), *arguments]
        out = subprocess.run(called, check=True, capture_output=True, text=True).stdout
    first, second = out.split()
    return float(first), float(second)


def bench_nps(rows: int, table: Table) -> None:
    rng = np.random.default_rng(7)
    scores = rng.integers(0, 11, rows, dtype="i1")
    agents = rng.integers(0, 10_000, rows, dtype="i4")
    small = rng.integers(0, 11, rows // 4).astype("i8")

    value = cm.nps(scores).value
    assert value is not None
    frame = pd.DataFrame({"s": scores, "a": agents})
    polars = pl.DataFrame({"s": scores, "a": agents})
    database = duckdb.connect(config={"threads": 1})
    database.register("arrow", polars.to_arrow())
    database.execute("create table t as select * from arrow")
    database.unregister("arrow")

    def in_pandas() -> float:
        s = frame["s"]
        return float(((s >= 9).sum() - (s <= 6).sum()) / len(s))

    def in_polars() -> float:
        s = pl.col("s")
        net = ((s >= 9).sum().cast(pl.Int64) - (s <= 6).sum().cast(pl.Int64)) / pl.len()
        return float(polars.select(net).item())

    def in_duckdb() -> float:
        query = "select (count(*) filter (s >= 9) - count(*) filter (s <= 6)) / count(*) from t"
        return float(database.execute(query).fetchall()[0][0])

    for peer in (in_pandas, in_polars, in_duckdb):
        same(value, peer())
    ours = fastest(lambda: cm.nps(scores), 5)
    bytes_in_cpp, wholes_in_cpp = in_cpp("column_times.cpp", [scores, small])
    table.add(
        f"NPS of {rows:,} bytes",
        ours,
        {
            "C++": bytes_in_cpp,
            "pandas": fastest(in_pandas),
            "Polars": fastest(in_polars, 5),
            "DuckDB": fastest(in_duckdb),
        },
    )
    table.add(
        f"NPS of {rows // 4:,} 64-bit numbers",
        fastest(lambda: cm.nps(small), 5),
        {"C++": wholes_in_cpp},
    )

    grouped = cm.nps(scores, by=agents)

    def polars_groups() -> Any:
        v = (pl.col("s") >= 9).cast(pl.Int32) - (pl.col("s") <= 6).cast(pl.Int32)
        lazy = polars.lazy().with_columns(v=v).group_by("a").agg(pl.col("v").mean())
        return lazy.collect()

    def pandas_groups() -> Any:
        v = (frame["s"] >= 9).astype("i1") - (frame["s"] <= 6).astype("i1")
        return v.groupby(frame["a"]).mean()

    def duckdb_groups() -> Any:
        query = (
            "select a, (count(*) filter (s >= 9) - count(*) filter (s <= 6)) / count(*) as v "
            "from t group by a"
        )
        return database.execute(query).fetchnumpy()

    from_polars = dict(polars_groups().rows())
    from_pandas = pandas_groups()
    raw = duckdb_groups()
    from_duckdb = dict(zip(raw["a"].tolist(), raw["v"].tolist(), strict=True))
    for key, estimate in grouped.items():
        assert estimate.value is not None
        for found in (from_polars[key], from_pandas[key], from_duckdb[key]):
            same(estimate.value, float(found))
    table.add(
        f"NPS of {rows:,} bytes by 10,000 agents",
        fastest(lambda: cm.nps(scores, by=agents)),
        {
            "pandas": fastest(pandas_groups, 2),
            "Polars": fastest(polars_groups),
            "DuckDB": fastest(duckdb_groups),
        },
    )


def contacts(rows: int) -> pa.Table:
    """Contacts of customers with five each on average, in the order of time, over 90 days."""
    rng = np.random.default_rng(11)
    opened = np.sort(rng.integers(0, 90 * 86_400_000_000, rows)) + 1_735_689_600_000_000
    customer = rng.integers(0, rows // 5, rows)
    resolved = opened + rng.integers(60_000_000, 3_600_000_000, rows)
    stamp = pa.timestamp("us")
    return pa.table(
        {
            "customer": customer,
            "opened": pa.array(opened).cast(stamp),
            "resolved": pa.array(resolved).cast(stamp),
        }
    )


def bench_contacts(rows: int, table: Table) -> None:
    data = contacts(rows)
    until = "2025-05-01"  # every window is over: the peers know no pending contacts
    roles = {"customer": "customer", "opened": "opened", "observed_until": until}

    def repeat() -> Any:
        return cm.repeat_contact(data, **roles, after="opened")

    def fcr() -> Any:
        return cm.fcr(data, **roles, resolved="resolved")

    database = duckdb.connect(config={"threads": 1})
    database.register("arrow", data)
    database.execute("create table t as select * from arrow")
    database.unregister("arrow")
    polars = pl.from_arrow(data)
    assert isinstance(polars, pl.DataFrame)
    within = "interval 7 days"

    def duckdb_repeat() -> float:
        query = f"""
            select count(*) filter (opened <= before + {within}) / count(*) from (
              select opened, lag(opened) over (partition by customer order by opened) as before
              from t)"""
        return float(database.execute(query).fetchall()[0][0])

    def duckdb_fcr() -> float:
        query = f"""
            select 1 - count(*) filter (next <= resolved + {within}) / count(*) from (
              select resolved, lead(opened) over (partition by customer order by opened) as next
              from t)"""
        return float(database.execute(query).fetchall()[0][0])

    def duckdb_asof() -> float:
        query = f"""
            select count(*) filter (a.opened <= b.opened + {within}) / count(*)
            from t as a asof left join t as b
              on a.customer = b.customer and a.opened > b.opened"""
        return float(database.execute(query).fetchall()[0][0])

    def polars_repeat() -> float:
        before = pl.col("opened").shift(1).over("customer")
        hit = (pl.col("opened") - before) <= pl.duration(days=7)
        # The rows are in the order of time already, so no sort is asked of it.
        return float(polars.select(hit.sum() / pl.len()).item())

    def polars_fcr() -> float:
        after = pl.col("opened").shift(-1).over("customer")
        hit = after <= pl.col("resolved") + pl.duration(days=7)
        return float(polars.select(1 - hit.sum() / pl.len()).item())

    for ours, peers in (
        (repeat, (duckdb_repeat, duckdb_asof, polars_repeat)),
        (fcr, (duckdb_fcr, polars_fcr)),
    ):
        value = ours().value
        for peer in peers:
            same(value, peer())
    whole = [data[name].to_numpy().astype("i8") for name in ("customer", "opened", "resolved")]
    end = np.datetime64(until, "us").astype("i8")
    linked_in_cpp, value_in_cpp = in_cpp("link_times.cpp", whole, str(end))
    same(fcr().value, value_in_cpp)
    table.add(
        f"repeat contact of {rows:,} contacts",
        fastest(repeat, 2),
        {
            "DuckDB, lag": fastest(duckdb_repeat, 1),
            "DuckDB, ASOF join": fastest(duckdb_asof, 1),
            "Polars, shift over": fastest(polars_repeat, 1),
        },
    )
    table.add(
        f"FCR of {rows:,} contacts",
        fastest(fcr, 5),
        {
            "C++": linked_in_cpp,
            "DuckDB, lead": fastest(duckdb_fcr, 1),
            "Polars, shift over": fastest(polars_fcr, 1),
        },
    )


def bench_import(table: Table) -> None:
    def start(code: str) -> float:
        return fastest(lambda: subprocess.run([sys.executable, "-c", code], check=True), 7)

    bare = start("pass")
    table.lines.append(f"| `import crmetrics` | {start('import crmetrics') - bare:.0f} ms | | |")
    print(table.lines[-1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000_000)
    parser.add_argument("--contacts", type=int, default=20_000_000)
    parser.add_argument("--write", type=Path)
    options = parser.parse_args()
    table = Table()
    bench_import(table)
    bench_nps(options.rows, table)
    bench_contacts(options.contacts, table)
    if options.write is not None:
        versions = ", ".join(
            f"{module.__name__} {module.__version__}" for module in (np, pd, pl, duckdb, pa)
        )
        options.write.write_text(
            "# Performance of the Python package\n\n"
            "Written by `python/benchmarks/bench.py`, where the queries of the peers stand. One\n"
            "thread; a ratio above 1 means that the peer takes that many times longer. Results\n"
            "are compared before anything is timed.\n\n"
            f"Python {platform.python_version()}, {versions}.\n\n"
            "| what | crmetrics | peer | times our time |\n| --- | --- | --- | --- |\n"
            + "\n".join(table.lines)
            + "\n",
            encoding="utf-8",
        )


if __name__ == "__main__":
    main()
