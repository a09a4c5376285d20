// The tokens keep what the design promises: every ratio of the table, both darks equal, no colour elsewhere.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import test from "node:test";

const styles = new URL("../styles/", import.meta.url);
const tokens = readFileSync(new URL("tokens.css", styles), "utf8");

function block(opening) {
  const start = tokens.indexOf(opening);
  assert.notEqual(start, -1, opening);
  const body = tokens.slice(start + opening.length, tokens.indexOf("}", start));
  return Object.fromEntries([...body.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6})/g)].map(([, name, value]) => [name, value]));
}

const light = block(":root {");
const dark = block(':root[data-theme="dark"] {');

function luminance(colour) {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const share = parseInt(colour.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function ratio(one, other) {
  const [high, low] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (high + 0.05) / (low + 0.05);
}

test("dark is the same whether the device or the reader chose it", () => {
  assert.deepEqual(block(':root:not([data-theme="light"]) {'), dark);
});

test("dark names every colour that light names", () => {
  assert.deepEqual(Object.keys(dark), Object.keys(light));
});

for (const [name, theme] of [["light", light], ["dark", dark]]) {
  test(`text can be read (${name})`, () => {
    for (const text of ["ink", "ink-2", "ink-3", "accent"]) {
      for (const ground of ["surface", "page"]) assert.ok(ratio(theme[text], theme[ground]) >= 4.5, `${text} on ${ground}`);
    }
    assert.ok(ratio(theme["on-accent"], theme.accent) >= 4.5, "on-accent");
    assert.ok(ratio(theme.accent, theme.wash) >= 4.5, "accent on wash");
    for (const status of ["notice", "yellow", "red", "done", "waiting", "refused", "unverified"]) {
      for (const ground of [`${status}-wash`, "page", "surface"]) {
        assert.ok(ratio(theme[status], theme[ground]) >= 4.5, `${status} on ${ground}`);
      }
    }
  });
  test(`marks can be seen (${name})`, () => {
    for (const mark of ["edge", "c1", "c2", "c3", "c4"]) assert.ok(ratio(theme[mark], theme.surface) >= 3, mark);
  });
}

test("no colour stands outside the tokens", () => {
  for (const file of readdirSync(styles).filter((file) => file !== "tokens.css")) {
    const text = readFileSync(new URL(file, styles), "utf8");
    const found = text.match(/#[0-9a-fA-F]{3,8}\b|\b(?:rgb|hsl|oklch|color-mix)\(|:\s*(?:white|black|gray|red)\b/g);
    assert.equal(found, null, `${file}: ${found}`);
  }
});

test("every token that is used exists", () => {
  for (const file of readdirSync(styles)) {
    const text = readFileSync(new URL(file, styles), "utf8");
    for (const [, name] of text.matchAll(/var\(--([\w-]+)\)/g)) assert.ok(tokens.includes(`--${name}:`), `${file}: --${name}`);
  }
});
