// What the panel says in plain words, written as BPMN and read back.
import assert from "node:assert/strict";
import test from "node:test";

import { BpmnModdle } from "bpmn-moddle";

import { declare, readClock, readLocals, writeClock, writeLocals } from "../scripts/editor/extensions.js";
import { OF_BPMN } from "../scripts/editor/ours.js";
import { codes, readRounds, writeRounds } from "../scripts/editor/rounds.js";
import { readDuration, readTimer, writeDuration, writeTimer } from "../scripts/editor/timer.js";
import { asRead, asWritten } from "../scripts/editor/versions.js";

const moddle = new BpmnModdle({ qy: OF_BPMN });
const create = (type, properties) => moddle.create(type, properties);

const HEAD = `<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:qy="urn:qingyuan:bpmn:1" xmlns:them="urn:them" id="d" targetNamespace="t">`;

/** A task within a process, as the parser gives it. */
async function task(inside = "", attributes = "") {
  const { rootElement } = await moddle.fromXML(`${HEAD}<process id="p"><userTask id="a" ${attributes}>${inside}</userTask></process></definitions>`);
  return { root: rootElement, task: rootElement.rootElements[0].flowElements[0] };
}

const xml = async (root) => (await moddle.toXML(root)).xml.replace(/^.*?<userTask/s, "<userTask").replace(/<\/process>.*/s, "");

function apply(element, properties) {
  for (const [name, value] of Object.entries(properties)) element.set(name, value);
}

const POSTS = { order: "parallel", over: "posts", posts: ["organ-head", "organ-handler"] };
const ALL = { least: 2, veto: "veto", condition: "", count: "", collection: "", item: "", consent: "", consents: "" };

for (const [name, wanted, expected] of [
  [
    "all of several posts at once",
    { ...ALL, ...POSTS, rule: "all" },
    '<userTask id="a" qy:candidates="=post"><multiInstanceLoopCharacteristics qy:collection="[&#34;organ-head&#34;,&#34;organ-handler&#34;]"><loopCardinality xsi:type="tFormalExpression">2</loopCardinality><inputDataItem name="post" /></multiInstanceLoopCharacteristics></userTask>',
  ],
  [
    "at least two of several posts",
    { ...ALL, ...POSTS, rule: "some", least: 2 },
    '<userTask id="a" qy:candidates="=post"><multiInstanceLoopCharacteristics qy:collection="[&#34;organ-head&#34;,&#34;organ-handler&#34;]"><loopCardinality xsi:type="tFormalExpression">2</loopCardinality><inputDataItem name="post" /><completionCondition xsi:type="tFormalExpression">numberOfCompletedInstances &gt;= 2</completionCondition></multiInstanceLoopCharacteristics></userTask>',
  ],
  [
    "one after another, ended by one objection",
    { ...ALL, ...POSTS, order: "sequential", rule: "veto", veto: "反对" },
    '<userTask id="a" qy:candidates="=post"><multiInstanceLoopCharacteristics qy:collection="[&#34;organ-head&#34;,&#34;organ-handler&#34;]" isSequential="true"><loopCardinality xsi:type="tFormalExpression">2</loopCardinality><inputDataItem name="post" /><completionCondition xsi:type="tFormalExpression">反对 = true</completionCondition></multiInstanceLoopCharacteristics></userTask>',
  ],
  [
    "two of several opinions",
    { ...ALL, ...POSTS, rule: "some", least: 2, consent: "agreed" },
    '<userTask id="a" qy:candidates="=post"><multiInstanceLoopCharacteristics qy:collection="[&#34;organ-head&#34;,&#34;organ-handler&#34;]" qy:consent="agreed" qy:consents="2"><loopCardinality xsi:type="tFormalExpression">2</loopCardinality><inputDataItem name="post" /><completionCondition xsi:type="tFormalExpression">numberOfConsents &gt;= 2 or numberOfRefusals &gt; numberOfInstances - 2</completionCondition></multiInstanceLoopCharacteristics></userTask>',
  ],
  [
    "ended by one who does not agree",
    { ...ALL, ...POSTS, rule: "veto", consent: "agreed" },
    '<userTask id="a" qy:candidates="=post"><multiInstanceLoopCharacteristics qy:collection="[&#34;organ-head&#34;,&#34;organ-handler&#34;]" qy:consent="agreed"><loopCardinality xsi:type="tFormalExpression">2</loopCardinality><inputDataItem name="post" /><completionCondition xsi:type="tFormalExpression">numberOfRefusals &gt;= 1</completionCondition></multiInstanceLoopCharacteristics></userTask>',
  ],
  [
    "three officers of the same post",
    { ...ALL, order: "parallel", over: "count", count: "3", rule: "all", posts: [] },
    '<userTask id="a" qy:candidates="clerk"><multiInstanceLoopCharacteristics><loopCardinality xsi:type="tFormalExpression">3</loopCardinality></multiInstanceLoopCharacteristics></userTask>',
  ],
  [
    "one round for each of a list",
    { ...ALL, order: "parallel", over: "collection", collection: "organs", item: "organ", rule: "own", condition: "numberOfActiveInstances = 0", posts: [] },
    '<userTask id="a" qy:candidates="clerk"><multiInstanceLoopCharacteristics qy:collection="organs"><loopCardinality xsi:type="tFormalExpression">count(organs)</loopCardinality><inputDataItem name="organ" /><completionCondition xsi:type="tFormalExpression">numberOfActiveInstances = 0</completionCondition></multiInstanceLoopCharacteristics></userTask>',
  ],
]) {
  test(`countersigning: ${name}`, async () => {
    const { root, task: activity } = await task("", 'qy:candidates="clerk"');
    apply(activity, writeRounds(create, activity, wanted));
    const text = await xml(root);
    assert.equal(text.replaceAll("&quot;", "&#34;"), expected);
    const again = (await moddle.fromXML(`${HEAD}<process id="p">${text}</process></definitions>`)).rootElement.rootElements[0].flowElements[0];
    const read = readRounds(again);
    for (const part of ["order", "over", "rule", "posts"]) assert.deepEqual(read[part], wanted[part], part);
    if (wanted.rule === "some") assert.equal(read.least, wanted.least);
    if (wanted.rule === "veto") assert.equal(read.veto, wanted.veto);
    assert.equal(read.consent, wanted.consent);
  });
}

