// Both languages say the same things, and the code asks for nothing that they do not say.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import test from "node:test";

import { byElement, isAnswer } from "../scripts/editor/findings.js";
import { wordsOf } from "../scripts/words.js";

const scripts = new URL("../scripts/", import.meta.url);

for (const folder of ["editor", "builder"]) {
  const { default: zh } = await import(`../scripts/${folder}/words.zh.js`);
  const { default: en } = await import(`../scripts/${folder}/words.en.js`);
  test(`${folder}: both languages have the same keys and values`, () => {
    assert.deepEqual(Object.keys(zh), Object.keys(en));
    for (const key of Object.keys(zh)) {
      assert.deepEqual(zh[key].match(/\{\w+\}/g)?.sort(), en[key].match(/\{\w+\}/g)?.sort(), key);
      if (key !== "of") assert.ok(/\p{Script=Han}/u.test(zh[key]), `${key}: ${zh[key]}`);
      // 会签 keeps its name in English once, where the choice is made; examples of data may be Chinese.
      if (!/^rounds\.(parallel|sequential)$|^choices\.help$/.test(key)) assert.ok(!/\p{Script=Han}/u.test(en[key]), `${key}: ${en[key]}`);
    }
  });
  test(`${folder}: every key that is asked for is there`, () => {
    for (const file of readdirSync(new URL(folder, scripts))) {
      const text = readFileSync(new URL(`${folder}/${file}`, scripts), "utf8");
      for (const [, key] of text.matchAll(/\bsay\("([^"]+)"/g)) assert.ok(key in zh, `${file}: ${key}`);
    }
  });
}

test("words are in the page's language, with values filled in", () => {
  const catalogues = { zh: { a: "{n} 处" }, en: { a: "{n} of {m}" } };
  assert.equal(wordsOf(catalogues, "zh-CN")("a", { n: 2 }), "2 处");
  assert.equal(wordsOf(catalogues, "en")("a", { n: 2 }), "2 of {m}");
});

test("findings are counted by element, the graver one shown", () => {
  const found = byElement([{ element: "a", severity: "warning" }, { element: "a", severity: "error" }, { element: "b", severity: "warning" }, { element: null, severity: "error" }]);
  assert.deepEqual([...found], [["a", { count: 2, isError: true }], ["b", { count: 1, isError: false }]]);
  assert.ok(isAnswer({ findings: [], accepted: true }));
  for (const other of [null, {}, { findings: [] }, { findings: {}, accepted: true }]) assert.ok(!isAnswer(other));
});
