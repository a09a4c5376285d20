// Everything works without JavaScript: what it adds is comfort.
import { expect, test } from "../support/test.js";
import { form, judge, judged, send, stands } from "../support/warning.js";

const bare = (visit, duty) => visit({ duty, javaScriptEnabled: false });

test("one signs in", async ({ visit, node }) => {
  const page = await bare(visit);
  const { login, password } = node.signIns["supervision-chief"];
  await page.goto("/queue");
  await page.getByLabel(page.words.t("sign-in-name")).fill(login);
  await page.getByLabel(page.words.t("sign-in-password")).fill(password);
  await page.getByRole("button", { name: page.words.t("sign-in-act"), exact: true }).click();
  await expect(page).toHaveURL(/\/queue$/);
  await page.locator(".who summary").click();
  await page.getByRole("button", { name: page.words.t("frame-sign-out"), exact: true }).click();
  await expect(page).toHaveURL(/\/sign-in$/);
  await page.goto("/queue");
  await expect(page).toHaveURL(/\/sign-in\?next=/);
});

test("the queue is filtered, sorted and cleared", async ({ visit }) => {
  const page = await bare(visit, "inspector");
  await page.goto("/queue");
  const light = page.words.t("light-red");
  const menu = page.locator(".filter-menus details", { hasText: page.words.t("supervision-filter-light") });
  await menu.locator("summary").click();
  await menu.getByRole("link", { name: light, exact: true }).click();
  await expect(page).toHaveURL(/light=red/);
  await expect(page.locator(".filter-bar .chip")).toHaveCount(1);
  const badges = page.locator("#queue tbody tr:not(.empty) td:first-child");
  for (const badge of await badges.allTextContents()) expect(badge.trim()).toBe(light);
  await page.getByRole("columnheader", { name: page.words.t("supervision-column-amount") }).getByRole("link").click();
  await expect(page).toHaveURL(/light=red/);
  await expect(page).toHaveURL(/sort=amount/);
  await expect(page.locator('#queue th[aria-sort="descending"]')).toHaveText(page.words.like("supervision-column-amount", { part: true }));
  await page.getByRole("link", { name: page.words.t("filter-clear"), exact: true }).click();
  await expect(page.locator(".filter-bar .chip")).toHaveCount(0);
});

test("processes are found by words", async ({ visit }) => {
  const page = await bare(visit, "inspector");
  await page.goto("/processes");
  const menu = page.locator(".filter-menus details", { hasText: page.words.t("redflags-filter-text") });
  await menu.locator("summary").click();
  await menu.getByRole("searchbox").fill("维修");
  await menu.getByRole("button", { name: page.words.t("filter-apply"), exact: true }).click();
  await expect(page.getByRole("status")).toHaveText(page.words.like("filter-count"));
});

test("a warning is taken and concluded, and a verdict without grounds is refused with what was typed", async ({ visit }) => {
  const page = await bare(visit, "inspector");
  await page.goto("/queue?stage=dispatched");
  // One of the inspector's own unit: others are seen, and taken by theirs. The last first, for the first are another test's.
  const listed = await page.locator("#queue tbody .subject").evaluateAll((links) => links.map((link) => link.getAttribute("href")).reverse());
  for (const href of listed) {
    await page.goto(href);
    if ((await form(page, "take").count()) > 0) break;
  }
  await send(page, "take");
  await stands(page, "checking");
  const reasons = await judge(page, "refuted");
  expect(reasons).toBeGreaterThan(0);
  // A blank passes the browser's own check, and not the node's.
  await send(page, "conclude", " ");
  await expect(form(page, "conclude").locator(".error-summary")).toBeVisible();
  expect(await judged(page, "refuted")).toBe(reasons);
  await send(page, "conclude", "来源数据的截止日期登记有误，已向登记处核对。");
  await expect(page.locator(".heading")).toContainText(page.words.t("supervision-outcome-refuted"));
  await expect(form(page, "conclude")).toHaveCount(0);
});
