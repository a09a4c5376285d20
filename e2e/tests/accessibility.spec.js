// Every page type, in both languages, light and dark, wide and at 390 px: axe finds nothing, and nothing scrolls
// sideways down to 320 px.
import { violations } from "../support/axe.js";
import { sticksOut } from "../support/look.js";
import { open, PAGES } from "../support/pages.js";
import { expect, test } from "../support/test.js";
import { LANGUAGES } from "../support/texts.js";

for (const type of PAGES) {
  for (const language of LANGUAGES) {
    test(`${type.name}, ${language}`, async ({ visit }) => {
      const page = await visit({ duty: type.duty, language, reducedMotion: "reduce" });
      await open(page, type);
      for (const colorScheme of ["light", "dark"]) {
        for (const width of [1440, 390]) {
          await page.emulateMedia({ colorScheme });
          await page.setViewportSize({ width, height: 900 });
          expect.soft(await violations(page, colorScheme), `axe, ${colorScheme}, ${width} px`).toEqual([]);
        }
      }
      for (const width of [390, 320]) {
        await page.setViewportSize({ width, height: 900 });
        expect.soft(await sticksOut(page), `sideways at ${width} px`).toEqual([]);
      }
    });
  }
}
