// Running cases moved to another version in the browser: tried, moved, seen on the matter's page, taken back. The process is one of
// this test's own, so that no other test's cases move.
import { violations } from "../support/axe.js";
import { expect, test } from "../support/test.js";

/** A process of two steps; the second is called so and is promised within so many days. */
const model = (review, days) => `<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:qy="urn:qingyuan:bpmn:1" targetNamespace="t">
  <process id="moved-permit" name="Permit on trial" isExecutable="true">
    <extensionElements><qy:clock law="licensing" statutory="20" promised="10" unit="working-days" article="行政许可法 第42条" supplement="anew"/></extensionElements>
    <startEvent id="start"><outgoing>a</outgoing></startEvent>
    <userTask id="${review}" name="Review" qy:candidates="organ-head">
      <extensionElements><qy:clock promised="${days}" unit="working-days"/></extensionElements>
      <incoming>a</incoming><outgoing>b</outgoing>
    </userTask>
    <endEvent id="end"><incoming>b</incoming></endEvent>
    <sequenceFlow id="a" sourceRef="start" targetRef="${review}"/>
    <sequenceFlow id="b" sourceRef="${review}" targetRef="end"/>
  </process>
</definitions>`;

test("running cases are tried, moved, seen on their page, and taken back", async ({ visit }) => {
  const steward = await visit({ duty: "rule-steward", language: "en" });
  const approver = await visit({ duty: "rule-approver", language: "en" });
  const deploy = async (xml) => {
    await steward.goto("/models/new");
    await steward.locator('input[type="file"]').setInputFiles({ name: "permit.bpmn", mimeType: "application/xml", buffer: Buffer.from(xml) });
    await steward.locator('input[name="name"]').fill("Permit on trial");
    await steward.locator('textarea[name="reason"]').fill("A trial.");
    await steward.getByRole("button", { name: steward.words.t("casework-propose-button"), exact: true }).click();
    await expect(steward).toHaveURL(/\/models\/[0-9a-f-]{36}$/);
    const path = new URL(steward.url()).pathname;
    await approver.goto(path);
    await approver.getByRole("radio", { name: approver.words.t("casework-answer-approve"), exact: true }).check();
    await approver.getByRole("button", { name: approver.words.t("casework-answer-button"), exact: true }).click();
    await expect(approver.locator(".heading")).toContainText(approver.words.t("casework-stage-approved"));
    return path;
  };
  await deploy(model("check", 5));
  const head = await visit({ duty: "organ-head", language: "en" });
  const cases = [];
  for (const title of ["Permit one", "Permit two"]) {
    await head.goto("/cases/new?process=moved-permit");
    await head.locator('input[name="title"]').fill(title);
    await head.getByRole("button", { name: head.words.t("casework-open-button"), exact: true }).click();
    await expect(head).toHaveURL(/\/cases\/[0-9a-f-]{36}$/);
    cases.push(new URL(head.url()).pathname);
  }
  const next = await deploy(model("examine", 3));

  await head.goto(next);
  await head.getByRole("link", { name: head.words.t("casework-move-here"), exact: true }).click();
  await head.getByRole("button", { name: head.words.t("casework-move-try"), exact: true }).click();
  await expect(head.locator("#planned")).toContainText(head.words.t("casework-move-needs-mapping"));
  await expect(head.locator("main")).toContainText(head.words.t("casework-move-nothing-fits"));
  await head.locator('select[name="pair-check"]').selectOption("examine");
  await head.getByRole("radio", { name: new RegExp(`^${head.words.t("casework-move-policy-rederive")}`) }).check();
  await head.getByRole("button", { name: head.words.t("casework-move-try"), exact: true }).click();
  await expect(head.locator("#planned")).toContainText(head.words.t("casework-move-fits"));
  await expect(head.locator("#planned"), "which limit changes is said").toContainText("Limit (Review (examine))");
  expect(await violations(head, "light")).toEqual([]);

  await head.locator('textarea[name="reason"]').fill("The promise is shorter now.");
  await head.getByRole("button", { name: head.words.t("casework-move-do-button"), exact: true }).click();
  await expect(head).toHaveURL(/\/moves\/[0-9a-f-]{36}$/);
  const move = new URL(head.url()).pathname;
  await expect(head.locator(".heading")).toContainText(head.words.t("casework-move-stage-moved"));
  await expect(head.locator("#outcomes")).toContainText("Permit two");
  expect(await violations(head, "light")).toEqual([]);

  await head.goto(cases[0]);
  await expect(head.locator(".heading")).toContainText("version 2");
  await expect(head.locator("main")).toContainText("Moved from version 1 to version 2");
  expect(await violations(head, "light")).toEqual([]);
  // Somebody takes one: it is not taken back any more.
  const { tasks } = await (await head.request.get(`/api${cases[1]}`)).json();
  await head.goto(`${cases[1]}/tasks/${tasks[0].task}`);
  await head.getByRole("button", { name: head.words.t("casework-claim"), exact: true }).click();

  await head.goto(move);
  await head.locator('textarea[name="reason"]').fill("Too early.");
  await head.getByRole("button", { name: head.words.t("casework-move-revert-all"), exact: true }).click();
  await expect(head.locator(".heading")).toContainText(head.words.t("casework-move-stage-reverted"));
  const { outcomes, reverted, left } = await (await head.request.get(`/api${move}`)).json();
  expect([reverted, left]).toEqual([1, 1]);
  expect(outcomes.find((it) => it.outcome === "left").why.code).toBe("case.since");
  await head.goto(cases[0]);
  await expect(head.locator(".heading")).toContainText("version 1");
  await head.goto(cases[1]);
  await expect(head.locator(".heading")).toContainText("version 2");
  await expect(head.locator("main")).toContainText("cannot be taken back");
});
