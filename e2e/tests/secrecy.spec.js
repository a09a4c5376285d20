// What is not for everybody: erased by the word of two, and read by an act by whoever is named.
import { expect, test } from "../support/test.js";
import { form } from "../support/warning.js";

/** A warning of the chief's with an act of a kind, and that act, but for those of which an erasure tells already. */
async function withAct(chief, kind, except) {
  const { warnings } = await (await chief.request.get("/api/warnings?stage=closed&sort=number&dir=desc")).json();
  for (const { id, page } of warnings) {
    const { acts } = await (await chief.request.get(`/api/warnings/${id}`)).json();
    const act = acts.find((it) => it.kind.startsWith(kind) && it.event.explanation && !except.includes(it.index));
    if (act) return { page, act };
  }
  throw new Error(`no closed warning has an act ${kind}`);
}

test("what an organ explained goes by the word of two, and the log verifies on", async ({ visit }) => {
  const chief = await visit({ duty: "supervision-chief", language: "en" });
  const officer = await visit({ duty: "privacy-officer", language: "en" });
  const { erasures } = await (await officer.request.get("/api/erasures")).json();
  const { page: warning, act } = await withAct(chief, "supervision.explained", erasures.map((it) => it.act));
  await chief.goto(warning);
  await expect(chief.locator("main")).toContainText(act.event.explanation);

  await officer.goto("/erasures");
  await officer.getByRole("link", { name: officer.words.t("erasure-propose"), exact: true }).click();
  await officer.getByLabel(officer.words.t("erasure-act"), { exact: true }).fill(`#${act.index}`);
  await officer.getByRole("button", { name: officer.words.t("erasure-find"), exact: true }).click();
  await expect(officer.locator("main")).toContainText(act.event.explanation);
  // Without a reason nothing is proposed, and nothing that was chosen is lost.
  const box = officer.getByRole("checkbox", { name: officer.words.t("erasure-field-explanation") });
  await box.check();
  await officer.getByRole("radio", { name: officer.words.t("erasure-ground-consent") }).check();
  const propose = officer.getByRole("button", { name: officer.words.t("erasure-propose-button"), exact: true });
  await officer.locator('textarea[name="reason"]').fill(" ");
  await propose.click();
  await expect(officer.locator("main")).toContainText(officer.words.t("refusal-erasure-reason"));
  await expect(box).toBeChecked();
  await officer.locator('textarea[name="reason"]').fill("The person took back their consent.");
  await propose.click();
  await expect(officer).toHaveURL(/\/erasures\/[0-9a-f-]{36}$/);
  const erasure = new URL(officer.url()).pathname;

  const head = await visit({ duty: "privacy-head", language: "en" });
  await head.goto(erasure);
  await expect(head.locator("main")).toContainText(act.event.explanation);
  await head.getByRole("radio", { name: head.words.t("erasure-answer-approve") }).check();
  await head.getByRole("button", { name: head.words.t("erasure-answer-button"), exact: true }).click();
  await expect(head.locator(".heading")).toContainText(head.words.t("erasure-stage-done"));

  await chief.reload();
  await expect(chief.locator("main")).not.toContainText(act.event.explanation);
  await expect(chief.locator("main")).toContainText(chief.words.t("http-erased"));
  const { acts } = await (await chief.request.get(`/api${warning}`)).json();
  expect(acts.find((it) => it.index === act.index).event).not.toHaveProperty("explanation");
});

