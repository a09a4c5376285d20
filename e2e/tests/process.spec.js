// A process changed in the browser by somebody who draws nothing: a limit, and a countersignature; approved by another; the next
// matter follows it while those going on do not.
import { expect, test } from "../support/test.js";

test("a limit and a countersignature are set, approved, and hold for the next case alone", async ({ visit }) => {
  const steward = await visit({ duty: "rule-steward", language: "en" });
  await steward.goto("/models");
  await steward.locator('#in-force a[href^="/models/"]', { hasText: "行政许可（一般程序）" }).first().click();
  await steward.getByRole("link", { name: steward.words.t("casework-change"), exact: true }).click();
  const panel = steward.locator("qy-model-editor");
  await panel.getByLabel("Choose an element").selectOption({ value: "check" });
  await panel.getByLabel("Promised limit").fill("4");
  await panel.getByRole("radio", { name: /^Several at once/ }).check();
  await panel.getByLabel("Who signs").selectOption("count");
  await panel.getByLabel("How many officers").fill("2");
  await panel.getByLabel("How many officers").blur();
  await expect(panel.getByLabel("Field that says “I agree”"), "the form's one yes-or-no field").toHaveValue("agreed");
  await expect(panel).toContainText(/can be deployed/i);
  await steward.locator('textarea[name="reason"]').fill("Two officers check.");
  await steward.getByRole("button", { name: steward.words.t("casework-propose-button"), exact: true }).click();
  await expect(steward).toHaveURL(/\/models\/[0-9a-f-]{36}$/);
  const model = new URL(steward.url()).pathname;

  const approver = await visit({ duty: "rule-approver", language: "en" });
  await approver.goto(model);
  await expect(approver.locator("main")).toContainText("from 3 to 4");
  await approver.getByRole("radio", { name: approver.words.t("casework-answer-approve"), exact: true }).check();
  await approver.getByRole("button", { name: approver.words.t("casework-answer-button"), exact: true }).click();
  await expect(approver.locator(".heading")).toContainText(approver.words.t("casework-stage-approved"));

  const handler = await visit({ duty: "organ-handler", language: "en" });
  const { tasks } = await (await handler.request.get("/api/inbox")).json();
  const running = tasks.find((it) => it.process === "licence" && it.element === "accept");
  const accept = async (page) => {
    await handler.goto(page);
    await handler.getByRole("checkbox").check();
    await handler.locator('textarea[name="f-opinion"]').fill("Complete.");
    await handler.getByRole("button", { name: handler.words.t("casework-complete"), exact: true }).click();
    await expect(handler).toHaveURL(/\/cases\/[0-9a-f-]{36}$/);
    return (await handler.request.get(`/api${new URL(handler.url()).pathname}`)).json();
  };
  const before = await accept(running.page);
  expect(before.tasks.map((it) => it.element), "a running case stays on its version").toEqual(["check"]);

  await handler.goto("/cases/new?process=licence");
  await handler.locator('input[name="title"]').fill("Licence of the new kind");
  await handler.locator('input[name="f-file"]').fill("2026-100");
  await handler.locator('input[name="f-area"]').fill("120");
  await handler.locator('input[name="power"]').first().check();
  await handler.getByRole("button", { name: handler.words.t("casework-open-button"), exact: true }).click();
  await expect(handler).toHaveURL(/\/cases\/[0-9a-f-]{36}$/);
  const opened = await (await handler.request.get(`/api${new URL(handler.url()).pathname}`)).json();
  const after = await accept(`${opened.page}/tasks/${opened.tasks[0].task}`);
  expect(after.tasks.map((it) => it.element), "the next one is countersigned").toEqual(["check", "check"]);
});
