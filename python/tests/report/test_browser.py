"""The report in a browser: quiet, closed to the outside, reachable by keyboard, readable."""

from __future__ import annotations

import itertools
import json
import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

pytest.importorskip("altair", reason="the report needs Altair")
pytest.importorskip("vl_convert", reason="the report needs vl-convert")
pytest.importorskip("jinja2", reason="the report needs Jinja2")

from documents import HOSTILE_NAMES, make_evaluation

import crmetrics.report as report

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

Json = dict[str, Any]
DESK = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where reports and screenshots go: CRMETRICS_SCREENSHOTS, to be looked at, or a temporary."""
    named = os.environ.get("CRMETRICS_SCREENSHOTS")
    if named is None:
        return tmp_path_factory.mktemp("report")
    Path(named).mkdir(parents=True, exist_ok=True)
    return Path(named).resolve()


@pytest.fixture(scope="module")
def doc() -> Json:
    return make_evaluation(24, 2, seed=7, names=HOSTILE_NAMES[:3])


@pytest.fixture(scope="module")
def file(folder: Path, doc: Json) -> Path:
    return report.write(doc, folder / "report.html")


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens a file without a network. Fails at the end if anything was said or asked for."""
    contexts = []
    problems: list[str] = []

    def go(file: Path, anchor: str = "", **settings: Any) -> Page:
        context = browser.new_context(**({"viewport": DESK, "offline": True} | settings))
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda m: problems.append(f"console: {m.text}"))
        page.on("pageerror", lambda e: problems.append(f"error: {e}"))
        page.on("dialog", lambda d: problems.append(f"dialog: {d.message}"))
        url = file.as_uri()

        def asked(request: Any) -> None:
            if request.url.split("#")[0] != url and not request.url.startswith("data:"):
                problems.append(f"request: {request.url}")

        page.on("request", asked)
        page.goto(url + anchor)
        return page

    yield go
    for context in contexts:
        context.close()
    assert problems == []


def anchors(doc: Json) -> list[str]:
    return [
        f"a{u}-{i}"
        for u, unit in enumerate(doc["units"], 1)
        for i, _ in enumerate(unit["agents"], 1)
    ]


def shown_pages(page: Page) -> list[str]:
    found: list[str] = page.evaluate(
        "[...document.querySelectorAll('.page')].filter(p => p.checkVisibility()).map(p => p.id)"
    )
    return found


def go_to(page: Page, anchor: str) -> None:
    page.evaluate("a => { location.hash = a }", anchor)
    page.wait_for_function("a => document.getElementById(a)?.checkVisibility()", arg=anchor)


# Reaching -------------------------------------------------------------------------------------


def test_one_page_at_a_time(open_page: Callable[..., Page], file: Path, doc: Json) -> None:
    page = open_page(file)
    assert shown_pages(page) == ["overview"]
    for anchor in ["u1", "a1-1", "a2-12", "definitions", "d3", "u2", "overview"]:
        go_to(page, anchor)
        assert shown_pages(page) == ["definitions" if anchor == "d3" else anchor]
    page = open_page(file, "#a2-3")
    assert shown_pages(page) == ["a2-3"]
    assert open_page(file, "#nobody").title() == f"{doc['title']}, {doc['period']['name']}"


def test_every_agent_is_reached_by_keyboard(
    open_page: Callable[..., Page], file: Path, doc: Json
) -> None:
    page = open_page(file)
    names = {
        f"a{u}-{i}": next(a["name"] for a in unit["agents"] if a["id"] == place["who"])
        for u, unit in enumerate(doc["units"], 1)
        for i, place in enumerate(unit["view"]["ranking"], 1)
    }
    seen: dict[str, str] = {}
    page.locator("#overview-rk-f").focus()
    for _ in range(len(names)):
        page.keyboard.press("Tab")
        href = page.evaluate("document.activeElement.getAttribute('href')")
        page.keyboard.press("Enter")
        anchor = href.removeprefix("#")
        page.wait_for_function("a => document.getElementById(a)?.checkVisibility()", arg=anchor)
        seen[anchor] = page.locator(f"#{anchor} h2").inner_text()
        assert page.evaluate("document.activeElement.id") == anchor  # goes on from here
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.closest('.page').id") == anchor
        page.keyboard.press("Enter")  # back to the team
        unit = anchor.split("-")[0].replace("a", "u")
        page.wait_for_function("u => document.getElementById(u).checkVisibility()", arg=unit)
        page.go_back()
        page.go_back()
        page.wait_for_function("document.getElementById('overview').checkVisibility()")
        page.locator(f"#overview-rk a[href='{href}']").focus()
    assert {k: re.sub(r"\s+", " ", v).strip() for k, v in seen.items()} == {
        k: re.sub(r"\s+", " ", v).strip() for k, v in names.items()
    }


