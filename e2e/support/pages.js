// Every type of page: who opens it, and where it is. What depends on the demo's data is found as a person finds it, by
// the first link of the list before it.

/** Follows a list to the first link that begins with a prefix; gives its path. */
const first = (list, prefix) => async (page) => {
  await page.goto(list);
  const link = page.locator(`main a[href^="${prefix}"]`).first();
  return link.getAttribute("href");
};

/** The process that the first warning in the queue is about: one with reasons, bids and peers. */
async function flagged(page) {
  await page.goto(await first("/queue", "/warnings/")(page));
  return page.locator('.heading a[href^="/processes/"]').getAttribute("href");
}

/** A warning that only named officers may know of. */
async function classified(page) {
  for (let at = 1; at < 20; at += 1) {
    const { warnings } = await (await page.request.get(`/api/warnings?stage=all&sort=number&dir=desc&page=${at}`)).json();
    const found = warnings.find((it) => it.named_only);
    if (found || warnings.length === 0) return found?.page;
  }
  return undefined;
}

/** A running case that follows this version. */
async function onVersion(page, version) {
  const { cases } = await (await page.request.get("/api/cases")).json();
  return cases.find((it) => it.version === version)?.page;
}

/** Erasures that stand so. */
async function erasures(page, stage) {
  const { erasures } = await (await page.request.get("/api/erasures")).json();
  return erasures.filter((it) => it.stage === stage);
}

/** The index of an act that words went from already. */
const erased = async (page) => (await erasures(page, "done"))[0]?.act;

/** A page of the first model in force. */
const in_force = (path) => async (page) => {
  await page.goto("/models");
  const licence = page.locator('#in-force a[href^="/models/"]', { hasText: "行政许可（一般程序）" });
  return `${await licence.first().getAttribute("href")}${path}`;
};

/** A public page of something that was disclosed. */
const disclosed = (which) => async (page) => {
  const { disclosures } = await (await page.request.get("/api/disclosure")).json();
  const found = disclosures.find(which);
  return found && `/disclosure/${found.id}`;
};

/** A disclosure that stands so. */
const worked_on = (stage) => async (page) => {
  const { disclosures } = await (await page.request.get("/api/disclosures?tab=work")).json();
  return disclosures.find((it) => it.stage === stage)?.page;
};

/**
 * Types of pages: `name`, `duty` that opens it (none: nobody is signed in), `path` or `find`, `status` other than 200,
 * `public` where strangers see it too.
 */
