// Parts of a page that the node keeps up to date: see `view::Live` and `view::Renewed`.

/** Leaves of an element that show figures or short words, in order. */
const leaves = (element) => [...element.querySelectorAll("td, dd, .panel-note")].map((it) => [it, it.textContent.trim()]);

/** Marks what has another text than before for two seconds; the style underlines it. */
export function markChanged(before, after) {
  const was = new Set(before.map(([, text]) => text));
  for (const [element, text] of after) {
    if (was.has(text)) continue;
    element.classList.add("changed");
    setTimeout(() => element.classList.remove("changed"), 2000);
  }
}

/** Follows a document: an ended part asks for its page again, a renewed one shows what changed. */
export function watchLive(document, reload = () => document.location.reload()) {
  document.addEventListener("htmx:sseClose", (event) => {
    if (event.detail.type === "message") reload();
  });
  let before = [];
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.target.matches?.("[data-renewed]")) before = leaves(event.target);
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.target.matches?.("[data-renewed]")) markChanged(before, leaves(event.target));
  });
}
