// The drawing of a process: bpmn-js with our properties beside it. The mark of bpmn.io stays as its licence asks.
import Modeler from "bpmn-js/lib/Modeler";

import { h, icon } from "../dom.js";
import { byElement } from "./findings.js";
import { OF_BPMN } from "./ours.js";
import { Panel } from "./panel.js";
import { translation } from "./translate.js";

/** Pixels around a drawing that is shown whole. */
const MARGIN = 24;

/**
 * - `canvas`, `side`: where the drawing and the properties stand. `changed(xml)`: after each change.
 *
 * Gives what the frame around it may do.
 */
export function openEditor({ canvas, side, say, language, lists, changed }) {
  const modeler = new Modeler({
    container: canvas,
    moddleExtensions: { qy: OF_BPMN },
    additionalModules: [translation(language)],
    bpmnRenderer: { defaultFillColor: "var(--surface)", defaultStrokeColor: "var(--ink)", defaultLabelColor: "var(--ink)" },
    textRenderer: { defaultStyle: { fontFamily: "var(--sans)" }, externalStyle: { fontFamily: "var(--sans)" } },
  });
  const panel = new Panel({ modeler, place: side, say, lists });
  modeler.on("commandStack.changed", async () => changed((await modeler.saveXML({ format: true })).xml));

  /** Shows the whole drawing beside the palette, which lies over the canvas, and never larger than it was drawn. */
  const fit = () => {
    const drawing = modeler.get("canvas");
    const { inner, outer } = drawing.viewbox();
    if (inner.width === 0 || outer.width === 0) return;
    const palette = canvas.querySelector(".djs-palette");
    const left = palette?.offsetWidth > 0 ? palette.offsetLeft + palette.offsetWidth + MARGIN : MARGIN;
    const scale = Math.min(1, (outer.width - left - MARGIN) / inner.width, (outer.height - 2 * MARGIN) / inner.height);
    const [width, height] = [outer.width / scale, outer.height / scale];
    drawing.viewbox({ x: inner.x - left / scale, y: inner.y - (height - inner.height) / 2, width, height });
  };

  /** The shape that shows something, or that shows what it lies in. */
  const shapeOf = (id) => {
    const registry = modeler.get("elementRegistry");
    if (registry.get(id)) return registry.get(id);
    for (let object = objects().get(id); object; object = object.$parent) if (object.get?.("id") && registry.get(object.get("id"))) return registry.get(object.get("id"));
    return null;
  };

  /** Everything in the model that has an id. */
  const objects = () => {
    const all = new Map();
    const enter = (object) => {
      if (object.get("id")) all.set(object.get("id"), object);
      for (const property of object.$descriptor.properties) {
        if (property.isReference || property.isAttr) continue;
        const value = object[property.name.replace(/^bpmn:/, "")];
        for (const one of Array.isArray(value) ? value : [value]) if (one?.$descriptor && one.$parent === object) enter(one);
      }
    };
    const definitions = modeler.getDefinitions();
    if (definitions) enter(definitions);
    return all;
  };

  return {
    async open(xml) {
      const { warnings } = await modeler.importXML(xml);
      fit();
      return { warnings: warnings.map(({ message }) => message) };
    },
    tools: () => [
      ["undo", "left", () => modeler.get("commandStack").undo()],
      ["redo", "right", () => modeler.get("commandStack").redo()],
      ["larger", null, () => modeler.get("zoomScroll").stepZoom(1)],
      ["smaller", null, () => modeler.get("zoomScroll").stepZoom(-1)],
      ["fit", null, fit],
    ],
    nameOf: (id) => objects().get(id)?.get("name") ?? "",
    /** Whether the place could be shown. */
    choose(id) {
      const shape = shapeOf(id);
      if (shape) panel.choose(shape.id);
      return shape !== null;
    },
    mark(findings) {
      const overlays = modeler.get("overlays");
      overlays.remove({ type: "findings" });
      const shapes = findings.map((finding) => ({ ...finding, element: finding.element && shapeOf(finding.element)?.id }));
      const roots = new Set(modeler.get("canvas").getRootElements().map(({ id }) => id));
      for (const [id, { count, isError }] of byElement(shapes)) {
        if (roots.has(id)) continue;
        const name = isError ? "red" : "yellow";
        const mark = h("span", { class: `finding-mark badge badge-${name}`, title: say("findings.marker", { count }) }, icon(name), String(count));
        overlays.add(id, "findings", { position: { top: -14, left: -8 }, html: mark });
      }
    },
    resized: () => modeler.get("canvas").resized(),
    close: () => modeler.destroy(),
  };
}
