// A passkey from registration to removal, with the authenticator that Chromium brings for tests.
import { start } from "../support/node.js";
import { expect, test } from "../support/test.js";

// A node of its own: registering a passkey ends its officer's other sessions, which other tests are using.
let own;
test.describe.configure({ mode: "default" });
test.beforeAll(async () => (own = await start("passkey")));
test.afterAll(async () => own?.stop());

/** The node by its name: passkeys are bound to one. */
const at = (path) => own.url.replace("127.0.0.1", "localhost") + path;

/** An authenticator in the browser: it keeps keys, and its officer always unlocks it. */
async function authenticator(page) {
  const client = await page.context().newCDPSession(page);
  await client.send("WebAuthn.enable");
  const { authenticatorId } = await client.send("WebAuthn.addVirtualAuthenticator", {
    options: { protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true },
  });
  return { client, authenticatorId, keys: async () => (await client.send("WebAuthn.getCredentials", { authenticatorId })).credentials };
}

test("a passkey is registered, signs in without name and password, is a second factor, and goes", async ({ visit }) => {
  const page = await visit();
  const words = page.words;
  const { login, password } = own.signIns["rule-steward"];
  const device = await authenticator(page);
  const enter = async () => {
    await page.goto(at("/sign-in"));
    await page.getByLabel(words.t("sign-in-name")).fill(login);
    await page.getByLabel(words.t("sign-in-password")).fill(password);
    await page.getByRole("button", { name: words.t("sign-in-act"), exact: true }).click();
  };
  await enter();
  await expect(page).toHaveURL(at("/"));
  await page.goto(at("/account/passkeys"));
  await page.getByLabel(words.t("http-account-passkey-name"), { exact: true }).fill("e2e");
  await page.getByLabel(words.t("http-account-old-password"), { exact: true }).fill(password);
  await page.locator("form[data-passkey]").getByRole("button").click();
  await expect(page.getByText(words.t("http-account-recovery-once"))).toBeVisible();
  const [key] = await device.keys();
  expect(key).toMatchObject({ isResidentCredential: true, rpId: "localhost" });

  // Without name and password, in a browser without cookies.
  await page.context().clearCookies();
  await page.goto(at("/sign-in"));
  await page.getByRole("button", { name: words.t("sign-in-passkey") }).click();
  await expect(page).toHaveURL(at("/"));

  // After the password, as the second step.
  await page.context().clearCookies();
  await enter();
  await expect(page).toHaveURL(/\/sign-in\/second/);
  await page.getByRole("button", { name: words.t("sign-in-passkey") }).click();
  await expect(page).toHaveURL(at("/"));
  const [after] = await device.keys();
  expect(after.signCount, "two sign-ins were counted").toBe(key.signCount + 2);

  // Whoever does not unlock it is told, and stays outside.
  await page.context().clearCookies();
  await device.client.send("WebAuthn.setUserVerified", { authenticatorId: device.authenticatorId, isUserVerified: false });
  await page.goto(at("/sign-in"));
  await page.getByRole("button", { name: words.t("sign-in-passkey") }).click();
  await expect(page.locator("[data-passkey-said]")).toHaveText(words.t("passkey-stopped"));
  await device.client.send("WebAuthn.setUserVerified", { authenticatorId: device.authenticatorId, isUserVerified: true });
  await page.getByRole("button", { name: words.t("sign-in-passkey") }).click();
  await expect(page).toHaveURL(at("/"));

  // Removed, the password alone signs in again, and the key opens nothing.
  await page.goto(at("/account/passkeys"));
  await page.locator("#f-password-remove").fill(password);
  await page.getByRole("button", { name: words.t("http-account-passkey-remove") }).click();
  await expect(page.getByText(words.t("http-account-no-passkeys"))).toBeVisible();
  await page.context().clearCookies();
  await page.goto(at("/sign-in"));
  await page.getByRole("button", { name: words.t("sign-in-passkey") }).click();
  await expect(page.getByText(words.like("refusal-passkey-not-taken"))).toBeVisible();
  await enter();
  await expect(page).toHaveURL(at("/"));
});

test("under a network address the page says where passkeys work", async ({ visit }) => {
  const page = await visit({ duty: "rule-steward" });
  await page.goto("/account/passkeys");
  await expect(page.getByText("localhost").first()).toBeVisible();
  await expect(page.locator("form[data-passkey]")).toHaveCount(0);
});
