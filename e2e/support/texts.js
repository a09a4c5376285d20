// The texts of the pages, read from the same Fluent files as the node reads: a test names a key, never a wording.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { root } from "./place.js";

/** Languages of the interface. */
export const LANGUAGES = ["zh-CN", "en"];

/** Every `locales/LANGUAGE/*.ftl` of the crates, at whatever depth. */
function files(language, folder = join(root, "crates")) {
  const here = join(folder, "locales", language);
  const own = existsSync(here) ? readdirSync(here).filter((name) => name.endsWith(".ftl")).map((name) => join(here, name)) : [];
  const below = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !["src", "locales", "target", "node_modules"].includes(entry.name))
    .flatMap((entry) => files(language, join(folder, entry.name)));
  return [...own, ...below];
}

/** Messages of a Fluent file: key, and the text up to the next key. */
function messages(text) {
  const found = new Map();
  let last;
  for (const line of text.split("\n").filter((line) => !line.startsWith("#"))) {
    const [, key, rest] = line.match(/^([A-Za-z][\w-]*)\s*=\s?(.*)$/) ?? [];
    if (key) found.set((last = key), rest);
    else if (last && line.trim()) found.set(last, `${found.get(last)}\n${line.trim()}`.trim());
  }
  return found;
}

const shelves = new Map(LANGUAGES.map((language) => [language, new Map(files(language).flatMap((file) => [...messages(readFileSync(file, "utf8"))]))]));

const literal = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replace(/\s+/g, "\\s+");

/** What a text looks like on a page: values match anything, plurals match any of their forms, bold marks are gone. */
function pattern(text) {
  const plural = text.match(/^\{\s*\$\w+\s*->\s*([\s\S]*)\}$/);
  if (plural) {
    const forms = plural[1].split(/\n?\s*\*?\[\w+\]\s*/).filter((form) => form.trim());
    return `(?:${forms.map((form) => pattern(form.trim())).join("|")})`;
  }
  return text
    .replace(/\*\*|`/g, "")
    .split(/\{[^{}]*\}/)
    .map(literal)
    .join(".+?");
}

/** The texts of one language. */
export class Words {
  constructor(language) {
    this.language = language;
    this.shelf = shelves.get(language);
  }

  /** A text as written. */
  written(key) {
    const text = this.shelf.get(key);
    if (text === undefined) throw new Error(`no text ${key} in ${this.language}`);
    return text;
  }

  /** A text with its values in place. */
  t(key, values = {}) {
    const text = this.written(key).replace(/\{\s*\$(\w+)\s*\}/g, (_, name) => {
      if (!(name in values)) throw new Error(`text ${key} wants ${name}`);
      return values[name];
    });
    if (text.includes("{")) throw new Error(`text ${key} has forms: use like()`);
    return text;
  }

  /** Matches the text, whatever its values, as a whole or (`part`) within a longer one. */
  like(key, { part = false } = {}) {
    const inner = pattern(this.written(key));
    return new RegExp(part ? inner : `^\\s*${inner}\\s*$`);
  }

  /** Every key of this language. */
  keys() {
    return [...this.shelf.keys()];
  }
}
