// What changes while a page is open: the cockpit shows it without being asked, and without a script a page still asks.
import { open, PAGES } from "../support/pages.js";
import { expect, test } from "../support/test.js";
import { send } from "../support/warning.js";

test("the cockpit shows what has changed while it is open", async ({ visit }) => {
  const cockpit = await visit({ duty: "inspector" });
  await cockpit.goto("/");
  const waits = cockpit.locator("#live-waits");
  const before = await waits.innerText();
  const other = await visit({ duty: "inspector" });
  await other.goto("/");
  await other.locator('#live-waits a[href^="/warnings/"]').last().click();
  await send(other, "take");
  await expect(waits).not.toHaveText(before, { useInnerText: true, timeout: 20_000 });
  // Only this part was exchanged: the rest of the page is the one that was opened.
  await expect(cockpit.locator("#live-waits")).toHaveCount(1);
});

test("a run is followed to its report", async ({ visit }) => {
  const officer = await visit({ duty: "data-officer", language: "en" });
  await open(officer, PAGES.find((type) => type.name === "runs"));
  await officer.getByRole("button", { name: officer.words.t("redflags-run-start"), exact: true }).click();
  await expect(officer).toHaveURL(/\/runs\/(jobs\/)?\d+/);
  await expect(officer.locator("main")).toContainText(officer.words.t("outcomes-checked"), { timeout: 90_000 });
});
