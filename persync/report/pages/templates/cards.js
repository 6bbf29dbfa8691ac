document.addEventListener("DOMContentLoaded", () => {
  const form = document.querySelector("form");
  if (!form) return;
  const fold = document.getElementById("fold");
  const articles = document.querySelectorAll("#list > article");
  const cards = [];

  const textOf = (elements) => Array.from(elements, (element) => element.textContent).join(" ").toLowerCase();
  const read = (article) => {
    const count = article.querySelector(".count");
    const many = article.querySelector(".many");
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
    const text = textOf(article.querySelectorAll(":scope > details > summary, .reason, .message, .steps, pre"));
    // a card of one persister is its own member
    const members = Array.from(many ? article.querySelectorAll(".members li") : [article], (element) => ({
      element,
      project: element.dataset.project,
      text: many ? element.textContent.toLowerCase() : "",
    }));
    const list = article.querySelector(".members");
    return { article, text, rows, members, many, list, count, all: count && count.textContent };
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

  // Shows the rows and the members of a card that match, and returns how many members do.
  const show = (card, words, chosen, project) => {
    const data = card.article.dataset;
    const [outcomes, actions, changes, origins] = chosen;
    const fits =
      (outcomes.size === 0 || outcomes.has(data.outcome)) &&
      (actions.size === 0 || data.action.split("|").some((action) => actions.has(action)));
    if (!fits) return 0;
    const possible = card.rows.filter(
      ({ row }) =>
        (changes.size === 0 || changes.has(row.dataset.change)) &&
        (origins.size === 0 || origins.has(row.dataset.origin)),
    );
    const byRow = changes.size + origins.size > 0;
    // without a matching row it is shown if the origin of its run state is chosen
    const itself = !byRow || (changes.size === 0 && origins.has(data.origin));
    const left = words.filter((word) => !card.text.includes(word));
    const visible = new Set();
    const answers = new Map(); // by the words that are left for the rows, which are few combinations
    const matches = (words) => {
      const key = words.join(" ");
      if (!answers.has(key)) {
        const rows = possible.filter((entry) => words.every((word) => entry.text.includes(word)));
        for (const entry of rows) visible.add(entry);
        answers.set(key, rows.length > 0 || (itself && words.length === 0));
      }
      return answers.get(key);
    };
    let found = 0;
    for (const member of card.members) {
      const shown =
        (project.size === 0 || project.has(member.project)) &&
        matches(left.filter((word) => !member.text.includes(word)));
      if (card.many) setHidden(member.element, !shown);
      if (shown) found += 1;
    }
    if (found === 0) return 0;
    const bodies = new Map();
    let counted = 0;
    for (const entry of card.rows) {
      const shown = visible.has(entry);
      setHidden(entry.row, !shown);
      if (shown && entry.counted) counted += 1;
      bodies.set(entry.body, bodies.get(entry.body) || shown);
    }
    for (const [body, shown] of bodies) setHidden(body, !shown);
    if (card.count) setText(card.count, counted === Number(card.count.dataset.all) ? card.all : `${counted} of ${card.all}`);
    if (card.many) {
      card.list.open = found < card.members.length;
      const all = card.many.dataset.all;
      setText(card.many, found === card.members.length ? all : `${found.toLocaleString("en")} of ${all}`);
    }
    return found;
  };
  const setText = (element, text) => {
    if (element.textContent !== text) element.textContent = text;
  };

  const reset = connectFilter(form, (words, chosen) => {
    readWhile(() => true);
    const sets = ["outcome", "action", "change", "origin"].map(chosen);
    let found = 0;
    for (const card of cards) {
      const shown = show(card, words, sets, chosen("project"));
      setHidden(card.article, shown === 0);
      found += shown;
    }
    return found;
  });

  fold.addEventListener("click", () => {
    const open = fold.textContent !== "Collapse all";
    for (const details of document.querySelectorAll("#list > article > details")) details.open = open;
    fold.textContent = open ? "Collapse all" : "Expand all";
  });

  // A link to a persister clears the filter that hides it, and unfolds what it is in.
  const arrive = () => {
    const target = /^#p\d+$/.test(location.hash) && document.getElementById(location.hash.slice(1));
    if (!target) return;
    if (target.closest("[hidden]")) reset();
    const own = target.querySelector(":scope > details");
    if (own) own.open = true;
    for (let outer = target.closest("details"); outer; outer = outer.parentElement.closest("details")) outer.open = true;
    target.scrollIntoView();
  };
  addEventListener("hashchange", arrive);
  // a link to where the page is already changes nothing in the address
  document.addEventListener("click", (event) => {
    if (event.target.closest?.('a[href^="#p"]')) setTimeout(arrive);
  });
});
