// Fields of a form as a JSON Schema (draft 2020-12, an object of ordered properties), read, changed and written back. What a
// schema says beyond this is kept where it stands. Pure functions over plain values: nothing is changed in place.

const DRAFT = "https://json-schema.org/draft/2020-12/schema";

/** Kinds of field, each with the keywords that make it. */
export const KINDS = ["text", "lines", "date", "choice", "integer", "number", "yesno", "file"];

const MADE = {
  text: { type: "string" },
  lines: { type: "string", "x-lines": true },
  date: { type: "string", format: "date" },
  choice: { type: "string", enum: [] },
  integer: { type: "integer" },
  number: { type: "number" },
  yesno: { type: "boolean" },
  file: { type: "array", "x-file": true },
};

/** Keywords that belong to a kind, and go when it changes. */
const OF_KIND = [
  "type", "format", "enum", "x-lines", "x-file", "x-types", "x-max-bytes", "maxItems", "x-enum-titles", "x-enum-titles-en", "maxLength",
  "minimum", "maximum",
];

/** What a file may be, as forms write it. */
export const TYPES = ["pdf", "ofd", "jpeg", "png", "docx", "xlsx", "txt"];

/** What is taken where a form says nothing of it. */
export const USUAL_TYPES = ["pdf", "ofd", "jpeg", "png"];

const MEGABYTE = 1024 * 1024;

/** The largest size of a file, in megabytes as people write it; undefined where the form says nothing. */
export const readSize = (property) => (property["x-max-bytes"] === undefined ? undefined : property["x-max-bytes"] / MEGABYTE);

export const writeSize = (megabytes) => ({ "x-max-bytes": megabytes === undefined ? undefined : Math.max(1, Math.round(megabytes * MEGABYTE)) });

/** With a type of file taken or left out; the last one cannot be left out. */
export function toggleType(property, type, isTaken) {
  const before = property["x-types"] ?? USUAL_TYPES;
  const now = TYPES.filter((one) => (one === type ? isTaken : before.includes(one)));
  return { "x-types": now.length > 0 ? now : before };
}

export class NoForm extends Error {}

/** Reads a schema; an empty text is a form without fields. Throws {@link NoForm} for what is none. */
export function readForm(text) {
  if (text.trim() === "") return { $schema: DRAFT, type: "object", properties: {}, required: [] };
  let schema;
  try {
    schema = JSON.parse(text);
  } catch (error) {
    throw new NoForm(error.message);
  }
  if (schema === null || typeof schema !== "object" || Array.isArray(schema) || schema.type !== "object") throw new NoForm("type");
  if (typeof (schema.properties ?? {}) !== "object" || Array.isArray(schema.properties)) throw new NoForm("properties");
  return { ...schema, properties: schema.properties ?? {}, required: Array.isArray(schema.required) ? schema.required : [] };
}

/** The schema as text; a form without required fields says nothing about them. */
export function writeForm(form) {
  const { required, ...rest } = form;
  return `${JSON.stringify(required.length > 0 ? { ...rest, required } : rest, null, 2)}\n`;
}

/** Which kind of field a property is, or null for one that this builder has no words for. */
export function kindOf(property) {
  if (property === null || typeof property !== "object") return null;
  if (property.type === "boolean") return "yesno";
  if (property.type === "integer" || property.type === "number") return property.type;
  if (property.type === "array") return property["x-file"] ? "file" : null;
  if (property.type !== "string") return null;
  if (Array.isArray(property.enum)) return "choice";
  if (property["x-lines"]) return "lines";
  if (property.format === "date") return "date";
  return property.format === undefined ? "text" : null;
}

/** Fields in their order: key, property, kind, whether it must be filled in. */
export const fieldsOf = (form) =>
  Object.entries(form.properties).map(([key, property]) => ({ key, property, kind: kindOf(property), isRequired: form.required.includes(key) }));

const rebuilt = (form, entries) => ({ ...form, properties: Object.fromEntries(entries) });

