"""The report: one HTML file made of an evaluation, for managers, agents, phones and paper.

>>> from crmetrics.report import write
>>> write(evaluation, "report.html")                     # doctest: +SKIP
>>> write(evaluation, "ann.html", agent="ann")           # doctest: +SKIP

The file loads nothing: charts are SVG, styles and the small script are in it, and its security
policy forbids everything else. Every number is one of the evaluation, rounded once, and carries
its full value in `data-value`.

Needs Jinja2, Altair and vl-convert: `pip install crmetrics[report]`.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from .._files import write_whole
from ._book import SCHEMA, Book, printed_of, printed_sum, walk_charts
from ._marks import grade_lines, interval_mark, probability_mark, total_mark
from ._shown import LANGUAGES, Shown, labels_of, zone_of

__all__ = ["LANGUAGES", "SCHEMA", "render", "write"]


def _document(evaluation: Mapping[str, Any] | str) -> Mapping[str, Any]:
    doc = json.loads(evaluation) if isinstance(evaluation, str) else evaluation
    schema = doc.get("schema") if isinstance(doc, Mapping) else None
    if schema != SCHEMA:
        raise ValueError(f"evaluation: schema: {schema!r}: expected {SCHEMA!r}")
    return doc


def _asset(name: str) -> str:
    return (files(__package__) / "templates" / name).read_text(encoding="utf-8")


def _largest(parts: list[Mapping[str, Any]], n: int) -> list[Mapping[str, Any]]:
    """The n that changed most."""
    moved = [p for p in parts if p["points"] != 0]
    return sorted(moved, key=lambda p: -abs(p["points"]))[:n]


def render(
    evaluation: Mapping[str, Any] | str, *, language: str = "en", agent: str | None = None
) -> str:
    """The report as HTML.

    Args:
        evaluation: the document (schema `crmetrics/evaluation/1`), or its JSON text.
        language: of the labels, `"en"` or `"zh"`. Names and definitions stay as they are.
        agent: the id of one agent: the report is then that agent's page with the definitions, and
            has nothing of anybody else but how many were ranked.

    Raises:
        ValueError: another schema, another language, or nobody of that id.

    """
    import jinja2

    from .charts import Drawing

    doc = _document(evaluation)
    labels = labels_of(language)
    book = Book(doc)
    shown = Shown(labels, zone_of(book.timezone))
    if agent is not None:
        book.choose(agent)
    walk_charts(book, Drawing(labels, shown).of_unit)

    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("crmetrics.report"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,  # a field that is missing is an error, not a blank
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["largest"] = _largest
    script = _asset("report.js")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    title = f"{doc['title']}, {doc['period']['name']}"
    if book.alone is not None:
        title = f"{book.alone.name}: {title}"
    environment.globals.update(
        doc=doc,
        book=book,
        L=labels,
        s=shown,
        title=title,
        style=_style(labels),
        script=_trusted(script),
        script_hash=f"sha256-{digest}",
        grade_lines=grade_lines,
        interval_mark=interval_mark,
        probability_mark=probability_mark,
        total_mark=total_mark,
        printed_of=printed_of,
        printed_sum=printed_sum,
    )
    return _slim(environment.get_template("report.html.j2").render())


def _slim(html: str) -> str:
    """The same page in fewer bytes: a fifth less where there are many agents.

    Quotation marks in texts are escaped, so what looks like an attribute is one.
    """
    head, main, rest = html.partition("<main")
    # <td><span data-value="1">1</span> is <td data-value="1">1, where nothing else is in the cell
    number = r'><span( data-value="[^"]*")>([^<]*)</span>'
    rest = re.sub(rf"(<td[^>]*){number}(?=\s*</?t)", r"\1\2>\3", rest)
    rest = re.sub(rf"(<b[^>]*){number}(?=</b>)", r"\1\2>\3", rest)
    rest = re.sub(r'(?<=[a-z])="([\w.,+-]+)"(?=[ >])', r"=\1", rest)
    return head + main + re.sub(r"\n\n+|\n(?=<)", "\n", rest).replace(">\n<", "><")


def _style(labels: Mapping[str, Any]) -> Any:
    """The style sheet, with the column names that rows show on a narrow screen."""
    names = "".join(
        f"--l-{key.replace('_', '-')}:{json.dumps(labels[key], ensure_ascii=False)};"
        for key in ("points_of_100", "weight_used", "contribution", "not_assessed", "target",
                    "expected_rank", "before", "now", "change", "goal", "outcome")
    )  # fmt: skip
    return _trusted(f":root{{{names}}}\n{_asset('report.css')}")


def _trusted(text: str) -> Any:
    from markupsafe import Markup

    return Markup(text)


def write(
    evaluation: Mapping[str, Any] | str,
    path: str | os.PathLike[str],
    *,
    language: str = "en",
    agent: str | None = None,
) -> Path:
    """Writes the report; see `render`. The file is there whole or, if anything fails, as before."""
    # A lone surrogate, which JSON can spell, has no UTF-8.
    data = render(evaluation, language=language, agent=agent).encode("utf-8", "replace")
    return write_whole(path, data)