test("countersigning: what is written by hand is kept as it is", async () => {
  for (const [attributes, condition, rule] of [
    ['qy:consent="agreed" qy:consents="2"', "numberOfActiveInstances = 0", "own"],
    ['qy:consent="agreed" qy:consents="2"', "", "own"],
    ['qy:consent="agreed"', "numberOfCompletedInstances >= 2", "own"],
    ['qy:consent="agreed" qy:consents="3"', "numberOfConsents >= 2 or numberOfRefusals > numberOfInstances - 2", "own"],
    ["", "numberOfRefusals >= 1", "own"],
    ['qy:consent="agreed"', "numberOfRefusals >= 1", "veto"],
  ]) {
    const ends = condition && `<completionCondition xsi:type="tFormalExpression">${condition.replaceAll(">", "&gt;")}</completionCondition>`;
    const { root, task: activity } = await task(`<multiInstanceLoopCharacteristics ${attributes}><loopCardinality xsi:type="tFormalExpression">3</loopCardinality>${ends}</multiInstanceLoopCharacteristics>`, 'qy:candidates="clerk"');
    const read = readRounds(activity);
    assert.equal(read.rule, rule, `${attributes} ${condition}`);
    apply(activity, writeRounds(create, activity, { ...read, count: "4" }));
    const text = await xml(root);
    for (const part of attributes.split(" ")) assert.ok(text.includes(part), `${part} is left: ${text}`);
    assert.equal(text.includes("completionCondition"), condition !== "", text);
  }
});

test("one officer again: the posts of the rounds may do it", async () => {
  const { root, task: activity } = await task("", 'qy:candidates="clerk"');
  apply(activity, writeRounds(create, activity, { ...ALL, ...POSTS, rule: "some" }));
  apply(activity, writeRounds(create, activity, { ...readRounds(activity), order: "one" }));
  assert.equal(await xml(root), '<userTask id="a" qy:candidates="organ-head organ-handler" />');
});

