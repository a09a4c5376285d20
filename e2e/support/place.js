// Where things are: the tree, the binary, the browser.
import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** Root of the tree. */
export const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");

/** The binary that `cargo build -p qingyuan` makes; `CARGO_TARGET_DIR` is respected. */
export const binary = join(resolve(root, process.env.CARGO_TARGET_DIR ?? "target"), "debug/qingyuan");

/** Chromium as Debian has it; `QINGYUAN_CHROMIUM` names another. */
export const chromium = process.env.QINGYUAN_CHROMIUM ?? "/usr/bin/chromium";

/** What asks the API: `make test` installs it from `requirements.txt`. */
export const schemathesis = join(root, "target/schemathesis/bin/schemathesis");

/** The variable with the URL of a PostgreSQL that is already running. */
export const POSTGRES = "QINGYUAN_TEST_POSTGRES";

/** Says in one sentence what is missing and how to get it, if anything is. */
export function missing() {
  if (!existsSync(binary)) return `${binary} is missing: \`make build\` makes it`;
  if (!existsSync(schemathesis)) return `${schemathesis} is missing: \`make e2e-deps\` installs it`;
  if (!existsSync(chromium)) return `${chromium} is missing: \`make deps\` installs it`;
  return null;
}

/** What every browser is started with: nothing of it talks to anybody but the node. */
export const browserSettings = {
  browserName: "chromium",
  // The address in the bar is 127.0.0.1: nothing is fetched from elsewhere, and nothing may be.
  launchOptions: {
    executablePath: chromium,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  },
};
