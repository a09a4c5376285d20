// What people do on the page of a warning, form by form.
import { expect } from "@playwright/test";

/** The form that does `act` on the warning. */
export const form = (page, act) => page.locator(`main form[action$="/${act}"]`);

/** Fills the text of the form that does `act`, if it has one, and sends it. */
export async function send(page, act, text) {
  const it = form(page, act);
  if (text !== undefined) await it.getByRole("textbox").fill(text);
  await it.getByRole("button").first().click();
}

/** Gives the same verdict on every reason; answers how many reasons there are. Few are cards, many are lists that open. */
export async function judge(page, verdict) {
  const it = form(page, "conclude");
  const cards = await it.locator(`input[name^="verdict-"][value="${verdict}"]`).all();
  const lists = await it.locator('select[name^="verdict-"]').all();
  for (const card of cards) await card.check();
  for (const list of lists) await list.selectOption(verdict);
  return cards.length + lists.length;
}

/** How many reasons have this verdict in the form. */
export async function judged(page, verdict) {
  const it = form(page, "conclude");
  const cards = await it.locator(`input[name^="verdict-"][value="${verdict}"]:checked`).count();
  const lists = await it.locator('select[name^="verdict-"]').evaluateAll((all, value) => all.filter((one) => one.value === value).length, verdict);
  return cards + lists;
}

/** The warning stands at a stage. */
export const stands = (page, stage) => expect(page.locator("main .facts").first()).toContainText(page.words.t(`supervision-stage-${stage}`));

/** The time line shows so many acts, each with its seal. */
export async function expectActs(page, n) {
  const acts = page.locator("main .timeline > li:not(.to-come)");
  await expect(acts).toHaveCount(n);
  await expect(acts.filter({ has: page.locator(".seal") })).toHaveCount(n);
}
