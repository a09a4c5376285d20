// `npm test`: everything on SQLite, the main path on PostgreSQL as well. No retries: a test that fails once has failed.
import { defineConfig } from "@playwright/test";

import { browserSettings } from "./support/place.js";

export default defineConfig({
  testDir: "tests",
  outputDir: "test-results/pages",
  globalSetup: "./support/setup.js",
  retries: 0,
  workers: 2,
  fullyParallel: true,
  forbidOnly: true,
  timeout: 120_000,
  expect: { timeout: 20_000 },
  reporter: [["list"]],
  use: { ...browserSettings, trace: "off", screenshot: "only-on-failure" },
  projects: [{ name: "sqlite" }, { name: "postgres", testMatch: "main-path.spec.js" }],
});
