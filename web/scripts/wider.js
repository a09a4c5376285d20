// A drawing that is wider than its place says so: what scrolls sideways is easily taken for the whole.

/** Shows or hides the hint beside each drawing within a part of the page, now and whenever its place changes. */
export function wider(root) {
  for (const hint of root.querySelectorAll("[data-wider]")) {
    const place = hint.parentElement.querySelector(".drawing-scroll");
    if (!place) continue;
    const look = () => {
      hint.hidden = place.scrollWidth <= place.clientWidth + 1;
    };
    new ResizeObserver(look).observe(place);
    look();
  }
}
