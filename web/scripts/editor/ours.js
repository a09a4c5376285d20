// What we add to BPMN and DMN, so that the editors read and write it: see docs/method/processes.md. Everything foreign stays.

export const NAMESPACE = "urn:qingyuan:bpmn:1";

const attribute = (name) => ({ name, isAttr: true, type: "String" });
const described = (names) => names.map(attribute);

/** Attributes that may stand at an element of BPMN. */
const ATTRIBUTES = [
  "candidates", "post", "organ", "power", "form", "separate", "same", "returnTo", "steward", "type", "decision", "binding", "onEmpty",
  "result", "key", "keep", "choice", "collection", "item", "consent", "consents", "pause", "basis", "on", "reach",
];

/** Parts of a limit, in the order in which they are written. */
export const CLOCK = ["law", "statutory", "promised", "unit", "article", "supplement"];

const ours = (types) => ({ name: "Qingyuan", uri: NAMESPACE, prefix: "qy", xml: { tagAlias: "lowerCase" }, types });

/** An element of ours, which may be copied to any other element. */
const element = (name, attributes, more = []) => ({
  name,
  superClass: ["Element"],
  meta: { allowedIn: ["*"] },
  properties: [...described(attributes), ...more],
});

const body = { name: "body", isBody: true, type: "String" };

export const OF_BPMN = ours([
  { name: "Attributes", extends: ["bpmn:BaseElement"], properties: described(ATTRIBUTES) },
  element("Clock", CLOCK),
  element("Local", ["name"]),
  element("In", ["name", "value"], [body]),
  element("Out", ["name", "value"], [body]),
]);

export const OF_DMN = ours([{ name: "Domain", extends: ["dmn:InputClause"], properties: described(["domain"]) }]);
