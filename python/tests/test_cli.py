"""The command line: what it prints, what it writes, how it ends."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import polars as pl
import pytest

import crmetrics as cm
from crmetrics import _core
from crmetrics.cli import main

FILES = Path(__file__).resolve().parents[2] / "examples" / "score_csv"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("desk")
    _core.write_workload(str(folder), 20250101)
    return folder


def test_a_metric_of_a_file(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["nps", str(data / "surveys.csv"), "--column", "nps"]) == 0
    scores = pl.read_csv(data / "surveys.csv")["nps"]
    assert capsys.readouterr().out.strip() == str(cm.nps(scores))


def test_a_metric_by_group_as_json_and_csv(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["csat", str(data / "surveys.csv"), "--column", "csat", "--by", "agent"]
    frame = pl.read_csv(data / "surveys.csv")
    expected = cm.csat(frame["csat"], by=frame["agent"])
    assert main([*arguments, "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert [group["value"] for group in document["groups"]] == [e.value for e in expected.values()]
    assert document["total"]["n"] == expected.total.n
    assert main([*arguments, "--csv"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith('"agent","value","low","high"')
    assert len(lines) == len(expected) + 1


def test_a_file_with_a_header_and_no_rows_has_no_data(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def header_of(name: str) -> str:
        path = tmp_path / f"{name}.csv"
        path.write_text((data / f"{name}.csv").read_text().splitlines()[0] + "\n")
        return str(path)

    surveys, contacts = header_of("surveys"), header_of("contacts")
    assert main(["nps", surveys, "--column", "nps", "--by", "agent"]) == 0
    assert capsys.readouterr().out == f"total: {cm.nps([])}\n"
    roles = ["--customer", "customer", "--opened", "opened", "--resolved", "resolved"]
    assert main(["fcr", contacts, *roles]) == 0
    assert capsys.readouterr().out.startswith("FCR no data (n = 0")
    assert main(["nps", surveys, "--column", "npss"]) == 1
    assert "npss" in capsys.readouterr().err

    # A quarter without surveys: what they feed is missing, and all else as before.
    score = ["score", str(FILES / "card.json"), "--period", "2025-Q1", "--json", "-"]
    others = [x for t in ("contacts", "checks") for x in (f"--{t}", str(data / f"{t}.csv"))]
    assert main([*score, *others]) == 0
    without = json.loads(capsys.readouterr().out)
    assert main([*score, *others, "--surveys", surveys]) == 0
    empty = json.loads(capsys.readouterr().out)
    for document in (without, empty):
        del document["quality"]
        del document["diagnostics"]
    assert empty["units"] == without["units"]


def test_sql_parquet_json_and_a_database(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = f"read_csv('{data}/surveys.csv')"
    duckdb.sql(f"copy (from {source}) to '{tmp_path}/s.parquet'")
    duckdb.sql(f"copy (from {source}) to '{tmp_path}/s.ndjson'")
    with duckdb.connect(str(tmp_path / "desk.duckdb")) as database:
        database.execute(f"create table surveys as from {source}")
    printed = set()
    for arguments in (
        [str(tmp_path / "s.parquet")],
        [str(tmp_path / "s.ndjson")],
        [f"select nps from {source}"],
        ["surveys", "--database", str(tmp_path / "desk.duckdb")],
    ):
        assert main(["nps", *arguments, "--column", "nps"]) == 0
        printed.add(capsys.readouterr().out)
    assert len(printed) == 1


def test_settings(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    query = f"select resolved - opened as took from read_csv('{data}/contacts.csv')"
    seconds = f"select epoch(took) as took from ({query})"
    assert main(["share_within", seconds, "--column", "took", "--set", "limit=24h"]) == 0
    assert "within 86400 s" in capsys.readouterr().out


def test_metrics_of_contacts(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = str(data / "contacts.csv")
    roles = ["--customer", "customer", "--opened", "opened", "--resolved", "resolved"]
    assert main(["fcr", file, *roles, "--issue", "topic", "--set", "window=30d"]) == 0
    frame = pl.read_csv(file, try_parse_dates=True)
    names = {"customer": "customer", "opened": "opened", "resolved": "resolved"}
    expected = cm.fcr(frame, **names, issue="topic", window="30d")
    assert expected.n > 1_000
    assert capsys.readouterr().out.strip() == str(expected)
    assert main(["repeat_contact", file, *roles[:4], "--by", "agent", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    by_agent = cm.repeat_contact(frame, customer="customer", opened="opened", by="agent")
    assert document["total"]["n"] == by_agent.total.n
    assert [group["value"] for group in document["groups"]] == [e.value for e in by_agent.values()]


def test_metrics_of_ledgers_and_purchases(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ledger = tmp_path / "ledger.csv"
    ledger.write_text(
        "account,day,mrr,plan\na,2025-01-05,100,x\nb,2025-01-07,50,y\nb,2025-02-11,0,y\n"
    )
    roles = ["--customer", "account", "--at", "day", "--level", "mrr", "--window", "2025-02"]
    assert main(["churn", str(ledger), *roles, "--confidence", "0.9"]) == 0
    assert capsys.readouterr().out.startswith("churn 50.0 % [12.1, 87.9] (90 % Wilson, n = 2;")
    assert main(["revenue_movements", str(ledger), *roles, "--by", "plan"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(":")[0] for line in lines] == ["x", "y", "total"]
    assert main(["revenue_movements", str(ledger), *roles, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["churn"] == 50
    assert main(["revenue_movements", str(ledger), *roles, "--csv"]) == 0
    assert capsys.readouterr().out.startswith('"start","start_count"')
    roles = ["--customer", "account", "--at", "day", "--amount", "mrr"]
    assert main(["historical_clv", str(ledger), *roles]) == 0
    assert capsys.readouterr().out.startswith("historical CLV 75.00")
    periods = f"select mrr as margin, mrr > 0 as kept from '{ledger}'"
    columns = ["--margin", "margin", "--retained", "kept", "--set", "discount=10% a year"]
    assert main(["clv", periods, *columns]) == 0
    assert capsys.readouterr().out.startswith("CLV ")


def test_score_writes_json(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out.json"
    tables = [
        word
        for name in ("surveys", "contacts", "reviews", "renewals", "checks")
        for word in (f"--{name}", str(data / f"{name}.csv"))
    ]
    code = main(
        [
            "score",
            str(FILES / "card.json"),
            *tables,
            "--agents",
            str(data / "agents.csv"),
            "--period",
            "2025-Q1",
            "--json",
            str(out),
            "--quiet",
        ]
    )
    printed = capsys.readouterr()
    assert code == 0
    assert "Key accounts: Ben: rank 1" in printed.out
    document = json.loads(out.read_text())
    assert document["schema"] == "crmetrics/evaluation/1"
    assert document["period"]["name"] == "2025-Q1"
    assert "W07" in printed.err


def test_check_ends_with_1_where_there_are_errors(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", str(FILES / "card.json")]) == 0
    assert "0 errors, 1 warnings" in capsys.readouterr().out
    bad = tmp_path / "bad.json"
    bad.write_text((FILES / "card.json").read_text().replace('"use": "nps"', '"use": "npss"'))
    assert main(["check", str(bad)]) == 1
    printed = capsys.readouterr().out
    assert "E02 metrics.nps.use" in printed
    assert "nps" in printed
    assert main(["check", str(bad), "--json"]) == 1
    assert any(d["severity"] == "error" for d in json.loads(capsys.readouterr().out))


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["nps", "nowhere.csv", "--column", "x"], "nowhere.csv: no such file"),
        (["score", str(FILES / "card.json"), "--survey", "x.csv"], "there are checks"),
        (["score", str(FILES / "card.json")], "no tables; give --checks FILE"),
        (["score", "nowhere.json", "--surveys", "x.csv"], "nowhere.json"),
    ],
)
def test_refusals_say_why(
    arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 1
    assert told in capsys.readouterr().err


def test_bad_rows_are_named(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["csat", str(data / "surveys.csv"), "--column", "nps"]) == 1
    assert 'row 1: nps: value "8"' in capsys.readouterr().err


def test_wrong_usage_ends_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["nps"])
    assert ended.value.code == 2
    capsys.readouterr()


def test_demo(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", str(tmp_path / "demo"), "--no-html"]) == 0
    assert "Key accounts: Ben: rank 1" in capsys.readouterr().out
    names = {path.name for path in (tmp_path / "demo").iterdir()}
    assert names == {"data", "card.json", "tables.json", "evaluation.json"}


# ---- long runs -----------------------------------------------------------------------------------


def score_arguments(data: Path, out: Path) -> list[str]:
    tables = ("surveys", "contacts", "reviews", "renewals", "checks", "agents")
    given = [word for name in tables for word in (f"--{name}", str(data / f"{name}.csv"))]
    files = ["--html", str(out / "report.html"), "--json", str(out / "out.json")]
    return ["score", str(FILES / "card.json"), *given, "--period", "2025-Q1", *files]


def started(arguments: list[str], stderr: int = subprocess.DEVNULL) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "crmetrics", *arguments]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=stderr)


def test_killing_a_run_half_way_leaves_no_half_written_report(data: Path, tmp_path: Path) -> None:
    arguments = score_arguments(data, tmp_path)
    assert started(arguments).wait(timeout=120) == 0
    names = ("report.html", "out.json")
    whole = {name: (tmp_path / name).read_bytes() for name in names}
    assert whole["report.html"].endswith(b"</html>")
    caught = 0
    for attempt in range(12):
        for name in names:
            (tmp_path / name).write_text("the old one")
        run = started(arguments)
        end = time.monotonic() + (0.2 * attempt if attempt % 2 else 120)
        # Half of the runs are killed in the middle of writing, the others at some time.
        while run.poll() is None and time.monotonic() < end:
            if any(path.name.startswith(".report.html.") for path in tmp_path.iterdir()):
                break
        run.send_signal(signal.SIGKILL)
        run.wait()
        for name in names:
            assert (tmp_path / name).read_bytes() in (b"the old one", whole[name])
        parts = [path for path in tmp_path.iterdir() if path.name.endswith(".part")]
        caught += any(path.name.startswith(".report.html.") for path in parts)
        for path in parts:
            path.unlink()
        if caught and attempt > 3:
            return
    assert caught, "no run was killed while it wrote"


def test_a_run_shows_how_far_it_is_and_can_be_interrupted(data: Path, tmp_path: Path) -> None:
    terminal, end = pty.openpty()
    run = started(score_arguments(data, tmp_path), end)
    os.close(end)
    shown = b""
    while b"drawing the report" not in shown:
        shown += os.read(terminal, 1000)
    run.send_signal(signal.SIGINT)
    assert run.wait(timeout=120) == 130
    shown += os.read(terminal, 10_000)
    for said in (b"reading surveys", b"scoring", b"interrupted"):
        assert said in shown
    os.close(terminal)
    assert not (tmp_path / "report.html").exists()
    assert not [path for path in tmp_path.iterdir() if path.name.endswith(".part")]
