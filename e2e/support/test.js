// The test of this folder: a node, officers at their browsers, and pages that are watched.
import { test as base, expect } from "@playwright/test";

import { POSTGRES } from "./place.js";
import { Words } from "./texts.js";
import { watch } from "./watch.js";

export { expect };

/** Signs in over HTTP as the form does; gives the session's cookie. */
export async function session(node, duty) {
  const signIn = node.signIns[duty];
  if (!signIn) throw new Error(`the demo has no sign-in for ${duty}`);
  const form = new URLSearchParams({ name: signIn.login, password: signIn.password });
  const answer = await fetch(`${node.url}/sign-in`, { method: "POST", body: form, redirect: "manual" });
  const cookie = answer.headers.getSetCookie().find((it) => it.startsWith("qy-session="));
  if (!cookie) throw new Error(`${duty} is not let in: ${answer.status}`);
  const [name, value] = cookie.split(";")[0].split("=");
  return { name, value, url: node.url };
}

export const test = base.extend({
  /** The node of this project: `url`, `signIns`. */
  node: [
    async ({}, use, worker) => {
      const node = JSON.parse(process.env.QINGYUAN_E2E_NODES ?? "{}")[worker.project.name];
      if (!node) throw new Error(`${POSTGRES} is not set: it names a running PostgreSQL, as \`make test\` starts one`);
      await use(node);
    },
    { scope: "worker" },
  ],

  /** Sessions by duty, opened once per test process. */
  sessions: [
    async ({ node }, use) => {
      const open = new Map();
      await use(async (duty) => {
        if (!open.has(duty)) open.set(duty, await session(node, duty));
        return open.get(duty);
      });
    },
    { scope: "worker" },
  ],

  /**
   * `visit({ duty, language, theme, ...contextOptions })` gives a watched page of a browser of its own; without a duty
   * nobody is signed in. A test with anything in a watch fails at its end.
   */
  visit: async ({ browser, node, sessions }, use) => {
    const contexts = [];
    const watches = [];
    await use(async ({ duty, language = "zh-CN", theme, ...options } = {}) => {
      const context = await browser.newContext({ baseURL: node.url, locale: language, viewport: { width: 1440, height: 900 }, ...options });
      contexts.push(context);
      context.setDefaultTimeout(20_000);
      const cookies = [{ name: "qy-language", value: language, url: node.url }];
      if (theme) cookies.push({ name: "qy-theme", value: theme, url: node.url });
      if (duty) cookies.push(await sessions(duty));
      await context.addCookies(cookies);
      const page = await context.newPage();
      watches.push(await watch(page));
      page.words = new Words(language);
      return page;
    });
    for (const context of contexts) await context.close();
    expect([...new Set(watches.flat())], "what pages did wrong").toEqual([]);
  },
});
