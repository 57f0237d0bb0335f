"""Scorecards from spec files: tables in, every agent's explained score out."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from . import _columns, _core, _times
from ._columns import TableLike
from ._files import write_whole
from ._times import InstantLike, PeriodLike
from .results import Difference

__all__ = ["BadSpec", "Evaluation", "PairDifference", "Scorecard", "check"]


class BadSpec(_core.BadInput):
    """A spec with errors; `diagnostics` has every problem of the file, warnings included."""

    diagnostics: list[dict[str, Any]]

    def __init__(self, source: str, diagnostics: list[dict[str, Any]]) -> None:
        errors = [d for d in diagnostics if d["severity"] == "error"]
        lines = [str(d["text"]) for d in errors]
        plural = "" if len(errors) == 1 else "s"
        super().__init__(f"{source}: {len(errors)} error{plural}\n  " + "\n  ".join(lines))
        self.diagnostics = diagnostics
        self.problems = [
            {"field": d["path"], "row": d["line"], "value": d["value"], "reason": d["message"]}
            for d in errors
        ]
        self.total = len(errors)


def _read_roles(text: str, source: str) -> dict[str, dict[str, Any]]:
    roles, diagnostics = _core.table_roles(text)
    if diagnostics:
        raise BadSpec(source, diagnostics)
    return roles


class Scorecard:
    """A scorecard as a spec file defines it, with all its dated versions.

    >>> from crmetrics.scorecard import Scorecard
    >>> card = Scorecard.from_text('''
    ... { "spec": "scorecard/1", "id": "desk",
    ...   "metrics": { "csat": { "use": "csat",
    ...                          "score": { "linear": { "floor": "50%", "target": "90%" } } } },
    ...   "versions": [ { "from": "2025-01-01", "groups": { "all": { "weight": 1,
    ...                                                     "of": { "csat": 1 } } } } ] }''',
    ...     tables={"surveys": {"owner": "agent", "values": {"csat": "rating"}}})
    >>> result = card.evaluate(
    ...     period="2025-Q1",
    ...     surveys={"agent": ["Ann", "Bo", "Ann", "Bo"], "rating": [5, 2, 4, 5]})
    >>> result.totals()
    {'Ann': 100.0, 'Bo': 0.0}
    """

    def __init__(
        self, spec: _core.Spec, tables: Mapping[str, Any] | str | None, source: str = "spec"
    ) -> None:
        if not spec.ok:
            raise BadSpec(source, spec.diagnostics)
        self._spec = spec
        text = tables if isinstance(tables, str) else json.dumps(dict(tables or {}))
        self._roles = _read_roles(text, "tables")

    @classmethod
    def from_text(cls, text: str, *, tables: Mapping[str, Any] | str | None = None) -> Scorecard:
        """A card from the text of a spec.

        Parameters
        ----------
        text
            JSON with comments; see docs/runtime/spec.md.
        tables
            Which column of which table plays which role, as JSON text or the like as a dict.

        Raises
        ------
        BadSpec
            With every problem of the text, its path, value and a hint.
        """
        return cls(_core.Spec(text), tables)

    @classmethod
    def from_json(
        cls,
        path: str | os.PathLike[str],
        *,
        tables: str | os.PathLike[str] | Mapping[str, Any] | None = None,
    ) -> Scorecard:
        """A card from a spec file, and the file that says which columns play which roles.

        Parameters
        ----------
        path
            The spec.
        tables
            The roles: a path or a dict; not given, `tables.json` beside the spec.
        """
        file = Path(path)
        if tables is None:
            beside = file.with_name("tables.json")
            tables = beside if beside.exists() else {}
        roles: Mapping[str, Any] | str = (
            tables if isinstance(tables, Mapping) else Path(tables).read_text(encoding="utf-8")
        )
        return cls(_core.Spec(file.read_text(encoding="utf-8")), roles, str(path))

    @property
    def id(self) -> str:
        """What the spec calls itself."""
        return self._spec.id

    @property
    def warnings(self) -> list[dict[str, Any]]:
        """What the spec is warned of."""
        return self._spec.diagnostics

    @property
    def versions(self) -> list[dict[str, Any]]:
        """Dated versions: from, to, note, approved."""
        return self._spec.versions

    @property
    def tables(self) -> dict[str, dict[str, Any]]:
        """Which column of which table plays which role."""
        return self._roles

    def diff(self, before: int, after: int) -> list[dict[str, str]]:
        """Where two versions (numbers in `versions`) differ: path, before, after."""
        return self._spec.diff(before, after)

    def to_text(self) -> str:
        """The spec as text; parsing it gives the same card."""
        return self._spec.to_text()

    def evaluate(
        self,
        tables: Mapping[str, TableLike] | None = None,
        *,
        period: PeriodLike,
        agents: TableLike | None = None,
        earlier_periods: int = 0,
        observed_until: InstantLike | None = None,
        title: str = "",
        level: float = 0.95,
        plan_below: float | None = None,
        threads: int = 1,
        **named_tables: TableLike,
    ) -> Evaluation:
        """Every agent's card in a period, by the version that is in force then.

        Parameters
        ----------
        tables, named_tables
            The observations by the names that the roles use: surveys=..., contacts=...
        period
            "2025-Q1", "2025-03", "2025", or a pair of instants (UTC).
        agents
            A table with `id` and, where there are such, `name`, `team` and `post`: who is listed.
            Without it, whoever owns a row in the period, as one team.
        earlier_periods
            How many periods of the same length before are scored as well, for the trend.
        observed_until
            The tables are complete up to then: contacts whose window ends later are pending, and
            so is what has not ended and may still be in time. Not given: for each table its latest
            time, of its contacts or of its time spans.
        title
            What the report is called; not given, the spec's id.
        level
            Of the intervals of metrics and of changes; grades use the level that the spec says.
        plan_below
            Components with fewer points in the period before are followed up in this one.
        threads
            Changes nothing but the time.

        Raises
        ------
        BadInput
            Naming table, column, row and value of everything that cannot be taken.
        """
        given = dict(tables or {}) | named_tables
        unknown = [name for name in given if name not in self._roles]
        if unknown:
            there = ", ".join(self._roles) or "none: give tables="
            raise KeyError(f"no roles for the tables {', '.join(unknown)}; there are {there}")
        start, end = _times.period(period)
        settings = _core.EvaluationSettings()
        settings.title = title
        settings.period_name = period if isinstance(period, str) and "/" not in period else ""
        settings.level = level
        settings.threads = threads
        settings.earlier_periods = earlier_periods
        settings.plan_below = plan_below
        if observed_until is not None:
            settings.observed_until = _times.microseconds(observed_until)
        inputs = [_input(name, table, self._roles[name]) for name, table in given.items()]
        listed = None if agents is None else _listed(agents)
        return Evaluation(_core.evaluate(self._spec, start, end, settings, listed, inputs))

    def __repr__(self) -> str:
        return f"<Scorecard {self.id!r}, {len(self.versions)} versions>"


def _input(name: str, table: TableLike, roles: Mapping[str, Any]) -> _core.TableInput:
    wanted = [roles["owner"], roles["time"], roles["cause"]]
    wanted += [column for _, column, _ in roles["values"]]
    wanted += [column for _, *both in roles["spans"] for column in both]
    contacts = roles["contacts"]
    if contacts:
        wanted += [contacts[role] for role in ("customer", "opened", "resolved", "issue")]
    try:
        found = _columns.columns(table, [column for column in wanted if column])
    except KeyError as error:
        raise KeyError(f"{name}: {error.args[0]}") from None
    return _core.TableInput(
        name,
        found[roles["owner"]],
        found.get(roles["time"]),
        found.get(roles["cause"]),
        [(metric, found[column], unit) for metric, column, unit in roles["values"]],
        [(metric, found[begin], found[end]) for metric, begin, end in roles["spans"]],
        None
        if not contacts
        else _core.LinkedInput(
            contacts["metrics"],
            contacts["within"],
            found[contacts["customer"]],
            found[contacts["opened"]],
            found[contacts["resolved"]],
            found.get(contacts["issue"]),
        ),
    )


def _names(table: TableLike) -> list[str]:
    names = getattr(table, "column_names", None)
    if names is None:
        names = list(table) if isinstance(table, Mapping) else getattr(table, "columns", ["id"])
    return [str(name) for name in names]


def _listed(agents: TableLike) -> list[tuple[str, str, str, str]]:
    there = _names(agents)
    if "id" not in there:
        raise KeyError(f"agents: no column 'id'; there are {', '.join(there)}")
    wanted = [name for name in ("id", "name", "team", "post") if name in there]
    columns = _columns.columns(agents, wanted)
    texts = {name: _core.texts(column) for name, column in columns.items()}
    nothing = [""] * columns["id"].rows
    return list(
        zip(*(texts.get(name, nothing) for name in ("id", "name", "team", "post")), strict=True)
    )


#: Columns of the table of an evaluation: text, whole or real numbers. Tied ranks can be 2.5.
_FORMATS = {
    "team": "u",
    "post": "u",
    "agent": "u",
    "name": "u",
    "rank": "g",
    "rank_first": "l",
    "rank_last": "l",
    "ranked": "l",
    "total": "g",
    "low": "g",
    "high": "g",
    "standard_error": "g",
    "grade": "u",
    "why_absent": "u",
    "weight_not_assessed": "g",
    "rules": "u",
}


def _real(x: float | None) -> float | None:
    """A number of the document, where 80.0 is written as 80."""
    return None if x is None else float(x)


class PairDifference(NamedTuple):
    """Points of the one agent less those of the other."""

    a: str
    b: str
    difference: Difference
    #: By Holm, over all pairs of the team that have a p-value.
    adjusted_p: float | None
    team: str

    def differs(self, alpha: float = 0.05) -> bool:
        """Whether they differ; at most alpha is the chance that any such claim is wrong."""
        return self.adjusted_p is not None and self.adjusted_p <= alpha


class Evaluation:
    """What an evaluation found: the document behind text, JSON and report.

    `document` has the schema crmetrics/evaluation/1 (docs/io/score-json.md).
    """

    def __init__(self, found: _core.Found) -> None:
        self._found = found
        self.document: dict[str, Any] = json.loads(found.json)

    @property
    def agents(self) -> dict[str, dict[str, Any]]:
        """Each agent's entry by id: view, perspectives, trend, plan."""
        return {agent["id"]: agent for unit in self.document["units"] for agent in unit["agents"]}

    def totals(self) -> dict[str, float | None]:
        """Points by agent; None where there is no total."""
        return {
            name: _real(agent["view"]["why"]["report"]["total"])
            for name, agent in self.agents.items()
        }

    def differences(self, *, level: float = 0.95) -> list[PairDifference]:
        """All pairs of each team, with p-values corrected for their number.

        Totals by one set of rules compare; those whose error is not known have a value alone.
        """
        out = []
        for unit in self.document["units"]:
            reports = {a["id"]: a["view"]["why"]["report"] for a in unit["agents"]}
            names = list(reports)
            known = [r["uncertainty"] for r in reports.values()]
            pairs = _core.total_differences(
                [_real(r["total"]) for r in reports.values()],
                [
                    None if u is None or u["without_error"] else _real(u["standard_error"])
                    for u in known
                ],
                level,
            )
            for i, j, difference, adjusted in pairs:
                pair = PairDifference(names[i], names[j], difference, adjusted, unit["name"])
                out.append(pair)
        return out

    def relevance(
        self,
        outcome: Mapping[str, float],
        *,
        name: str = "outcome",
        level: float = 0.95,
        overlap_above: float = 0.9,
        min_agents: int = 10,
    ) -> list[dict[str, Any]]:
        """Whether each component goes with an outcome that the card does not contain.

        One document crmetrics/relevance/1 a team (docs/io/score-json.md), with its `team` and
        `post`: state, correlations and variation of each component, and which two say the same.
        Association is no cause, and agents are few: docs/scorecard/relevance_review.md.

        Raises
        ------
        BadInput
            Naming each agent of `outcome` who is not in the evaluation, and each value that is no
            number.
        """
        outcomes = {str(agent): float(value) for agent, value in outcome.items()}
        found = self._found.relevance(outcomes, name, level, overlap_above, min_agents)
        return [
            {"team": unit["name"], "post": unit["post"]} | json.loads(document)
            for unit, document in zip(self.document["units"], found, strict=True)
        ]

    def evidence(self) -> dict[str, dict[str, dict[str, float]]]:
        """Which share of each agent's weight is measured, and which is judged by people.

        By agent: `declared`, by the card; and `used`, after redistribution, where `filled` is what
        a rule gave to components without a score.
        """
        kinds = ("measured", "rated", "outcome", "process", "unmarked", "filled")

        def shares(document: str) -> dict[str, float]:
            read = json.loads(document)
            return {kind: float(read[kind]) for kind in kinds}

        return {
            agent: {"declared": shares(declared), "used": shares(used)}
            for agent, declared, used in self._found.evidence()
        }

    def rows(self) -> list[dict[str, Any]]:
        """One row an agent: unit, rank, total with interval, grade."""
        out = []
        for unit in self.document["units"]:
            for agent in unit["agents"]:
                view = agent["view"]
                report = view["why"]["report"]
                uncertainty = report["uncertainty"] or {}
                interval = uncertainty.get("interval") or {}
                could_be = view["could_be"] or {}
                out.append(
                    {
                        "team": unit["name"],
                        "post": unit["post"],
                        "agent": agent["id"],
                        "name": agent["name"],
                        "rank": view["rank"],
                        "rank_first": could_be.get("first"),
                        "rank_last": could_be.get("last"),
                        "ranked": view["ranked"],
                        "total": _real(report["total"]),
                        "low": _real(interval.get("low")),
                        "high": _real(interval.get("high")),
                        "standard_error": _real(uncertainty.get("standard_error")),
                        "grade": report["band"],
                        "why_absent": report["why_absent"],
                        "weight_not_assessed": _real(report["weight_not_assessed"]),
                        "rules": unit["rules"],
                    }
                )
        return out

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        rows = self.rows()
        return _core.record_table(
            [(name, of, [row[name] for row in rows]) for name, of in _FORMATS.items()]
        )

    def to_json(self, path: str | os.PathLike[str] | None = None) -> str:
        """The document as text; with a path it is written there as well."""
        if path is not None:
            write_whole(path, f"{self._found.json}\n".encode())
        return self._found.json

    def to_html(self, path: str | os.PathLike[str], *, language: str = "en") -> None:
        """The report as one file that needs no network; needs `crmetrics[report]`."""
        from .report import write

        write(self.document, path, language=language)

    def __repr__(self) -> str:
        document = self.document
        lines = [f"{document['title']}, {document['period']['name']}"]
        for row in self.rows()[:40]:
            total = (
                "no total: " + str(row["why_absent"])
                if row["total"] is None
                else (f"{row['total']:.2f} points")
            )
            if row["low"] is not None:
                total += f" [{row['low']:.2f}, {row['high']:.2f}]"
            grade = f", grade {row['grade']}" if row["grade"] else ""
            could_be = f" ({row['rank_first']}-{row['rank_last']})" if row["rank_first"] else ""
            rank = "not ranked" if row["rank"] is None else f"rank {row['rank']}{could_be}"
            team = f"{row['team']}: " if row["team"] else ""
            lines.append(f"{team}{row['name']}: {rank} of {row['ranked']}, {total}{grade}")
        return "\n".join(lines)


def check(path: str | os.PathLike[str]) -> list[dict[str, Any]]:
    """Everything that is wrong with a spec file, errors and warnings, in one pass."""
    return _core.Spec(Path(path).read_text(encoding="utf-8")).diagnostics
