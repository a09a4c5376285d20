// What an organ discloses: drafted, reviewed, published by three; read and proved by everybody.
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";

import { violations } from "../support/axe.js";
import { expect, test } from "../support/test.js";

const PHONE = { viewport: { width: 390, height: 844 }, javaScriptEnabled: false };

test("one drafts, another reviews, the head publishes; everybody reads and proves it", async ({ visit }) => {
  const handler = await visit({ duty: "organ-handler", language: "en" });
  const w = handler.words;
  await handler.goto("/disclosures");
  await handler.getByRole("link", { name: w.t("disclosure-draft-go"), exact: true }).first().click();
  await handler.getByRole("radio", { name: "Regulatory documents" }).check();
  await handler.getByRole("button", { name: w.t("disclosure-choose-entry"), exact: true }).click();
  const title = `Rules on kiosks ${Date.now()}`;
  await handler.locator('input[name="title"]').fill(title);
  await handler.locator('textarea[name="body"]').fill(" ");
  await handler.getByRole("button", { name: w.t("disclosure-draft-button"), exact: true }).click();
  // What is wrong is said, and what was typed is still there.
  await expect(handler.locator("main")).toContainText(w.t("refusal-disclosure-body"));
  await expect(handler.locator('input[name="title"]')).toHaveValue(title);
  expect(await violations(handler)).toEqual([]);
  const lines = ["Kiosks are licensed for a year and stand where the plan shows them.", "The owner lives in Example Road 1.", "The rules hold from 1 January 2027 for five years."];
  await handler.locator('textarea[name="body"]').fill(lines.join("\n"));
  await handler.getByRole("button", { name: w.t("disclosure-draft-button"), exact: true }).click();
  await expect(handler).toHaveURL(/\/disclosures\/[0-9a-f-]{36}$/);
  await expect(handler.locator(".heading")).toContainText(w.t("disclosure-stage-to-review"));
  const page = new URL(handler.url()).pathname;
  const open = page.replace("/disclosures/", "/disclosure/");

  const stranger = await visit({ language: "en", ...PHONE });
  expect((await stranger.request.get(open)).status(), "a draft is nobody's").toBe(404);

  const reviewer = await visit({ duty: "secrecy-reviewer", language: "en" });
  await reviewer.goto(page);
  await reviewer.locator('input[name="outcome"][value="partly"]').check();
  await reviewer.locator('input[name="withheld"]').fill("2");
  await reviewer.locator('select[name="ground"]').selectOption("privacy");
  await reviewer.locator('textarea[name="reason"]').fill("Somebody's address.");
  await reviewer.getByRole("button", { name: w.t("disclosure-review-button"), exact: true }).click();
  await expect(reviewer.locator(".heading")).toContainText(w.t("disclosure-stage-to-publish"));

  const head = await visit({ duty: "organ-head", language: "en" });
  await head.goto(page);
  await head.getByRole("button", { name: w.t("disclosure-publish-button"), exact: true }).click();
  await expect(head.locator(".heading")).toContainText(w.t("disclosure-stage-published"));

  // On a phone, without script and without signing in.
  await stranger.goto("/disclosure");
  await stranger.getByRole("link", { name: title, exact: true }).click();
  await expect(stranger.locator("main")).toContainText(lines[0]);
  await expect(stranger.locator("main")).not.toContainText("Example Road");
  const wide = await stranger.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(wide, "no sideways scroll").toBeLessThanOrEqual(0);

  const reader = await visit({ language: "en" });
  await expect(async () => {
    await reader.goto(open);
    await expect(reader.getByRole("link", { name: w.t("disclosure-get-receipt"), exact: true })).toBeVisible({ timeout: 1_000 });
  }).toPass();
  expect(await violations(reader)).toEqual([]);
  const [file] = await Promise.all([
    reader.waitForEvent("download"),
    reader.getByRole("link", { name: w.t("disclosure-get-text"), exact: true }).click(),
  ]);
  const digest = createHash("sha256").update(await readFile(await file.path())).digest("hex");
  await expect(reader.locator("main")).toContainText(digest);
  const receipt = await (await reader.request.get(`${open}/receipt`)).text();
  await reader.goto("/verify");
  await reader.locator("textarea").fill(receipt);
  await reader.getByRole("button", { name: w.t("notary-check"), exact: true }).click();
  await expect(reader.locator("main")).toContainText("It holds");
  await expect(reader.locator("main")).toContainText(digest);
});

test("what was not published in time stands in public as a fact, and inside as a warning", async ({ visit }) => {
  const stranger = await visit({ language: "en" });
  await stranger.goto("/disclosure/duties");
  const missing = stranger.locator("tr", { hasText: stranger.words.t("disclosure-stands-missing") });
  await expect(missing.first()).toBeVisible();
  await expect(stranger.locator("main .badge")).toHaveCount(0);
  await expect(stranger.locator("main")).toContainText("published late");
  const chief = await visit({ duty: "supervision-chief", language: "en" });
  const { warnings } = await (await chief.request.get("/api/warnings?stage=all")).json();
  const all = [...warnings];
  for (let at = 2; at < 10; at += 1) {
    const more = (await (await chief.request.get(`/api/warnings?stage=all&page=${at}`)).json()).warnings;
    if (more.length === 0) break;
    all.push(...more);
  }
  const about = all.filter((it) => it.subject.kind === "disclosure");
  expect(about.length, "a lapsed duty raised a warning by itself").toBeGreaterThan(0);
});
