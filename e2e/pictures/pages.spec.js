// Every page type as a picture, in both languages, light and dark, wide and narrow: `shots/LANGUAGE-THEME-WIDTH-PAGE.png`.
// They are looked at beside the design's pictures; nothing is compared by machine.
import { join } from "node:path";

import { open, PAGES } from "../support/pages.js";
import { root } from "../support/place.js";
import { test } from "../support/test.js";
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
          const name = [language.slice(0, 2), colorScheme, width, type.name].join("-");
          await page.screenshot({ path: join(root, `e2e/shots/${name}.png`), fullPage: true });
        }
      }
    });
  }
}
