// Words of a part of the interface that only script shows, in the page's language.

/** Gives `say(key, values)`; a key without a text is a bug, and shows itself. */
export function wordsOf(catalogues, language = document.documentElement.lang) {
  const words = language.startsWith("zh") ? catalogues.zh : catalogues.en;
  return (key, values = {}) =>
    (words[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}
