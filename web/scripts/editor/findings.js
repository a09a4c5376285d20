// What the node finds in the model while one draws: the same check as at deployment. It is asked a moment after the last
// change; an answer that a newer question has overtaken is dropped.
import { h, icon } from "../dom.js";

const PAUSE_MS = 600;

/** Findings by element: how many, and whether an error is among them. */
export function byElement(findings) {
  const all = new Map();
  for (const { element, severity } of findings) {
    if (!element) continue;
    const before = all.get(element) ?? { count: 0, isError: false };
    all.set(element, { count: before.count + 1, isError: before.isError || severity === "error" });
  }
  return all;
}

/** Whether an answer is what the check answers. */
export const isAnswer = (json) => Array.isArray(json?.findings) && typeof json.accepted === "boolean";

export class Findings {
  /**
   * - `form`: its fields are sent, the token against forged requests and the model among them. `check`: where.
   * - `chosen(finding)`: somebody wants to see the place. `found(findings)`: there is a new answer; null while there is none.
   */
  constructor({ form, check, kind, place, say, nameOf, chosen, found }) {
    Object.assign(this, { form, check, kind, say, nameOf, chosen, found });
    this.asked = 0;
    this.body = h("div", { class: "findings-body" });
    this.summary = h("p", { class: "findings-summary", role: "status" });
    place.append(h("div", { class: "findings-head" }, h("h2", { class: "panel-title" }, say("findings.title")), this.summary), this.body);
  }

  /** Asks soon. */
  later() {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.now(), PAUSE_MS);
  }

  async now() {
    clearTimeout(this.waiting);
    this.asked += 1;
    const question = this.asked;
    // A quick answer needs no words about waiting.
    const slow = setTimeout(() => this.state("loading", [this.say("findings.loading")]), 300);
    try {
      const body = new URLSearchParams();
      for (const [name, value] of new FormData(this.form)) if (typeof value === "string") body.append(name, value);
      if (!body.has("kind")) body.append("kind", this.kind);
      const answer = await fetch(this.check, { method: "POST", headers: { accept: "application/json" }, body });
      if (!answer.ok) throw new Error(String(answer.status));
      const json = await answer.json();
      if (!isAnswer(json)) throw new Error("no findings");
      clearTimeout(slow);
      if (question === this.asked) this.show(json);
    } catch {
      clearTimeout(slow);
      if (question === this.asked) this.failed();
    }
  }

  state(name, summary) {
    this.body.dataset.state = name;
    this.summary.replaceChildren(...summary);
  }

  failed() {
    const again = h("button", { type: "button", class: "button button-small", on: { click: () => this.now() } }, this.say("findings.again"));
    this.state("failed", [icon("unverified"), this.say("findings.failed"), " ", again]);
    this.body.replaceChildren();
    this.found(null);
  }

  show({ findings, accepted }) {
    const { say } = this;
    const errors = findings.filter(({ severity }) => severity === "error").length;
    const warnings = findings.length - errors;
    const count = (name, key, number) => number > 0 && h("span", { class: `badge badge-${name}` }, icon(name), say(key, { count: number }));
    if (findings.length === 0) this.state("none", [h("span", { class: "badge badge-done" }, icon("done"), say("findings.none"))]);
    else {
      const parts = [count("red", "findings.errors", errors), count("yellow", "findings.warnings", warnings), h("span", {}, say(accepted ? "findings.accepted" : "findings.refused"))];
      this.state("found", parts.filter(Boolean));
    }
    this.body.replaceChildren(findings.length > 0 ? h("ol", { class: "findings-list" }, findings.map((finding) => this.row(finding))) : "");
    this.found(findings);
  }

  row(finding) {
    const { say } = this;
    const isError = finding.severity === "error";
    const name = finding.element ? this.nameOf(finding.element) : "";
    const place = [name || finding.element, finding.line ? say("findings.line", { line: finding.line }) : "", finding.rule].filter(Boolean).join(" · ");
    return h("li", {},
      h("button", { type: "button", class: "finding", on: { click: () => this.chosen(finding) } },
        h("span", { class: `badge badge-bare badge-${isError ? "red" : "yellow"}` }, icon(isError ? "red" : "yellow"), say(isError ? "findings.error" : "findings.warning")),
        h("span", { class: "finding-what" }, finding.what),
        finding.mend && h("span", { class: "finding-mend" }, finding.mend),
        h("span", { class: "finding-place" }, place),
      ));
  }
}
