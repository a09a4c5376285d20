// A steward draws a step that waits for what never comes: the way that leads there is said beside the drawing and on the page of the
// model, in both languages, on a phone too; it can be proposed all the same.
import { violations } from "../support/axe.js";
import { sticksOut } from "../support/look.js";
import { expect, test } from "../support/test.js";

test("where a case would wait for ever is shown with the way that leads there", async ({ visit }) => {
  const steward = await visit({ duty: "rule-steward", language: "en" });
  await steward.goto("/models");
  await steward.locator('#in-force a[href^="/models/"]', { hasText: "行政许可（一般程序）" }).first().click();
  await steward.getByRole("link", { name: steward.words.t("casework-change"), exact: true }).click();
  const panel = steward.locator("qy-model-editor");
  await expect(panel).toContainText(/can be deployed/i);
  await panel.locator('[data-view="source"]').click();
  const source = steward.locator('textarea[name="content"]');
  const xml = await source.inputValue();
  await source.fill(xml.replace('<userTask id="accept"', '<userTask id="accept" startQuantity="2"'));
  const way = "收到申请 → 受理审查";
  const finding = panel.locator(".finding").filter({ hasText: "FLOW25" });
  await expect(finding).toContainText(way);
  await expect(panel, "a warning stands in nobody's way").toContainText(/can be deployed/i);
  // It leads to its element.
  await panel.locator('[data-view="drawing"]').click();
  await finding.click();
  await expect(panel.getByLabel("Choose an element")).toHaveValue("accept");
  await steward.locator('textarea[name="reason"]').fill("Two applications at once.");
  await steward.getByRole("button", { name: steward.words.t("casework-propose-button"), exact: true }).click();
  await expect(steward).toHaveURL(/\/models\/[0-9a-f-]{36}$/);
  const model = new URL(steward.url()).pathname;

  for (const language of ["en", "zh-CN"]) {
    for (const width of [1440, 390]) {
      const approver = await visit({ duty: "rule-approver", language, viewport: { width, height: 900 } });
      await approver.goto(model);
      const row = approver.locator("#findings tr, #findings li, #findings [role=row]").filter({ hasText: "FLOW25" });
      await expect(row.first()).toContainText(way);
      expect.soft(await violations(approver, "light"), `axe, ${language}, ${width} px`).toEqual([]);
      expect.soft(await sticksOut(approver), `sideways, ${language}, ${width} px`).toEqual([]);
    }
  }
  const approver = await visit({ duty: "rule-approver", language: "en" });
  await approver.goto(model);
  await approver.getByRole("radio", { name: approver.words.t("casework-answer-refuse"), exact: true }).check();
  await approver.locator('textarea[name="grounds"]').fill("It would wait for ever.");
  await approver.getByRole("button", { name: approver.words.t("casework-answer-button"), exact: true }).click();
  await expect(approver.locator(".heading")).toContainText(approver.words.t("casework-stage-refused"));
});
