// Elements of ours within an element's extensions. Functions take `create(type, properties)`, which makes an element of the
// model, and give back properties to set: whoever calls them decides how that is undone.
import { CLOCK } from "./ours.js";

const values = (element) => element.get("extensionElements")?.get("values") ?? [];
const isOf = (type) => (value) => value.$type === type;

/** Elements of one type: `qy:Clock`. */
export const ours = (element, type) => values(element).filter(isOf(type));

/**
 * The extensions with other elements of one type; everything else stays as it is and where it is.
 *
 * - `wanted`: properties of each element that is to be there.
 */
export function withOurs(create, element, type, wanted) {
  const old = values(element);
  const made = wanted.map((properties) => create(type, properties));
  const at = old.findIndex(isOf(type));
  const others = old.filter((value) => !isOf(type)(value));
  const before = at < 0 ? others.length : old.slice(0, at).filter((value) => !isOf(type)(value)).length;
  const all = [...others.slice(0, before), ...made, ...others.slice(before)];
  if (all.length === 0) return { extensionElements: undefined };
  const extensions = create("bpmn:ExtensionElements", { values: all });
  for (const value of all) value.$parent = extensions;
  extensions.$parent = element;
  return { extensionElements: extensions };
}

/** The limit of a process or an activity; empty texts where nothing is said. */
export function readClock(element) {
  const [clock] = ours(element, "qy:Clock");
  return Object.fromEntries(CLOCK.map((part) => [part, clock?.get(part) ?? ""]));
}

/** Whether a limit says how long: without that it is none. */
export const isLimit = (clock) => clock.statutory !== "" || clock.promised !== "";

/** Properties that set a limit; one that does not say how long is taken away. */
export function writeClock(create, element, clock) {
  const parts = CLOCK.map((part) => [part, String(clock[part] ?? "").trim()]).filter(([, value]) => value !== "");
  const properties = Object.fromEntries(parts);
  return withOurs(create, element, "qy:Clock", isLimit({ statutory: "", promised: "", ...properties }) ? [properties] : []);
}

/** Names of the variables that a process or an activity declares. */
export const readLocals = (element) => ours(element, "qy:Local").map((local) => local.get("name") ?? "");

/** Properties that set these variables, without empty names and doubles. */
export function writeLocals(create, element, names) {
  const wanted = [...new Set(names.map((name) => name.trim()).filter((name) => name !== ""))];
  return withOurs(create, element, "qy:Local", wanted.map((name) => ({ name })));
}

/** Properties that add one variable, or nothing where it is declared already. */
export function declare(create, element, name) {
  const known = readLocals(element);
  return known.includes(name) ? {} : writeLocals(create, element, [...known, name]);
}
