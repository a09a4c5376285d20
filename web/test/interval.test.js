import assert from "node:assert/strict";
import test from "node:test";

import { closing } from "../scripts/editor/interval.js";

test("the end of an interval takes the place of the bracket that the field closed by itself", () => {
  const cases = [
    // before, behind, typed: how many behind it are replaced; null: no end of an interval
    ["[90..450", "]", ")", 1],
    ["[90..450", "]", "]", 1],
    ["(0..5", ")", "]", 1],
    ["]0..5", "", "[", 0],
    ["[1..2], [90..450", "]", ")", 1],
    ['[date("2026-01-01', '")]', ")", null],
    ["[90..450", "", ")", 0],
    ["[90", "]", ")", null],
    ["", "", "[", null],
    ["sum(a", ")", ")", null],
    ["[90..450", "]", "1", null],
  ];
  for (const [before, after, key, expected] of cases) assert.equal(closing(before, after, key), expected, `${before}|${after} ${key}`);
});
