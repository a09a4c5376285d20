// The field for FEEL brings its styles along and writes them into a style element, which our content policy forbids
// (`style-src 'self'`). The same styles in a constructed style sheet are no inline style: the policy stays as it is.
// The bundler puts this module in the place of `style-mod`; browsers without constructed sheets show the field unstyled.
import { StyleModule as Original } from "../../node_modules/style-mod/src/style-mod.js";

/** A document, seen as the library sees a shadow root: it has adopted sheets, and no head. */
const seen = new WeakMap();
function withoutHead(document) {
  if (!seen.has(document)) {
    seen.set(document, {
      ownerDocument: document,
      get adoptedStyleSheets() {
        return document.adoptedStyleSheets;
      },
      set adoptedStyleSheets(sheets) {
        document.adoptedStyleSheets = sheets;
      },
    });
  }
  return seen.get(document);
}

export class StyleModule extends Original {
  static mount(root, modules, options) {
    Original.mount(root.head && root.adoptedStyleSheets ? withoutHead(root) : root, modules, options);
  }
}
