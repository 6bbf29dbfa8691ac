// Sorts the rows as the select says; as they are in the page, those that need attention come first.
const sortRows = (select, rows) => {
  const name = (row) => row.querySelector("th").textContent;
  const changes = (row) => row.querySelectorAll("tr[data-change]").length;
  const last = (row) => row.querySelector("td:last-child time")?.dateTime ?? "";
  const byName = (a, b) => name(a).localeCompare(name(b), "en", { numeric: true });
  const orders = {
    name: byName,
    state: (a, b) => a.dataset.state.localeCompare(b.dataset.state, "en") || byName(a, b),
    configuration: (a, b) => changes(b) - changes(a) || byName(a, b),
    run: (a, b) => last(b).localeCompare(last(a), "en") || byName(a, b),
  };
  const sort = () => {
    const order = orders[select.value];
    const sorted = order ? [...rows].sort(order) : rows;
    document.querySelector("#list > tbody").append(...sorted);
  };
  select.addEventListener("change", sort);
  if (select.value !== "") sort(); // restored by the browser
};

document.addEventListener("DOMContentLoaded", () => {
  const form = document.querySelector("form");
  if (!form) return;
  const rows = Array.from(document.querySelectorAll("#list > tbody > tr"), (row) => ({
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
