// A form's schema, changed field by field.
import assert from "node:assert/strict";
import test from "node:test";

import {
  KINDS, NoForm, addField, fieldsOf, freeKey, kindOf, moveField, readChoices, readForm, readSize, removeField, renameField, setField,
  setKind, setRequired, toggleType, writeChoices, writeForm, writeSize,
} from "../scripts/builder/schema.js";

const form = () =>
  readForm(JSON.stringify({
    $schema: "https://json-schema.org/draft/2020-12/schema", $id: "urn:x", type: "object", additionalProperties: false,
    properties: { area: { type: "number", title: "面积", minimum: 0, "x-unit": "m²" }, note: { type: "string", "x-lines": true }, odd: { $ref: "#/$defs/x" } },
    required: ["area"],
  }));
const keys = (of) => Object.keys(of.properties);

test("an empty text is a form without fields, and what is no form is refused", () => {
  assert.deepEqual(fieldsOf(readForm(" ")), []);
  for (const text of ["{", "[]", "null", '{"type":"string"}', '{"type":"object","properties":[]}']) assert.throws(() => readForm(text), NoForm, text);
});

test("reading and writing keeps what the builder does not know", () => {
  const text = writeForm(form());
  assert.deepEqual(readForm(text), form());
  assert.ok(text.includes('"$id"') && text.includes('"additionalProperties"') && text.includes('"x-unit"'));
  assert.ok(!writeForm(setRequired(form(), "area", false)).includes("required"));
});

test("every kind of field is read as what it was made", () => {
  for (const kind of KINDS) {
    const made = addField(readForm(""), kind);
    assert.equal(fieldsOf(made)[0].kind, kind);
    assert.equal(kindOf(setKind(form(), "area", kind).properties.area), kind);
  }
  assert.equal(kindOf({ $ref: "#" }), null);
  assert.equal(kindOf({ type: "string", format: "email" }), null);
});

test("another kind loses the limits of the old one and keeps the rest", () => {
  assert.deepEqual(setKind(form(), "area", "yesno").properties.area, { title: "面积", "x-unit": "m²", type: "boolean" });
});

test("fields are moved, taken away and renamed in their place", () => {
  assert.deepEqual(keys(moveField(form(), "note", -1)), ["note", "area", "odd"]);
  assert.deepEqual(keys(moveField(form(), "area", -1)), ["area", "note", "odd"]);
  assert.deepEqual(keys(moveField(form(), "odd", 1)), ["area", "note", "odd"]);
  const without = removeField(form(), "area");
  assert.deepEqual([keys(without), without.required], [["note", "odd"], []]);
  const renamed = renameField(form(), "area", "floor area");
  assert.deepEqual([keys(renamed), renamed.required], [["floor_area", "note", "odd"], ["floor_area"]]);
  assert.deepEqual(keys(renameField(form(), "area", "note")), ["note2", "note", "odd"]);
});

test("keys are free, and never numbers, which would lose their place", () => {
  assert.equal(freeKey(form(), "area"), "area2");
  assert.equal(freeKey(form(), "7"), "f7");
  assert.equal(freeKey(form(), " "), "f");
});

test("keywords are set and taken away; the original stays as it was", () => {
  const before = form();
  const after = setField(before, "area", { minimum: undefined, maximum: 9, "x-title-en": "Area", description: "" });
  assert.deepEqual(after.properties.area, { type: "number", title: "面积", "x-unit": "m²", maximum: 9, "x-title-en": "Area" });
  assert.deepEqual(before, form());
});

test("required fields stand in the order of the form", () => {
  assert.deepEqual(setRequired(setRequired(form(), "area", false), "note", true).required, ["note"]);
  assert.deepEqual(setRequired(form(), "note", true).required, ["area", "note"]);
});

test("choices, with English beside them", () => {
  const written = writeChoices("个人 | Person\n单位|Firm\n\n个人\n其他");
  assert.deepEqual(written, {
    enum: ["个人", "单位", "其他"], "x-enum-titles": undefined, "x-enum-titles-en": ["Person", "Firm", "其他"],
  });
  assert.equal(readChoices(written), "个人 | Person\n单位 | Firm\n其他");
  assert.equal(writeChoices("a\nb")["x-enum-titles-en"], undefined);
});

test("choices by the codes that conditions ask for", () => {
  const written = writeChoices("person = 个人 | Person\nfirm=单位");
  assert.deepEqual(written, { enum: ["person", "firm"], "x-enum-titles": ["个人", "单位"], "x-enum-titles-en": ["Person", "单位"] });
  assert.equal(readChoices(written), "person = 个人 | Person\nfirm = 单位");
});

test("files: their size in megabytes, their kinds, the last of which stays", () => {
  const file = addField(readForm(""), "file").properties.field;
  assert.equal(readSize(file), undefined);
  assert.equal(readSize({ ...file, ...writeSize(2.5) }), 2.5);
  assert.equal(writeSize(undefined)["x-max-bytes"], undefined);
  assert.deepEqual(toggleType(file, "docx", true)["x-types"], ["pdf", "ofd", "jpeg", "png", "docx"]);
  assert.deepEqual(toggleType({ ...file, "x-types": ["pdf"] }, "pdf", false)["x-types"], ["pdf"]);
});
