// A new release of the drawing libraries cannot bring English along unseen: every text of theirs has a Chinese one.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

import { CHINESE, PLAIN } from "../scripts/editor/translate.zh.js";
import { translation } from "../scripts/editor/translate.js";
import { plain, styled, translated } from "./strings.js";

const { texts, unknown } = translated();

test("every text that the libraries translate is known", () => {
  assert.deepEqual(unknown, [], "calls whose texts nobody looked up: see KNOWN in strings.js");
  assert.ok(texts.size > 300, `only ${texts.size} texts found: the sources have another shape`);
});

test("every text has a Chinese one", () => {
  const missing = [...texts].filter(([text]) => !CHINESE[text]).map(([text, file]) => `${file}: ${text}`);
  assert.deepEqual(missing, []);
});

test("what is written out without a translation has a Chinese one too", () => {
  const missing = [...plain()].filter(([text]) => !PLAIN[text]).map(([text, file]) => `${file}: ${text}`);
  assert.deepEqual(missing, []);
});

test("what stands in styles has a Chinese one too", () => {
  const ours = readFileSync(new URL("../styles/editor.css", import.meta.url), "utf8");
  for (const selector of styled()) assert.ok(ours.includes(`:lang(zh) ${selector} {`), selector);
});

test("nothing is kept that the libraries no longer say", () => {
  assert.deepEqual(Object.keys(CHINESE).filter((text) => !texts.has(text)), []);
});

test("Chinese is Chinese, and keeps what is filled in", () => {
  for (const [text, chinese] of Object.entries(CHINESE)) {
    assert.match(chinese, /\p{Script=Han}/u, text);
    assert.deepEqual(chinese.match(/\{[^}]+\}/g), text.match(/\{[^}]+\}/g), text);
  }
});

test("values are filled in, in both languages", () => {
  const say = (language, ...given) => translation(language).translate[1](...given);
  assert.equal(say("zh-CN", "Open {element}", { element: "复核" }), "打开复核");
  assert.equal(say("en", "e.g. { sample }", { sample: "P1Y" }), "e.g. P1Y");
  assert.equal(say("zh-CN", "never heard"), "never heard");
});
