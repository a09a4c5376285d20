// The time that the law or the organ gives: `qy:clock` of a process or an activity.
import { h } from "../dom.js";
import { isLimit, readClock, writeClock } from "./extensions.js";
import { section, select, text } from "./fields.js";

const UNITS = ["working-days", "calendar-days", "hours"];
const LAWS = [
  "licensing", "penalty", "compulsion", "reconsideration", "petition", "tendering", "tender-complaint", "procurement-complaint",
  "disclosure", "general",
];
const SUPPLEMENTS = ["suspend", "anew", "none"];

export function limit(panel, object) {
  const { say, drafts } = panel;
  const id = object.get("id");
  const clock = { ...readClock(object), ...drafts.get(id) };
  const commit = (part) => (value) => {
    const wanted = { ...clock, [part]: value };
    // A law that is chosen before the days are written is remembered here: without a time there is no limit.
    if (isLimit(wanted)) drafts.delete(id);
    else drafts.set(id, wanted);
    if (isLimit(wanted) || isLimit(readClock(object))) panel.setOf(object, writeClock(panel.create, object, wanted));
    else panel.draw();
  };
  const of = (part) => ({ label: say(`limit.${part}`), help: say(`limit.${part}.help`), value: clock[part], commit: commit(part) });
  const isDraft = !isLimit(clock) && Object.values(clock).some((value) => value !== "");
  return section("limit", say("limit"), true, panel.opened,
    isDraft && h("p", { class: "field-error" }, say("limit.draft")),
    text("promised", { ...of("promised"), mode: "numeric" }),
    text("statutory", { ...of("statutory"), mode: "numeric" }),
    select("unit", { ...of("unit"), options: [["", say("limit.unit.law")], ...UNITS.map((unit) => [unit, say(`unit.${unit}`)])] }),
    select("law", { ...of("law"), options: [["", say("none")], ...LAWS.map((law) => [law, say(`law.${law}`)])] }),
    text("article", of("article")),
    select("supplement", { ...of("supplement"), options: [["", say("supplement.law")], ...SUPPLEMENTS.map((one) => [one, say(`supplement.${one}`)])] }),
  );
}
