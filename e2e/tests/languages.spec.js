// Both languages are complete: English pages hold no Han characters but those marked as Chinese, no page shows the key
// of a text, and the choice of language and colours is kept.
import { han, keys } from "../support/look.js";
import { open, PAGES } from "../support/pages.js";
import { expect, test } from "../support/test.js";
import { LANGUAGES } from "../support/texts.js";

for (const type of PAGES) {
  test(`${type.name} is complete in both languages`, async ({ visit }) => {
    for (const language of LANGUAGES) {
      const page = await visit({ duty: type.duty, language });
      await open(page, type);
      await expect(page.locator("html")).toHaveAttribute("lang", language);
      // The page of samples names each sample by a word that may be the key of a text as well.
      if (type.name !== "design") {
        expect.soft(await keys(page, page.words.keys()), `keys on the page, ${language}`).toEqual([]);
      }
      if (language === "en") expect.soft(await han(page), "Han characters outside data").toEqual([]);
    }
  });
}

test("the language is chosen in the menu and kept", async ({ visit }) => {
  const page = await visit({ duty: "inspector", language: "zh-CN" });
  await page.goto("/processes");
  await page.locator(".who summary").click();
  await page.getByRole("button", { name: "English", exact: true }).click();
  await expect(page.locator("html")).toHaveAttribute("lang", "en");
  await expect(page).toHaveURL(/\/processes$/);
  await page.goto("/");
  await expect(page.locator("html")).toHaveAttribute("lang", "en");
});

test("outside, the language is chosen by a link", async ({ visit }) => {
  const page = await visit({ language: "zh-CN" });
  await page.goto("/licences");
  await page.getByRole("link", { name: "English", exact: true }).click();
  await expect(page.locator("html")).toHaveAttribute("lang", "en");
});

test("colours are chosen in the menu and kept", async ({ visit }) => {
  const page = await visit({ duty: "inspector", language: "en", colorScheme: "light" });
  await page.goto("/");
  const ink = () => page.locator("body").evaluate((body) => getComputedStyle(body).color);
  const light = await ink();
  await page.locator(".who summary").click();
  await page.getByRole("button", { name: page.words.t("theme-dark"), exact: true }).click();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  expect(await ink()).not.toBe(light);
});
