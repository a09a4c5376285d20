// The palette (Ctrl K): every place and act that this page already offers, found by typing. It invents none.
export function watchPalette(document) {
  const dialog = document.querySelector("dialog.palette");
  const opener = document.querySelector("[data-palette]");
  if (!dialog || !opener) return;
  const input = dialog.querySelector("input");
  const list = dialog.querySelector("ul");

  const entries = () =>
    [...document.querySelectorAll(".rail li a, .heading-side a.button, .heading-side button, .who form button")]
      .filter((element) => !element.disabled)
      .map((element) => ({ element, text: nameOf(element) }));

  // The place's own name, without the chapter's numeral and the count of what waits there.
  const nameOf = (element) => {
    const copy = element.cloneNode(true);
    for (const part of copy.querySelectorAll(".numeral, .count, svg")) part.remove();
    return copy.textContent.replace(/\s+/g, " ").trim();
  };

  const fill = () => {
    const wanted = input.value.trim().toLowerCase();
    const found = entries().filter(({ text }) => text.toLowerCase().includes(wanted));
    list.replaceChildren(
      ...found.map(({ element, text }) => {
        const item = document.createElement("li");
        const button = document.createElement("button");
        button.type = "button";
        button.textContent = text;
        button.addEventListener("click", () => {
          dialog.close();
          element.click();
        });
        item.append(button);
        return item;
      }),
    );
    if (found.length === 0) {
      const none = document.createElement("li");
      none.textContent = dialog.dataset.none;
      list.append(none);
    }
  };

  const open = () => {
    input.value = "";
    fill();
    dialog.showModal();
    input.focus();
  };

  opener.hidden = false;
  opener.addEventListener("click", open);
  input.addEventListener("input", fill);
  dialog.addEventListener("keydown", (event) => {
    const buttons = [...list.querySelectorAll("button")];
    const at = buttons.indexOf(document.activeElement);
    if (event.key === "ArrowDown") buttons[Math.min(at + 1, buttons.length - 1)]?.focus();
    else if (event.key === "ArrowUp") (at <= 0 ? input : buttons[at - 1]).focus();
    else if (event.key === "Enter" && document.activeElement === input) buttons[0]?.click();
    else return;
    event.preventDefault();
  });
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      if (!dialog.open) open();
    }
  });
}
