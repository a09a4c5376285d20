// Who does a task, how many of them, and who may not be the same.
import { h } from "../dom.js";
import { declare } from "./extensions.js";
import { checks, radios, section, select, text } from "./fields.js";
import { codes, readRounds, writeRounds } from "./rounds.js";
import { processOf } from "./panel.js";

const pairs = (list) => list.map(({ code, name }) => [code, name]);

export function people(panel, object, { onlyRounds = false } = {}) {
  const rounds = readRounds(object);
  const isMulti = rounds.order === "parallel" || rounds.order === "sequential";
  if (onlyRounds) return isMulti ? [several(panel, object, rounds, true)] : [];
  // Whose round it is follows from the list of posts; all else asks who may do it.
  const parts = [several(panel, object, rounds, false)];
  if (!isMulti || rounds.over !== "posts") parts.push(who(panel, object));
  parts.push(more(panel, object));
  return parts;
}

function who(panel, object) {
  const { say, lists } = panel;
  const candidates = object.get("qy:candidates") ?? "";
  const isExpression = candidates.startsWith("=");
  return section("who", say("who"), true, panel.opened,
    checks("duties", {
      label: say("who.duties"), help: say("who.duties.help"), values: isExpression ? [] : codes(candidates), options: pairs(lists.duties), disabled: isExpression,
      unknown: (code) => say("unknown.code", { code }), commit: (values) => panel.set({ "qy:candidates": values.join(" ") || undefined }),
    }),
    text("expression", {
      label: say("who.expression"), help: say("who.expression.help"), mono: true, value: isExpression ? candidates.slice(1).trim() : "",
      commit: (value) => panel.set({ "qy:candidates": value === "" ? (isExpression ? undefined : candidates || undefined) : `=${value.replace(/^=\s*/, "")}` }),
    }),
  );
}

function several(panel, object, rounds, isOther) {
  const { say, lists } = panel;
  const form = object.get("qy:form") ?? "";
  const yeses = lists.consents.filter((field) => field.form === form).map(({ code, name }) => [code, name]);
  const commit = (changed) => {
    const wanted = { ...rounds, ...changed };
    // Nobody objects by a variable that no expression may name.
    if (wanted.rule === "veto" && wanted.order !== "one" && wanted.consent === "") panel.setOf(processOf(object), declare(panel.create, processOf(object), wanted.veto.trim() || "veto"));
    panel.set(writeRounds(panel.create, object, wanted));
  };
  const begin = (order) => {
    if (order === "one" || rounds.order !== "one") return commit({ order });
    // Who may do it alone now does it together; where an expression says who, several of those do.
    const isByPosts = !isOther && !(object.get("qy:candidates") ?? "").startsWith("=");
    // Where the form has one yes-or-no field only, that is what they sign.
    const consent = yeses.length === 1 ? yeses[0][0] : "";
    commit({ order, consent, ...(isByPosts ? { over: "posts", posts: rounds.posts } : { over: "count", count: "2" }) });
  };
  const option = (part, key) => [key, say(`rounds.${part}${key}`), detail(`rounds.${part}${key}.detail`)];
  const detail = (key) => (say(key) === key ? "" : say(key));
  const orders = ["one", "parallel", "sequential", ...(rounds.order === "loop" ? ["loop"] : [])];
  const inside = [radios("order", { label: say("rounds"), value: rounds.order, options: orders.map((key) => option("", key)), commit: begin })];
  if (rounds.order === "parallel" || rounds.order === "sequential") inside.push(...over(panel, rounds, commit, isOther), ...consent(panel, rounds, commit, yeses), ...rule(panel, rounds, commit, option));
  return section("rounds", say("rounds"), true, panel.opened, inside);
}

