// The main job, as its people do it: a file comes in, a run judges it, a warning goes to an inspector, the organ
// explains, the inspector concludes, the organ corrects, the inspector accepts. On both stores.
import { INDICATOR, MISDATED, sample } from "../support/ocds.js";
import { expect, test } from "../support/test.js";
import { expectActs, form, judge, send, stands } from "../support/warning.js";

/** The organ that the demo's handler answers for, as procurement records name it. */
async function organOf(handler) {
  const answer = await handler.request.get("/api/processes");
  expect(answer.status()).toBe(200);
  const { processes } = await answer.json();
  return processes.find((process) => process.buyer).buyer;
}

/** The verdicts on the indicator, and what its page says of its precision. */
async function precisionOf(inspector) {
  const answer = await inspector.request.get(`/api/indicators/${INDICATOR}`);
  const { verdicts } = await answer.json();
  await inspector.goto(`/indicators/${INDICATOR}`);
  const title = inspector.getByRole("heading", { name: inspector.words.t("redflags-precision"), exact: true });
  return { verdicts, shown: await inspector.locator("section.panel", { has: title }).innerText() };
}

test("from a file to an answered warning", async ({ visit }) => {
  const handler = await visit({ duty: "organ-handler" });
  const file = sample(await organOf(handler));
  const inspector = await visit({ duty: "inspector", language: "en" });
  const before = await precisionOf(inspector);

  const officer = await visit({ duty: "data-officer" });
  await test.step("the data officer uploads a file and sees what came in and what was held back", async () => {
    await officer.goto("/imports/new");
    await officer.getByLabel(officer.words.t("redflags-import-source"), { exact: true }).fill("e2e");
    await officer.getByLabel(officer.words.t("redflags-import-file")).setInputFiles({ name: file.name, mimeType: "application/json", buffer: Buffer.from(file.text) });
    await officer.getByRole("button", { name: officer.words.t("redflags-import-send"), exact: true }).click();
    // The page of the job asks again by itself until the job has ended.
    const done = officer.words.t("redflags-import-done", { read: file.broken, loaded: file.loads, held: 1, aside: 1 });
    await expect(officer.getByText(done)).toBeVisible({ timeout: 60_000 });
    await officer.goto("/imports");
    const row = officer.getByRole("row").filter({ hasText: file.name });
    await expect(row).toContainText("✓");
    await row.getByRole("link", { name: "1", exact: true }).click();
    await expect(officer).toHaveURL(/\/quarantine\?source=e2e/);
    const held = officer.locator("main tbody").getByRole("row");
    await expect(held.filter({ hasText: officer.words.t("redflags-held-whole") })).toContainText(String(file.broken));
    await expect(held.filter({ hasText: officer.words.t("redflags-held-value") })).toContainText(MISDATED);
  });

  await test.step("a run is started and its four outcomes add up", async () => {
    await officer.goto("/runs");
    await officer.getByLabel(officer.words.t("redflags-run-source"), { exact: true }).selectOption("e2e");
    await officer.getByRole("button", { name: officer.words.t("redflags-run-start"), exact: true }).click();
    await expect(officer).toHaveURL(/\/runs\/1\?source=e2e/, { timeout: 60_000 });
    await expect(officer.locator("main")).toContainText(officer.words.t("outcomes-checked"));
  });

  await test.step("the inspector goes from the cockpit to the queue and takes the warning", async () => {
    await inspector.goto("/");
    await inspector.getByRole("link", { name: inspector.words.t("supervision-to-queue"), exact: true }).click();
    await expect(inspector).toHaveURL(/\/queue$/);
    // The watch follows the run's act; the queue is opened again until it has.
    const warning = inspector.locator("#queue").getByRole("link", { name: file.flagged[0].title });
    await expect(async () => {
      await inspector.goto("/queue?stage=dispatched&min=97&sort=number&dir=desc");
      await expect(warning).toBeVisible({ timeout: 1_000 });
    }).toPass({ timeout: 60_000 });
    await warning.click();
    await expect(inspector).toHaveURL(/\/warnings\//);
    await expect(inspector.locator("main .evidence", { hasText: INDICATOR })).toBeVisible();
    await stands(inspector, "dispatched");
    await expectActs(inspector, 1);
    await send(inspector, "take");
    await stands(inspector, "checking");
    await expectActs(inspector, 2);
  });

  await test.step("the organ is asked and explains", async () => {
    await send(inspector, "ask", "Why was the period for bids shorter than twenty days?");
    await stands(inspector, "asked");
    await expectActs(inspector, 3);
    await handler.goto("/queue?stage=asked");
    await handler.locator("#queue").getByRole("link", { name: file.flagged[0].title }).click();
    await expect(handler.locator("main")).toContainText("Why was the period for bids shorter than twenty days?");
    await send(handler, "explain", "设备须在汛期前到位，我局按紧急程度缩短了期限。");
    await stands(handler, "checking");
    await expectActs(handler, 4);
  });

  await test.step("the inspector concludes reason by reason", async () => {
    await inspector.reload();
    await expect(inspector.locator("main")).toContainText("设备须在汛期前到位");
    expect(await judge(inspector, "confirmed")).toBeGreaterThan(0);
    await send(inspector, "conclude", "The law knows no such exception; the period has to be twenty days.");
    await stands(inspector, "correcting");
    await expectActs(inspector, 5);
  });

  await test.step("the organ corrects, the inspector accepts, the warning is closed", async () => {
    await handler.reload();
    await send(handler, "correct", "已修订本局采购操作规程，期限由两人复核。");
    await stands(handler, "corrected");
    await inspector.reload();
    await send(inspector, "accept", "The new procedure was read; it names two persons.");
    await expect(inspector.locator(".heading")).toContainText(inspector.words.t("supervision-outcome-corrected"));
    await expectActs(inspector, 7);
    for (const act of ["ask", "conclude", "accept", "return"]) await expect(form(inspector, act)).toHaveCount(0);
  });

  await test.step("the verdict counts in the indicator's precision", async () => {
    const after = await precisionOf(inspector);
    expect(after.verdicts.confirmed).toBeGreaterThan(before.verdicts.confirmed);
    expect(after.shown).not.toBe(before.shown);
  });
});
