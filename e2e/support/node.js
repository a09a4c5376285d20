// A demo node of one's own: founded in a new folder, served on free loopback ports, stopped as Ctrl-C stops it.
import { spawn } from "node:child_process";
import { createWriteStream, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { once } from "node:events";

import { binary, POSTGRES, root } from "./place.js";

/** Contracting processes of the demo: enough for every planted behaviour, few enough to be founded in seconds. */
const PROCESSES = 1500;

/** Runs a program to its end; an exit code other than 0 is an error with what it said. */
async function run(program, ...words) {
  const child = spawn(program, words, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  child.stdout.on("data", (text) => (said += text));
  child.stderr.on("data", (text) => (said += text));
  const [code, signal] = await once(child, "close");
  if (code !== 0) throw new Error(`${program} ${words[0]} ended with ${code ?? signal}: ${said.trim().slice(-2000)}`);
  return said;
}

/** A port that was free a moment ago. */
export async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

/** A database of one's own on the server that the environment names: its URL, and how to remove it. */
export async function freshDatabase() {
  const server = process.env[POSTGRES];
  const name = `qingyuan_e2e_${process.pid}`;
  await run("psql", "--no-psqlrc", "--quiet", "--dbname", server, "--command", `create database ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  const drop = () => run("psql", "--no-psqlrc", "--quiet", "--dbname", server, "--command", `drop database ${name}`);
  return { url: url.href, drop };
}

/** The key that messages to the gateway are signed with: 24 bytes, no secret of anybody's. */
export const GATEWAY_SECRET = Buffer.from("e2e-gateway-of-the-tests").toString("base64");

/** Where the node sends mail and text messages: loopback ports on which a test may serve, and nobody else does. */
async function outward(data, url) {
  const [mail, gateway] = [await freePort(), await freePort()];
  const secret = join(data, "gateway.secret");
  writeFileSync(secret, `whsec_${GATEWAY_SECRET}\n`, { mode: 0o600 });
  const environment = {
    QINGYUAN_SERVE_ADDRESS: url,
    QINGYUAN_NOTICES_FAILING_MINUTES: "0",
    QINGYUAN_SMTP_URL: `smtp://127.0.0.1:${mail}`,
    QINGYUAN_SMTP_FROM: "Qingyuan <qingyuan@demo.invalid>",
    QINGYUAN_WEBHOOK_URL: `http://127.0.0.1:${gateway}/send`,
    QINGYUAN_WEBHOOK_SECRET_FILE: secret,
  };
  return { mail, gateway, environment };
}

/**
 * Founds a demo and serves it.
 *
 * - `name`: of its log under `test-results/`.
 * - `store`: URL of a database; without it the node's own file.
 * - `environment`: variables over those of this process, from the port that pages are served on.
 *
 * Gives `{ url, signIns, mail, gateway, stop }`: `signIns` maps a duty to name and password as the terminal shows them;
 * `mail` and `gateway` are the ports that notices leave by. `stop` ends the node as Ctrl-C does and checks that it went
 * well and that it logged no fault.
 */
export async function start(name, store, environment = () => ({})) {
  const data = mkdtempSync(join(tmpdir(), `qingyuan-e2e-${name}-`));
  const place = ["--data", data, ...(store ? ["--store", store] : [])];
  const begun = performance.now();
  await run(binary, "demo", ...place, "--processes", String(PROCESSES));
  console.log(`${name}: a demo of ${PROCESSES} processes founded in ${((performance.now() - begun) / 1000).toFixed(1)} s`);

  const [port, beside] = [await freePort(), await freePort()];
  const words = ["serve", ...place, "--listen", `127.0.0.1:${port}`, "--operations", `127.0.0.1:${beside}`];
  const url = `http://127.0.0.1:${port}`;
  const { mail, gateway, environment: told } = await outward(data, url);
  const env = { ...process.env, ...told, ...environment(port) };
  const child = spawn(binary, words, { cwd: root, env, stdio: ["ignore", "pipe", "pipe"] });
  const ended = once(child, "close");
  mkdirSync(join(root, "e2e/test-results"), { recursive: true });
  const log = join(root, `e2e/test-results/node-${name}.log`);
  const written = child.stderr.pipe(createWriteStream(log));

  // The sign-ins are the last thing that a node says when it comes up: both its ports are bound by then.
  const signIns = {};
  const lines = createInterface({ input: child.stdout });
  const announced = (async () => {
    for await (const line of lines) {
      const [, duty, login, password] = line.match(/^ {2}(\S+)\s+(\S+) \/ (\S+)$/) ?? [];
      if (duty) signIns[duty] = { login, password };
      else if (Object.keys(signIns).length > 0) return;
    }
    throw new Error(`${name}: the node ended before it served: ${readFileSync(log, "utf8").trim().slice(-2000)}`);
  })();
  await announced;
  const healthy = await fetch(`http://127.0.0.1:${beside}/healthz`);
  if (!healthy.ok) throw new Error(`${name}: /healthz says ${healthy.status}: ${await healthy.text()}`);

  const stop = async () => {
    child.kill("SIGINT");
    const [code, signal] = await ended;
    await (written.closed || once(written, "close"));
    rmSync(data, { recursive: true, force: true });
    if (code !== 0) throw new Error(`${name}: Ctrl-C ended the node with ${code ?? signal}, not 0; see ${log}`);
    const faults = readFileSync(log, "utf8").split("\n").filter((line) => line.includes("ERROR"));
    if (faults.length > 0) {
      throw new Error(`${name}: the node logged ${faults.length} faults, the first ${[...new Set(faults)].slice(0, 5).join("\n")}`);
    }
  };
  return { url, mail, gateway, operations: `http://127.0.0.1:${beside}`, signIns, stop };
}
