"""Times of the package beside pandas, Polars and DuckDB: ratios in one run, on one thread.

    build/venv/bin/python python/benchmarks/bench.py --write

takes 100 million rows, 16 GB and a quarter of an hour, and fills in docs/python-performance.md.
Every peer answers by its best query that we know, which stands here; results are compared before
anything is timed. Times are the fastest of several repetitions.
"""

from __future__ import annotations

import os

os.environ["POLARS_MAX_THREADS"] = "1"  # before Polars is imported

import argparse
import gc
import pickle
import platform
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa

import crmetrics as cm

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "python-performance.md"


def fastest(
    call: Callable[[], Any], repetitions: int = 3, clock: Callable[[], float] = time.process_time
) -> float:
    """Milliseconds of the fastest call: of the processor, for other programs may take it away."""
    times = []
    for _ in range(repetitions):
        gc.collect()
        begin = clock()
        call()
        times.append(clock() - begin)
    return min(times) * 1e3


class Table:
    """Lines of results, printed as they come."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.missed: list[str] = []

    def add(
        self, what: str, ours: float, peers: dict[str, tuple[float, float | None]], unit: str = "ms"
    ) -> None:
        """Peers with their time, and how often it is to hold ours; below 1: at least that."""
        for peer, (theirs, wanted) in peers.items():
            ratio = theirs / ours
            budget = "" if wanted is None else f">= {wanted:.3g}"
            self._line(f"| {what} | {ours:.1f} {unit} | {peer} | {ratio:.2f} | {budget} |")
            if wanted is not None and ratio < wanted:
                self.missed.append(f"{what}: {peer}: {ratio:.2f}, not {wanted:.3g}")

    def limit(self, what: str, ours: float, unit: str, most: float) -> None:
        """A figure of our own."""
        self._line(f"| {what} | {ours:.0f} {unit} | | | < {most:.0f} {unit} |")
        if not ours < most:
            self.missed.append(f"{what}: {ours:.0f} {unit}")

    def _line(self, line: str) -> None:
        self.lines.append(line)
        print(line, flush=True)


def same(expected: float, found: float) -> None:
    if abs(expected - found) > 1e-12:
        raise AssertionError(f"results differ: {expected} and {found}")


def compared(expected: float, call: Callable[[], float]) -> None:
    same(expected, call())


def in_cpp(name: str, columns: list[Any], *arguments: str) -> tuple[float, float]:
    """The two numbers of a C++ program on the same columns, compiled with the package's flags."""
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder) / "times"
        source = Path(__file__).with_name(name)
        command = ["g++", "-std=c++20", "-O2", "-DNDEBUG", "-ffp-contract=off"]
        command += [f"-I{ROOT}/include", "-isystem", f"{ROOT}/build/deps/usr/include"]
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

    def in_numpy() -> float:
        return float((np.count_nonzero(scores >= 9) - np.count_nonzero(scores <= 6)) / len(scores))

    same(value, in_numpy())
    ours = fastest(lambda: cm.nps(scores), 5)
    bytes_in_cpp, wholes_in_cpp = in_cpp("column_times.cpp", [scores, small])
    table.add(
        f"NPS of {rows:,} bytes",
        ours,
        {
            "C++": (bytes_in_cpp, 1 / 1.1),
            "pandas": (fastest(in_pandas), 20),
            "Polars": (fastest(in_polars, 5), 20),
            "DuckDB": (fastest(in_duckdb), None),
            "NumPy": (fastest(in_numpy), None),
        },
    )
    table.add(
        f"NPS of {rows // 4:,} 64-bit numbers",
        fastest(lambda: cm.nps(small), 5),
        {"C++": (wholes_in_cpp, 1 / 1.1)},
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
            "pandas": (fastest(pandas_groups, 2), 5),
            "Polars": (fastest(polars_groups), 5),
            "DuckDB": (fastest(duckdb_groups), None),
        },
    )


