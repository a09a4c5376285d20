// `npm run shots`: every page as a picture, `shots/LANGUAGE-THEME-WIDTH-PAGE.png`.
import { defineConfig } from "@playwright/test";

import config from "./playwright.config.js";

export default defineConfig({ ...config, testDir: "pictures", projects: [{ name: "sqlite" }] });
