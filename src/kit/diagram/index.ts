/** Draws the schema. */

export { mermaid } from "./mermaid.js";
export { svg } from "./svg.js";