/** A key that is free, from a wish. JavaScript puts keys that are whole numbers first: those would lose their place. */
export function freeKey(form, wish) {
  let key = wish.trim().replace(/\s+/g, "_");
  if (key === "" || /^\d+$/.test(key)) key = `f${key}`;
  if (!(key in form.properties)) return key;
  let number = 2;
  while (`${key}${number}` in form.properties) number += 1;
  return `${key}${number}`;
}

/** With one more field at the end. */
export function addField(form, kind) {
  const key = freeKey(form, "field");
  return rebuilt(form, [...Object.entries(form.properties), [key, { title: "", ...structuredClone(MADE[kind]) }]]);
}

export function removeField(form, key) {
  const { [key]: gone, ...properties } = form.properties;
  return { ...form, properties, required: form.required.filter((other) => other !== key) };
}

/** One place up (-1) or down (1); at an end nothing changes. */
export function moveField(form, key, by) {
  const entries = Object.entries(form.properties);
  const at = entries.findIndex(([other]) => other === key);
  const to = at + by;
  if (at < 0 || to < 0 || to >= entries.length) return form;
  [entries[at], entries[to]] = [entries[to], entries[at]];
  return rebuilt(form, entries);
}

/** Under another key, in its place. */
export function renameField(form, key, wish) {
  if (wish.trim() === key) return form;
  const fresh = freeKey(removeField(form, key), wish);
  const entries = Object.entries(form.properties).map(([other, property]) => [other === key ? fresh : other, property]);
  return { ...rebuilt(form, entries), required: form.required.map((other) => (other === key ? fresh : other)) };
}

/** With keywords set; an empty text, null or undefined takes one away. */
export function setField(form, key, keywords) {
  const property = { ...form.properties[key] };
  for (const [name, value] of Object.entries(keywords)) {
    if (value === "" || value === null || value === undefined) delete property[name];
    else property[name] = value;
  }
  return { ...form, properties: { ...form.properties, [key]: property } };
}

/** As another kind of field; title, description and what else is said of it stay. */
export function setKind(form, key, kind) {
  const rest = Object.fromEntries(Object.entries(form.properties[key]).filter(([name]) => !OF_KIND.includes(name)));
  const { type, ...more } = structuredClone(MADE[kind]);
  const enumOf = kind === "choice" ? { enum: form.properties[key].enum ?? [] } : {};
  return { ...form, properties: { ...form.properties, [key]: { ...rest, type, ...more, ...enumOf } } };
}

export function setRequired(form, key, isRequired) {
  const others = form.required.filter((other) => other !== key);
  const wanted = isRequired ? [...others, key] : others;
  const order = Object.keys(form.properties);
  return { ...form, required: wanted.sort((a, b) => order.indexOf(a) - order.indexOf(b)) };
}

/**
 * Choices, one a line. A line may hold the English after a bar, and before both the value that conditions ask for: `个人`,
 * `个人 | Person`, `person = 个人 | Person`.
 */
export function readChoices(property) {
  const titles = property["x-enum-titles"] ?? [];
  const english = property["x-enum-titles-en"] ?? [];
  return (property.enum ?? []).map((value, at) => {
    const title = titles[at] && titles[at] !== value ? `${value} = ${titles[at]}` : String(value);
    return english[at] && english[at] !== (titles[at] ?? value) ? `${title} | ${english[at]}` : title;
  }).join("\n");
}

export function writeChoices(text) {
  const lines = text.split("\n").map((line) => {
    const [label, english = ""] = line.split("|").map((part) => part.trim());
    const [value, title] = label.includes("=") ? label.split("=").map((part) => part.trim()) : [label, label];
    return { value, title: title || value, english };
  }).filter(({ value }) => value !== "");
  const unique = lines.filter(({ value }, at) => lines.findIndex((other) => other.value === value) === at);
  const isNamed = unique.some(({ value, title }) => value !== title);
  const isEnglish = unique.some(({ english }) => english !== "");
  return {
    enum: unique.map(({ value }) => value),
    "x-enum-titles": isNamed ? unique.map(({ title }) => title) : undefined,
    "x-enum-titles-en": isEnglish ? unique.map(({ title, english }) => english || title) : undefined,
  };
}
