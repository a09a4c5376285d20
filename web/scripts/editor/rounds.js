// 会签: several officers do one task, at once or one after another, until a rule is met. Read from and written as what the
// standard has for it (multiInstanceLoopCharacteristics, BPMN 2.0.2 §10.3.8) and our collection of posts.

/** The name under which a task sees the post of its round. */
const POST = "post";
/** The variable that says that somebody objects. */
export const VETO = "veto";

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

function readRule(condition) {
  const some = condition.match(/^numberOfCompletedInstances\s*>=\s*(\d+)$/);
  const veto = condition.match(/^([\p{L}_][\p{L}\p{N}_]*)\s*=\s*true$/u);
  if (condition === "") return { rule: "all" };
  if (some) return { rule: "some", least: Number(some[1]) };
  if (veto) return { rule: "veto", veto: veto[1] };
  return { rule: "own" };
}

/** What a rule is as a condition; nothing where all are waited for. */
function writeRule({ rule, least, veto, condition }) {
  if (rule === "some") return `numberOfCompletedInstances >= ${Math.max(1, Math.trunc(Number(least)) || 1)}`;
  if (rule === "veto") return `${veto.trim() || VETO} = true`;
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
    ...readRule(condition),
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
