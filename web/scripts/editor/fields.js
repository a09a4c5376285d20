// Form controls of the panel: label, help, control. A value is taken when it is left (`change`), so that one act of typing is
// one step to undo. Ids come from the field's key: after the panel is drawn anew, the focus finds its place again.
import { h } from "../dom.js";

export const idOf = (key) => `qy-${key.replace(/[^\w-]/g, "-")}`;

/** Enter takes the value and does not send the page's form. */
const taken = (event) => {
  if (event.key !== "Enter" || event.isComposing) return;
  event.preventDefault();
  event.target.dispatchEvent(new Event("change", { bubbles: true }));
};

function field(key, { label, help, wrong }, control) {
  const id = idOf(key);
  if (help) control.setAttribute("aria-describedby", `${id}-help`);
  return h(
    "div",
    { class: "field" },
    h("label", { class: "label", for: id }, label),
    help && h("p", { class: "help", id: `${id}-help` }, help),
    control,
    wrong && h("p", { class: "field-error" }, wrong),
  );
}

/** One line. `options` are offered, any other text may be typed. */
export function text(key, { value, commit, mono, options, mode, ...about }) {
  const id = idOf(key);
  const input = h("input", {
    id,
    class: mono ? "input mono" : "input",
    type: "text",
    autocomplete: "off",
    spellcheck: "false",
    value: value ?? "",
    inputmode: mode,
    list: options ? `${id}-list` : undefined,
    on: { change: (event) => commit(event.target.value.trim()), keydown: taken },
  });
  const made = field(key, about, input);
  if (options) made.append(h("datalist", { id: `${id}-list` }, options.map((option) => h("option", { value: option }))));
  return made;
}

/** Several lines. */
export function area(key, { value, commit, mono, rows = 3, ...about }) {
  const on = { change: (event) => commit(event.target.value.trim()) };
  return field(key, about, h("textarea", { id: idOf(key), class: mono ? "input mono" : "input", rows, spellcheck: mono ? "false" : undefined, value: value ?? "", on }));
}

/** One of many. `options` are pairs of value and text; a value that is not among them is shown as it is. */
export function select(key, { value, options, commit, ...about }) {
  const known = options.some(([one]) => one === value) ? options : [...options, [value, value]];
  const on = { change: (event) => commit(event.target.value) };
  const choice = h("select", { id: idOf(key), class: "input", on }, known.map(([one, name]) => h("option", { value: one }, name)));
  choice.value = value;
  return field(key, about, choice);
}

function group(key, { label, help }, ...inside) {
  const id = idOf(key);
  return h(
    "fieldset",
    { class: "field", "aria-describedby": help ? `${id}-help` : undefined },
    h("legend", { class: "label" }, label),
    help && h("p", { class: "help", id: `${id}-help` }, help),
    ...inside,
  );
}

const choice = (input, name, detail) =>
  h("label", { class: "choice" }, input, h("span", {}, name, detail && h("span", { class: "choice-detail" }, detail)));

/** One of few, each with what it means. `options` are triples of value, text and detail. */
export function radios(key, { value, options, commit, ...about }) {
  const id = idOf(key);
  const all = options.map(([one, name, detail]) =>
    choice(h("input", { type: "radio", id: `${id}-${one}`, name: id, form: "", value: one, checked: one === value, on: { change: () => commit(one) } }), h("b", {}, name), detail),
  );
  return group(key, about, all);
}

/** Any of several. `options` are pairs of value and text; values that are not among them are shown as they are. */
export function checks(key, { values, options, commit, disabled, unknown, wrong, none, ...about }) {
  const id = idOf(key);
  const known = [...options, ...values.filter((one) => !options.some(([other]) => other === one)).map((one) => [one, unknown ? unknown(one) : one])];
  const boxes = known.map(([one, name]) => {
    const on = {
      change: (event) => commit(event.target.checked ? [...values, one] : values.filter((other) => other !== one)),
    };
    return choice(h("input", { type: "checkbox", id: `${id}-${one}`, checked: values.includes(one), disabled: disabled ?? false, on }), name);
  });
  return group(key, about, boxes.length > 0 ? boxes : h("p", { class: "help" }, none), wrong && h("p", { class: "field-error" }, wrong));
}

/** Yes or no. */
export function check(key, { label, help, value, commit }) {
  const input = h("input", { type: "checkbox", id: idOf(key), checked: value, on: { change: (event) => commit(event.target.checked) } });
  return h("div", { class: "field" }, choice(input, h("b", {}, label), help));
}

/** A list of names, each with a button that takes it away. */
export function names(key, { values, commit, add, one, remove, ...about }) {
  const id = idOf(key);
  const at = (place, value) => values.map((other, i) => (i === place ? value : other));
  const rows = values.map((value, i) =>
    h(
      "div",
      { class: "name-row" },
      h("input", { class: "input mono", id: `${id}-${i}`, "aria-label": one(i + 1), value, autocomplete: "off", spellcheck: "false", on: { change: (event) => commit(at(i, event.target.value)), keydown: taken } }),
      h("button", { type: "button", class: "button button-small", id: `${id}-${i}-remove`, "aria-label": `${remove} ${value}`, on: { click: () => commit(values.filter((_, other) => other !== i)) } }, remove),
    ),
  );
  const fresh = h("div", { class: "name-row" },
    h("input", { class: "input mono", id: `${id}-new`, "aria-label": add, autocomplete: "off", spellcheck: "false", on: { change: (event) => event.target.value.trim() && commit([...values, event.target.value]), keydown: taken } }),
    h("button", { type: "button", class: "button button-small", id: `${id}-add` }, add));
  return group(key, about, rows, fresh);
}

/** A part of the panel with a heading; what was opened stays open. */
export function section(key, title, isOpen, opened, ...inside) {
  const details = h("details", { class: "panel-section", open: opened.get(key) ?? isOpen }, h("summary", { id: `${idOf(key)}-section` }, title), ...inside);
  details.addEventListener("toggle", () => opened.set(key, details.open));
  return details;
}
