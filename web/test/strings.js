// Finds every text that the editors' libraries show, in their sources: what they hand to `translate`, and what they write out
// without it. A call whose text is no literal has to be known here, with the place that its texts come from; an unknown one is
// an error, so that a new release cannot bring English along unseen.
import { readFileSync, readdirSync, statSync } from "node:fs";
import path from "node:path";

const modules = path.join(import.meta.dirname, "../node_modules");
const PACKAGES = [
  "bpmn-js/lib", "diagram-js/lib", "diagram-js-direct-editing/lib", "table-js/lib", "dmn-js/lib", "dmn-js-shared/lib",
  "dmn-js-boxed-expression/lib", "dmn-js-decision-table/lib", "dmn-js-drd/lib", "dmn-js-literal-expression/lib",
];

function* sources(folder) {
  for (const name of readdirSync(folder).sort()) {
    const file = path.join(folder, name);
    if (statSync(file).isDirectory()) yield* sources(file);
    else if (name.endsWith(".js")) yield file;
  }
}

/** Code without comments, which may hold examples. */
const code = (file) => readFileSync(file, "utf8").replace(/\/\*[\s\S]*?\*\//g, "").replace(/^\s*\/\/.*$/gm, "");
const at = (file) => code(path.join(modules, file));
const literal = (quoted) => Function(`"use strict"; return ${quoted};`)();
const all = (text, pattern) => [...text.matchAll(pattern)].map((found) => literal(found[1]));

const TEXT = String.raw`(?:'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")`;
const LABELS = new RegExp(String.raw`\blabel:\s*(${TEXT})`, "g");

/** Calls whose text is no literal: what stands in the call, and where its texts are. */
const KNOWN = [
  [/^'Align elements ' \+ alignment$/, () => ["left", "center", "right", "top", "middle", "bottom"].map((to) => `Align elements ${to}`)],
  [/^label$/, () => [
    ...all(at("bpmn-js/lib/features/replace/ReplaceOptions.js"), LABELS),
    ...all(at("bpmn-js/lib/features/popup-menu/PopupEntries.js"), LABELS),
    "Empty pool/participant", "Empty pool/participant (removes content)",
  ]],
  [/^definition\.label$/, () => all(at("dmn-js-drd/lib/features/replace/ReplaceOptions.js"), LABELS)],
  [/^(?:entry|hitPolicyEntry)\.(?:label|explanation)$/, () =>
    all(at("dmn-js-decision-table/lib/features/hit-policy/HitPolicies.js"), new RegExp(String.raw`\b(?:label|explanation):\s*(${TEXT})`, "g"))],
  [/^(?:t|type|typeRef \|\| ''|inputExpression\.typeRef \|\| ''|.*variable.*get\('typeRef'\) \|\| '')$/, () =>
    literal(at("dmn-js-shared/lib/features/data-types/DataTypes.js").match(/DEFAULT_DATA_TYPES = (\[[^\]]*\])/)[1])],
  [/^validateISOString\(string\)$/, () => ["date", "time", "date-time"].flatMap((kind) => all(at(`dmn-js-decision-table/lib/features/simple-${kind}-edit/Utils.js`), new RegExp(String.raw`return (${TEXT});`, "g"))).filter((text) => text.includes("must match"))],
  [/^errorMessage$/, () => all(at("dmn-js-shared/lib/util/IdsUtil.js"), new RegExp(String.raw`return (${TEXT})`, "g"))],
  [/^title$/, (own) => all(own, new RegExp(String.raw`\btitle:\s*(${TEXT})`, "g"))],
  [/^ERROR_MESSAGE\[this\._type\]$/, (own) => all(own.match(/ERROR_MESSAGE = \{[^}]*\}/)[0], new RegExp(String.raw`: (${TEXT})`, "g"))],
  [/^[A-Z_]+$/, (own, name) => all(own, new RegExp(String.raw`\b${name} = (${TEXT})`, "g"))],
];

/** The text of a call's first argument. */
function argument(text) {
  let depth = 0;
  let quote = "";
  for (let i = 0; i < text.length; i += 1) {
    const letter = text[i];
    if (quote) {
      if (letter === "\\") i += 1;
      else if (letter === quote) quote = "";
    } else if ("'\"`".includes(letter)) quote = letter;
    else if ("([{".includes(letter)) depth += 1;
    else if (depth === 0 && (letter === "," || letter === ")")) return text.slice(0, i).trim();
    else if (")]}".includes(letter)) depth -= 1;
  }
  return text;
}

/** Files that call another `translate`: the one that moves shapes. */
const moves = (text) => /import [^;]*\btranslate\b[^;]*SvgTransformUtil/.test(text) || /export (?:default )?function translate\b/.test(text);

/** Texts handed to `translate`, each with a file that does; and calls that nobody knows. */
export function translated() {
  const texts = new Map();
  const unknown = [];
  for (const file of PACKAGES.flatMap((folder) => [...sources(path.join(modules, folder))])) {
    const text = code(file);
    const name = path.relative(modules, file);
    const isMover = moves(text);
    for (const found of text.matchAll(/(?<![\w$.'"`])(this\.|self\.)?_?translate\(/g)) {
      if (isMover && !found[1]) continue;
      const given = argument(text.slice(found.index + found[0].length));
      if (/^[\d-]|^\$\{/.test(given)) continue; // A transformation within a style.
      let own = [];
      if (new RegExp(`^${TEXT}$`).test(given)) own = [literal(given)];
      else {
        const known = KNOWN.find(([pattern]) => pattern.test(given));
        if (known) own = known[1](text, given);
        else {
          // Either of two texts, or one with something behind it.
          const parts = given.match(new RegExp(TEXT, "g"));
          const rest = given.replace(new RegExp(TEXT, "g"), "T");
          if (parts && /^[\w.\s!&|()[\]]+\? T : T$/.test(rest)) own = parts.map(literal);
        }
        if (own.length === 0) unknown.push(`${name}: translate(${given.slice(0, 80)})`);
      }
      for (const one of own) if (!texts.has(one)) texts.set(one, name);
    }
  }
  return { texts, unknown };
}

/** Texts that components write out without asking for a translation. */
export function plain() {
  const texts = new Map();
  for (const file of PACKAGES.filter((folder) => /dmn|table/.test(folder)).flatMap((folder) => [...sources(path.join(modules, folder))])) {
    const text = code(file);
    const vnodes = text.matchAll(/createTextVNode\(("(?:[^"\\]|\\.)*")/g);
    const attributes = text.matchAll(/"(?:title|aria-label|placeholder|label)": ("(?:[^"\\]|\\.)*")/g);
    for (const found of [...vnodes, ...attributes]) {
      const one = literal(found[1]).trim();
      if (/[A-Za-z]{2}/.test(one) && !texts.has(one)) texts.set(one, path.relative(modules, file));
    }
  }
  return texts;
}

/** Words that stylesheets put into pages. */
export function styled() {
  const files = ["shared", "drd", "decision-table", "literal-expression", "boxed-expression"].flatMap((name) => {
    const folder = path.join(modules, `dmn-js-${name}/assets/css`);
    return readdirSync(folder).map((file) => path.join(folder, file));
  });
  return files.flatMap((file) => [...readFileSync(file, "utf8").matchAll(/([^{}]+)\{[^{}]*content: *'([A-Za-z]{2,})'/g)].map(([, selector]) => selector.trim()));
}
