// Keys: / search, j k next and previous row, x choose, o open. Off where the reader turned them off.
export function watchKeys(document) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.closest("input, textarea, select, [contenteditable], dialog")) return;
    if (document.documentElement.dataset.keys === "off") return;
    if (event.key === "/") {
      const search = document.querySelector("[data-search]");
      if (search) {
        event.preventDefault();
        search.focus();
      }
      return;
    }
    const subjects = [...document.querySelectorAll("tbody .subject")];
    const here = subjects.findIndex((subject) => subject.closest("tr").contains(document.activeElement));
    if (event.key === "j") subjects[Math.min(here + 1, subjects.length - 1)]?.focus();
    else if (event.key === "k") subjects[Math.max(here - 1, 0)]?.focus();
    else if (event.key === "x") subjects[here]?.closest("tr").querySelector('input[name="row"]')?.click();
    else if (event.key === "o") subjects[here]?.click();
  });
}
