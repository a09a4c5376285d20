// Times of a timer event in plain words: so many minutes, hours, days or weeks. Everything else stays the text it is.

const UNITS = { minutes: ["PT", "M"], hours: ["PT", "H"], days: ["P", "D"], weeks: ["P", "W"], months: ["P", "M"] };
export const DURATION_UNITS = Object.keys(UNITS);

/** How many of which unit, or null where it is no duration of one unit. */
export function readDuration(text) {
  for (const [unit, [before, after]] of Object.entries(UNITS)) {
    const found = text.trim().match(new RegExp(`^${before}(\\d+)${after}$`));
    if (found) return { count: found[1], unit };
  }
  return null;
}

/** A duration as ISO 8601 writes it; an empty text where there is no number. */
export function writeDuration({ count, unit }) {
  const [before, after] = UNITS[unit];
  return /^\d+$/.test(String(count).trim()) ? `${before}${String(count).trim()}${after}` : "";
}

/** Which of the three ways a timer is written in, and its text. */
export function readTimer(definition) {
  for (const [way, property] of [["duration", "timeDuration"], ["date", "timeDate"], ["cycle", "timeCycle"]]) {
    const expression = definition.get(property);
    if (expression) return { way, text: expression.get("body") ?? "" };
  }
  return { way: "duration", text: "" };
}

/** Properties of the definition that make it so; the expression that was there keeps what else it carries. */
export function writeTimer(create, definition, { way, text }) {
  const properties = { timeDuration: undefined, timeDate: undefined, timeCycle: undefined };
  const expression = create("bpmn:FormalExpression", { body: text.trim() });
  expression.$parent = definition;
  return { ...properties, [{ duration: "timeDuration", date: "timeDate", cycle: "timeCycle" }[way]]: expression };
}