def contacts(rows: int) -> pa.Table:
    """Contacts of customers with five each on average, in the order of time, over 90 days.

    Each is resolved before its customer's next one, so that what follows a resolution is the next
    row of the customer: the peers need no more than that.
    """
    rng = np.random.default_rng(11)
    customer, opened, resolved = (np.empty(rows, "i8") for _ in range(3))
    span, step = 90 * 86_400_000_000, 1 << 22
    for first in range(0, rows, step):
        part = slice(first, min(first + step, rows))
        n = part.stop - first
        opened[part] = np.sort(rng.integers(span * first // rows, span * part.stop // rows, n))
        customer[part] = rng.integers(0, rows // 5, n)
    opened += 1_735_689_600_000_000
    order = np.argsort(customer, kind="stable")
    last = np.iinfo("i8").max
    for first in range(0, rows, step):
        rest = order[first : first + step + 1]
        here, after = rest[:-1], rest[1:]
        next_of_customer = np.where(customer[here] == customer[after], opened[after], last)
        took = rng.integers(60_000_000, 3_600_000_000, len(here))
        resolved[here] = np.minimum(opened[here] + took, next_of_customer - 1)
    resolved[order[-1]] = opened[order[-1]] + 60_000_000
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
        return cm.repeat_contact(data, **roles, after="opened").value

    def fcr() -> Any:
        return cm.fcr(data, **roles, resolved="resolved").value

    database = duckdb.connect(config={"threads": 1})
    database.register("arrow", data)
    database.execute("create table t as select * from arrow")
    database.unregister("arrow")
    polars = pl.from_arrow(data)
    assert isinstance(polars, pl.DataFrame)
    days = pl.duration(days=7)

    # The difference of two counts of microseconds is faster than a time and an interval.
    def soon(begin: str, end: str) -> str:
        return f"epoch_us({end}) - epoch_us({begin}) <= 604800000000"

    def query(text: str) -> Callable[[], float]:
        return lambda: float(database.execute(text).fetchall()[0][0])

    duckdb_repeat = query(f"""
        select count(*) filter ({soon("before", "opened")}) / count(*) from (
          select opened, lag(opened) over (partition by customer order by opened) as before
          from t)""")
    duckdb_fcr = query(f"""
        select 1 - count(*) filter ({soon("resolved", "next")}) / count(*) from (
          select resolved, lead(opened) over (partition by customer order by opened) as next
          from t)""")
    duckdb_asof = query(f"""
        select count(*) filter ({soon("b.opened", "a.opened")}) / (select count(*) from t)
        from t as a asof join t as b on a.customer = b.customer and a.opened > b.opened""")
    duckdb_fcr_asof = query(f"""
        select 1 - count(*) filter ({soon("a.resolved", "b.opened")}) / (select count(*) from t)
        from t as a asof join t as b on a.customer = b.customer and a.resolved < b.opened""")

    # The rows are in the order of time already, so no window sorts them.
    def polars_repeat() -> float:
        before = pl.col("opened").shift(1).over("customer")
        hit = (pl.col("opened") - before) <= days
        return float(polars.select(hit.sum() / pl.len()).item())

    def polars_fcr() -> float:
        after = pl.col("opened").shift(-1).over("customer")
        hit = (after - pl.col("resolved")) <= days
        return float(polars.select(1 - hit.sum() / pl.len()).item())

    # Without a window function: sort, and compare with the row beside.
    def beside(by: int, hit: pl.Expr) -> pl.Expr:
        return ((pl.col("customer") == pl.col("customer").shift(by)) & hit).sum() / pl.len()

    def polars_repeat_sorted() -> float:
        hit = beside(1, (pl.col("opened") - pl.col("opened").shift(1)) <= days)
        rows = polars.lazy().select("customer", "opened").sort("customer", maintain_order=True)
        return float(rows.select(hit).collect().item())

    def polars_fcr_sorted() -> float:
        hit = beside(-1, (pl.col("opened").shift(-1) - pl.col("resolved")) <= days)
        return float(
            polars.lazy().sort("customer", maintain_order=True).select(1 - hit).collect().item()
        )

    repeat_peers = {
        "DuckDB, lag over": (duckdb_repeat, 5),
        "DuckDB, ASOF join": (duckdb_asof, 10),
        "Polars, shift over": (polars_repeat, 5),
        "Polars, sort and shift": (polars_repeat_sorted, None),
    }
    fcr_peers = {
        "DuckDB, lead over": (duckdb_fcr, 5),
        "DuckDB, ASOF join": (duckdb_fcr_asof, 10),
        "Polars, shift over": (polars_fcr, 5),
        "Polars, sort and shift": (polars_fcr_sorted, None),
    }
    columns = [data[name].to_numpy().view("i8") for name in ("customer", "opened", "resolved")]
    end = np.datetime64(until, "us").astype("i8")
    linked_in_cpp, value_in_cpp = in_cpp("link_times.cpp", columns, str(end))
    del columns
    same(fcr(), value_in_cpp)
    for what, ours, peers, more in (
        ("repeat contact", repeat, repeat_peers, {}),
        ("FCR", fcr, fcr_peers, {"C++, on rows": (linked_in_cpp, None)}),
    ):
        # A peer's first call is the one that is compared.
        value, first = ours(), {}
        for peer, (call, _) in peers.items():
            first[peer] = fastest(partial(compared, value, call), 1)
        own = fastest(ours, 5)
        timed = {
            peer: (min(first[peer], fastest(call, 1)), wanted)
            for peer, (call, wanted) in peers.items()
        }
        table.add(f"{what} of {rows:,} contacts", own, timed | more)


def bench_small(table: Table) -> None:
    def start(code: str) -> float:
        run = partial(subprocess.run, [sys.executable, "-c", code], check=True)
        return fastest(run, 7, time.perf_counter)

    bare = start("pass")
    table.limit("`import crmetrics`", start("import crmetrics") - bare, "ms", 150)
    state = cm.metrics.Nps()
    state.update_many([10, 9, 3])
    table.limit("a pickled NPS", len(pickle.dumps(state)), "bytes", 160)


def fill_in(page: Path, text: str) -> None:
    """Replaces what stands between the two marks of a page."""
    begin, end = "<!-- bench.py writes from here -->", "<!-- to here -->"
    old = page.read_text(encoding="utf-8")
    new, found = re.subn(
        f"{begin}.*{end}", lambda _: f"{begin}\n\n{text}\n\n{end}", old, flags=re.DOTALL
    )
    if found != 1:
        raise LookupError(f"{page}: no marks")
    page.write_text(new, encoding="utf-8")


def processor() -> str:
    """What the machine calls its processor."""
    try:
        found = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    except OSError:
        found = None
    return f"{found[1] if found else platform.machine()}, {os.cpu_count()} cores"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000_000)
    parser.add_argument("--contacts", type=int, default=100_000_000)
    parser.add_argument("--write", action="store_true", help="fill in docs/python-performance.md")
    options = parser.parse_args()
    table = Table()
    bench_small(table)
    bench_nps(options.rows, table)
    gc.collect()
    bench_contacts(options.contacts, table)
    versions = ", ".join(
        f"{module.__name__} {module.__version__}" for module in (np, pd, pl, duckdb, pa)
    )
    if options.write:
        fill_in(
            PAGE,
            f"Python {platform.python_version()}, {versions}; {processor()}.\n\n"
            "| what | crmetrics | peer | peer's time / ours | wanted |\n"
            "| --- | --- | --- | --- | --- |\n" + "\n".join(table.lines),
        )
    for line in table.missed:
        print(f"missed: {line}", file=sys.stderr)
    return 1 if table.missed else 0


if __name__ == "__main__":
    sys.exit(main())
