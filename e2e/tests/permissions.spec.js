// Signed out, or in the wrong post, there is a designed page: it says what is needed and confirms nothing.
import { PAGES } from "../support/pages.js";
import { expect, test } from "../support/test.js";

const inner = PAGES.filter((type) => type.duty && type.path && !type.status && !type.public);

test("signed out, every inner page leads to sign-in, and sign-in back to it", async ({ visit, node }) => {
  const page = await visit({ language: "en" });
  for (const type of inner) {
    await page.goto(type.path);
    await expect(page, type.name).toHaveURL(`/sign-in?next=${encodeURIComponent(type.path)}`);
    await expect(page.getByRole("heading", { level: 1, name: page.words.t("sign-in-title") })).toBeVisible();
  }
  await page.goto("/indicators/CN-14");
  const { login, password } = node.signIns.inspector;
  await page.getByLabel(page.words.t("sign-in-name")).fill(login);
  await page.getByLabel(page.words.t("sign-in-password")).fill(password);
  await page.getByRole("button", { name: page.words.t("sign-in-act"), exact: true }).click();
  await expect(page).toHaveURL(/\/indicators\/CN-14$/);
});

test("signed out, the API answers with a problem and nothing else", async ({ node }) => {
  for (const path of ["/api/processes", "/api/indicators", "/api/runs", "/api/quarantine"]) {
    const answer = await fetch(`${node.url}${path}`);
    expect(answer.status, path).toBe(401);
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
    expect(Object.keys(await answer.json()).sort()).toEqual(["code", "detail", "status", "title", "type"]);
  }
});

const WRONG_POSTS = [
  ["inspector", "/imports/new"],
  ["inspector", "/quarantine"],
  ["data-officer", "/queue"],
  ["data-officer", "/indicators"],
  ["organ-handler", "/suppliers"],
  ["organ-handler", "/runs"],
  ["organ-head", "/imports/new"],
  ["rule-steward", "/queue"],
  ["security-administrator", "/processes"],
  ["audit-administrator", "/queue"],
];

for (const [duty, path] of WRONG_POSTS) {
  test(`${duty} is refused ${path} in words`, async ({ visit }) => {
    for (const language of ["zh-CN", "en"]) {
      const page = await visit({ duty, language });
      const answer = await page.goto(path);
      expect(answer.status()).toBe(403);
      await expect(page.getByRole("heading", { level: 1, name: page.words.t("http-title-403") })).toBeVisible();
      const state = page.locator("main .state");
      await expect(state).toHaveCount(1);
      await expect(state.locator(".state-title")).not.toBeEmpty();
      await expect(page.getByRole("navigation", { name: page.words.t("frame-rail") }).locator(`a[href="${path}"]`)).toHaveCount(0);
    }
  });
}

test("what lies outside one's reach answers as if it were not there", async ({ visit }) => {
  const inspector = await visit({ duty: "inspector" });
  await inspector.goto("/suppliers");
  const supplier = await inspector.locator('main a[href^="/suppliers/"]').first().getAttribute("href");
  const page = await visit({ duty: "organ-handler" });
  for (const path of ["/warnings/00000000000000000000000000", "/processes/ocds-nothing-000", "/buyers/nobody"]) {
    const answer = await page.goto(path);
    expect(answer.status(), path).toBe(404);
    await expect(page.getByRole("heading", { level: 1, name: page.words.t("http-title-404") })).toBeVisible();
  }
  expect((await page.goto(supplier)).status()).toBe(403);
});

test("a wrong password is said in one sentence for both fields, with the tries left", async ({ visit }) => {
  const page = await visit({ language: "en" });
  await page.goto("/sign-in");
  await page.getByLabel(page.words.t("sign-in-name")).fill("nobody-of-this-name");
  await page.getByLabel(page.words.t("sign-in-password")).fill("not-the-password");
  await page.getByRole("button", { name: page.words.t("sign-in-act"), exact: true }).click();
  await expect(page.getByText(page.words.like("http-sign-in-wrong", { part: true }))).toBeVisible();
  await expect(page.getByLabel(page.words.t("sign-in-name"))).toHaveValue("nobody-of-this-name");
});

test("a form without the session's token is refused", async ({ visit }) => {
  const page = await visit({ duty: "inspector", language: "en" });
  const answer = await page.request.post("/preferences", { form: { theme: "dark", back: "/" }, maxRedirects: 0 });
  expect(answer.status()).toBe(403);
  expect(await answer.text()).toContain(page.words.t("http-refused-forged-why"));
});
