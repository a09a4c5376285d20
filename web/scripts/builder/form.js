// <qy-form-builder for="schema">: fields of a form, edited as fields, kept as a JSON Schema in the text beside it. Without
// script the text is what one edits.
import { h } from "../dom.js";
import { wordsOf } from "../words.js";
import {
  KINDS, NoForm, TYPES, USUAL_TYPES, addField, fieldsOf, moveField, readChoices, readForm, readSize, removeField, renameField, setField,
  setKind, setRequired, toggleType, writeChoices, writeForm, writeSize,
} from "./schema.js";
import en from "./words.en.js";
import zh from "./words.zh.js";

export class FormBuilder extends HTMLElement {
  connectedCallback() {
    if (this.source) return;
    this.source = document.getElementById(this.getAttribute("for"));
    if (!this.source) return;
    this.say = wordsOf({ zh, en });
    this.sourceField = this.source.closest(".field") ?? this.source;
    const { say } = this;
    const view = (name) => h("button", { type: "button", class: "button button-small", "aria-pressed": "false", "data-view": name, on: { click: () => this.show(name) } }, say(`view.${name}`));
    this.views = h("div", { class: "editor-views", role: "group", "aria-label": say("view.label") }, view("fields"), view("source"));
    this.list = h("ol", { class: "builder-fields" });
    this.said = h("p", { class: "hidden", role: "status" });
    this.broken = h("p", { class: "field-error", role: "alert", hidden: true });
    const kind = h("select", { class: "input", id: "qy-new-kind" }, KINDS.map((one) => h("option", { value: one }, say(`kind.${one}`))));
    const add = h("button", { type: "button", class: "button", on: { click: () => this.add(kind.value) } }, say("add"));
    this.adding = h("div", { class: "builder-add" }, h("label", { class: "label", for: "qy-new-kind" }, say("add.kind")), h("div", { class: "name-row" }, kind, add));
    this.replaceChildren(this.views, this.broken, this.said, this.list, this.adding);
    this.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.isComposing && event.target.matches("input:not([type=checkbox])")) {
        event.preventDefault();
        event.target.dispatchEvent(new Event("change", { bubbles: true }));
      }
    });
    this.show("fields");
  }

  show(name) {
    let shown = name;
    if (name === "fields") {
      try {
        this.form = readForm(this.source.value);
        this.broken.hidden = true;
        this.draw();
      } catch (error) {
        if (!(error instanceof NoForm)) throw error;
        this.broken.textContent = this.say("broken", { why: error.message });
        this.broken.hidden = false;
        shown = "source";
      }
    }
    for (const button of this.views.children) button.setAttribute("aria-pressed", String(button.dataset.view === shown));
    this.list.hidden = shown !== "fields";
    this.adding.hidden = shown !== "fields";
    this.sourceField.hidden = shown === "fields";
  }

  /** Another form: drawn, and written into the text. */
  become(form, focus) {
    const focused = focus ?? document.activeElement?.id;
    this.form = form;
    this.source.value = writeForm(form);
    this.source.dispatchEvent(new Event("input", { bubbles: true }));
    // Whoever went on to the next control has it again after drawing.
    setTimeout(() => {
      const now = focus ?? (this.contains(document.activeElement) ? document.activeElement.id : focused);
      this.draw();
      document.getElementById(now)?.focus();
    });
  }

  add(kind) {
    const form = addField(this.form, kind);
    this.said.textContent = this.say("added");
    this.become(form, `qy-f${Object.keys(form.properties).length - 1}-title`);
  }

  draw() {
    const fields = fieldsOf(this.form);
    this.list.replaceChildren(...(fields.length > 0 ? fields.map((field, at) => this.row(field, at, fields.length)) : [h("li", { class: "help" }, this.say("none"))]));
  }

  row({ key, property, kind, isRequired }, at, count) {
    const { say } = this;
    const id = (part) => `qy-f${at}-${part}`;
    const name = property?.title || say("untitled");
    const act = (part, isClosed, done) => h("button", { type: "button", class: "button button-small", id: id(part), disabled: isClosed, "aria-label": say("of", { act: say(part), name }), on: { click: done } }, say(part));
    const move = (by) => {
      this.said.textContent = say("moved", { name, number: at + by + 1, count });
      const to = at + by;
      const part = by < 0 ? (to === 0 ? "down" : "up") : to === count - 1 ? "up" : "down";
      this.become(moveField(this.form, key, by), `qy-f${to}-${part}`);
    };
    const remove = () => {
      this.said.textContent = say("removed", { name });
      this.become(removeField(this.form, key), count > 1 ? `qy-f${Math.min(at, count - 2)}-title` : "qy-new-kind");
    };
    const head = h("div", { class: "builder-head" },
      h("b", {}, name), h("span", { class: "help" }, say("position", { number: at + 1, count })),
      h("span", { class: "builder-acts" }, act("up", at === 0, () => move(-1)), act("down", at === count - 1, () => move(1)), act("remove", false, remove)));
    if (kind === null) return h("li", { class: "builder-field" }, head, h("p", { class: "help" }, say("unknown"), " ", h("code", {}, key)));
    return h("li", { class: "builder-field" }, head, h("div", { class: "builder-grid" }, this.controls({ key, property, kind, isRequired }, id)));
  }

  controls({ key, property, kind, isRequired }, id) {
    const { say } = this;
    const labelled = (part, label, control, help) => {
      control.id = id(part);
      if (help) control.setAttribute("aria-describedby", `${id(part)}-help`);
      return h("div", { class: "field" }, h("label", { class: "label", for: id(part) }, label), help && h("p", { class: "help", id: `${id(part)}-help` }, help), control);
    };
    const text = (part, keyword) => labelled(part, say(part), h("input", { class: "input", type: "text", autocomplete: "off", value: property[keyword] ?? "", on: { change: (event) => this.become(setField(this.form, key, { [keyword]: event.target.value.trim() })) } }));
    const number = (part, keyword, isWhole) => {
      const input = h("input", { class: "input", type: "text", inputmode: "decimal", autocomplete: "off", value: property[keyword] === undefined ? "" : String(property[keyword]) });
      const field = labelled(part, say(part), input);
      input.addEventListener("change", () => {
        const given = input.value.trim();
        const value = Number(given);
        const isWrong = given !== "" && (!Number.isFinite(value) || (isWhole && (!Number.isInteger(value) || value < 1)));
        field.querySelector(".field-error")?.remove();
        input.setAttribute("aria-invalid", String(isWrong));
        if (isWrong) field.append(h("p", { class: "field-error", role: "alert" }, say("number.wrong")));
        else this.become(setField(this.form, key, { [keyword]: given === "" ? undefined : value }));
      });
      return field;
    };
    const parts = [
      text("title", "title"), text("title.en", "x-title-en"),
      text("description", "description"), text("description.en", "x-description-en"),
      labelled("kind", say("kind"), select(kind, (chosen) => this.become(setKind(this.form, key, chosen)), say)),
      labelled("key", say("key"), h("input", { class: "input mono", type: "text", autocomplete: "off", spellcheck: "false", value: key, on: { change: (event) => this.become(renameField(this.form, key, event.target.value)) } }), say("key.help")),
    ];
    if (kind === "text" || kind === "lines") parts.push(number("longest", "maxLength", true));
    if (kind === "integer" || kind === "number") parts.push(number("least", "minimum"), number("most", "maximum"));
    if (kind === "choice") {
      const on = { change: (event) => this.become(setField(this.form, key, writeChoices(event.target.value))) };
      parts.push(labelled("choices", say("choices"), h("textarea", { class: "input", rows: 4, value: readChoices(property), on }), say("choices.help")));
    }
    if (kind === "file") {
      const size = h("input", { class: "input", type: "text", inputmode: "decimal", autocomplete: "off", value: readSize(property) ?? "" });
      size.addEventListener("change", () => {
        const megabytes = size.value.trim() === "" ? undefined : Number(size.value);
        if (megabytes === undefined || megabytes > 0) this.become(setField(this.form, key, writeSize(megabytes)));
        else size.setAttribute("aria-invalid", "true");
      });
      const taken = property["x-types"] ?? USUAL_TYPES;
      const box = (type) => h("label", { class: "choice" }, h("input", { type: "checkbox", id: id(`type-${type}`), checked: taken.includes(type), on: { change: (event) => this.become(setField(this.form, key, toggleType(property, type, event.target.checked))) } }), h("span", {}, say(`type.${type}`)));
      parts.push(number("files", "maxItems", true), labelled("size", say("size"), size, say("size.help")));
      parts.push(h("fieldset", { class: "builder-types" }, h("legend", { class: "label" }, say("types")), TYPES.map(box)));
    }
    const required = h("input", { type: "checkbox", id: id("required"), checked: isRequired, on: { change: (event) => this.become(setRequired(this.form, key, event.target.checked)) } });
    parts.push(h("label", { class: "choice" }, required, h("span", {}, say("required"))));
    return parts;
  }
}

function select(kind, commit, say) {
  const list = h("select", { class: "input", on: { change: (event) => commit(event.target.value) } }, KINDS.map((one) => h("option", { value: one }, say(`kind.${one}`))));
  list.value = kind;
  return list;
}
