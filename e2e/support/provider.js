// Another system by which officers sign in: oidc-provider of npm, as a process of its own on a loopback port.
//
// Started by `startProvider`; run by itself it is the process: `node provider.js PORT REDIRECT SECRET`.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** The node's name there. */
export const CLIENT = "qingyuan";

/**
 * Starts the process.
 *
 * - `redirect`: where it sends browsers back to. `secret`: what the node shows it.
 *
 * Gives `{ issuer, stop }`.
 */
export async function startProvider(port, redirect, secret) {
  const words = [fileURLToPath(import.meta.url), String(port), redirect, secret];
  const child = spawn(process.execPath, words, { stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(child, "close");
  const ready = (async () => {
    for await (const line of createInterface({ input: child.stdout })) if (line === "ready") return;
    throw new Error("the provider ended before it served");
  })();
  await ready;
  const stop = async () => {
    child.kill("SIGTERM");
    await ended;
  };
  return { issuer: `http://127.0.0.1:${port}`, stop };
}

/** Its page: who are you, or rather not. */
const page = (uid) => `<!doctype html><html lang="en"><title>Provider</title><link rel="icon" href="data:,"><main><h1>Provider</h1>
<form method="post" action="/interaction/${uid}"><label>Name <input name="login"></label>
<button name="answer" value="yes">Enter</button> <button name="answer" value="no">Refuse</button></form></main></html>`;

async function serve([port, redirect, secret]) {
  const { Provider } = await import("oidc-provider");
  const provider = new Provider(`http://127.0.0.1:${port}`, {
    clients: [{ client_id: CLIENT, client_secret: secret, redirect_uris: [redirect] }],
    cookies: { keys: ["of-a-test"] },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
    // Whoever is there has the address and the name of others here: neither may count.
    claims: { openid: ["sub", "email", "preferred_username"] },
    conformIdTokenClaims: false,
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, email: "inspector@a.invalid", preferred_username: "inspector" }) }),
    loadExistingGrant: async (ctx) => {
      const grant = new provider.Grant({ clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId });
      grant.addOIDCScope("openid");
      await grant.save();
      return grant;
    },
  });
  provider.use(async (ctx, next) => {
    const [, uid] = ctx.path.match(/^\/interaction\/([\w-]+)$/) ?? [];
    if (!uid) return next();
    if (ctx.method === "GET") {
      ctx.type = "html";
      ctx.body = page(uid);
      return undefined;
    }
    let body = "";
    for await (const part of ctx.req) body += part;
    const form = new URLSearchParams(body);
    const no = { error: "access_denied", error_description: "rather not" };
    const answer = form.get("answer") === "yes" ? { login: { accountId: form.get("login") } } : no;
    ctx.respond = false;
    return provider.interactionFinished(ctx.req, ctx.res, answer, { mergeWithLastSubmission: false });
  });
  provider.listen(Number(port), "127.0.0.1", () => console.log("\nready"));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await serve(process.argv.slice(2));
