// Figures of a process on its drawing, down to a case behind one of them; and a model changed in the editor, walked through before it
// is proposed.
import { readFile } from "node:fs/promises";

import { violations } from "../support/axe.js";
import { sticksOut } from "../support/look.js";
import { expect, test } from "../support/test.js";

/** Follows the first model in force. */
async function model(page) {
  await page.goto("/models");
  await page.locator('#in-force a[href^="/models/"]', { hasText: "行政许可（一般程序）" }).first().click();
}

test("a figure is chosen, coloured, and opens the runs behind it", async ({ visit }) => {
  const head = await visit({ duty: "organ-head", language: "en" });
  await model(head);
  await head.getByRole("link", { name: head.words.t("casework-figures"), exact: true }).click();
  // The newest version has few cases yet: together there are enough for a colour.
  await head.locator('select[name="version"]').selectOption({ label: head.words.t("casework-figures-all-versions") });
  await head.getByRole("button", { name: head.words.t("casework-figures-show"), exact: true }).click();
  const accept = head.locator('#figures-drawing [data-element="accept"]');
  await expect(accept).toHaveClass(/heat-[1-5]/);
  await head.getByLabel(head.words.t("casework-figures-figure")).selectOption("late");
  await head.getByRole("button", { name: head.words.t("casework-figures-show"), exact: true }).click();
  await expect(accept).toContainText("%");
  await head.locator('#figures-drawing a:has([data-element="accept"])').click();
  await expect(head).toHaveURL(/figures\/runs\?.*of=late/);
  await head.locator('#runs a[href^="/cases/"]').first().click();
  await expect(head).toHaveURL(/\/cases\/[0-9a-f-]{36}$/);
});

test("a change is tried before it is proposed: done, checked by another, undone, taken away as a script", async ({ visit }) => {
  const steward = await visit({ duty: "rule-steward", language: "en", acceptDownloads: true, javaScriptEnabled: false });
  const { words } = steward;
  const button = (key) => steward.getByRole("button", { name: words.t(key), exact: true });
  await model(steward);
  await steward.getByRole("link", { name: words.t("casework-change"), exact: true }).click();
  await button("casework-try").click();
  await expect(steward).toHaveURL(/\/try$/);
  await steward.locator('input[name="f0-file"]').fill("2026-1");
  await steward.locator('input[name="f0-area"]').fill("250");
  await button("casework-try-start").click();
  await expect(steward.locator("main")).toContainText("licence.bpmn");
  await steward.locator('input[name="f1-complete"]').check();
  await steward.locator('textarea[name="f1-opinion"]').fill("Complete.");
  await button("casework-complete").click();
  await expect(steward.locator("#try-events")).toContainText("hit rule 2 of");
  await steward.locator('textarea[name="f1-grounds"]').fill("Fine.");
  await button("casework-complete").click();
  await expect(steward.locator("main")).toContainText(/may not/i);
  await steward.locator('select[name="by-1"]').selectOption("B");
  await steward.locator('input[name="f1-agreed"]').check();
  await button("casework-complete").click();
  await expect(steward.locator('[data-element="deliver"]')).toHaveClass(/is-here/);
  await button("casework-try-undo").click();
  await expect(steward.locator('[data-element="check"]')).toHaveClass(/is-here/);
  await steward.getByRole("button", { name: /^On to what is due next/ }).click();
  await expect(steward.locator("#try-events")).toContainText(words.t("casework-event-rung-reached"));
  const [download] = await Promise.all([steward.waitForEvent("download"), button("casework-try-download").click()]);
  const script = JSON.parse(await readFile(await download.path(), "utf8"));
  expect(script.steps.map((step) => Object.keys(step)[0])).toEqual(["complete", "advance"]);
});

test("a trial that goes on is readable, in both languages and on a phone", async ({ visit }) => {
  for (const language of ["zh-CN", "en"]) {
    const approver = await visit({ duty: "rule-approver", language, reducedMotion: "reduce" });
    await model(approver);
    await approver.getByRole("link", { name: approver.words.t("casework-try"), exact: true }).first().click();
    await approver.locator('input[name="f0-file"]').fill("2026-1");
    await approver.locator('input[name="f0-area"]').fill("250");
    await approver.getByRole("button", { name: approver.words.t("casework-try-start"), exact: true }).click();
    await expect(approver.locator('[data-element="accept"]')).toHaveClass(/is-here/);
    for (const width of [1440, 390]) {
      await approver.setViewportSize({ width, height: 900 });
      expect.soft(await violations(approver, "light"), `axe, ${language}, ${width} px`).toEqual([]);
      expect.soft(await sticksOut(approver), `sideways, ${language}, ${width} px`).toEqual([]);
    }
  }
});
