// Shows the page that the address names, finds agents in long tables, prints one page alone.
// Pages of agents lie in <noscript>: without scripts they are ordinary pages; with them they are
// text until somebody looks or prints, so that a report of 1,000 agents opens at once.
(() => {
  "use strict";
  const root = document.documentElement;
  root.classList.add("js");

  addEventListener("DOMContentLoaded", () => {
    const main = document.getElementById("main");
    const title = document.title;
    const asleep = new Map();
    for (const text of main.querySelectorAll("noscript")) asleep.set(text.dataset.page, text);

    const wake = (id) => {
      const text = asleep.get(id);
      if (!text || document.getElementById(id)) return;
      const made = document.createElement("template");
      made.innerHTML = text.textContent;
      text.after(made.content);
    };
    const sleep = (page) => {
      if (asleep.has(page.id)) page.remove();
    };

    let page = null;
    const places = new Map(); // where each long page was left
    history.scrollRestoration = "manual";
    const show = () => {
      const id = location.hash.slice(1);
      wake(id);
      let at = id ? document.getElementById(id) : null;
      let next = at && at.closest(".page");
      if (!next) at = next = main.querySelector(".first");
      if (next !== page) {
        const before = page;
        if (before) {
          places.set(before.id, scrollY);
          before.classList.remove("on");
        }
        page = next;
        page.classList.add("on");
        const heading = page.querySelector("h2").textContent.trim();
        document.title = page.classList.contains("first") ? title : heading + " – " + title;
        for (const link of document.querySelectorAll(".top nav a")) {
          if (link.hash === "#" + page.id) link.setAttribute("aria-current", "page");
          else link.removeAttribute("aria-current");
        }
        if (before) {
          page.tabIndex = -1; // keyboards and screen readers go on from here
          page.focus({ preventScroll: true });
          scrollTo(0, asleep.has(page.id) ? 0 : places.get(page.id) || 0);
          sleep(before);
        }
      }
      if (at !== page) at.scrollIntoView();
    };
    addEventListener("hashchange", show);
    show();

    // A jump to #main would leave the page that is shown.
    document.querySelector(".skip").addEventListener("click", (event) => {
      event.preventDefault();
      main.focus();
    });

    for (const input of document.querySelectorAll("[data-filter]")) {
      const rows = [...document.getElementById(input.dataset.filter).tBodies[0].rows];
      const said = input.parentElement.querySelector("output");
      const text = (row, cell) => (row.querySelector(cell)?.textContent ?? "").toLowerCase();
      let known = null;
      const filter = () => {
        known ??= rows.map((row) => [text(row, "th") + " " + text(row, "td.k"), text(row, "td.b").trim()]);
        const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
        let count = 0;
        rows.forEach((row, i) => {
          const [who, grade] = known[i];
          row.hidden = !words.every((word) => who.includes(word) || grade === word);
          if (!row.hidden) ++count;
        });
        said.textContent = words.length === 0 ? ""
          : said.dataset.text.replace("{shown}", count).replace("{all}", rows.length);
      };
      input.addEventListener("input", filter);
      if (input.value) filter();
    }

    document.addEventListener("click", (event) => {
      if (!(event.target instanceof Element) || !event.target.closest("button.print")) return;
      root.classList.add("alone");
      print();
    });
    let folded = [];
    addEventListener("beforeprint", () => {
      if (!root.classList.contains("alone")) for (const id of asleep.keys()) wake(id);
      folded = [...document.querySelectorAll("details:not([open])")];
      for (const details of folded) details.open = true;
    });
    addEventListener("afterprint", () => {
      root.classList.remove("alone");
      for (const details of folded) details.open = false;
      for (const woken of main.querySelectorAll(".page:not(.on)")) sleep(woken);
    });
  });
})();
