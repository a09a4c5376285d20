// A rule of supervision, from the list to the warning that it raised and to the case behind that; who reads rules, and who does not.
import { violations } from "../support/axe.js";
import { sticksOut } from "../support/look.js";
import { expect, test } from "../support/test.js";

/** The newest warning that a rule raised: its path. */
async function raisedBy(page, code) {
  for (let at = 1; at < 20; at += 1) {
    const { warnings } = await (await page.request.get(`/api/warnings?stage=all&sort=number&dir=desc&page=${at}`)).json();
    for (const { id } of warnings) {
      const { finding } = await (await page.request.get(`/api/warnings/${id}`)).json();
      if (finding.rule.code === code) return `/warnings/${id}`;
    }
    if (warnings.length === 0) return undefined;
  }
  return undefined;
}

test("from the rules to what one of them raised, back to its law, and to the case", async ({ visit }) => {
  const inspector = await visit({ duty: "inspector", language: "en", javaScriptEnabled: false });
  const { words } = inspector;
  await inspector.goto("/");
  await inspector.getByRole("link", { name: words.t("watch-menu-rules"), exact: true }).first().click();
  await expect(inspector).toHaveURL(/\/rules$/);
  const off = inspector.getByRole("row").filter({ hasText: "ES-20" });
  await expect(off).toContainText(words.t("watch-state-off-low"));
  await inspector.getByRole("link", { name: "ES-11", exact: true }).click();
  await expect(inspector.locator("main")).toContainText("Licensing Law art. 42");
  await expect(inspector.locator("main")).toContainText(words.t("watch-state-on"));
  for (const code of ["ES-11", "ES-13"]) {
    const warning = await raisedBy(inspector, code);
    expect(warning, `the demo has a warning of ${code}`).toBeTruthy();
    await inspector.goto(warning);
    await expect(inspector.locator("main b").first()).toBeVisible();
    await inspector.locator(`main a[href="/rules/${code}"]`).first().click();
    await expect(inspector).toHaveURL(new RegExp(`/rules/${code}$`));
    await inspector.goto(warning);
    await inspector.locator('.heading a[href^="/cases/"]').click();
    await expect(inspector).toHaveURL(/\/cases\/[0-9a-f-]{36}$/);
  }
});

test("who may read rules reads them and who may not is told so", async ({ visit }) => {
  for (const duty of ["rule-steward", "rule-approver", "supervision-chief"]) {
    const page = await visit({ duty });
    expect((await page.goto("/rules")).status(), duty).toBe(200);
    expect((await page.request.get("/api/rules")).status(), duty).toBe(200);
  }
  const handler = await visit({ duty: "organ-handler" });
  expect((await handler.request.get("/rules")).status()).toBe(403);
  expect((await handler.request.get("/api/rules")).status()).toBe(403);
  await handler.goto("/");
  await expect(handler.locator('nav a[href="/rules"]')).toHaveCount(0);
});

for (const language of ["zh-CN", "en"]) {
  test(`rules are read by a screen reader and on a phone, ${language}`, async ({ visit }) => {
    const page = await visit({ duty: "inspector", language, viewport: { width: 390, height: 844 } });
    for (const path of ["/rules", "/rules/ES-11", "/rules/ES-20", "/rules/ES-16"]) {
      await page.goto(path);
      expect(await violations(page), path).toEqual([]);
      expect(await sticksOut(page), path).toEqual([]);
    }
  });
}
