// A message is sent by hand and the page says what became of it; another system sends one and asks for work; what is wrong is
// said beside its field; without script as well.
import { violations } from "../support/axe.js";
import { sticksOut } from "../support/look.js";
import { expect, test } from "../support/test.js";

for (const javaScriptEnabled of [true, false]) {
  test(`a message is sent by hand and told of${javaScriptEnabled ? "" : ", without script"}`, async ({ visit }) => {
    const head = await visit({ duty: "organ-head", language: "en", javaScriptEnabled });
    const t = (key) => head.words.t(`casework-${key}`);
    await head.goto("/messages");
    await expect(head.getByRole("heading", { level: 1 })).toHaveText(t("messages"));
    await head.locator('input[name="name"]').fill(" ");
    await head.locator('textarea[name="content"]').fill("no value");
    await head.getByRole("button", { name: t("message-send-button"), exact: true }).click();
    await expect(head.locator(".error-summary")).toBeVisible();
    const name = `by hand ${javaScriptEnabled}`;
    await head.locator('input[name="name"]').fill(name);
    await head.locator('input[name="key"]').fill("许-2026-1");
    await head.locator('textarea[name="content"]').fill("pages = 3\nresult = 同意");
    await head.getByRole("button", { name: t("message-send-button"), exact: true }).click();
    await expect(head).toHaveURL(/\/messages$/);
    const row = head.locator("#messages tr", { hasText: name });
    await expect(row).toContainText("许-2026-1");
    await expect(async () => {
      await head.reload();
      await expect(head.locator("#messages tr", { hasText: name })).toContainText(t("message-over"));
    }).toPass({ timeout: 15_000 });
    if (javaScriptEnabled) expect(await violations(head)).toEqual([]);
    await head.setViewportSize({ width: 390, height: 844 });
    expect(await sticksOut(head)).toEqual([]);
  });
}

test("another system sends a message once by its id and finds no work that is not there", async ({ visit }) => {
  const system = await visit({ duty: "connected-system", language: "en" });
  const send = (path, data) => system.request.post(path, { data });
  const message = { id: "e2e-1", name: "e2e", key: 7, content: { day: { date: "2026-11-16" } } };
  const first = await (await send("/api/messages", message)).json();
  expect(await (await send("/api/messages", message)).json()).toEqual(first);
  const other = await send("/api/messages", { ...message, key: 8 });
  expect([other.status(), (await other.json()).code]).toEqual([422, "message.other_content"]);
  const { jobs } = await (await send("/api/jobs/lease", { types: ["e2e"], worker: "one" })).json();
  expect(jobs).toEqual([]);
  const none = await send("/api/jobs/lease", { types: ["remind"], worker: "one" });
  expect((await none.json()).code).toBe("job.in_house");
});