test("what has no words here is kept: loops, data of the standard, events, attributes of others", async () => {
  const loop = await task('<standardLoopCharacteristics testBefore="true"/>');
  assert.equal(readRounds(loop.task).order, "loop");
  assert.deepEqual(writeRounds(create, loop.task, readRounds(loop.task)), {});
  const multi = await task('<multiInstanceLoopCharacteristics id="m" behavior="One" them:kind="x"><loopDataOutputRef>out</loopDataOutputRef><outputDataItem id="o" name="opinion"/></multiInstanceLoopCharacteristics>');
  assert.equal(readRounds(multi.task).over, "data");
  apply(multi.task, writeRounds(create, multi.task, { ...readRounds(multi.task), rule: "some", least: 3 }));
  const text = await xml(multi.root);
  for (const part of ['id="m"', 'behavior="One"', 'them:kind="x"', 'name="opinion"', "numberOfCompletedInstances &gt;= 3"]) assert.ok(text.includes(part), part);
});

test("a limit is written, read, changed and taken away; what others wrote beside it stays", async () => {
  const { root, task: activity } = await task('<extensionElements><them:note>x</them:note><qy:local name="n"/></extensionElements>');
  const clock = { law: "licensing", statutory: "20", promised: "7", unit: "working-days", article: "行政许可法第四十二条", supplement: "" };
  apply(activity, writeClock(create, activity, clock));
  const written = '<qy:clock law="licensing" statutory="20" promised="7" unit="working-days" article="行政许可法第四十二条" />';
  assert.equal(await xml(root), `<userTask id="a"><extensionElements><them:note>x</them:note><qy:local name="n" />${written}</extensionElements></userTask>`);
  assert.deepEqual(readClock(activity), clock);
  apply(activity, writeClock(create, activity, { ...clock, promised: "5" }));
  assert.equal(readClock(activity).promised, "5");
  apply(activity, writeClock(create, activity, { ...clock, promised: "", statutory: " " }));
  assert.equal(await xml(root), '<userTask id="a"><extensionElements><them:note>x</them:note><qy:local name="n" /></extensionElements></userTask>');
});

test("the last extension takes the whole element along", async () => {
  const { root, task: activity } = await task();
  apply(activity, writeLocals(create, activity, ["a", " a ", "", "b"]));
  assert.deepEqual(readLocals(activity), ["a", "b"]);
  assert.deepEqual(declare(create, activity, "b"), {});
  apply(activity, declare(create, activity, "c"));
  assert.deepEqual(readLocals(activity), ["a", "b", "c"]);
  apply(activity, writeLocals(create, activity, []));
  assert.equal(await xml(root), '<userTask id="a" />');
});

test("times in plain words", () => {
  const cases = [["P3D", "3", "days"], ["PT45M", "45", "minutes"], ["PT2H", "2", "hours"], ["P1M", "1", "months"], ["P2W", "2", "weeks"]];
  for (const [text, count, unit] of cases) {
    assert.deepEqual(readDuration(text), { count, unit }, text);
    assert.equal(writeDuration({ count, unit }), text);
  }
  for (const other of ["P1DT2H", "deadline", "R3/PT10M", ""]) assert.equal(readDuration(other), null, other);
  assert.equal(writeDuration({ count: "three", unit: "days" }), "");
});

test("a timer says when in one of three ways", () => {
  const timer = create("bpmn:TimerEventDefinition", { timeDuration: create("bpmn:FormalExpression", { body: "P3D" }) });
  assert.deepEqual(readTimer(timer), { way: "duration", text: "P3D" });
  apply(timer, writeTimer(create, timer, { way: "cycle", text: " R/P1D " }));
  assert.deepEqual(readTimer(timer), { way: "cycle", text: "R/P1D" });
  assert.equal(timer.get("timeDuration"), undefined);
});

test("codes stand between blanks or commas", () => {
  assert.deepEqual(codes("a, b，c、d\n e"), ["a", "b", "c", "d", "e"]);
  assert.deepEqual(codes(undefined), []);
});

test("decisions keep the names of their version", () => {
  for (const [version, namespace] of [
    ["1.2", "http://www.omg.org/spec/DMN/20180521/MODEL/"], ["1.3", "https://www.omg.org/spec/DMN/20191111/MODEL/"],
    ["1.4", "https://www.omg.org/spec/DMN/20211108/MODEL/"], ["1.5", "https://www.omg.org/spec/DMN/20230324/MODEL/"],
  ]) {
    const given = `<definitions xmlns="${namespace}" xmlns:di="http://www.omg.org/spec/DMN/20180521/DI/"/>`;
    const read = asRead(given);
    assert.equal(read.version, version);
    assert.ok(read.xml.includes("DMN/20191111/MODEL/"), version);
    assert.equal(asWritten(read.xml, version), given);
  }
});
