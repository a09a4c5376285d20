import { as, shot, browser } from "./shot.tmp.mjs";
for (const [lang, width] of [["zh-CN", 1280], ["en", 390]]) {
  const head = await as("head", lang, width);
  const tag = `${lang}-${width}`;
  await head.goto("/"); await shot(head, `cockpit-${tag}`, false);
  await head.goto("/cases?sort=due&dir=asc"); await shot(head, `cases-${tag}`, false);
  const { cases } = await (await head.request.get("/api/cases")).json();
  const active = cases.find((c) => c.status === "active");
  await head.goto(active.page); await shot(head, `case-${tag}`);
  console.log(await head.evaluate(() => [...document.querySelectorAll(".drawing-scroll")].map((e) => [e.clientWidth, e.scrollWidth, e.clientHeight, e.scrollHeight, e.querySelector(".drawing-plane").getBoundingClientRect().width, e.querySelector(".drawing-plane").getAttribute("width"), e.parentElement.querySelector("[data-wider]").hidden])));
  const ended = (await (await head.request.get("/api/cases?status=ended")).json()).cases;
  if (ended[0]) { await head.goto(ended[0].page); await shot(head, `ended-${tag}`); }
  await head.goto(active.page);
  const area = head.locator('textarea[name="reason"]').first();
  const wd = head.locator('button[value="withdraw"]');
  if (await wd.count()) { await head.locator("form", { has: wd }).locator('textarea[name="reason"]').fill("来函"); await wd.click(); await head.waitForLoadState(); await shot(head, `confirm-${tag}`, false); }
  const approver = await as("approver", lang, width);
  await approver.goto("/models"); await shot(approver, `models-${tag}`, false);
}
const steward = await as("steward", "zh-CN", 1280);
await steward.goto("/models");
const first = await steward.locator('#in-force a[href^="/models/"]').first().getAttribute("href");
await steward.goto(first); await shot(steward, "model");
await steward.goto(first + "/figures"); await shot(steward, "figures");
await browser.close();
