document.addEventListener("DOMContentLoaded", () => {
  const form = document.querySelector("form");
  if (!form) return;
  const rows = Array.from(document.querySelectorAll("#list > tbody > tr"), (row) => ({
    row,
    text: row.textContent.toLowerCase(),
  }));
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
