// Properties of what is chosen, in plain words: an officer who never saw BPMN can change a limit and add a countersignature.
// Every change goes through the editor's commands, so that it can be undone.
import { h } from "../dom.js";
import { names, section, select, text, area, check } from "./fields.js";
import { readLocals, writeLocals } from "./extensions.js";
import { limit } from "./limit.js";
import { people } from "./people.js";
import { condition, events, work } from "./work.js";

const ACTIVITY = /Task$|SubProcess$|CallActivity$|Transaction$/;
const GROUPS = [
  ["steps", ACTIVITY],
  ["events", /Event$/],
  ["gateways", /Gateway$/],
  ["flows", /Flow$/],
];

/** The type without its prefix: `UserTask`. */
export const kindOf = (element) => element.$type.replace(/^\w+:/, "");

/** The process that something belongs to; a pool stands for its own. */
export function processOf(element) {
  if (element.$type === "bpmn:Participant") return element.get("processRef");
  let at = element;
  while (at && at.$type !== "bpmn:Process") at = at.$parent;
  return at;
}

/** All of a process's elements, sub-processes included. */
function* within(container) {
  for (const element of container?.get("flowElements") ?? []) {
    yield element;
    if (element.$type.endsWith("SubProcess") || element.$type === "bpmn:Transaction") yield* within(element);
  }
}

export class Panel {
  /**
   * - `place`: where it stands. `say`: words of the page. `lists`: `duties`, `forms`, `jobTypes`, each of `{code, name}`.
   */
  constructor({ modeler, place, say, lists }) {
    this.modeler = modeler;
    this.say = say;
    this.lists = lists;
    this.opened = new Map();
    /** What was said of a limit before it has a number: by element. */
    this.drafts = new Map();
    this.body = h("div", { class: "panel-fields" });
    this.chooser = h("div");
    place.append(h("h2", { class: "panel-title" }, say("panel.title")), this.chooser, this.body);
    const later = () => {
      clearTimeout(this.waiting);
      this.waiting = setTimeout(() => this.draw());
    };
    for (const event of ["selection.changed", "import.done", "commandStack.changed", "root.set"]) modeler.on(event, later);
  }

  /** The element of the drawing that is chosen; nothing chosen is the whole. */
  get element() {
    const chosen = this.modeler.get("selection").get();
    if (chosen.length > 1) return null;
    const one = chosen[0] ?? this.modeler.get("canvas").getRootElement();
    return one?.labelTarget ?? one;
  }

  name(element) {
    const kind = kindOf(element);
    const known = this.say(`kind.${kind}`);
    const type = known.startsWith("kind.") ? this.say("kind.other") : known;
    const name = element.get("name") || element.get("id");
    return `${name} · ${type}`;
  }

  /** Sets properties of the chosen element's own object. */
  set(properties) {
    const { element } = this;
    this.modeler.get("modeling").updateProperties(element, properties);
  }

  /** Sets properties of anything that belongs to the chosen element. */
  setOf(object, properties) {
    if (Object.keys(properties).length === 0) return;
    this.modeler.get("modeling").updateModdleProperties(this.element, object, properties);
  }

  create = (type, properties) => this.modeler.get("moddle").create(type, properties);

  /** An element with an id of its own. */
  createNamed = (type, properties) => this.modeler.get("bpmnFactory").create(type, properties);

  /** Ids and names of the process's other user tasks. */
  otherTasks(object) {
    const tasks = [...within(processOf(object))].filter((other) => other.$type === "bpmn:UserTask" && other !== object);
    return tasks.map((task) => [task.get("id"), task.get("name") || task.get("id")]);
  }

  choose(id) {
    const { modeler } = this;
    const element = modeler.get("elementRegistry").get(id);
    if (!element) return;
    const canvas = modeler.get("canvas");
    const root = canvas.findRoot(element);
    if (root && root !== canvas.getRootElement()) canvas.setRootElement(root);
    if (element === root || element === canvas.getRootElement()) modeler.get("selection").select([]);
    else {
      modeler.get("selection").select(element);
      canvas.scrollToElement(element, 60);
    }
  }

