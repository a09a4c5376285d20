// No link leads nowhere: whatever a page offers its reader, the reader may open. The samples of components link to made-up
// addresses.
import { open, PAGES } from "../support/pages.js";
import { expect, test } from "../support/test.js";

const READERS = [...new Set(PAGES.map((type) => type.duty))];

for (const duty of READERS) {
  test(`every link and search that ${duty ?? "a visitor"} is offered answers`, async ({ visit }) => {
    const page = await visit({ duty });
    const offered = new Map();
    for (const type of PAGES.filter((type) => type.duty === duty && !type.status && type.name !== "design")) {
      // A page that does not answer at all fails the tests that look at it.
      const path = await open(page, type).catch(() => null);
      if (!path) continue;
      const hrefs = await page.evaluate(() => {
        const links = [...document.querySelectorAll("a[href]")].map((link) => link.getAttribute("href"));
        const forms = [...document.querySelectorAll('form:not([method="post"])')].map((form) => form.getAttribute("action") ?? location.pathname);
        return [...links, ...forms].map((href) => new URL(href, location.href)).filter((url) => url.origin === location.origin).map((url) => url.pathname + url.search);
      });
      for (const href of hrefs) if (!offered.has(href)) offered.set(href, path);
    }
    const dead = [];
    for (const [href, from] of offered) {
      const answer = await page.request.get(href, { maxRedirects: 0 });
      if (answer.status() >= 400) dead.push(`${answer.status()} ${href}, offered on ${from}`);
    }
    expect(dead).toEqual([]);
  });
}