def test_the_list_is_where_it_was_left(open_page: Callable[..., Page], file: Path) -> None:
    page = open_page(file, "#u1", viewport={"width": 1000, "height": 300})
    page.evaluate("scrollTo(0, 700)")
    go_to(page, "a1-9")
    assert page.evaluate("scrollY") == 0
    page.go_back()
    page.wait_for_function("document.getElementById('u1').checkVisibility()")
    assert page.evaluate("scrollY") == 700


def test_the_skip_link_stays_on_the_page(open_page: Callable[..., Page], file: Path) -> None:
    page = open_page(file)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    go_to(page, "a1-2")
    page.locator(".skip").focus()
    assert page.locator(".skip").bounding_box()["x"] >= 0  # type: ignore[index]
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    assert shown_pages(page) == ["a1-2"]


def test_without_scripts(open_page: Callable[..., Page], file: Path, doc: Json) -> None:
    page = open_page(file, java_script_enabled=False)
    assert page.locator("#overview h2").is_visible()
    assert not page.locator("#u1").is_visible()
    for anchor in anchors(doc)[::5]:
        page.goto(f"{file.as_uri()}#overview")
        page.locator(f"#overview-rk a[href='#{anchor}']").click()
        assert page.locator(f"#{anchor} h2").is_visible()
        assert not page.locator("#overview").is_visible()
    page.goto(f"{file.as_uri()}#d2")
    assert page.locator("#definitions").is_visible()
    assert not page.locator(f"#{anchor}").is_visible()


def test_finding_an_agent(open_page: Callable[..., Page], file: Path, doc: Json) -> None:
    page = open_page(file)
    rows = page.locator("#overview-rk tbody tr")
    box = page.locator("#overview-rk-f")
    box.fill("a0007")
    assert rows.filter(visible=True).count() == 1
    assert page.locator("#overview output").inner_text() == "1 of 24 shown"
    assert page.get_by_label("Find an agent").count() >= 1
    box.fill("team d")  # part of a team, and a grade or part of a name
    said = rows.filter(visible=True).evaluate_all(
        "rows => rows.map(r => ['th', 'td.b'].map(c => r.querySelector(c).innerText))"
    )
    reports = [p["report"] for u in doc["units"] for p in u["view"]["ranking"]]
    assert [b for _, b in said].count("D") == sum(r["band"] == "D" for r in reports) > 0
    assert len(said) < 24
    assert all(band == "D" or "d" in who.lower() for who, band in said)
    box.fill("")
    assert rows.filter(visible=True).count() == 24
    assert page.locator("#overview output").inner_text() == ""


# Numbers --------------------------------------------------------------------------------------


def test_numbers_on_the_page_are_those_of_the_document(
    open_page: Callable[..., Page], file: Path, doc: Json
) -> None:
    """Through the browser, with the script: what is in the tree and seen is in the document."""
    page = open_page(file)
    for u, unit in enumerate(doc["units"], 1):
        by_id = {a["id"]: a for a in unit["agents"]}
        for i, place in enumerate(unit["view"]["ranking"], 1):
            go_to(page, f"a{u}-{i}")
            why = by_id[place["who"]]["view"]["why"]
            r = why["report"]
            big = page.locator(f"#a{u}-{i} .total .big")
            if r["total"] is None:
                assert big.count() == 0
                continue
            assert float(big.get_attribute("data-value") or "nan") == r["total"]
            assert big.inner_text() == f"{r['total']:.2f}"
            points = page.locator(f"#a{u}-{i} .wf tbody tr:not([class]) td.n").evaluate_all(
                "cells => cells.map(c => [Number(c.dataset.value), c.innerText])"
            )
            gaps = {c["name"] for c in r["components"] if not (c["weight_used"] or c["filled"])}
            said = [p["points"] for p in why["parts"] if p["name"] not in gaps]
            assert [p for p, _ in points] == said
            hundredths = sum(round(100 * float(t.replace("\u2212", "-"))) for _, t in points)
            assert hundredths == round(100 * r["total"])


