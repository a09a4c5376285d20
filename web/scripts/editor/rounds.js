// 会签: several officers do one task, at once or one after another, until a rule is met. Read from and written as what the
// standard has for it (multiInstanceLoopCharacteristics, BPMN 2.0.2 §10.3.8) and our collection of posts.

/** The name under which a task sees the post of its round. */
const POST = "post";
/** The variable that says that somebody objects, where no field of the form says who agrees. */
export const VETO = "veto";
/** The rules that count opinions, where a field of the form says who agrees. */
const ONE_REFUSES = "numberOfRefusals >= 1";
const enough = (least) => `numberOfConsents >= ${least} or numberOfRefusals > numberOfInstances - ${least}`;
const ENOUGH = /^numberOfConsents\s*>=\s*(\d+)\s+or\s+numberOfRefusals\s*>\s*numberOfInstances\s*-\s*\1$/;

const NONE = {
  /** `one`, `parallel`, `sequential`; `loop` for a loop of the standard, which is kept. */
  order: "one",
  /** What there is one round for: `posts`, `collection`, `count`; `data` for data of the standard, which is kept. */
  over: "posts",
  posts: [],
  collection: "",
  item: "",
  count: "",
  /** `all`, `some`, `veto`; `own` for any other condition. */
  rule: "all",
  least: 2,
  veto: VETO,
  condition: "",
  /** The yes-or-no field of the form that says whether an officer agrees; empty where signing is all that counts. */
  consent: "",
  /** How many must agree, as the model says it: kept where the condition is another one. */
  consents: "",
};

const written = (expression) => expression?.get("body")?.trim() ?? "";

/** Codes between blanks or commas, as the engine reads them. */
export const codes = (text) => (text ?? "").split(/[\s,，、]+/).filter((code) => code !== "");

/** The posts of a collection that is a list of texts, or null. */
function listed(collection) {
  try {
    const list = JSON.parse(collection);
    return Array.isArray(list) && list.every((post) => typeof post === "string") ? list : null;
  } catch {
    return null;
  }
}

/**
 * The rule that a condition is: of opinions where a field says who agrees, else of signatures; any other is kept as it is.
 *
 * - `consents`: how many must agree, as the model says it; the condition must say the same.
 */
function readRule(condition, consent, consents) {
  if (condition === "") return consents === "" ? { rule: "all" } : { rule: "own" };
  if (consent !== "") {
    const agreed = condition.match(ENOUGH);
    if (agreed?.[1] === consents) return { rule: "some", least: Number(consents) };
    return consents === "" && condition.replace(/\s+/g, " ") === ONE_REFUSES ? { rule: "veto" } : { rule: "own" };
  }
  const some = condition.match(/^numberOfCompletedInstances\s*>=\s*(\d+)$/);
  const veto = condition.match(/^([\p{L}_][\p{L}\p{N}_]*)\s*=\s*true$/u);
  if (some) return { rule: "some", least: Number(some[1]) };
  if (veto) return { rule: "veto", veto: veto[1] };
  return { rule: "own" };
}

const number = (least) => Math.max(1, Math.trunc(Number(least)) || 1);

/** What a rule is as a condition; nothing where all are waited for. */
function writeRule({ rule, least, veto, condition, consent }) {
  if (rule === "some") return consent === "" ? `numberOfCompletedInstances >= ${number(least)}` : enough(number(least));
  if (rule === "veto") return consent === "" ? `${veto.trim() || VETO} = true` : ONE_REFUSES;
  return rule === "own" ? condition.trim() : "";
}

