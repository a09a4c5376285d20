// The form builder. A bundle of its own: only pages with a `<qy-form-builder>` ask for it (`view::FormBuilder`).
import { FormBuilder } from "./builder/form.js";

customElements.define("qy-form-builder", FormBuilder);