def test_bars_say_what_the_numbers_say(
    open_page: Callable[..., Page], file: Path, doc: Json
) -> None:
    page = open_page(file, "#u1")
    unit = doc["units"][0]
    drawn = page.locator("#u1-rk td.g").evaluate_all(
        """cells => cells.filter(c => c.querySelector('svg')).map(c => {
          const box = c.querySelector('svg').getBoundingClientRect();
          const at = x => (x - box.left) / box.width;
          const r = c.querySelector('rect.r').getBoundingClientRect();
          const p = c.querySelector('rect.p').getBoundingClientRect();
          return [at(r.left), at(r.right), at((p.left + p.right) / 2)];
        })"""
    )
    said = re.search(r"from (\d+) to (\d+) points", page.locator("#u1-rk caption").inner_text())
    assert said is not None
    low, high = float(said[1]), float(said[2])
    reports = [p["report"] for p in unit["view"]["ranking"] if p["report"]["total"] is not None]
    assert len(drawn) == len(reports)
    for (left, right, middle), r in zip(drawn, reports, strict=True):
        interval = r["uncertainty"]["interval"]
        for place, value in ((left, interval["low"]), (right, interval["high"]),
                             (middle, r["total"])):  # fmt: skip
            assert place == pytest.approx((value - low) / (high - low), abs=0.006)
    # The waterfall: each bar begins where the one before it ended; the last one ends at the total.
    go_to(page, "a1-1")
    ends = page.locator("#a1-1 .wf tbody tr:not([class]) svg").evaluate_all(
        """all => all.map(s => {
          const box = s.getBoundingClientRect();
          const bar = s.querySelector('rect').getBoundingClientRect();
          return [(bar.left - box.left) / box.width, (bar.right - box.left) / box.width];
        })"""
    )
    for (_, end), (start, _) in itertools.pairwise(ends):
        assert start == pytest.approx(end, abs=0.003)
    total = reports[0]["total"] - sum(a["points"] for a in reports[0]["adjustments"])
    assert max(end for _, end in ends) == pytest.approx(total / 100, abs=0.02)


# Looking --------------------------------------------------------------------------------------

