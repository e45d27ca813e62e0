/** PostgreSQL's grammar: the shared one with its differences. */

import { makeBatcher } from "../../sql/compile/batch.js";
import { makeCompiler } from "../../sql/compile/compiler.js";
import { needsBrackets, writeCompound, writeSelect, writeSource } from "../../sql/compile/queries.js";
import { windowFunctionWith } from "../../sql/compile/windows.js";
import { deleteWith, updateWith, writeRaw } from "../../sql/compile/writes.js";
import type { Grammar, Handler } from "../../sql/compile/writer.js";
import type { OrderNode } from "../../sql/nodes.js";
import { aggregates } from "./compile-aggregates.js";
import { encoder, expressions } from "./compile-expressions.js";
import { functions } from "./compile-functions.js";
import { isTextual, writeInt, writeOrdered } from "./compile-types.js";
import { rowBinding, writeInsert, writeUpdateRows } from "./compile-writes.js";

/** Nulls last when ascending and first when descending is PostgreSQL's default. */
const writeOrderTerm: Handler<OrderNode> = ({ expr, direction, nulls, position }, out) => {
  // A position cannot have a collation.
  if (position !== undefined && !isTextual(expr)) out.write(String(position));
  else writeOrdered(expr, out);
  out.write(direction === "asc" ? " ASC" : " DESC");
  if (nulls !== null && nulls !== (direction === "asc" ? "last" : "first")) out.write(nulls === "first" ? " NULLS FIRST" : " NULLS LAST");
};

const grammar: Grammar = {
  expressions,
  functions,
  aggregates,
  windowFunction: windowFunctionWith(writeInt),
  statements: {
    select: writeSelect,
    compound: writeCompound,
    insert: writeInsert,
    update: updateWith(false),
    updateRows: writeUpdateRows,
    delete: deleteWith(false),
    raw: writeRaw,
  },
  order: writeOrderTerm,
  groupKey: (expr, out) => void out.operand(expr),
  distinctOutput: writeOrdered,
  /** PostgreSQL casts in assignments itself. */
  computed: (expr, _type, out) => void out.expr(expr),
  source: writeSource,
  member: (query, out) => void (needsBrackets(query) ? out.subquery(query) : out.query(query)),
  /** The ORDER BY of a compound query cannot contain a collation. */
  ordersOutside: (type) => type.kind === "text" || type.kind === "varchar" || type.kind === "enum",
  noLimit: null,
  locks: true,
  encoder,
  placeholder: (position) => `$${position}`,
  reusesPlaceholders: true,
};

export const compile = makeCompiler(grammar);
export const batch = makeBatcher(compile, encoder, rowBinding);
