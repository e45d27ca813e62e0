/** Compiles a statement to SQL: one traversal of the tree with a database's grammar. */

import type { Statement } from "../nodes.js";
import type { ColumnType } from "../types.js";
import type { Compiled } from "./compiled.js";
import { outputsOf } from "./queries.js";
import { type Grammar, type Handler, Writer } from "./writer.js";

function outputTypes(statement: Statement): readonly ColumnType[] | null {
  if (statement.kind === "raw") return null;
  if (statement.kind === "select" || statement.kind === "compound") return outputsOf(statement).map(({ expr }) => expr.type);
  return statement.returning.length === 0 ? null : statement.returning.map(({ expr }) => expr.type);
}
const writes = (statement: Statement): boolean =>
  statement.kind === "raw" ? statement.writes : statement.kind !== "select" && statement.kind !== "compound";

/** Statements that carry rows of values are used once. */
const isSentOnce = ({ kind }: Statement): boolean => kind === "insert" || kind === "updateRows" || kind === "raw";

/** Statements are frozen, so each is compiled once and cached as long as it is referenced; `rebind` gives it other values. */
export function makeCompiler(grammar: Grammar): (statement: Statement) => Compiled {
  const known = new WeakMap<Statement, Compiled>();
  const compile = (statement: Statement): Compiled => {
    const out = new Writer(grammar);
    (grammar.statements[statement.kind] as Handler<Statement>)(statement, out);
    return { text: out.text, parameters: out.parameters, values: out.values, outputs: outputTypes(statement), writes: writes(statement) };
  };
  return (statement) => {
    if (isSentOnce(statement)) return compile(statement);
    const before = known.get(statement);
    if (before !== undefined) return before;
    const compiled = compile(statement);
    known.set(statement, compiled);
    return compiled;
  };
}
