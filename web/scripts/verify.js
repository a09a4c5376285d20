// The page "verify this": a receipt is dropped into the field, and checked here before anything is sent.
import { check, Unproved } from "./receipt.js";

export function watchVerify(document) {
  const place = document.querySelector("[data-verify]");
  const field = document.querySelector('textarea[name="receipt"]');
  if (!place || !field || !globalThis.crypto?.subtle) return;
  const button = place.querySelector("button");
  const said = place.querySelector("[role=status]");
  button.hidden = false;

  field.addEventListener("dragover", (event) => event.preventDefault());
  field.addEventListener("drop", async (event) => {
    const file = event.dataTransfer?.files[0];
    if (!file) return;
    event.preventDefault();
    field.value = await file.text();
  });

  button.addEventListener("click", async () => {
    said.textContent = "";
    try {
      const keys = (await (await fetch(place.dataset.key)).text()).trim().split("\n");
      const { origin, index, size } = await check(field.value, keys);
      said.textContent = place.dataset.holds.replace("{index}", `#${index}`).replace("{log}", origin).replace("{size}", size);
      place.dataset.result = "holds";
    } catch (error) {
      const why = error instanceof Unproved ? error.message : "checkpoint";
      said.textContent = place.dataset[why] ?? place.dataset.form;
      place.dataset.result = "nothing";
    }
  });
}
