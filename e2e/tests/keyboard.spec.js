// Everything is reached and worked by keys alone, and where the focus is can be seen.
import { expect, test } from "../support/test.js";

/** The element with the focus: what it is, and how its focus is drawn. */
const focus = (page) =>
  page.evaluate(() => {
    const it = document.activeElement;
    // A choice is drawn around its label, not around the small control in it.
    const outlines = [it, it.closest(".choice")].filter(Boolean).map((element) => getComputedStyle(element));
    const box = it.getBoundingClientRect();
    return {
      name: `${it.tagName.toLowerCase()}.${[...it.classList].join(".")} ${it.textContent.trim().slice(0, 30)}`,
      body: it === document.body,
      drawn: outlines.some((style) => style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2),
      seen: box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
    };
  });

for (const path of ["/sign-in", "/licences"]) {
  test(`outside, the first key leads past the frame: ${path}`, async ({ visit }) => {
    const page = await visit();
    await skips(page, path);
  });
}

for (const path of ["/", "/queue", "/processes", "/indicators"]) {
  test(`inside, the first key leads past the frame: ${path}`, async ({ visit }) => {
    const page = await visit({ duty: "inspector" });
    await skips(page, path);
  });
}

async function skips(page, path) {
  await page.goto(path);
  await page.keyboard.press("Tab");
  const skip = page.getByRole("link", { name: page.words.t("frame-skip"), exact: true });
  await expect(skip).toBeFocused();
  await expect(skip).toBeInViewport();
  await page.keyboard.press("Enter");
  await expect(page.locator("#main")).toBeFocused();
}

for (const path of ["/", "/queue", "/processes", "/indicators/CN-14"]) {
  test(`whatever takes the focus shows it: ${path}`, async ({ visit }) => {
    const page = await visit({ duty: "inspector", reducedMotion: "reduce" });
    await page.goto(path);
    const wrong = [];
    for (let step = 0; step < 60; step += 1) {
      await page.keyboard.press("Tab");
      const { name, body, drawn, seen } = await focus(page);
      if (body) break;
      if (!drawn) wrong.push(`no outline: ${name}`);
      if (!seen) wrong.push(`out of sight: ${name}`);
    }
    expect(wrong).toEqual([]);
  });
}

test("the palette opens with Ctrl K, finds by typing, goes by Enter, and closes with Escape", async ({ visit }) => {
  const page = await visit({ duty: "inspector" });
  await page.goto("/");
  await page.keyboard.press("Control+k");
  const palette = page.getByRole("dialog", { name: page.words.t("frame-palette") });
  const typed = palette.getByRole("searchbox");
  await expect(palette).toBeVisible();
  await expect(typed).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(palette).toBeHidden();
  await page.keyboard.press("Control+k");
  await typed.fill("@@");
  await expect(palette.getByText(page.words.t("frame-palette-none"))).toBeVisible();
  const wanted = page.words.t("redflags-menu-indicators");
  await typed.fill(wanted);
  await page.keyboard.press("ArrowDown");
  await expect(palette.getByRole("button", { name: wanted })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/indicators$/);
});

test("the menu of one's own opens with Enter and closes with Escape", async ({ visit }) => {
  const page = await visit({ duty: "inspector" });
  await page.goto("/");
  const summary = page.locator(".who summary");
  await summary.focus();
  await page.keyboard.press("Enter");
  await expect(page.locator(".who")).toHaveAttribute("open", "");
  await page.keyboard.press("Tab");
  await expect(page.locator(".who").locator("a, button").first()).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(page.locator(".who")).not.toHaveAttribute("open");
  await expect(summary).toBeFocused();
});

test("a filter is chosen by keys", async ({ visit }) => {
  const page = await visit({ duty: "inspector" });
  await page.goto("/queue");
  const menu = page.locator(".filter-menus details").first();
  await menu.locator("summary").focus();
  await page.keyboard.press("Space");
  await expect(menu).toHaveAttribute("open", "");
  await page.keyboard.press("Tab");
  await expect(menu.locator("a, input").first()).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(menu).not.toHaveAttribute("open");
});

test("single keys: search, next row, previous row, open", async ({ visit }) => {
  const page = await visit({ duty: "inspector" });
  await page.goto("/queue");
  await page.keyboard.press("/");
  await expect(page.getByRole("searchbox", { name: page.words.t("frame-search") })).toBeFocused();
  await page.locator("#main").focus();
  const subjects = page.locator("tbody .subject");
  await page.keyboard.press("j");
  await expect(subjects.nth(0)).toBeFocused();
  await page.keyboard.press("j");
  await expect(subjects.nth(1)).toBeFocused();
  await page.keyboard.press("k");
  await expect(subjects.nth(0)).toBeFocused();
  await page.keyboard.press("o");
  await expect(page).toHaveURL(/\/warnings\//);
});
