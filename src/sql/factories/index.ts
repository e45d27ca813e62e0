/** All factories of the SQL tree. */

export { aggregate, order, window, windowFunction } from "./aggregates.js";
export { isExpr } from "./brand.js";
export { binary, caseWhen, cast, extract, fn, fragment, jsonPath, negate, scalarQuery, trunc } from "./computed.js";
export {
  and,
  between,
  compare,
  equals,
  exists,
  inArray,
  inQuery,
  inRows,
  isFalse,
  isNotNull,
  isNull,
  isTrue,
  match,
  not,
  or,
} from "./conditions.js";
export {
  common,
  compound,
  fromCommon,
  fromFragment,
  fromQuery,
  fromTable,
  insert,
  join,
  lock,
  output,
  raw,
  remove,
  select,
  table,
  update,
  updateRows,
} from "./statements.js";
export { alwaysFalse, alwaysTrue, column, excluded, literal, outer, param, unresolved } from "./values.js";
