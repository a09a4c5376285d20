// Intervals of FEEL, such as `[90..450)` and `]0..5[`: their two brackets need not match. The field closes each bracket by the one of
// its kind, which would leave a second one behind the one that is typed.
import { EditorView } from "@codemirror/view";

/** Everything behind the last bracket that opens, if two points stand there: the beginning of an interval. */
const INTERVAL = /[[(\]][^[\]()]*\.\.[^[\]()]*$/;

/**
 * What a bracket that is typed does to the end of an interval; null where it is none.
 *
 * - `before`, `after`: the text of the field before and behind the cursor.
 * - Answers how many characters behind the cursor the bracket takes the place of: those that the field put there by itself.
 */
export function closing(before, after, key) {
  if (!["]", ")", "["].includes(key) || !INTERVAL.test(before)) return null;
  return after.startsWith("]") || after.startsWith(")") ? 1 : 0;
}

/** Writes the end of an interval as it is typed, in every field within a place. */
export function closesIntervals(place) {
  place.addEventListener(
    "keydown",
    (event) => {
      if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
      const field = event.target.closest?.(".cm-editor");
      const view = field && EditorView.findFromDOM(field);
      const { from, to, empty } = view?.state.selection.main ?? {};
      if (!view || !empty) return;
      const [before, after] = [view.state.sliceDoc(0, from), view.state.sliceDoc(to)];
      const over = closing(before, after, event.key);
      if (over === null) return;
      event.preventDefault();
      event.stopPropagation();
      view.dispatch({ changes: { from, to: to + over, insert: event.key }, selection: { anchor: from + 1 }, userEvent: "input.type" });
    },
    true,
  );
}