  drawChooser(element) {
    const { say } = this;
    const all = this.modeler.get("elementRegistry").filter((other) => other.businessObject && !other.labelTarget && !other.isImplicit);
    const root = this.modeler.get("canvas").getRootElement();
    const options = [h("option", { value: root.id }, say("panel.whole"))];
    const rest = new Set(all.filter((other) => other !== root && other.parent));
    for (const [group, pattern] of [...GROUPS, ["others", /./]]) {
      const members = [...rest].filter((other) => pattern.test(kindOf(other.businessObject)));
      members.forEach((other) => rest.delete(other));
      if (members.length > 0) options.push(h("optgroup", { label: say(`group.${group}`) }, members.map((other) => h("option", { value: other.id }, this.optionName(other.businessObject)))));
    }
    const list = h("select", { class: "input", id: "qy-chooser", on: { change: (event) => this.choose(event.target.value) } }, options);
    list.value = element?.id ?? root.id;
    this.chooser.replaceChildren(
      h("div", { class: "field" }, h("label", { class: "label", for: "qy-chooser" }, say("panel.choose")), h("p", { class: "help" }, say("panel.choose.help")), list),
    );
  }

  /** A flow without a name is told by its ends. */
  optionName(object) {
    if (!/Flow$/.test(object.$type) || object.get("name")) return this.name(object);
    const end = (reference) => object.get(reference)?.get("name") || object.get(reference)?.get("id") || "";
    return `${end("sourceRef")} → ${end("targetRef")}`;
  }

  draw() {
    const { element, say } = this;
    if (!this.modeler.get("canvas").getRootElement()?.businessObject) return;
    const focused = document.activeElement?.id;
    const hadFocus = this.body.contains(document.activeElement) || this.chooser.contains(document.activeElement);
    this.drawChooser(element);
    const object = element?.businessObject;
    if (!object) this.body.replaceChildren(h("p", { class: "help" }, say("panel.none")));
    else this.body.replaceChildren(...this.sections(object));
    if (hadFocus && focused) document.getElementById(focused)?.focus();
  }

  sections(object) {
    const kind = kindOf(object);
    const parts = [this.what(object, kind)];
    if (kind === "UserTask") parts.push(...people(this, object));
    const process = kind === "Process" || kind === "Participant" ? processOf(object) : null;
    if (process) parts.push(this.process(process));
    if (kind === "Lane") parts.push(this.lane(object));
    parts.push(...work(this, object, kind), ...events(this, object, kind));
    if (kind === "SequenceFlow") parts.push(condition(this, object));
    const timed = process ?? (ACTIVITY.test(kind) ? object : null);
    if (timed) parts.splice(kind === "UserTask" ? 1 : parts.length, 0, limit(this, timed));
    if (ACTIVITY.test(kind) && kind !== "UserTask") parts.push(...people(this, object, { onlyRounds: true }));
    return parts;
  }

  what(object, kind) {
    const { say } = this;
    const [documentation] = object.get("documentation") ?? [];
    const document_ = (value) => {
      const rest = (object.get("documentation") ?? []).slice(1);
      this.set({ documentation: value === "" ? rest : [this.create("bpmn:Documentation", { text: value }), ...rest] });
    };
    const known = say(`kind.${kind}`);
    const property = kind === "TextAnnotation" ? "text" : "name";
    return h(
      "div",
      { class: "panel-what" },
      h("p", { class: "help" }, known.startsWith("kind.") ? say("kind.other") : known, " · ", h("code", {}, object.get("id"))),
      kind === "Group" || kind === "Association" || kind === "Collaboration"
        ? null
        : text("name", { label: say("name"), help: say(kind === "SequenceFlow" ? "condition.name.help" : "name.help"), value: object.get(property), commit: (value) => this.set({ [property]: value || undefined }) }),
      area("documentation", { label: say("documentation"), help: say("documentation.help"), rows: 2, value: documentation?.get("text"), commit: document_ }),
    );
  }

  process(process) {
    const { say } = this;
    return section("process", say("process"), true, this.opened,
      check("executable", { label: say("process.executable"), help: say("process.executable.help"), value: process.get("isExecutable") === true, commit: (value) => this.setOf(process, { isExecutable: value }) }),
      text("steward", { label: say("process.steward"), help: say("process.steward.help"), mono: true, options: this.lists.duties.map(({ code }) => code), value: process.get("qy:steward"), commit: (value) => this.setOf(process, { "qy:steward": value || undefined }) }),
      names("locals", {
        label: say("process.locals"), help: say("process.locals.help"), values: readLocals(process), add: say("process.locals.add"), remove: say("remove"),
        one: (number) => say("process.locals.one", { number }),
        commit: (values) => this.setOf(process, writeLocals(this.create, process, values)),
      }),
    );
  }

  lane(lane) {
    const { say } = this;
    const duties = this.lists.duties.map(({ code, name }) => [code, name]);
    return section("lane", say("lane"), true, this.opened,
      select("post", { label: say("lane.post"), help: say("lane.post.help"), value: lane.get("qy:post") ?? "", options: [["", say("none")], ...duties], commit: (value) => this.set({ "qy:post": value || undefined }) }),
    );
  }
}
