// Sorts the rows, each a tbody, as the select says; as they are in the page, those that need attention come first.
const sortRows = (select, rows) => {
  const { compare } = new Intl.Collator("en", { numeric: true });
  const keyed = rows.map((row) => ({
    row,
    name: row.querySelector("th").textContent,
    state: row.dataset.state,
    changes: row.querySelectorAll("tr[data-change]").length,
    last: row.querySelector("td[data-label='Last run'] time")?.dateTime ?? "",
  }));
  const orders = {
    name: () => 0,
    state: (a, b) => compare(a.state, b.state),
    configuration: (a, b) => b.changes - a.changes,
    run: (a, b) => compare(b.last, a.last),
  };
  const sort = () => {
    const order = orders[select.value];
    const sorted = order ? [...keyed].sort((a, b) => order(a, b) || compare(a.name, b.name)) : keyed;
    document.getElementById("list").append(...sorted.map(({ row }) => row));
  };
  select.addEventListener("change", sort);
  if (select.value !== "") sort(); // restored by the browser
};

document.addEventListener("DOMContentLoaded", () => {
  const form = document.querySelector("form");
  if (!form) return;
  const rows = Array.from(document.querySelectorAll("#list > tbody"), (row) => ({
    row,
    text: row.textContent.toLowerCase(),
  }));
  sortRows(document.getElementById("sort"), rows.map(({ row }) => row));
  connectFilter(form, (words, chosen) => {
    const [project, states, attention] = ["project", "state", "attention"].map(chosen);
    let found = 0;
    for (const { row, text } of rows) {
      const data = row.dataset;
      const shown =
        (project.size === 0 || project.has(data.project)) &&
        (states.size === 0 || states.has(data.state)) &&
        (attention.size === 0 || data.attention.split("|").some((reason) => attention.has(reason))) &&
        words.every((word) => text.includes(word));
      setHidden(row, !shown);
      if (shown) found += 1;
    }
    return found;
  });
});
