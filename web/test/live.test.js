import assert from "node:assert/strict";
import { test } from "node:test";

import { markChanged, watchLive } from "../scripts/live.js";

/** An element that remembers its classes. */
function element() {
  const classes = new Set();
  return { classes, classList: { add: (name) => classes.add(name), remove: (name) => classes.delete(name) } };
}

test("what has another text than before is marked for two seconds", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const [same, other] = [element(), element()];
  markChanged([[element(), "3"], [element(), "open"]], [[same, "open"], [other, "4"]]);
  assert.deepEqual([[...same.classes], [...other.classes]], [[], ["changed"]]);
  t.mock.timers.tick(2000);
  assert.deepEqual([...other.classes], []);
});

test("a page is asked for again when what it follows has ended, not when it is left", () => {
  const heard = {};
  let asked = 0;
  watchLive({ addEventListener: (name, act) => (heard[name] = act) }, () => asked++);
  heard["htmx:sseClose"]({ detail: { type: "nodeMissing" } });
  assert.equal(asked, 0);
  heard["htmx:sseClose"]({ detail: { type: "message" } });
  assert.equal(asked, 1);
});
