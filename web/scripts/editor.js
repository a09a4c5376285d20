// The editor for models. A bundle of its own: only pages with a `<qy-model-editor>` ask for it (`view::ModelEditor`), and the
// drawing libraries come after that, each when it is needed.
import { ModelEditor } from "./editor/model.js";

customElements.define("qy-model-editor", ModelEditor);
