import { chromium } from "@playwright/test";
const base = "http://127.0.0.1:18311";
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"] });
async function as(login, lang, width = 1280) {
  const context = await browser.newContext({ baseURL: base, locale: lang, viewport: { width, height: 900 } });
  await context.addCookies([{ name: "qy-language", value: lang, url: base }]);
  const page = await context.newPage();
  page.on("console", (m) => { if (m.type() === "error") console.log("console", m.text()); });
  page.on("pageerror", (e) => console.log("pageerror", e.message));
  await page.goto("/sign-in");
  await page.fill('input[name="name"]', login);
  await page.fill('input[name="password"]', "qingyuan-demo");
  await page.locator('main button, form button').first().click();
  await page.waitForLoadState();
  return page;
}
const shot = (page, name, full = true) => page.screenshot({ path: `/tmp/mends/shots/${name}.png`, fullPage: full });
export { as, shot, browser, base };
