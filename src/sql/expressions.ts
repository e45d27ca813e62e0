/** The expression half of the SQL tree. */
export type * from "./nodes.js";