function over(panel, rounds, commit, isOther) {
  const { say, lists } = panel;
  const ways = [...(isOther ? [] : ["posts"]), "count", "collection", ...(rounds.over === "data" ? ["data"] : [])];
  const parts = [select("over", { label: say("rounds.over"), value: rounds.over, options: ways.map((way) => [way, say(`rounds.over.${way}`)]), commit: (way) => commit({ over: way, ...(way === "collection" && rounds.collection === "" ? { collection: "[]", item: "item" } : {}) }) })];
  if (rounds.over === "posts") {
    parts.push(checks("posts", {
      label: say("rounds.posts"), help: say("rounds.posts.help"), values: rounds.posts, options: ordered(rounds.posts, pairs(lists.duties)), wrong: rounds.posts.length === 0 && say("rounds.posts.none"),
      unknown: (code) => say("unknown.code", { code }), commit: (posts) => commit({ posts }),
    }));
  }
  if (rounds.over === "count") parts.push(text("count", { label: say("rounds.count"), help: say("rounds.count.help"), value: rounds.count, commit: (count) => commit({ count }) }));
  if (rounds.over === "collection") {
    parts.push(
      text("collection", { label: say("rounds.collection"), help: say("rounds.collection.help"), mono: true, value: rounds.collection, commit: (collection) => commit({ collection }) }),
      text("item", { label: say("rounds.item"), help: say("rounds.item.help"), mono: true, value: rounds.item, commit: (item) => commit({ item }) }),
    );
  }
  return parts;
}

/** What on the form says that an officer agrees; nothing where the form has no such field. */
function consent({ say }, rounds, commit, yeses) {
  const known = yeses.some(([code]) => code === rounds.consent) || rounds.consent === "";
  const options = [["", say("rounds.consent.none")], ...yeses, ...(known ? [] : [[rounds.consent, rounds.consent]])];
  if (options.length === 1) return [];
  return [select("consent", { label: say("rounds.consent"), help: say("rounds.consent.help"), value: rounds.consent, options, commit: (name) => commit({ consent: name }) })];
}

/** Whether more are asked for than sign: nobody could reach it. */
const tooMany = (rounds) => rounds.over === "posts" && rounds.posts.length > 0 && Number(rounds.least) > rounds.posts.length;

/** Chosen ones first and in their order: it is the order in which they sign. */
const ordered = (chosen, all) => [...chosen.map((code) => all.find(([other]) => other === code)).filter(Boolean), ...all.filter(([code]) => !chosen.includes(code))];

function rule(panel, rounds, commit, option) {
  const { say } = panel;
  const rules = ["all", "some", "veto", "own"];
  const parts = [radios("rule", { label: say("rounds.rule"), value: rounds.rule, options: rules.map((key) => option("rule.", key)), commit: (chosen) => commit({ rule: chosen, ...(chosen === "own" && rounds.condition === "" ? { condition: "numberOfCompletedInstances >= 1 and numberOfActiveInstances = 0" } : {}) }) })];
  if (rounds.rule === "some") parts.push(text("least", { label: say("rounds.least"), value: String(rounds.least), mode: "numeric", wrong: tooMany(rounds) && say("rounds.least.many", { posts: rounds.posts.length }), commit: (least) => commit({ least }) }));
  if (rounds.rule === "veto" && rounds.consent === "") parts.push(text("veto", { label: say("rounds.veto"), help: say("rounds.veto.help"), mono: true, value: rounds.veto, commit: (veto) => commit({ veto }) }));
  if (rounds.rule === "own") parts.push(text("own", { label: say("rounds.condition"), help: say("rounds.condition.help"), mono: true, value: rounds.condition, commit: (condition) => commit({ condition }) }));
  return parts;
}

function more(panel, object) {
  const { say, lists } = panel;
  const others = panel.otherTasks(object);
  const together = (key, attribute) => checks(key, {
    label: say(`who.${key}`), help: say(`who.${key}.help`), values: codes(object.get(`qy:${attribute}`)), options: others, none: say("who.others.none"),
    commit: (values) => panel.set({ [`qy:${attribute}`]: values.join(" ") || undefined }),
  });
  const form = object.get("qy:form") ?? "";
  return section("more", say("more"), ["separate", "same", "returnTo", "organ", "form"].some((name) => object.get(`qy:${name}`)), panel.opened,
    lists.forms.length > 0
      ? select("form", { label: say("who.form"), help: say("who.form.help"), value: form, options: [["", say("none")], ...pairs(lists.forms)], commit: (value) => panel.set({ "qy:form": value || undefined }) })
      : text("form", { label: say("who.form"), help: say("who.form.help"), mono: true, value: form, commit: (value) => panel.set({ "qy:form": value || undefined }) }),
    text("organ", { label: say("who.organ"), help: say("who.organ.help"), mono: true, value: object.get("qy:organ"), commit: (value) => panel.set({ "qy:organ": value || undefined }) }),
    together("apart", "separate"),
    together("same", "same"),
    together("return", "returnTo"),
  );
}
