// The API against its own description, by schemathesis: no operation meets a fault, and every answer fits its schema.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { start } from "../support/node.js";
import { root, schemathesis } from "../support/place.js";
import { expect, session, test } from "../support/test.js";

/** Who asks, and for how many seconds: two minutes and a half in all. */
const READERS = [
  { duty: null, seconds: 15 },
  { duty: "inspector", seconds: 40 },
  { duty: "rule-steward", seconds: 30 },
  { duty: "security-administrator", seconds: 30 },
  { duty: "connected-system", seconds: 30 },
];

const CHECKS = ["not_a_server_error", "status_code_conformance", "content_type_conformance", "response_schema_conformance"];

test("whatever is asked of the API, no fault is met and every answer fits its schema", async () => {
  test.setTimeout(400_000);
  const folder = join(root, "e2e/test-results/api");
  mkdirSync(folder, { recursive: true });
  // A node of its own: so many requests would use up what the others are allowed.
  const node = await start("api");
  try {
    for (const { duty, seconds } of READERS) {
      const cookie = duty ? await session(node, duty).then(({ name, value }) => `${name}=${value}`) : null;
      const headers = cookie ? { cookie } : {};
      const description = await (await fetch(`${node.url}/api/openapi.json`, { headers })).json();
      const file = join(folder, `${duty ?? "nobody"}.json`);
      writeFileSync(file, JSON.stringify(description));
      const words = ["run", file, "--url", node.url, "--checks", CHECKS.join(","), "--max-time", String(seconds)];
      words.push("--seed", "20261126", "--warnings", "off", "--report-dir", folder);
      if (cookie) words.push("--header", `Cookie: ${cookie}`);
      const child = spawn(schemathesis, words, { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
      let said = "";
      child.stdout.on("data", (text) => (said += text));
      child.stderr.on("data", (text) => (said += text));
      const [code] = await once(child, "close");
      const cases = Number(said.match(/(\d+) generated/)?.[1] ?? 0);
      console.log(`${duty ?? "nobody"}: ${Object.keys(description.paths).length} paths, ${cases} cases`);
      expect(code, `${duty ?? "nobody"}: ${said.slice(-6000)}`).toBe(0);
      expect(cases).toBeGreaterThan(Object.keys(description.paths).length);
    }
  } finally {
    await node.stop();
  }
});
