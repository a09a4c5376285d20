// Signing in by another system that really is one: oidc-provider of npm, under another host name than the node, so that
// browsers keep the node's cookies at home when it leads back.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { violations } from "../support/axe.js";
import { sticksOut } from "../support/look.js";
import { freePort, start } from "../support/node.js";
import { CLIENT, startProvider } from "../support/provider.js";
import { expect, test } from "../support/test.js";

const SECRET = "the-secret-of-an-e2e-test";
const folder = mkdtempSync(join(tmpdir(), "qingyuan-e2e-oidc-"));

// A node of its own: it is configured with the provider, and binding changes how its officers sign in.
let own;
let provider;
test.describe.configure({ mode: "default" });
test.beforeAll(async () => {
  const [port, file] = [await freePort(), join(folder, "secret")];
  writeFileSync(file, `${SECRET}\n`);
  let back;
  own = await start("oidc", undefined, (pages) => {
    back = `http://localhost:${pages}`;
    return {
      QINGYUAN_SERVE_ADDRESS: back,
      QINGYUAN_OIDC_ISSUER: `http://127.0.0.1:${port}`,
      QINGYUAN_OIDC_CLIENT_ID: CLIENT,
      QINGYUAN_OIDC_CLIENT_SECRET_FILE: file,
      QINGYUAN_OIDC_NAME_ZH: "演示统一认证",
      QINGYUAN_OIDC_NAME_EN: "Demo ID",
    };
  });
  provider = await startProvider(port, `${back}/sign-in/oidc/back`, SECRET);
});
test.afterAll(async () => {
  await provider?.stop();
  await own?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const NAMES = { "zh-CN": "演示统一认证", en: "Demo ID" };
const at = (path) => own.url.replace("127.0.0.1", "localhost") + path;

/** Nothing to find for axe, and nothing that scrolls sideways. */
async function looksRight(page) {
  expect.soft(await violations(page, "light"), `axe on ${page.url()}`).toEqual([]);
  expect.soft(await sticksOut(page), `sideways on ${page.url()}`).toEqual([]);
}

/** What a person does at the provider. */
async function there(page, login, answer = "Enter") {
  await expect(page.getByRole("heading", { name: "Provider" })).toBeVisible();
  await page.getByLabel("Name").fill(login);
  await page.getByRole("button", { name: answer }).click();
}

for (const [language, width, duty] of [
  ["zh-CN", 1440, "rule-steward"],
  ["en", 390, "data-officer"],
]) {
  test(`an identity is bound, signs in, and goes; an unknown one is refused (${language}, ${width} px)`, async ({ visit }) => {
    const page = await visit({ language, viewport: { width, height: 900 }, reducedMotion: "reduce" });
    const words = page.words;
    const name = NAMES[language];
    const { login, password } = own.signIns[duty];
    const speak = () => page.context().addCookies([{ name: "qy-language", value: language, url: at("/") }]);
    const enterBy = async () => {
      await page.goto(at("/sign-in"));
      await page.getByRole("link", { name: words.t("sign-in-provider", { name }) }).click();
    };
    const leave = async () => {
      await page.evaluate(() => document.querySelector('form[action="/sign-out"]').submit());
      await expect(page.getByLabel(words.t("sign-in-password"))).toBeVisible();
    };
    await speak();
    await page.goto(at("/sign-in?next=%2Faccount"));
    await looksRight(page);
    await page.getByLabel(words.t("sign-in-name")).fill(login);
    await page.getByLabel(words.t("sign-in-password")).fill(password);
    await page.getByRole("button", { name: words.t("sign-in-act"), exact: true }).click();
    await page.getByRole("link", { name: words.t("http-account-identity-manage") }).click();
    await looksRight(page);
    await page.locator("#f-password").fill(password);
    await page.getByRole("button", { name: words.t("http-account-identity-bind", { name }) }).click();
    await there(page, `person-${duty}`);
    await expect(page).toHaveURL(at("/account/identity?done=bound"));
    await expect(page.getByText(`person-${duty}`)).toBeVisible();
    await looksRight(page);

    // Signed out here; the provider still knows who is there and asks nothing.
    await leave();
    await enterBy();
    await expect(page).toHaveURL(at("/"));
    await page.goto(at("/account"));
    await expect(page.getByText(words.t("http-account-way-provider"), { exact: true }).first()).toBeVisible();
    await looksRight(page);
    await leave();
    await expect(page.getByText(words.t("sign-in-provider-goes-on", { name }))).toBeVisible();
    await looksRight(page);

    // Somebody whom the provider knows and nobody here; the provider's claims name an officer of this node.
    await page.context().clearCookies();
    await speak();
    await enterBy();
    await there(page, "somebody-else");
    await expect(page.getByText(words.t("refusal-oidc-unknown"))).toBeVisible();
    await expect(page.getByText(words.t("refusal-oidc-unknown-next"))).toBeVisible();
    await looksRight(page);
    await page.goto(at("/account"));
    await expect(page).toHaveURL(/\/sign-in\?next=/);

    // A no at the provider.
    await page.context().clearCookies();
    await speak();
    await enterBy();
    await there(page, "", "Refuse");
    await expect(page.getByText(words.t("refusal-oidc-denied"), { exact: true })).toBeVisible();
    await looksRight(page);

    // The address it led back to, opened once more: it was taken.
    const taken = page.url();
    await page.goto(taken);
    await expect(page.getByText(words.t("refusal-oidc-not-ours"))).toBeVisible();

    // Unbound, it is nobody's.
    await page.goto(at("/sign-in?next=%2Faccount%2Fidentity"));
    await page.getByLabel(words.t("sign-in-name")).fill(login);
    await page.getByLabel(words.t("sign-in-password")).fill(password);
    await page.getByRole("button", { name: words.t("sign-in-act"), exact: true }).click();
    await page.locator("#f-password").fill(password);
    await page.getByRole("button", { name: words.t("http-account-identity-unbind"), exact: true }).click();
    await expect(page.getByText(words.t("http-account-identity-done-unbound"))).toBeVisible();
    await page.context().clearCookies();
    await speak();
    await enterBy();
    await there(page, `person-${duty}`);
    await expect(page.getByText(words.t("refusal-oidc-unknown"))).toBeVisible();
  });
}
