// A form half filled comes back, what is attached lies on the matter page and is had again byte for byte; without script as well.
import { readFile } from "node:fs/promises";

import { violations } from "../support/axe.js";
import { sticksOut } from "../support/look.js";
import { expect, test } from "../support/test.js";

const PDF = Buffer.from("%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer<</Root 1 0 R>>\n%%EOF\n\x00\xff", "latin1");

/** Nothing serious for accessibility, and nothing that sticks out sideways, also on a phone. */
async function sound(page, scripts) {
  if (scripts) expect(await violations(page)).toEqual([]);
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await sticksOut(page)).toEqual([]);
  await page.setViewportSize({ width: 1280, height: 800 });
}

// One draft of one officer's form: one after the other.
test.describe.configure({ mode: "serial" });

for (const javaScriptEnabled of [true, false]) {
  test(`a draft comes back and an attachment is had again${javaScriptEnabled ? "" : ", without script"}`, async ({ visit }) => {
    const handler = await visit({ duty: "organ-head", language: "en", javaScriptEnabled });
    const form = "/cases/new?process=licence";
    const title = `Attached ${javaScriptEnabled ? "with" : "without"} script`;
    await handler.goto(form);
    await handler.locator('input[name="title"]').fill(title);
    await handler.locator('input[name="f-area"]').fill("12");
    if (javaScriptEnabled) await expect(handler.getByRole("status").filter({ hasText: handler.words.t("casework-draft-kept") })).toBeVisible();
    await handler.locator('input[type="file"]').setInputFiles({ name: "平面图.pdf", mimeType: "application/pdf", buffer: PDF });
    await handler.getByRole("button", { name: handler.words.t("casework-draft-keep"), exact: true }).click();
    await expect(handler.locator(".received")).toContainText("平面图.pdf");

    await handler.goto("/inbox");
    await handler.goto(form);
    await expect(handler.locator('input[name="title"]')).toHaveValue(title);
    await expect(handler.locator('input[name="f-area"]')).toHaveValue("12");
    await expect(handler.locator(".received")).toContainText("平面图.pdf");
    await sound(handler, javaScriptEnabled);

    await handler.locator('input[name="power"]').first().check();
    await handler.locator('input[name="f-file"]').fill("2026-200");
    const wrong = { name: "page.pdf", mimeType: "application/pdf", buffer: Buffer.from("<!doctype html><title>x</title>") };
    await handler.locator('input[type="file"]').setInputFiles(wrong);
    await handler.getByRole("button", { name: handler.words.t("casework-open-button"), exact: true }).click();
    await expect(handler.locator(".error-summary")).toContainText(handler.words.t("casework-value-wrong-kind"));
    await handler.getByRole("button", { name: handler.words.t("casework-open-button"), exact: true }).click();
    await expect(handler).toHaveURL(/\/cases\/[0-9a-f-]{36}$/);
    const documents = handler.locator("#documents");
    await expect(documents).toContainText("平面图.pdf");
    await sound(handler, javaScriptEnabled);
    const coming = handler.waitForEvent("download");
    await documents.getByRole("link", { name: "平面图.pdf" }).first().click();
    const download = await coming;
    expect(download.suggestedFilename()).toBe("平面图.pdf");
    expect(Buffer.compare(await readFile(await download.path()), PDF)).toBe(0);

    await handler.goto(form);
    await expect(handler.locator('input[name="title"]'), "it went with the act").toHaveValue("");
  });
}
