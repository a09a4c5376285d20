// Founds and serves the nodes that the chosen projects need, once for all tests, and stops them at the end.
import { missing, POSTGRES } from "./place.js";
import { freshDatabase, start } from "./node.js";

/** The projects named on the command line (`--project=a`, `--project a b`); all of them where none is. */
function chosen(config) {
  const named = [];
  let naming = false;
  for (const word of process.argv.slice(2)) {
    naming = word === "--project" || (naming && !word.startsWith("-"));
    if (word.startsWith("--project=")) named.push(word.slice("--project=".length));
    else if (naming) named.push(word);
  }
  const names = config.projects.map((project) => project.name);
  return named.length > 0 ? names.filter((name) => named.includes(name)) : names;
}

export default async function setup(config) {
  const lacks = missing();
  if (lacks) throw new Error(lacks);
  const projects = chosen(config);
  const ends = [];
  const begin = async (project) => {
    let store;
    if (project === "postgres") {
      if (!process.env[POSTGRES]) {
        // The project's own tests fail with the same sentence: nothing is skipped.
        console.error(`${POSTGRES} is not set: the main path on PostgreSQL fails`);
        return [project, null];
      }
      const database = await freshDatabase();
      ends.unshift(database.drop);
      store = database.url;
    }
    const { stop, ...node } = await start(project, store);
    ends.unshift(stop);
    return [project, node];
  };
  const end = async () => {
    const faults = [];
    for (const stop of ends) await stop().catch((fault) => faults.push(fault.message));
    if (faults.length > 0) throw new Error(faults.join("\n"));
  };
  const begun = await Promise.allSettled(projects.map(begin));
  const failed = begun.find((it) => it.status === "rejected");
  if (failed) {
    await end().catch(() => {});
    throw failed.reason;
  }
  // Test processes are started after this and inherit it.
  process.env.QINGYUAN_E2E_NODES = JSON.stringify(Object.fromEntries(begun.map((it) => it.value)));
  return end;
}
