"use strict";
// The page is complete without this script, which only hides, shows, opens and closes parts of it.
document.documentElement.classList.add("js");
document.addEventListener("DOMContentLoaded", () => {
  const form = document.querySelector("form");
  if (!form) return;
  const input = form.elements.text;
  const shown = document.getElementById("shown");
  const clear = document.getElementById("clear");
  const fold = document.getElementById("fold");
  const nothing = document.getElementById("nothing");
  const facets = form.querySelector(".facets");
  const all = shown.textContent;
  const articles = document.querySelectorAll("#list > article");
  const cards = [];

  const read = (article) => {
    const count = article.querySelector(".count");
    const table = article.querySelector("table");
    const rows = [];
    for (const body of article.getElementsByTagName("tbody")) {
      const heading = body.querySelector("th[scope=rowgroup]");
      const prefix = heading ? heading.textContent + "." : "";
      for (const row of body.querySelectorAll("tr[data-change]")) {
        const text = prefix + row.querySelector(".name").textContent + " " + row.textContent;
        rows.push({ row, body, counted: table.contains(body), text: text.toLowerCase() });
      }
    }
    const parts = article.querySelectorAll("summary, .reason, .message, .steps, pre");
    const text = Array.from(parts, (part) => part.textContent).join(" ").toLowerCase();
    return { article, text, rows, count, all: count && count.textContent };
  };
  // Reading a long page takes long, so the cards are read while the browser is idle; the filter reads the others.
  const readWhile = (hasTime) => {
    while (cards.length < articles.length && hasTime()) cards.push(read(articles[cards.length]));
  };
  const readWhenIdle = (deadline) => {
    readWhile(() => deadline.timeRemaining() > 1);
    if (cards.length < articles.length) requestIdleCallback(readWhenIdle);
  };
  self.requestIdleCallback?.(readWhenIdle);

  const set = (element, hidden) => {
    if (element.hidden !== hidden) element.hidden = hidden;
  };

  const filter = () => {
    readWhile(() => true);
    const chosen = new FormData(form);
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    const project = chosen.get("project") ?? "";
    const [outcomes, actions, changes, origins] = ["outcome", "action", "change", "origin"].map(
      (name) => new Set(chosen.getAll(name)),
    );
    const byRow = changes.size + origins.size > 0;
    const active = byRow || words.length > 0 || project !== "" || outcomes.size + actions.size > 0;
    let found = 0;
    for (const card of cards) {
      const data = card.article.dataset;
      const left = words.filter((word) => !card.text.includes(word));
      const fits =
        (project === "" || data.project === project) &&
        (outcomes.size === 0 || outcomes.has(data.outcome)) &&
        (actions.size === 0 || data.action.split("|").some((action) => actions.has(action)));
      let rows = 0;
      let counted = 0;
      const bodies = new Map();
      if (fits) {
        for (const entry of card.rows) {
          const visible =
            (changes.size === 0 || changes.has(entry.row.dataset.change)) &&
            (origins.size === 0 || origins.has(entry.row.dataset.origin)) &&
            left.every((word) => entry.text.includes(word));
          set(entry.row, !visible);
          if (visible) rows += 1;
          if (visible && entry.counted) counted += 1;
          bodies.set(entry.body, bodies.get(entry.body) || visible);
        }
        for (const [body, visible] of bodies) set(body, !visible);
        if (card.count) {
          const total = Number(card.count.dataset.all);
          const text = counted === total ? card.all : `${counted} of ${card.all}`;
          if (card.count.textContent !== text) card.count.textContent = text;
        }
      }
      // a card without a matching row is shown if the origin of its run state is chosen
      const itself = !byRow || (changes.size === 0 && origins.has(data.origin));
      const visible = fits && (rows > 0 || (itself && left.length === 0));
      set(card.article, !visible);
      if (visible) found += 1;
    }
    shown.textContent = active ? `${found.toLocaleString("en")} of ${all}` : all;
    set(clear, !active);
    set(nothing, found > 0);
  };

  let waiting = 0;
  const soon = () => {
    cancelAnimationFrame(waiting);
    waiting = requestAnimationFrame(filter);
  };
  const reset = () => {
    form.reset();
    filter();
  };
  form.addEventListener("input", soon);
  form.addEventListener("submit", (event) => event.preventDefault());
  clear.addEventListener("click", () => {
    reset();
    input.focus();
  });

  fold.addEventListener("click", () => {
    const open = fold.textContent !== "Collapse all";
    for (const details of document.querySelectorAll("#list > article > details")) details.open = open;
    fold.textContent = open ? "Collapse all" : "Expand all";
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && event.target === input) {
      input.value = "";
      filter();
      event.preventDefault();
    } else if (event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey) {
      if (event.target.closest("input:not([type=checkbox]), select, textarea")) return;
      event.preventDefault();
      input.focus();
      input.select();
    }
  });

  // A link to a persister clears the filter that hides it, and unfolds it.
  const arrive = () => {
    const target = /^#p\d+$/.test(location.hash) && document.getElementById(location.hash.slice(1));
    if (!target) return;
    if (target.hidden) reset();
    target.querySelector("details").open = true;
    target.scrollIntoView();
  };
  addEventListener("hashchange", arrive);
  document.querySelector(".timeline")?.addEventListener("click", () => setTimeout(arrive));

  const wide = matchMedia("(min-width: 64rem)");
  const fit = () => {
    facets.open = wide.matches;
  };
  wide.addEventListener("change", fit);
  fit();
  // When it goes back to the page, a browser may restore the form.
  if (input.value !== "" || form.querySelector(":checked:not(option)")) filter();
});
