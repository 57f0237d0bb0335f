"""The command line: score tables by a spec, check a spec, compute one metric, try it all out."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import crmetrics

from . import Error, Grouped, GroupedMovements, __version__, functions
from ._columns import columns
from .scorecard import BadSpec, Evaluation, Scorecard, check

__all__ = ["main"]

#: Exit codes.
OK, REFUSED, USAGE, INTERRUPTED = 0, 1, 2, 130

_EPILOG = """\
Tables are CSV, Parquet or JSON files, or SQL ("select ... from 'calls.parquet'"), read by DuckDB in
this process. Exit codes: 0 done, 1 the input was refused, 2 wrong usage, 130 interrupted.
"""


class Refused(Exception):
    """Input that cannot be used; the text says why."""


# ---- reading -------------------------------------------------------------------------------------


class Reader:
    """Tables from files and SQL, by DuckDB in the process."""

    def __init__(self, database: str | None) -> None:
        try:
            import duckdb
        except ImportError:
            raise Refused("reading files needs DuckDB: pip install 'crmetrics[cli]'") from None
        self._error: type[Exception] = duckdb.Error
        try:
            self._connection = (
                duckdb.connect(database, read_only=True) if database else duckdb.connect()
            )
            self._connection.execute("set timezone = 'UTC'")
        except duckdb.Error as error:
            raise Refused(f"{database}: {error}") from None

    def table(self, source: str, columns: Sequence[str] | None = None) -> Any:
        """An Arrow stream of a file or a query."""
        query = source if " " in source.strip() and not Path(source).exists() else None
        if query is None:
            query = f"select * from {self._scan(source)}"
        if columns is not None:
            wanted = ", ".join('"' + name.replace('"', '""') + '"' for name in columns)
            query = f"select {wanted} from ({query})"
        try:
            relation = self._connection.sql(query)
            if relation is None:
                raise Refused(f"{source}: gives no rows: a query that selects is needed")
            # Text that nobody said to be a category comes as it is; enums as dictionaries.
            table = relation.to_arrow_table()
            if table.num_rows:
                return table
            # A file without rows says nothing of its types: DuckDB calls them text.
            import pyarrow as pa

            return pa.table({name: pa.nulls(0) for name in table.column_names})
        except self._error as error:
            raise Refused(f"{source}: {error}") from None

    def _scan(self, source: str) -> str:
        path = Path(source)
        name = "'" + source.replace("'", "''") + "'"
        kind = path.suffixes[0].lower() if path.suffixes else ""
        if not path.exists() and "*" not in source and "://" not in source:
            quoted = '"' + source.replace('"', '""') + '"'
            tables = [row[0] for row in self._connection.execute("show tables").fetchall()]
            if source in tables:
                return quoted
            raise Refused(f"{source}: no such file")
        if kind in (".csv", ".tsv", ".txt"):
            return f"read_csv({name})"
        if kind in (".parquet", ".pq"):
            return f"read_parquet({name})"
        if kind in (".json", ".ndjson", ".jsonl"):
            return f"read_json({name})"
        raise Refused(f"{source}: CSV, Parquet or JSON is read, by the ending of the name")


@contextmanager
def _progress(quiet: bool) -> Iterator[Callable[[str], None]]:
    """Shows what is going on while it goes on, where somebody looks."""
    if quiet or not sys.stderr.isatty():
        yield lambda _: None
        return
    try:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
    except ImportError:
        yield lambda text: print(text, file=sys.stderr)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda text: bar.update(task, description=text, refresh=True)


# ---- score ---------------------------------------------------------------------------------------


def _tables_of(rest: Sequence[str]) -> dict[str, str]:
    tables = {}
    words = iter(rest)
    for word in words:
        if not word.startswith("--"):
            raise Refused(f"{word}: tables are given as --NAME FILE")
        name, _, value = word[2:].partition("=")
        value = value or next(words, "")
        if not value or value.startswith("--"):
            raise Refused(f"--{name}: needs a file or a query")
        tables[name] = value
    return tables


def _score(options: argparse.Namespace, rest: Sequence[str]) -> int:
    sources = _tables_of(rest)
    card = Scorecard.from_json(options.spec, tables=options.tables)
    unknown = [name for name in sources if name not in card.tables]
    if unknown:
        raise Refused(
            f"--{unknown[0]}: the roles know no such table; there are {', '.join(card.tables)}"
        )
    if not sources:
        needed = " ".join(f"--{name} FILE" for name in card.tables)
        raise Refused(f"no tables; give {needed}")
    reader = Reader(options.database)
    with _progress(options.quiet) as doing:
        tables = {}
        for name, source in sources.items():
            doing(f"reading {name}")
            tables[name] = reader.table(source)
        agents = None if options.agents is None else reader.table(options.agents)
        doing("scoring")
        result = card.evaluate(
            tables,
            period=options.period or _period_of(tables, card),
            agents=agents,
            earlier_periods=options.earlier,
            observed_until=options.observed_until,
            plan_below=options.plan_below,
            level=options.confidence,
            threads=options.threads,
        )
        if options.json is not None:
            doing("writing JSON")
            if options.json == "-":
                print(result.to_json())
            else:
                result.to_json(options.json)
        if options.html is not None:
            doing("drawing the report")
            result.to_html(options.html, language=options.language)
    if options.json != "-":
        print(result)
        _print_diagnostics(result)
    for path in (options.json, options.html):
        if path not in (None, "-"):
            print(f"written: {path}", file=sys.stderr)
    return OK


def _period_of(tables: dict[str, Any], card: Scorecard) -> str:
    """The calendar quarter of the last row, where no period is named."""
    import pyarrow.compute as pc

    last = None
    for name, table in tables.items():
        column = card.tables[name]["time"]
        if column and column in table.column_names:
            newest = pc.max(table[column]).as_py()
            if newest is not None and (last is None or str(newest) > str(last)):
                last = newest
    if last is None:
        raise Refused("no table has times: name the period, as --period 2025-Q1")
    return f"{last.year}-Q{(last.month + 2) // 3}"


def _print_diagnostics(result: Evaluation) -> None:
    for quality in result.document["quality"]:
        lost = {
            what: quality[key]
            for key, what in (
                ("without_owner", "without an owner"),
                ("unknown_owner", "of an owner who is not listed"),
                ("without_time", "without a time"),
            )
            if quality.get(key)
        }
        if lost:
            print(
                f"{quality['table']}: "
                + ", ".join(f"{count} rows {what}" for what, count in lost.items()),
                file=sys.stderr,
            )
    for diagnostic in result.document["diagnostics"]:
        value = f"{diagnostic['value']}: " if diagnostic["value"] else ""
        hint = f"; {diagnostic['hint']}" if diagnostic["hint"] else ""
        print(
            f"{diagnostic['code']} {diagnostic['path']}: {value}{diagnostic['message']}{hint}",
            file=sys.stderr,
        )


# ---- check ---------------------------------------------------------------------------------------


def _check(options: argparse.Namespace) -> int:
    diagnostics = check(options.spec)
    if options.json:
        print(json.dumps(diagnostics, indent=2, ensure_ascii=False))
    else:
        for diagnostic in diagnostics:
            print(diagnostic["text"])
    errors = sum(d["severity"] == "error" for d in diagnostics)
    if not options.json:
        warnings = len(diagnostics) - errors
        print(f"{options.spec}: {errors} errors, {warnings} warnings")
    return REFUSED if errors else OK


# ---- one metric ----------------------------------------------------------------------------------

#: Metrics of columns: what their columns are called on the command line.
_COLUMNS: dict[str, tuple[str, ...]] = {
    name: getattr(functions, name)._columns for name in functions.METRICS
}


class _Roles:
    """The columns of a metric that reads a table by roles."""

    def __init__(self, *needed: str, optional: tuple[str, ...] = ()) -> None:
        self.needed = needed
        self.optional = optional


_CONTACTS = _Roles("customer", "opened", optional=("resolved", "issue", "failed"))
_LEDGER = _Roles("customer", "at", "level")
_PURCHASES = _Roles("customer", "at", "amount")
_TABLES: dict[str, _Roles] = {
    "fcr": _CONTACTS,
    "fcr_kaplan_meier": _CONTACTS,
    "repeat_contact": _CONTACTS,
    "repeat_customers": _CONTACTS,
    "churn": _LEDGER,
    "retention": _LEDGER,
    "gross_revenue_churn": _LEDGER,
    "net_revenue_churn": _LEDGER,
    "gross_revenue_retention": _LEDGER,
    "net_revenue_retention": _LEDGER,
    "quick_ratio": _LEDGER,
    "revenue_movements": _LEDGER,
    "historical_clv": _PURCHASES,
}


def _metric(options: argparse.Namespace) -> int:
    reader = Reader(options.database)
    roles: dict[str, str] = {
        role: value for role in options._roles if (value := getattr(options, role)) is not None
    }
    by = options.by.split(",") if options.by else []
    weights = [options.weights] if getattr(options, "weights", None) else []
    names = list(dict.fromkeys([*roles.values(), *by, *weights]))
    with _progress(options.quiet) as doing:
        doing(f"reading {options.file}")
        table = reader.table(options.file, names)
        found = columns(table, names)
        doing(options.metric)
        settings = _settings(options.set)
        confidence = "confidence" if _TABLES.get(options.metric) is _LEDGER else "level"
        settings[confidence] = options.confidence  # of a ledger, level is a role
        if confidence == "confidence":
            settings["window"] = options.window
        if by:
            settings["by"] = {name: found[name] for name in by}
        function = getattr(crmetrics, options.metric)
        if options.metric in _TABLES:
            result = function(table, **roles, **settings)
        else:
            if weights:
                settings["weights"] = found[options.weights]
            values = [found[roles[role]] for role in options._roles if role in roles]
            result = function(*values, **settings)
    _print_result(result, options)
    return OK


def _settings(pairs: Sequence[str]) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for pair in pairs:
        name, separator, value = pair.partition("=")
        if not separator:
            raise Refused(f"--set {pair}: write it as name=value")
        try:
            out[name] = json.loads(value)
        except json.JSONDecodeError:
            out[name] = value
    return out


def _print_result(result: Any, options: argparse.Namespace) -> None:
    if options.json:
        plain = result.to_dict()
        if isinstance(result, (Grouped, GroupedMovements)):
            plain = {
                "total": result.total.to_dict(),
                "groups": [
                    {
                        "key": [str(k) for k in key] if isinstance(key, tuple) else str(key),
                        **estimate.to_dict(),
                    }
                    for key, estimate in result.items()
                ],
            }
        print(json.dumps(plain, indent=2, ensure_ascii=False))
    elif options.csv:
        import pyarrow as pa
        from pyarrow import csv

        csv.write_csv(pa.table(result), sys.stdout.buffer)
    else:
        if isinstance(result, (Grouped, GroupedMovements)):
            for key, estimate in result.items():
                print(f"{', '.join(map(str, key)) if isinstance(key, tuple) else key}: {estimate}")
            if result.without_key is not None:
                print(f"without a key: {result.without_key}")
            print(f"total: {result.total}")
        else:
            print(result)


# ---- demo ----------------------------------------------------------------------------------------


def _demo(options: argparse.Namespace) -> int:
    from .demo import run

    run(Path(options.folder), html=not options.no_html, language=options.language)
    return OK


# ---- the whole -----------------------------------------------------------------------------------


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="crmetrics",
        description="Customer-relationship metrics and scorecards that carry their uncertainty.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"crmetrics {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    score = commands.add_parser(
        "score",
        help="score tables by a spec",
        usage="crmetrics score SPEC --NAME FILE [--NAME FILE ...] [options]",
        description="Scores tables by a spec: each --NAME FILE is a table that the roles know.",
        allow_abbrev=False,
    )
    score.add_argument("spec", metavar="SPEC", help="the scorecard, JSON")
    score.add_argument("--tables", metavar="FILE", help="roles of columns; tables.json beside SPEC")
    score.add_argument("--agents", metavar="FILE", help="who is listed: id, name, team, post")
    score.add_argument("--period", help="2025-Q1, 2025-03, 2025 or FROM/TO; the last quarter")
    score.add_argument("--earlier", type=int, default=0, metavar="N", help="periods of the trend")
    score.add_argument(
        "--observed-until", metavar="TIME", help="the tables are complete up to then"
    )
    score.add_argument(
        "--plan-below",
        type=float,
        metavar="POINTS",
        help="follow up what had fewer points in the period before",
    )
    score.add_argument("--html", metavar="FILE", help="write the report")
    score.add_argument("--json", metavar="FILE", help="write the document; - prints it")
    score.add_argument("--language", choices=("en", "zh"), default="en")
    score.add_argument("--confidence", type=float, default=0.95)
    score.add_argument("--threads", type=int, default=1)
    score.add_argument("--database", metavar="FILE", help="a DuckDB file to query")
    score.add_argument("--quiet", action="store_true")

    checking = commands.add_parser("check", help="everything that is wrong with a spec")
    checking.add_argument("spec", metavar="SPEC")
    checking.add_argument("--json", action="store_true")

    demo = commands.add_parser("demo", help="a service desk's quarter, from generated data")
    demo.add_argument("folder", nargs="?", default="crmetrics-demo", metavar="FOLDER")
    demo.add_argument("--no-html", action="store_true")
    demo.add_argument("--language", choices=("en", "zh"), default="en")

    for name in (*_COLUMNS, *_TABLES):
        doc = getattr(crmetrics, name).__doc__ or name
        one = commands.add_parser(name, help=doc.strip().splitlines()[0].replace("%", "%%"))
        one.add_argument("file", metavar="FILE", help="CSV, Parquet, JSON, or SQL")
        roles = _TABLES.get(name) or _Roles(*_COLUMNS[name])
        if name == "given":
            roles = _Roles("value", "n", optional=("standard_error",))
        for role in (*roles.needed, *roles.optional):
            flags = [f"--{role.replace('_', '-')}"]
            if name in _COLUMNS and len(roles.needed) == 1:
                flags.append("--column")
            one.add_argument(*flags, dest=role, required=role in roles.needed, metavar="COLUMN")
        one.add_argument("--by", metavar="COLUMN[,COLUMN]", help="one result for each group")
        if name in _COLUMNS:
            one.add_argument("--weights", metavar="COLUMN")
        one.add_argument(
            "--set",
            action="append",
            default=[],
            metavar="NAME=VALUE",
            help="a setting of the metric, as limit=30s; may be given again",
        )
        one.add_argument("--confidence", type=float, default=0.95)
        if roles is _LEDGER:
            one.add_argument("--window", required=True, help="2025, 2025-Q1, 2025-03, from/to")
        one.add_argument("--json", action="store_true", help="print JSON")
        one.add_argument("--csv", action="store_true", help="print CSV")
        one.add_argument("--database", metavar="FILE", help="a DuckDB file to query")
        one.add_argument("--quiet", action="store_true")
        one.set_defaults(metric=name, _roles=(*roles.needed, *roles.optional))
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command line; returns the exit code."""
    parser = _parser()
    options, rest = parser.parse_known_args(arguments)
    if rest and options.command != "score":
        parser.error(f"unknown: {' '.join(rest)}")
    try:
        if options.command == "score":
            return _score(options, rest)
        if options.command == "check":
            return _check(options)
        if options.command == "demo":
            return _demo(options)
        return _metric(options)
    except BadSpec as error:
        print(error, file=sys.stderr)
        return REFUSED
    except BrokenPipeError:  # whoever reads has enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK
    except (Error, Refused, TypeError, ValueError, KeyError, OSError) as error:
        text = error.args[0] if isinstance(error, KeyError) and error.args else error
        print(f"crmetrics: {text}", file=sys.stderr)
        return REFUSED
    except KeyboardInterrupt:
        print("crmetrics: interrupted", file=sys.stderr)
        return INTERRUPTED
