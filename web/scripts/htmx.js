// The extension expects htmx under its global name. Nothing is evaluated: the page's meta element says allowEval false.
import htmx from "htmx.org/dist/htmx.esm.js";

window.htmx = htmx;
