// <qy-model-editor for="xml" kind="bpmn" check="/models/check">: an editor for the text of a model in a form. Without script the
// text is what one edits; with it the text follows the drawing, change by change, so that the form is sent as ever.
import { h, icon } from "../dom.js";
import { wordsOf } from "../words.js";
import { Findings } from "./findings.js";
import en from "./words.en.js";
import zh from "./words.zh.js";

const list = (json) => {
  try {
    const read = JSON.parse(json ?? "[]");
    return Array.isArray(read) ? read : [];
  } catch {
    return [];
  }
};

export class ModelEditor extends HTMLElement {
  connectedCallback() {
    if (this.source) return;
    const language = document.documentElement.lang || "en";
    this.source = document.getElementById(this.getAttribute("for"));
    if (!this.source?.form) return;
    this.say = wordsOf({ zh, en }, language);
    this.language = language;
    this.kind = this.getAttribute("kind") === "dmn" ? "dmn" : "bpmn";
    this.build();
    this.keepForm();
    this.start();
  }

  disconnectedCallback() {
    this.editor?.close();
  }

  build() {
    const { say, source } = this;
    this.sourceField = source.closest(".field") ?? source;
    const view = (name) => h("button", { type: "button", class: "button button-small", "aria-pressed": "false", "data-view": name, on: { click: () => this.show(name) } }, say(`view.${name}`));
    this.views = h("div", { class: "editor-views", role: "group", "aria-label": say("view.label") }, view("drawing"), view("source"));
    this.tools = h("div", { class: "editor-tools" });
    this.canvas = h("div", { class: `editor-canvas editor-${this.kind}`, role: "region", "aria-label": say(this.kind === "dmn" ? "decision.label" : "drawing.label") });
    this.side = h("div", { class: "editor-side" });
    this.state = h("div", { class: "editor-state", role: "status" });
    this.stage = h("div", { class: "editor-stage" }, this.canvas, this.side);
    // Whether the drawing wrote the text: then the server puts it back onto the text that it came from.
    this.drawn = h("input", { type: "hidden", name: "drawn", value: "" });
    source.form.append(this.drawn);
    const findings = h("div", { class: "editor-findings" });
    const help = this.kind === "bpmn" ? h("p", { class: "small editor-help" }, say("keys.help")) : "";
    this.replaceChildren(h("div", { class: "editor-bar" }, this.views, this.tools), this.state, this.stage, help, findings);
    if (this.getAttribute("check")) {
      this.findings = new Findings({
        form: source.form, check: this.getAttribute("check"), kind: this.kind, place: findings, say,
        nameOf: (id) => this.editor?.nameOf(id) ?? "",
        chosen: (finding) => this.goTo(finding),
        found: (found) => this.isOpen && this.editor.mark(found ?? []),
      });
    } else findings.remove();
  }

  /** Buttons and fields of the editor must not send the page's form. */
  keepForm() {
    this.source.form.addEventListener("submit", (event) => {
      if (event.submitter && this.contains(event.submitter)) event.preventDefault();
    });
    this.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && event.target.matches("input:not([type=checkbox], [type=radio])")) event.preventDefault();
    });
    this.addEventListener("click", (event) => {
      const button = event.target.closest("button:not([type])");
      if (button) button.type = "button";
    }, { capture: true });
    this.source.addEventListener("input", () => {
      if (this.writing) return;
      // What somebody typed is kept as it was typed.
      this.drawn.value = "";
      this.isStale = true;
      this.findings?.later();
    });
  }

  async start() {
    const { say } = this;
    this.inState([h("p", {}, say("loading"))]);
    try {
      const { openEditor } = this.kind === "dmn" ? await import("./dmn.js") : await import("./bpmn.js");
      const lists = { duties: list(this.dataset.duties), forms: list(this.dataset.forms), consents: list(this.dataset.consents), jobTypes: list(this.dataset.jobTypes), decisions: list(this.dataset.decisions) };
      this.editor = openEditor({ canvas: this.canvas, side: this.side, say, language: this.language, lists, changed: (xml) => this.write(xml) });
    } catch (error) {
      console.error(error);
      this.inState([h("p", { class: "state-title" }, say("failed.title")), h("p", {}, say("failed.body"))]);
      this.show("source");
      return;
    }
    this.tools.append(...this.editor.tools().map(([name, drawn, act]) => h("button", { type: "button", class: "button button-small", on: { click: act } }, drawn ? icon(drawn) : "", say(name))));
    await this.show("drawing");
    this.findings?.now();
  }

  inState(parts) {
    this.state.replaceChildren(...parts);
    this.state.hidden = parts.length === 0;
  }

  /** The text follows the drawing. */
  write(xml) {
    if (!this.isOpen) return;
    this.writing = true;
    this.drawn.value = "on";
    this.source.value = xml;
    this.source.dispatchEvent(new Event("input", { bubbles: true }));
    this.writing = false;
    this.findings?.later();
  }

  async show(name) {
    if (name === "drawing" && !(await this.read())) name = "source";
    const isDrawing = name === "drawing";
    for (const button of this.views.children) button.setAttribute("aria-pressed", String(button.dataset.view === name));
    this.stage.hidden = !isDrawing;
    this.tools.hidden = !isDrawing;
    const help = this.querySelector(".editor-help");
    if (help) help.hidden = !isDrawing;
    this.sourceField.hidden = isDrawing;
    if (isDrawing) this.editor.resized();
  }

  /** Reads the text into the drawing where it has changed. Says why, and gives false, where that cannot be. */
  async read() {
    if (!this.editor) return false;
    if (this.isOpen && !this.isStale) return true;
    const { say } = this;
    this.isOpen = false;
    // Libraries measure their place: it must be there while they draw.
    this.stage.hidden = false;
    try {
      const { warnings } = await this.editor.open(this.source.value);
      if (warnings.length > 0 && this.accepted !== this.source.value) {
        const open = () => {
          this.accepted = this.source.value;
          this.isStale = true;
          this.show("drawing");
        };
        this.inState([
          h("p", { class: "state-title" }, say("lossy.title")), h("p", {}, say("lossy.body")),
          h("ul", {}, warnings.slice(0, 20).map((warning) => h("li", {}, h("code", {}, warning.split("\n")[0])))),
          h("button", { type: "button", class: "button button-small", on: { click: open } }, say("lossy.open")),
        ]);
        return false;
      }
    } catch (error) {
      this.inState([h("p", { class: "state-title" }, say("broken.title")), h("p", {}, say("broken.body")), h("p", { class: "help" }, say("broken.why", { why: String(error.message).split("\n")[0] }))]);
      return false;
    }
    this.inState([]);
    this.isOpen = true;
    this.isStale = false;
    return true;
  }

  /** Leads to the place of a finding: in the drawing, or by its line in the text. */
  async goTo({ element, line }) {
    if (element && !this.stage.hidden && this.editor.choose(element)) {
      this.canvas.scrollIntoView({ block: "nearest" });
      return;
    }
    await this.show("source");
    const before = this.source.value.split("\n").slice(0, Math.max(0, (line ?? 1) - 1)).join("\n");
    const from = before === "" ? 0 : before.length + 1;
    const to = this.source.value.indexOf("\n", from);
    this.source.focus();
    this.source.setSelectionRange(from, to < 0 ? this.source.value.length : to);
    const height = this.source.scrollHeight / Math.max(1, this.source.value.split("\n").length);
    this.source.scrollTop = Math.max(0, height * ((line ?? 1) - 4));
  }
}