/** How often an activity is done, and by whom. */
export function readRounds(activity) {
  const loop = activity.get("loopCharacteristics");
  const candidates = activity.get("qy:candidates") ?? "";
  if (!loop) return { ...NONE, posts: candidates.startsWith("=") ? [] : codes(candidates) };
  if (loop.$type !== "bpmn:MultiInstanceLoopCharacteristics") return { ...NONE, order: "loop" };
  const collection = loop.get("qy:collection")?.trim() ?? "";
  const item = loop.get("inputDataItem")?.get("name") ?? loop.get("qy:item") ?? "";
  const posts = listed(collection);
  const condition = written(loop.get("completionCondition"));
  const [consent, consents] = ["qy:consent", "qy:consents"].map((name) => loop.get(name)?.trim() ?? "");
  const over = () => {
    if (posts && item !== "" && candidates.replace(/^=\s*/, "=") === `=${item}`) return "posts";
    if (collection !== "") return "collection";
    return loop.get("loopCardinality") ? "count" : "data";
  };
  return {
    ...NONE,
    order: loop.get("isSequential") ? "sequential" : "parallel",
    over: over(),
    posts: posts ?? [],
    collection,
    item,
    count: written(loop.get("loopCardinality")),
    condition,
    ...readRule(condition, consent, consents),
    consent,
    consents,
  };
}

/** A copy of an element with everything it has, whether we know it or not. */
function copied(create, old) {
  const copy = create(old.$type, {});
  for (const { name } of old.$descriptor.properties) if (Object.hasOwn(old, name)) copy[name] = old[name];
  for (const [name, value] of Object.entries(old.$attrs ?? {})) copy.$attrs[name] = value;
  return copy;
}

/**
 * Properties of the activity that make it so: what repeats it, and who may do it.
 *
 * What we have no words for (behaviour events, data of the standard) is kept.
 */
export function writeRounds(create, activity, rounds) {
  const old = activity.get("loopCharacteristics");
  const before = readRounds(activity);
  const wasPosts = before.order !== "one" && before.order !== "loop" && before.over === "posts";
  // Whose round it was may do it alone again.
  const alone = wasPosts ? { "qy:candidates": before.posts.join(" ") || undefined } : {};
  if (rounds.order === "loop") return {};
  if (rounds.order === "one") return { loopCharacteristics: undefined, ...alone };

  const isMulti = old?.$type === "bpmn:MultiInstanceLoopCharacteristics";
  const loop = isMulti ? copied(create, old) : create("bpmn:MultiInstanceLoopCharacteristics", {});
  const part = (type, properties) => {
    const made = create(type, properties);
    made.$parent = loop;
    return made;
  };
  const feel = (text) => (text === "" ? undefined : part("bpmn:FormalExpression", { body: text }));
  loop.$parent = activity;
  loop.set("isSequential", rounds.order === "sequential" || undefined);
  loop.set("completionCondition", feel(writeRule(rounds)));
  loop.set("qy:consent", rounds.consent || undefined);
  const consents = { some: String(number(rounds.least)), own: rounds.consents }[rounds.rule];
  loop.set("qy:consents", (rounds.consent !== "" && consents) || undefined);
  if (rounds.over === "data") return { loopCharacteristics: loop, ...alone };

  const isPosts = rounds.over === "posts";
  const item = (isPosts ? rounds.item || POST : rounds.over === "collection" ? rounds.item : "").trim();
  const collection = isPosts ? JSON.stringify(rounds.posts) : rounds.over === "collection" ? rounds.collection.trim() : "";
  loop.set("qy:collection", collection || undefined);
  loop.set("qy:item", undefined);
  loop.set("loopDataInputRef", undefined);
  // The standard asks for a number of rounds or data of its own (EXT067); where we have a list, it is the list's length.
  const times = { posts: String(rounds.posts.length), collection: collection && `count(${collection})`, count: String(rounds.count).trim() || "2" };
  loop.set("loopCardinality", feel(times[rounds.over]));
  const named = old?.get?.("inputDataItem")?.get("name") === item && isMulti ? old.get("inputDataItem") : null;
  loop.set("inputDataItem", item === "" ? undefined : (named ?? part("bpmn:DataInput", { name: item })));
  return { loopCharacteristics: loop, ...(isPosts ? { "qy:candidates": `=${item}` } : alone) };
}
