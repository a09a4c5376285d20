// A receipt is taken from a warning by who may read it, and checked by anybody: by the node, and in the browser alone.
import { open, PAGES } from "../support/pages.js";
import { expect, test } from "../support/test.js";

test("a receipt holds in the browser, and a bent one proves nothing", async ({ visit }) => {
  const inspector = await visit({ duty: "inspector", language: "en" });
  await open(inspector, PAGES.find((type) => type.name === "warning"));
  const href = await inspector.locator('main a.seal[href$="/receipt"]').first().getAttribute("href");
  const receipt = await (await inspector.request.get(href)).text();
  expect(receipt).toMatch(/^c2sp\.org\/tlog-proof@v1\n/);

  const visitor = await visit({ language: "en" });
  await visitor.goto("/verify");
  const field = visitor.getByLabel(visitor.words.t("notary-receipt"));
  const place = visitor.locator("[data-verify]");
  const here = place.getByRole("button", { name: visitor.words.t("notary-browser") });
  await field.fill(receipt);
  await here.click();
  await expect(place).toHaveAttribute("data-result", "holds");
  await expect(place.getByRole("status")).toContainText("It holds");

  // As a mouse marks it, or a mail brings it.
  await field.fill(`  ${receipt.trim()}`);
  await here.click();
  await expect(place).toHaveAttribute("data-result", "holds");

  // One letter of the content, of the proof's index, of the checkpoint's size.
  const bent = [
    receipt.replace(/(extra .{300})./, (_, before) => `${before}${receipt[receipt.indexOf("extra ") + 306] === "A" ? "B" : "A"}`),
    receipt.replace(/\nindex \d+/, "\nindex 0"),
    receipt.replace(/(\n\n[^\n]+\n)\d+/, "$1999999"),
  ];
  for (const text of bent) {
    expect(text).not.toBe(receipt);
    await field.fill(text);
    await here.click();
    await expect(place).toHaveAttribute("data-result", "nothing");
  }

  await field.fill(receipt);
  await visitor.getByRole("button", { name: visitor.words.t("notary-check"), exact: true }).click();
  await expect(visitor.locator("main")).toContainText("It holds");
});
