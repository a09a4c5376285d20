// What axe finds on a page.
import AxeBuilder from "@axe-core/playwright";

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/** Rules that look at colours: of all rules, only these can find in the dark what they did not in the light. */
const COLOURS = ["color-contrast", "link-in-text-block"];

/** What axe finds, in one sentence per rule and element. */
export async function violations(page, scheme) {
  // The frames of a page are its own: no other window is needed to look into them.
  const axe = new AxeBuilder({ page }).setLegacyMode();
  const { violations } = await (scheme === "dark" ? axe.withRules(COLOURS) : axe.withTags(TAGS)).analyze();
  return violations.flatMap(({ id, nodes }) =>
    nodes.slice(0, 4).map((node) => `${id} at ${node.target.join(" ")}: ${node.any.concat(node.all, node.none)[0]?.message ?? node.failureSummary}`),
  );
}
