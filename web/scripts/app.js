// What makes the pages smoother. Everything works without it.
import "./htmx.js";
import "htmx-ext-sse/sse.js";
import { watchRows } from "./rows.js";
import { watchKeys } from "./keys.js";
import { watchPalette } from "./palette.js";
import { watchLive } from "./live.js";
import { watchVerify } from "./verify.js";
import { wider } from "./wider.js";

watchRows(document);
watchKeys(document);
watchPalette(document);
watchVerify(document);
watchLive(document);
wider(document);

// Passkeys are asked for on a few pages only.
if (document.querySelector("form[data-passkey]")) import("./passkey.js");

// So are forms that are kept half filled.
if (document.querySelector("form[data-draft]")) import("./draft.js").then(({ watchDrafts }) => watchDrafts(document));

// Charts are drawn by the server. Exploring one loads the chart library, and only then.
for (const figure of document.querySelectorAll("figure[data-chart-explore]")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button button-small explore";
  button.textContent = figure.dataset.chartExplore;
  button.addEventListener("click", async () => {
    button.disabled = true;
    const { explore } = await import("./explore.js");
    explore(figure);
    button.remove();
  });
  figure.append(button);
}

// A menu that is open closes when another place is chosen.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});
