// The words of the drawing libraries, for bpmn-js and dmn-js alike. English is what they say by themselves.
import { CHINESE, PLAIN } from "./translate.zh.js";

/** Fills in what stands in braces; blanks within them do not count. */
const filled = (template, values) =>
  template.replace(/{\s*([^}]+?)\s*}/g, (whole, key) => (values && key in values ? values[key] : whole));

/** A module for their injector. */
export function translation(language) {
  const isChinese = language.startsWith("zh");
  const translate = (template, values) => filled((isChinese && CHINESE[template]) || template, values);
  return { translate: ["value", translate] };
}

/**
 * Some components write words out without asking for a translation. They are put into Chinese where they stand, now and
 * whenever the library draws anew. Gives a function that stops.
 */
export function translatePlain(place, language) {
  if (!language.startsWith("zh")) return () => {};
  const attributes = ["title", "aria-label"];
  const mend = (node) => {
    if (node.nodeType === Node.TEXT_NODE) {
      const chinese = PLAIN[node.data.trim()];
      // A name that somebody typed may be such a word: what is edited is left alone.
      if (chinese && !node.parentElement?.closest("[contenteditable], td, svg, textarea, .cm-editor")) node.data = chinese;
      return;
    }
    if (node.nodeType !== Node.ELEMENT_NODE) return;
    for (const name of attributes) if (PLAIN[node.getAttribute(name)]) node.setAttribute(name, PLAIN[node.getAttribute(name)]);
    for (const child of node.childNodes) mend(child);
  };
  mend(place);
  const observer = new MutationObserver((changes) => {
    for (const change of changes) for (const node of change.addedNodes) mend(node);
  });
  observer.observe(place, { childList: true, subtree: true });
  return () => observer.disconnect();
}
