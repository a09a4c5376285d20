// Decisions: tables, expressions and the diagram of what needs what, by dmn-js. The mark of bpmn.io stays as its licence asks.
import Modeler from "dmn-js/lib/Modeler";

import { h } from "../dom.js";
import { idOf, text } from "./fields.js";
import { closesIntervals } from "./interval.js";
import { OF_DMN } from "./ours.js";
import { translatePlain, translation } from "./translate.js";
import { asRead, asWritten } from "./versions.js";

const LINE = { defaultFillColor: "var(--surface)", defaultStrokeColor: "var(--ink)", defaultLabelColor: "var(--ink)" };

/** As `openEditor` of bpmn.js. */
export function openEditor({ canvas, side, say, language, changed }) {
  const place = h("div", { class: "decision-place" });
  const views = h("nav", { class: "decision-views", "aria-label": say("views") });
  canvas.append(views, place);
  closesIntervals(place);
  const view = { additionalModules: [translation(language)] };
  const modeler = new Modeler({
    container: place,
    moddleExtensions: { qy: OF_DMN },
    drd: { ...view, drdRenderer: LINE },
    decisionTable: view,
    literalExpression: view,
    boxedExpression: view,
  });
  translatePlain(place, language);
  let version = "1.3";

  const saved = async () => {
    const { xml } = await modeler.saveXML({ format: true });
    changed(asWritten(xml, version));
  };
  modeler.on("viewer.created", ({ viewer }) => {
    viewer.on("commandStack.changed", saved);
    viewer.on("elements.changed", drawSide);
  });

  const nameOf = (view) => `${view.element.get("name") || view.element.get("id")} · ${say(`views.${view.type}`)}`;
  modeler.on("views.changed", ({ views: all, activeView }) => {
    views.replaceChildren(
      ...all.map((view) =>
        h("button", { type: "button", class: "button button-small", "aria-pressed": String(view.element === activeView?.element), on: { click: () => modeler.open(view) } }, view.type === "drd" ? say("views.drd") : nameOf(view)),
      ),
    );
    drawSide();
  });

  /** What each input of the open table can be: the check needs it to find what no rule covers. */
  function drawSide() {
    const view = modeler.getActiveView();
    const inputs = view?.type === "decisionTable" ? (view.element.get("decisionLogic").get("input") ?? []) : [];
    const focused = side.contains(document.activeElement) ? document.activeElement.id : "";
    const fields = inputs.map((input) => {
      const name = input.get("label") || input.get("inputExpression")?.get("text") || input.get("id");
      const commit = (value) => modeler.getActiveViewer().get("modeling").updateProperties(input, { "qy:domain": value || undefined });
      return text(`domain-${input.get("id")}`, { label: say("domain.column", { name }), mono: true, value: input.get("qy:domain"), commit });
    });
    side.replaceChildren(
      h("h2", { class: "panel-title" }, say("domain.title")),
      h("div", { class: "panel-fields" }, h("p", { class: "help", id: idOf("domain-help") }, say(inputs.length > 0 ? "domain.help" : "domain.none")), fields),
    );
    if (focused) document.getElementById(focused)?.focus();
  }
  drawSide();

  /** Everything in the model that has an id. */
  const find = (id) => {
    let found = null;
    const seen = new Set();
    const enter = (object) => {
      if (found || seen.has(object)) return;
      seen.add(object);
      if (object.get("id") === id) found = object;
      for (const { name, isReference } of object.$descriptor.properties) {
        if (isReference) continue;
        const value = object[name.replace(/^dmn:/, "")];
        for (const one of Array.isArray(value) ? value : [value]) if (one?.$descriptor) enter(one);
      }
    };
    const definitions = modeler.getDefinitions();
    if (definitions) enter(definitions);
    return found;
  };

  let marked = [];
  const cells = (id) => place.querySelectorAll(`[data-element-id="${CSS.escape(id)}"], [data-row-id="${CSS.escape(id)}"], [data-col-id="${CSS.escape(id)}"]`);
  const paint = () => {
    for (const cell of place.querySelectorAll(".finding-cell")) cell.classList.remove("finding-cell", "finding-cell-error");
    for (const { element, severity } of marked) {
      if (!element) continue;
      for (const cell of cells(element)) cell.classList.add("finding-cell", ...(severity === "error" ? ["finding-cell-error"] : []));
    }
  };
  modeler.on("views.changed", () => setTimeout(paint));

  return {
    async open(xml) {
      const read = asRead(xml);
      version = read.version;
      const { warnings } = await modeler.importXML(read.xml);
      return { warnings: warnings.map(({ message }) => message) };
    },
    tools: () => {
      const stack = () => modeler.getActiveViewer()?.get("commandStack", false);
      return [["undo", "left", () => stack()?.undo()], ["redo", "right", () => stack()?.redo()]];
    },
    nameOf: (id) => find(id)?.get("name") ?? find(id)?.get("label") ?? "",
    choose(id) {
      let at = find(id);
      while (at && !modeler.getView(at)) at = at.$parent;
      const view = at && at !== modeler.getDefinitions() ? modeler.getView(at) : null;
      if (!view) return false;
      modeler.open(view).then(() => {
        paint();
        const [cell] = cells(id);
        (cell ?? place).scrollIntoView({ block: "nearest" });
        cell?.querySelector("[contenteditable], .cm-content")?.focus();
      });
      return true;
    },
    mark(findings) {
      marked = findings;
      paint();
    },
    resized: () => modeler.getActiveViewer()?.get("canvas", false)?.resized?.(),
    close: () => modeler.destroy(),
  };
}