CONTRAST = """() => {
  const parse = c => (c.match(/[\\d.]+/g) || []).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
    .map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
  const behind = e => {
    for (; e; e = e.parentElement) {
      const c = parse(getComputedStyle(e).backgroundColor);
      if (c.length === 3 || c[3] > 0) return c;
    }
    return [255, 255, 255];
  };
  const bad = new Set();
  for (const e of document.querySelectorAll('body *')) {
    const says = [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim());
    if (!says || !e.checkVisibility()) continue;
    const style = getComputedStyle(e);
    const ink = parse(e instanceof SVGElement ? style.fill : style.color);
    const [a, b] = [light(ink), light(behind(e))].sort((x, y) => y - x);
    if ((a + .05) / (b + .05) < 4.5) bad.add(`${e.tagName}.${e.className} ${ink} on ${behind(e)}`);
  }
  return [...bad];
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", report.LANGUAGES)
def test_contrast_and_screenshots(
    open_page: Callable[..., Page], folder: Path, doc: Json, scheme: str, language: str
) -> None:
    file = report.write(doc, folder / f"report-{language}.html", language=language)
    page = open_page(file, color_scheme=scheme)
    for anchor in ["overview", "u2", "a1-2", "a2-11", "a2-12", "definitions"]:
        go_to(page, anchor)
        assert page.evaluate(CONTRAST) == [], anchor
        page.screenshot(path=folder / f"{language}-{scheme}-{anchor}.png", full_page=True)


def test_the_switch_of_colours(open_page: Callable[..., Page], file: Path) -> None:
    page = open_page(file, color_scheme="light")
    back = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(back)
    page.get_by_label("Dark").focus()
    page.keyboard.press("Space")
    dark = page.evaluate(back)
    assert dark != light
    page.emulate_media(media="print")
    assert page.evaluate(back) == light  # paper is light
    page.emulate_media(media="screen", color_scheme="dark")
    page.locator("label[for=theme-light]").click()
    assert page.evaluate(back) == light
    page.locator("label[for=theme-auto]").click()
    assert page.evaluate(back) == dark


def test_a_phone_scrolls_one_way_only(
    open_page: Callable[..., Page], file: Path, folder: Path, doc: Json
) -> None:
    page = open_page(file, viewport=PHONE, has_touch=True, is_mobile=True)
    for anchor in ["overview", "u1", "u2", "definitions", *anchors(doc)]:
        go_to(page, anchor)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, anchor
    for anchor in ["overview", "u1", "a1-2", "a2-12", "definitions"]:
        go_to(page, anchor)
        page.screenshot(path=folder / f"phone-{anchor}.png", full_page=True)
    # Columns say their names where the header of the table is out of sight.
    go_to(page, "a1-2")
    name = "getComputedStyle(document.querySelector('#a1-2 .mt td.w'), '::before').content"
    assert page.evaluate(name) == '"Weight used"'
    small = page.evaluate(
        """[...document.querySelectorAll('.page.on a, .page.on button, nav a, .theme label')]
           .filter(e => e.checkVisibility() && e.getBoundingClientRect().height < 18)
           .map(e => e.outerHTML)"""
    )
    assert small == []


def test_structure(open_page: Callable[..., Page], file: Path) -> None:
    """Landmarks, headings in order, tables with captions and scopes, charts with a text."""
    page = open_page(file)
    found = page.evaluate(
        """() => ({
          landmarks: ['header', 'nav', 'main', 'footer'].map(
            t => document.querySelectorAll(`body > ${t}, header ${t}`).length),
          nav: document.querySelector('nav').getAttribute('aria-label'),
          lang: document.documentElement.lang,
        })"""
    )
    assert found == {"landmarks": [1, 1, 1, 1], "nav": "Contents", "lang": "en"}
    for anchor in ["overview", "u1", "a1-2", "a2-12", "definitions"]:
        go_to(page, anchor)
        levels = page.evaluate(
            """[...document.querySelectorAll('h1,h2,h3,h4,h5,h6')]
               .filter(h => h.checkVisibility()).map(h => Number(h.tagName[1]))"""
        )
        assert levels[0] == 1
        assert levels.count(1) == levels.count(2) == 1
        assert all(b - a <= 1 for a, b in itertools.pairwise(levels)), (anchor, levels)
        bad = page.evaluate(
            """a => {
              const page = document.getElementById(a);
              const out = [];
              for (const t of page.querySelectorAll('table')) {
                if (!t.caption || !t.caption.textContent.trim()) out.push('caption ' + t.className);
                for (const th of t.querySelectorAll('th'))
                  if (!['col', 'row'].includes(th.scope)) out.push('scope ' + th.textContent);
                for (const tr of t.tBodies[0].rows)
                  if (tr.querySelectorAll('th[scope=row]').length !== 1)
                    out.push('row ' + tr.textContent);
                const width = [...t.tHead.rows[0].cells].reduce((n, c) => n + c.colSpan, 0);
                for (const tr of t.tBodies[0].rows)
                  if ([...tr.cells].reduce((n, c) => n + c.colSpan, 0) !== width)
                    out.push('width ' + t.className + tr.textContent);
              }
              for (const f of page.querySelectorAll('figure'))
                if (f.getAttribute('role') !== 'img' || !f.getAttribute('aria-label'))
                  out.push('figure');
              for (const s of page.querySelectorAll('svg'))
                if (s.getAttribute('aria-hidden') !== 'true') out.push('svg');
              const named = [...page.querySelectorAll('[aria-labelledby]'), page];
              for (const e of named)
                if (!document.getElementById(e.getAttribute('aria-labelledby'))) out.push('label');
              for (const e of page.querySelectorAll('input, button, a'))
                if (!(e.labels?.length || e.textContent.trim())) out.push(e.outerHTML);
              const ids = [...document.querySelectorAll('[id]')].map(e => e.id);
              if (new Set(ids).size !== ids.length) out.push('ids');
              return out;
            }""",
            anchor,
        )
        assert bad == []


def test_focus_is_seen(open_page: Callable[..., Page], file: Path) -> None:
    page = open_page(file)
    for _ in range(12):
        page.keyboard.press("Tab")
        seen = page.evaluate(
            """() => {
              const e = document.activeElement;
              const drawn = e.type === 'radio' ? e.nextElementSibling : e;
              const s = getComputedStyle(drawn);
              const outlined = s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2;
              return [drawn.outerHTML.slice(0, 80), outlined];
            }"""
        )
        assert seen[1], seen


# Hostile names --------------------------------------------------------------------------------


def test_hostile_names_stay_names(open_page: Callable[..., Page], folder: Path) -> None:
    doc = make_evaluation(len(HOSTILE_NAMES) + 1, 1, seed=3, names=HOSTILE_NAMES)
    bad = "</noscript><img src=http://example.org/x onerror=alert(2)><script>alert(1)</script>"
    doc["title"] = doc["units"][0]["name"] = doc["definitions"][0]["convention"] = bad
    text = json.dumps(doc).replace('"nps"', json.dumps("'];alert(3)//</script>"))
    file = report.write(text, folder / "hostile.html")
    page = open_page(file)
    headings = set()
    for anchor in anchors(doc):
        go_to(page, anchor)
        headings.add(page.locator(f"#{anchor} h2").evaluate("h => h.textContent"))
        assert page.evaluate("document.documentElement.scrollWidth") <= 1280
    assert set(HOSTILE_NAMES) < headings
    assert page.locator("img, iframe").count() == 0
    # With everything awake, as before printing, too.
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator(".page.agent").count() == len(HOSTILE_NAMES) + 1
    assert page.locator("img, iframe, body script").count() == 0
    page.evaluate("dispatchEvent(new Event('afterprint'))")


# Paper ----------------------------------------------------------------------------------------


def test_everything_is_printed(
    open_page: Callable[..., Page], file: Path, folder: Path, doc: Json
) -> None:
    page = open_page(file, "#a1-2", color_scheme="dark")
    pdf = folder / "report.pdf"
    page.pdf(path=pdf, prefer_css_page_size=True)
    assert shown_pages(page) == ["a1-2"]  # as before
    assert page.locator(".page.agent").count() == 1
    reader = shutil.which("pdftotext")
    if reader is None:
        pytest.skip("needs pdftotext: apt-get install poppler-utils")
    text = subprocess.run([reader, "-layout", pdf, "-"], capture_output=True, check=True).stdout
    sheets = text.decode().split("\f")
    assert len(sheets) > 24
    for unit in doc["units"]:
        for agent in unit["agents"]:
            # Each agent begins a sheet of paper of his own.
            begins = [s for s in sheets if agent["id"] in "\n".join(s.strip().split("\n")[:6])]
            assert begins, agent["id"]
            total = agent["view"]["why"]["report"]["total"]
            assert total is None or f"{total:.2f}" in begins[0]
    painter = shutil.which("pdftoppm")
    if painter is not None:
        subprocess.run([painter, "-r", "80", "-png", pdf, folder / "paper"], check=True)


def test_one_page_is_printed_alone(open_page: Callable[..., Page], file: Path) -> None:
    page = open_page(file, "#a1-3")
    page.evaluate("window.print = () => { window.asked = true }")
    page.locator("#a1-3 button.print").click()
    assert page.evaluate("window.asked") is True
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert shown_pages(page) == ["a1-3"]
    page.emulate_media(media="screen")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    page.emulate_media(media="print")
    assert len(shown_pages(page)) > 3


# Size -----------------------------------------------------------------------------------------


def test_a_thousand_agents_open_at_once(open_page: Callable[..., Page], folder: Path) -> None:
    file = report.write(make_evaluation(1000, 3, seed=11), folder / "large.html")
    begin = time.perf_counter()
    page = open_page(file)
    page.evaluate("new Promise(done => requestAnimationFrame(() => setTimeout(done)))")
    opened = time.perf_counter()
    elements = page.evaluate("document.querySelectorAll('*').length")
    go_to(page, "u3")
    go_to(page, "a3-200")
    walked = time.perf_counter()
    size = file.stat().st_size
    print(
        f"1,000 agents: {size / 2**20:.1f} MiB, painted after {opened - begin:.1f} s, "
        f"{elements:,} elements, to a team and an agent in {walked - opened:.1f} s"
    )
    assert size < 15 * 2**20
    # What costs the time: with all agents awake it would be over 600,000.
    assert elements < 80_000
    assert page.locator(".page.agent").count() == 1
    page.screenshot(path=folder / "large-agent.png")
    go_to(page, "u3")
    page.screenshot(path=folder / "large-team.png")
