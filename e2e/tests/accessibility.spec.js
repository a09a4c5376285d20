// Every page type, in both languages, light and dark, wide and at 390 px: axe finds nothing, and nothing scrolls
// sideways down to 320 px.
import AxeBuilder from "@axe-core/playwright";

import { sticksOut } from "../support/look.js";
import { open, PAGES } from "../support/pages.js";
import { expect, test } from "../support/test.js";
import { LANGUAGES } from "../support/texts.js";

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/** Rules that look at colours: of all rules, only these can find in the dark what they did not in the light. */
const COLOURS = ["color-contrast", "link-in-text-block"];

/** What axe finds, in one sentence per rule and element. */
async function violations(page, scheme) {
  // The frames of a page are its own: no other window is needed to look into them.
  const axe = new AxeBuilder({ page }).setLegacyMode();
  const { violations } = await (scheme === "dark" ? axe.withRules(COLOURS) : axe.withTags(TAGS)).analyze();
  return violations.flatMap(({ id, nodes }) =>
    nodes.slice(0, 4).map((node) => `${id} at ${node.target.join(" ")}: ${node.any.concat(node.all, node.none)[0]?.message ?? node.failureSummary}`),
  );
}

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
