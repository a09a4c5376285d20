// A citizen applies from the guide, the organ asks for papers, the citizen follows and answers by receipt number and code: without
// signing in, and without scripts as well.
import { violations } from "../support/axe.js";
import { sticksOut } from "../support/look.js";
import { expect, test } from "../support/test.js";

for (const javaScriptEnabled of [true, false]) {
  test(`an application is sent, followed and answered${javaScriptEnabled ? "" : ", without script"}`, async ({ visit }) => {
    const citizen = await visit({ language: "en", javaScriptEnabled });
    const t = (key) => citizen.words.t(`services-${key}`);
    const looks = async () => {
      if (javaScriptEnabled) expect(await violations(citizen)).toEqual([]);
      await citizen.setViewportSize({ width: 390, height: 844 });
      expect(await sticksOut(citizen)).toEqual([]);
      await citizen.setViewportSize({ width: 1280, height: 900 });
    };
    await citizen.goto("/guide?q=occupy");
    await citizen.getByRole("link", { name: "Sample licence to occupy a road" }).click();
    await looks();
    await citizen.getByRole("link", { name: citizen.words.t("operation-apply") }).click();
    await citizen.locator('input[name="applicant"]').fill("示例己公司");
    await citizen.locator('input[name="contact"]').fill("call me");
    await citizen.locator('input[name="f-area"]').fill("25");
    await citizen.getByRole("button", { name: t("apply-send") }).click();
    await expect(citizen.locator(".error-summary")).toContainText(t("wrong-contact"));
    await expect(citizen.locator('input[name="applicant"]')).toHaveValue("示例己公司");
    await looks();
    await citizen.locator('input[name="contact"]').fill("0000-88880099");
    await citizen.getByRole("button", { name: t("apply-send") }).click();
    await expect(citizen.getByRole("heading", { level: 1 })).toHaveText(t("received"));
    await looks();
    const fact = async (label) => (await citizen.locator(`dt:text-is("${label}") + dd`).textContent()).trim();
    const [number, code] = [await fact(t("number")), await fact(t("code"))];

    const handler = await visit({ duty: "organ-handler", language: "en" });
    await handler.goto("/services");
    await handler.getByRole("link", { name: number }).click();
    await handler.locator('main a[href*="/tasks/"]').first().click();
    await handler.locator('button[name="act"][value="claim"]').click();
    await handler.locator('textarea[name="f-opinion"]').fill("缺平面图");
    await handler.locator('button[name="act"][value="complete"]').click();

    await citizen.goto("/progress");
    const ask = async (code) => {
      await citizen.locator('input[name="number"]').first().fill(number.toLowerCase());
      await citizen.locator('input[name="code"]').first().fill(code);
      await citizen.getByRole("button", { name: t("see-progress") }).click();
    };
    await ask("AAAA-BBBB-CCCC");
    await expect(citizen.locator(".error-summary")).toContainText(citizen.words.t("refusal-service-no-application"));
    await ask(code.toLowerCase());
    await expect(citizen.locator("main")).toContainText(t("your-turn"));
    await expect(citizen.locator("main")).not.toContainText("缺平面图");
    await looks();
    await citizen.locator('textarea[name="words"]').first().fill("平面图已补交。");
    await citizen.getByRole("button", { name: t("answer-send") }).click();
    await expect(citizen.locator("main")).toContainText(t("done-answered"));
  });
}

test("a power is proposed, reviewed and published, and only then exercised", async ({ visit }) => {
  const steward = await visit({ duty: "inventory-steward", language: "en" });
  const t = (key) => steward.words.t(`operation-${key}`);
  await steward.goto("/powers/new");
  const fill = (name, text) => steward.locator(`[name="${name}"]`).fill(text);
  await fill("code", "YS-E2E-1");
  await fill("name", "示例临时摊点许可");
  await fill("name_en", "Sample licence of an e2e");
  await fill("bases", "示例条例 | 第二十条");
  await fill("conditions", "有固定摊位。");
  await fill("statutory", "20 working days");
  await fill("promised", "30");
  await fill("reason", "上级目录新增");
  await steward.getByRole("button", { name: t("propose") }).click();
  await expect(steward.locator(".error-summary")).toContainText(t("wrong-longer"));
  expect(await violations(steward)).toEqual([]);
  await fill("promised", "15");
  await steward.getByRole("button", { name: t("propose") }).click();
  await expect(steward.locator("main")).toContainText(t("stage-review"));
  const path = new URL(steward.url()).pathname;

  const legal = await visit({ duty: "legal-reviewer", language: "en" });
  await legal.goto(path);
  await legal.locator('input[name="answer"][value="pass"]').check();
  await legal.locator('textarea[name="opinion"]').fill("依据现行有效");
  await legal.getByRole("button", { name: t("review-send") }).click();
  await expect(legal.locator("main")).toContainText(t("stage-publication"));
  expect(await violations(legal)).toEqual([]);

  const publisher = await visit({ duty: "inventory-approver", language: "en" });
  await publisher.goto(path);
  await publisher.locator('input[name="answer"][value="publish"]').check();
  await publisher.getByRole("button", { name: t("answer-send") }).click();
  await expect(publisher.locator("main")).toContainText(t("stage-to-come"));
  await publisher.goto("/powers/coverage");
  expect(await violations(publisher)).toEqual([]);
});
