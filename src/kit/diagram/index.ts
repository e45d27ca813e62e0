/** The schema as a drawing. */

export { mermaid } from "./mermaid.js";
export { svg } from "./svg.js";