test("the chief opens a warning to named officers only; each reading is told to its readers", async ({ visit }) => {
  const chief = await visit({ duty: "supervision-chief", language: "en" });
  const inspector = await visit({ duty: "inspector", language: "en" });
  // One that both reach, closed long ago, so that no other test works on it.
  const { warnings } = await (await inspector.request.get("/api/warnings?stage=closed&sort=number&dir=asc")).json();
  const { warnings: own } = await (await chief.request.get("/api/warnings?stage=closed&sort=number&dir=asc")).json();
  let address;
  for (const { page } of warnings.filter((it) => own.some((other) => other.id === it.id) && !it.named_only)) {
    await chief.goto(page);
    if (await form(chief, "classify").count()) {
      address = page;
      break;
    }
  }
  expect(address, "the chief's own unit holds a closed warning").toBeTruthy();
  await form(chief, "classify").getByLabel(chief.words.t("secrecy-class"), { exact: true }).selectOption("work-secret");
  await form(chief, "classify").getByRole("checkbox", { name: chief.words.t("supervision-named-only-help") }).check();
  for (const box of await form(chief, "classify").locator('input[name^="named-0"]').all()) await box.uncheck();
  await form(chief, "classify").getByRole("textbox").fill("Article 64.");
  await form(chief, "classify").getByRole("button").click();
  await expect(chief.locator(".heading")).toContainText(chief.words.t("secrecy-class-work-secret"));
  await expect(chief.locator("#who-read tbody tr")).toHaveCount(1);
  const refused = await inspector.goto(address);
  expect(refused.status()).toBe(404);
  const { warnings: left } = await (await inspector.request.get("/api/warnings?stage=closed&sort=number&dir=asc")).json();
  expect(left.map((it) => it.page)).not.toContain(address);

  // Open again, and everybody within reach reads it; that was on record stays told.
  await chief.reload();
  await form(chief, "classify").getByLabel(chief.words.t("secrecy-class"), { exact: true }).selectOption("internal");
  await form(chief, "classify").getByRole("checkbox", { name: chief.words.t("supervision-named-only-help") }).uncheck();
  await form(chief, "classify").getByRole("textbox").fill("No longer needed.");
  await form(chief, "classify").getByRole("button").click();
  expect((await inspector.goto(address)).status()).toBe(200);
  await expect(inspector.locator("#who-read tbody tr")).toHaveCount(1);
});

test("a source that is open to named officers only is seen by them and by nobody else", async ({ visit }) => {
  const chief = await visit({ duty: "supervision-chief", language: "en" });
  const officer = await visit({ duty: "data-officer", language: "en" });
  await chief.goto("/runs");
  await chief.getByRole("link", { name: /reserved/ }).click();
  await expect(chief.locator(".heading")).toContainText(chief.words.t("secrecy-class-work-secret"));
  const { processes } = await (await chief.request.get("/api/processes?source=reserved")).json();
  expect(processes.length).toBeGreaterThan(5);
  const process = `/processes/${processes[0].ocid}`;
  expect((await officer.goto(process)).status()).toBe(200);

  // Naming nobody shuts out whoever classifies, too, and is refused; without grounds nothing is classified.
  const form = chief.locator("#classify form");
  const only = form.getByRole("checkbox", { name: chief.words.t("redflags-source-named-only") });
  await only.check();
  await form.getByRole("textbox").fill("Until the contracts are signed.");
  await form.getByRole("button").click();
  await expect(chief.locator("main")).toContainText(chief.words.t("refusal-source-without-oneself"));
  await expect(only).toBeChecked();
  // Whoever reads a page of it is in its table, the last one first.
  await chief.goto("/sources/reserved");
  const me = await chief.locator("#who-read tbody tr").first().locator("td, th").first().innerText();
  const own = form.getByRole("checkbox", { name: me.split("\n")[0] });
  await only.check();
  await own.check();
  await form.getByRole("textbox").fill(" ");
  await form.getByRole("button").click();
  await expect(chief.locator("main")).toContainText(chief.words.t("refusal-source-no-grounds"));
  await form.getByRole("textbox").fill("Until the contracts are signed.");
  await form.getByRole("button").click();
  await expect(chief.locator(".heading")).toContainText(chief.words.t("secrecy-named-only"));
  expect((await officer.goto(process)).status()).toBe(404);
  await officer.goto("/runs");
  await expect(officer.locator("main")).not.toContainText("reserved");
  expect((await chief.goto(process)).status()).toBe(200);

  // As it was, for the tests beside this one.
  await chief.goto("/sources/reserved");
  await only.uncheck();
  await form.getByRole("textbox").fill("The contracts are signed.");
  await form.getByRole("button").click();
  await expect(chief.locator(".heading")).not.toContainText(chief.words.t("secrecy-named-only"));
  expect((await officer.goto(process)).status()).toBe(200);
});
