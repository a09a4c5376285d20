// Notices: read in the application, and sent by mail and through a gateway once an address was confirmed; what leaves holds
// no word of the matter; a mail server that is not there becomes a warning, and is found again.
import { expect, test } from "../support/test.js";
import { gatewayServer, mailServer } from "../support/outward.js";
import { send } from "../support/warning.js";

/** Fills the address of a channel, chooses when it tells, saves. */
async function choose(page, channel, address, way) {
  const panel = page.locator(`#channel-${channel}`);
  await panel.locator(`input[name="${channel}-address"]`).fill(address);
  await panel.locator(`input[name="${channel}-way"][value="${way}"]`).check();
  await panel.getByRole("button", { name: page.words.t("notices-keep"), exact: true }).click();
}

/** Types the code that was sent. */
async function confirm(page, channel, text) {
  const [code] = text.match(/\d{8}/);
  const panel = page.locator(`#channel-${channel}`);
  await panel.locator(`input[name="${channel}-code"]`).fill(code);
  await panel.getByRole("button", { name: page.words.t("notices-confirm"), exact: true }).click();
  await expect(page.locator("main")).toContainText(page.words.t("notices-done-confirmed"));
}

test("what the demo asks of its chief is on the page, leads to the matter and is read then", async ({ visit }) => {
  const page = await visit({ duty: "supervision-chief" });
  // Other tests open the chief's notices too: all of them are on the first page, read or not.
  await page.goto("/notices");
  const link = page.locator("#notices tbody a.subject").last();
  const address = await link.getAttribute("href");
  await link.click();
  await expect(page).toHaveURL(/\/(warnings|break-glass)\//);
  const { notices } = await (await page.request.get("/api/notices?only=unread")).json();
  expect(notices.map((it) => `/notices/${it.id}`)).not.toContain(address);
});

test("by mail and through the gateway, once confirmed, without a word of the matter", async ({ visit, node }) => {
  test.slow();
  const officer = await visit({ duty: "supervision-chief", language: "en" });
  await officer.goto("/notices/choice");
  // Nobody listens at the mail server's port: the code is not sent, the address not taken, the channel said to fail.
  await choose(officer, "mail", "chief@office.example", "at-once");
  await expect(officer.locator("main")).toContainText(officer.words.t("refusal-notices-not-sent"));
  const keeper = await visit({ duty: "system-administrator", language: "en" });
  await keeper.goto("/admin/system");
  await expect(keeper.locator("#channels")).toContainText("connection refused");
  await expect(async () => {
    const answer = await officer.request.get(`${node.operations}/metrics`);
    expect(await answer.text()).toMatch(/qingyuan_notice_channel_failing_seconds\{channel="mail"\} \d/);
  }).toPass();
  // The watch follows the act; the queue is opened again until it has.
  await expect(async () => {
    await officer.goto("/queue?rule=notices.channel_failed");
    await expect(officer.locator('#queue a[href^="/warnings/"]').first()).toBeVisible({ timeout: 1_000 });
  }).toPass({ timeout: 60_000 });
  await officer.goto("/notices/choice");

  const mail = await mailServer(node.mail);
  const gateway = await gatewayServer(node.gateway);
  try {
    await choose(officer, "mail", "chief@office.example", "at-once");
    await expect(officer.locator("main")).toContainText(officer.words.t("notices-done-sent"));
    await confirm(officer, "mail", mail.letters.at(-1).body);
    await choose(officer, "gateway", "138 0000 0000", "at-once");
    await confirm(officer, "gateway", gateway.messages.at(-1).data.text);
    await keeper.goto("/admin/system");
    await expect(keeper.locator("#channels")).not.toContainText(keeper.words.t("notices-machine-failing"));

    // An inspector keeps out of a warning: it is to be dispatched again, and the chief is told.
    const inspector = await visit({ duty: "inspector" });
    const about = await recused(inspector);
    await expect(async () => {
      expect(mail.letters.filter((letter) => letter.body.includes(about.number))).not.toEqual([]);
      expect(gateway.messages.filter((message) => message.type === "notices.notice")).not.toEqual([]);
    }).toPass({ timeout: 60_000 });
    const letter = mail.letters.find((it) => it.body.includes(about.number));
    expect(letter.to).toEqual(["chief@office.example"]);
    expect(letter.head).toMatch(/^Auto-Submitted: auto-generated/m);
    expect(letter.body).toContain(officer.words.t("supervision-told-dispatched"));
    // No name, organ, reason or question left the node, whatever the message.
    const left = [...mail.letters.flatMap((it) => [it.head, it.body]), ...gateway.messages.map((it) => JSON.stringify(it))].join("\n");
    for (const word of about.words) expect(left).not.toContain(word);
    // The link leads the signed-in officer to the matter.
    const [link] = letter.body.match(new RegExp(`${node.url}/notices/[0-9a-f]{32}`));
    await officer.goto(link);
    await expect(officer).toHaveURL(new RegExp(`/warnings/${about.id}`));
  } finally {
    await mail.stop();
    await gateway.stop();
  }
});

/** Has an inspector take a warning and keep out of it; gives its id, number, and words of it. */
async function recused(page) {
  await page.goto("/queue?stage=dispatched");
  const list = await page.locator('#queue a[href^="/warnings/"]').evaluateAll((links) => links.map((it) => it.getAttribute("href")));
  // Those of other units are seen and not taken.
  for (const path of list) {
    await page.goto(path);
    if ((await page.locator('main form[action$="/take"]').count()) > 0) break;
  }
  const title = (await page.locator("h1").innerText()).trim();
  await send(page, "take");
  await expect(page.locator('main form[action$="/recuse"]')).toHaveCount(1);
  const number = (await page.locator("main").innerText()).match(/W-\d{6}/)[0];
  await send(page, "recuse", "CANARY-7f3a 与当事人有亲属关系");
  return { id: page.url().match(/warnings\/([0-9a-f-]+)/)[1], number, words: ["CANARY-7f3a", "亲属", title] };
}