export const PAGES = [
  { name: "sign-in", path: "/sign-in" },
  { name: "first-password", path: "/first-password" },
  { name: "licences", path: "/licences" },
  { name: "api", path: "/api" },
  { name: "verify", path: "/verify" },
  { name: "api-inside", duty: "inspector", path: "/api", public: true },
  { name: "search", duty: "inspector", path: "/search?q=%E6%BC%94%E7%A4%BA" },
  { name: "search-empty", duty: "inspector", path: "/search?q=zzzz" },
  { name: "cockpit", duty: "inspector", path: "/" },
  { name: "cockpit-chief", duty: "supervision-chief", path: "/" },
  { name: "cockpit-handler", duty: "organ-handler", path: "/" },
  { name: "cockpit-data", duty: "data-officer", path: "/" },
  { name: "cockpit-security", duty: "security-administrator", path: "/" },
  { name: "queue", duty: "inspector", path: "/queue" },
  { name: "queue-groups", duty: "supervision-chief", path: "/queue?group=organ" },
  { name: "queue-handler", duty: "organ-handler", path: "/queue" },
  { name: "queue-empty", duty: "inspector", path: "/queue?min=999999" },
  { name: "warning", duty: "inspector", find: first("/queue", "/warnings/") },
  { name: "warning-classified", duty: "supervision-chief", find: classified },
  { name: "rules", duty: "inspector", path: "/rules" },
  { name: "rule", duty: "inspector", path: "/rules/ES-11" },
  { name: "rule-off", duty: "rule-steward", path: "/rules/ES-20" },
  { name: "rule-refused", duty: "organ-handler", path: "/rules", status: 403 },
  { name: "break-glass", duty: "supervision-chief", path: "/break-glass" },
  { name: "break-glass-one", duty: "supervision-chief", find: first("/break-glass", "/break-glass/") },
  { name: "delegations", duty: "inspector", path: "/delegations" },
  { name: "processes", duty: "inspector", path: "/processes" },
  { name: "process", duty: "inspector", find: flagged },
  { name: "buyers", duty: "inspector", path: "/buyers" },
  { name: "buyer", duty: "inspector", find: first("/buyers", "/buyers/") },
  { name: "suppliers", duty: "inspector", path: "/suppliers" },
  { name: "supplier", duty: "inspector", find: first("/suppliers", "/suppliers/") },
  { name: "indicators", duty: "inspector", path: "/indicators" },
  { name: "indicator", duty: "rule-steward", path: "/indicators/CN-14" },
  { name: "runs", duty: "data-officer", path: "/runs" },
  { name: "run", duty: "data-officer", find: first("/runs", "/runs/") },
  { name: "source", duty: "supervision-chief", path: "/sources/reserved" },
  { name: "imports", duty: "data-officer", path: "/imports" },
  { name: "import", duty: "data-officer", path: "/imports/new" },
  { name: "quarantine", duty: "data-officer", path: "/quarantine" },
  { name: "notices", duty: "supervision-chief", path: "/notices" },
  { name: "notices-empty", duty: "audit-administrator", path: "/notices" },
  { name: "notices-choice", duty: "inspector", path: "/notices/choice" },
  { name: "account", duty: "inspector", path: "/account" },
  { name: "passkeys", duty: "inspector", path: "/account/passkeys" },
  { name: "second-factor", duty: "inspector", path: "/account/second-factor" },
  { name: "design", duty: "inspector", path: "/design" },
  { name: "organs", duty: "security-administrator", path: "/admin/organs" },
  { name: "organ", duty: "security-administrator", find: first("/admin/organs", "/admin/organs/") },
  {
    name: "organ-change",
    duty: "security-administrator",
    find: async (page) => `${await first("/admin/organs", "/admin/organs/")(page)}/change`,
  },
  { name: "officers", duty: "security-administrator", path: "/admin/officers" },
  { name: "officer", duty: "security-administrator", find: first("/admin/officers", "/admin/officers/") },
  { name: "office-import", duty: "security-administrator", path: "/admin/import" },
  { name: "erasures", duty: "privacy-officer", path: "/erasures" },
  { name: "erasure", duty: "privacy-officer", find: async (page) => (await erasures(page, "done"))[0]?.page },
  { name: "erasure-to-decide", duty: "privacy-head", find: async (page) => (await erasures(page, "proposed"))[0]?.page },
  { name: "erasure-new", duty: "privacy-officer", path: "/erasures/new" },
  { name: "erasure-of", duty: "privacy-officer", find: async (page) => `/erasures/new?act=${await erased(page)}` },
  { name: "disclosed", path: "/disclosure" },
  { name: "disclosed-empty", path: "/disclosure?q=zzzz" },
  { name: "disclosed-due", path: "/disclosure/duties" },
  { name: "disclosed-one", find: disclosed((it) => it.version === 1) },
  { name: "disclosed-corrected", find: disclosed((it) => it.version > 1) },
  { name: "disclosed-asked", find: disclosed((it) => it.entry === "GOV-17") },
  { name: "disclosed-comments", find: async (page) => `${await disclosed((it) => it.entry === "GOV-17")(page)}/comments` },
  {
    name: "disclosure-comments",
    duty: "organ-handler",
    find: async (page) => `${(await disclosed((it) => it.entry === "GOV-17")(page)).replace("/disclosure/", "/disclosures/")}/comments`,
  },
  { name: "disclosed-nothing", path: "/disclosure/00000000-0000-0000-0000-000000000000", status: 404 },
  { name: "disclosures", duty: "organ-handler", path: "/disclosures" },
  { name: "disclosures-due", duty: "organ-head", path: "/disclosures?tab=duties" },
  { name: "disclosures-published", duty: "inspector", path: "/disclosures?tab=published" },
  { name: "disclosures-unopened", duty: "inspector", path: "/disclosures" },
  { name: "disclosure-new", duty: "organ-handler", path: "/disclosures/new" },
  { name: "disclosure-draft", duty: "organ-handler", path: "/disclosures/new?entry=GOV-01" },
  { name: "disclosure-to-review", duty: "secrecy-reviewer", find: worked_on("to-review") },
  { name: "disclosure-to-publish", duty: "organ-head", find: worked_on("to-publish") },
  { name: "disclosure-refused", duty: "organ-handler", find: worked_on("refused") },
  { name: "inbox", duty: "organ-handler", path: "/inbox" },
  { name: "inbox-empty", duty: "data-officer", path: "/inbox" },
  { name: "cases", duty: "organ-head", path: "/cases" },
  { name: "cases-supervised", duty: "inspector", path: "/cases?status=all" },
  { name: "case", duty: "organ-head", find: first("/cases", "/cases/01") },
  { name: "messages", duty: "organ-head", path: "/messages" },
  { name: "messages-empty", duty: "connected-system", path: "/messages" },
  { name: "case-new", duty: "organ-handler", path: "/cases/new?process=licence" },
  { name: "task", duty: "organ-handler", find: first("/inbox", "/cases/") },
  { name: "case-move", duty: "organ-head", find: async (page) => `${await onVersion(page, 1)}/move` },
  { name: "moves", duty: "organ-head", path: "/moves" },
  { name: "move", duty: "organ-head", find: first("/moves", "/moves/01") },
  { name: "move-ask", duty: "organ-head", find: async (page) => `${await first("/models", "/models/01")(page)}/move` },
  { name: "models", duty: "rule-steward", path: "/models" },
  { name: "model", duty: "rule-steward", find: first("/models", "/models/01") },
  { name: "model-new", duty: "rule-steward", path: "/models/new" },
  { name: "model-edit", duty: "rule-steward", find: async (page) => `${await first("/models", "/models/01")(page)}/edit` },
  { name: "figures", duty: "supervision-chief", find: in_force("/figures") },
  { name: "figures-late", duty: "rule-steward", find: in_force("/figures?figure=late&version=all") },
  { name: "figures-runs", duty: "organ-head", find: in_force("/figures/runs?element=accept&of=took") },
  { name: "figures-runs-empty", duty: "organ-head", find: in_force("/figures/runs?element=accept&of=standing") },
  { name: "model-try", duty: "rule-approver", find: in_force("/try") },
  { name: "powers", duty: "inventory-steward", path: "/powers" },
  { name: "powers-waiting", duty: "inventory-approver", path: "/powers?state=waiting" },
  { name: "power", duty: "legal-reviewer", find: first("/powers?state=waiting", "/powers/01") },
  { name: "power-to-publish", duty: "inventory-approver", find: first("/powers?state=waiting", "/powers/01") },
  { name: "power-new", duty: "inventory-steward", path: "/powers/new" },
  { name: "power-edit", duty: "inventory-steward", find: async (page) => `${await first("/powers?category=penalty", "/powers/01")(page)}/edit` },
  { name: "powers-import", duty: "inventory-steward", path: "/powers/import" },
  { name: "coverage", duty: "supervision-chief", path: "/powers/coverage" },
  { name: "guide", path: "/guide" },
  { name: "guide-item", path: "/guide/YS-XK-001" },
  { name: "apply", path: "/apply/YS-XK-001" },
  { name: "progress", path: "/progress" },
  { name: "services", duty: "organ-head", path: "/services" },
  { name: "machine", duty: "system-administrator", path: "/admin/system" },
  { name: "audit", duty: "audit-administrator", path: "/audit" },
  { name: "indicator-approver", duty: "rule-approver", path: "/indicators/CN-14" },
  { name: "refused-post", duty: "inspector", path: "/imports/new", status: 403 },
  { name: "refused-nothing", duty: "inspector", path: "/nothing-is-here", status: 404 },
  { name: "refused-outside", path: "/nothing-is-here", status: 404 },
];

/** Opens a page of a type and checks that it answers as that type does. */
export async function open(page, type) {
  const path = type.path ?? (await type.find(page));
  if (!path) throw new Error(`${type.name}: its list has no link to one`);
  const answer = await page.goto(path);
  const wanted = type.status ?? 200;
  if (answer.status() !== wanted) throw new Error(`${path} answers ${answer.status()}, not ${wanted}`);
  return path;
}
