// The editor for decisions reads the names of DMN 1.3; every other version gave the elements another namespace and little else.
// A model is shown under the names of 1.3 and written back under its own. What 1.3 has no word for is no silent loss: the
// editor says what it does not read and leaves the text alone (see `model.js`).

const of = (start) => [`"${start}/MODEL/"`, `"${start}/DMNDI/"`];
const READ = of("https://www.omg.org/spec/DMN/20191111");
const OTHERS = {
  1.2: of("http://www.omg.org/spec/DMN/20180521"),
  1.4: of("https://www.omg.org/spec/DMN/20211108"),
  1.5: of("https://www.omg.org/spec/DMN/20230324"),
};

const renamed = (xml, from, to) => from.reduce((text, name, at) => text.replaceAll(name, to[at]), xml);

/** The model under the names of 1.3, and which version it is. */
export function asRead(xml) {
  const version = Object.keys(OTHERS).find((other) => xml.includes(OTHERS[other][0])) ?? "1.3";
  return { xml: version === "1.3" ? xml : renamed(xml, OTHERS[version], READ), version };
}

/** The model under its own names again. */
export const asWritten = (xml, version) => (version === "1.3" ? xml : renamed(xml, READ, OTHERS[version]));
