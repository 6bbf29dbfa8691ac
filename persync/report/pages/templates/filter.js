"use strict";
// The page is complete without scripts, which only hide, show, open and close parts of it.
document.documentElement.classList.add("js");

const setHidden = (element, hidden) => {
  if (element.hidden !== hidden) element.hidden = hidden;
};

// Connects the form with `find(words, chosen)`, which hides what does not match and returns how many are left.
// `words` are in lower case; `chosen(name)` is the set of the choices of a filter, empty where all are to be shown.
// Returns a function that clears the filter.
const connectFilter = (form, find) => {
  const input = form.elements.text;
  const shown = document.getElementById("shown");
  const clear = document.getElementById("clear");
  const nothing = document.getElementById("nothing");
  const facets = form.querySelector(".facets");
  const all = shown.textContent;

  const filter = () => {
    const data = new FormData(form);
    const chosen = (name) => new Set(data.getAll(name).filter(Boolean));
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    const active = Array.from(data).some(([, value]) => value.trim() !== "");
    const found = find(words, chosen);
    shown.textContent = active ? `${found.toLocaleString("en")} of ${all}` : all;
    setHidden(clear, !active);
    setHidden(nothing, found > 0);
  };
  const reset = () => {
    form.reset();
    filter();
  };

  let waiting = 0;
  form.addEventListener("input", () => {
    cancelAnimationFrame(waiting);
    waiting = requestAnimationFrame(filter);
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  clear.addEventListener("click", () => {
    reset();
    input.focus();
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

  const wide = matchMedia("(min-width: 64rem)");
  const fit = () => {
    facets.open = wide.matches;
  };
  wide.addEventListener("change", fit);
  fit();
  // When it goes back to the page, a browser may restore the form.
  if (input.value !== "" || form.querySelector(":checked:not(option)")) filter();
  return reset;
};
