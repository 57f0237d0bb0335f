// The page works without this: it finds agents in long tables, prints one page alone, opens what
// is folded before printing, and says in the window's title which page is shown.
(() => {
  "use strict";
  const root = document.documentElement;
  const main = document.getElementById("main");
  const whole = document.title;

  const shown = () => {
    const at = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
    return (at && main.contains(at) && at.closest(".page")) || main.querySelector(".page.first");
  };
  const arrive = () => {
    const page = shown();
    const heading = page && page.querySelector("h2");
    document.title = heading ? heading.textContent.trim().replace(/\s+/g, " ") + " – " + whole : whole;
    for (const link of document.querySelectorAll(".top nav a")) {
      const here = page && link.hash === "#" + page.id;
      here ? link.setAttribute("aria-current", "page") : link.removeAttribute("aria-current");
    }
  };
  addEventListener("hashchange", () => {
    arrive();
    if (location.hash.length > 1 && shown() && shown().id === location.hash.slice(1)) scrollTo(0, 0);
  });
  arrive();

  // A jump to #main would leave the page that is shown.
  document.querySelector(".skip").addEventListener("click", (event) => {
    event.preventDefault();
    main.focus();
  });

  for (const input of document.querySelectorAll("[data-filter]")) {
    const rows = [...document.getElementById(input.dataset.filter).tBodies[0].rows];
    const said = input.parentElement.querySelector("output");
    let texts = null;
    const filter = () => {
      texts ??= rows.map((row) => row.textContent.toLowerCase());
      const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
      let count = 0;
      rows.forEach((row, i) => {
        row.hidden = !words.every((word) => texts[i].includes(word));
        count += !row.hidden;
      });
      said.textContent = words.length === 0 ? "" :
        said.dataset.text.replace("{shown}", count).replace("{all}", rows.length);
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
    folded = [...document.querySelectorAll("details:not([open])")];
    for (const details of folded) details.open = true;
  });
  addEventListener("afterprint", () => {
    root.classList.remove("alone");
    for (const details of folded) details.open = false;
  });
})();
