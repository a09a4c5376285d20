// Decisions a second of dmn-eval-js: the table and the cases come on standard input, a line of JSON goes out.
import { readFileSync } from "node:fs";
import dmn from "@hbtgmbh/dmn-eval-js";

const { decisionTable } = dmn;
const { xml, decision, cases, seconds } = JSON.parse(readFileSync(0, "utf8"));
const decisions = await decisionTable.parseDmnXml(xml);
const decide = (given) => decisionTable.evaluateDecision(decision, decisions, { ...given });
// The outputs first: they are compared before any speed.
const outputs = cases.map((given) => Object.values(decide(given) ?? {})[0] ?? null);
let count = 0;
const begun = performance.now();
while (performance.now() - begun < seconds * 1000) {
  for (const given of cases) decide(given);
  count += cases.length;
}
console.log(JSON.stringify({ outputs, rate: (count * 1000) / (performance.now() - begun) }));
