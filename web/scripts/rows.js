// Counts the chosen rows of a table and says so beside its buttons.
export function watchRows(document) {
  const show = (form) => {
    const mark = form.querySelector("[data-chosen]");
    const chosen = form.querySelectorAll('input[name="row"]:checked').length;
    if (!mark) return;
    mark.hidden = chosen === 0;
    mark.textContent = `${mark.dataset.chosen} ${chosen}`;
  };
  document.addEventListener("change", (event) => {
    const form = event.target.closest?.("form[data-bulk]");
    if (form) show(form);
  });
  for (const form of document.querySelectorAll("form[data-bulk]")) show(form);
}
