/** Public exports of request parsing: `parseFilter` and `parseOrder`. */

export { parseFilter } from "./filter.js";
export { httpError } from "./http-error.js";
export type { HttpError } from "./http-error.js";
export { parseOrder } from "./order.js";
export type { FilterLimits } from "./typing/parse.js";
