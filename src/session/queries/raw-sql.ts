/** Runs user-written SQL and returns plain objects or instances. */

import type { ColumnType } from "../../sql/types.js";
import type { FieldMeta, ModelMeta } from "../../metadata/model-meta.js";
import type { FragmentNode } from "../../sql/nodes.js";
import type { SelectPlan } from "../../query/plan.js";
import { planSelect } from "../../query/planner.js";
import type { QueryResult } from "../../database/contracts.js";
import { SqlExpression } from "../../sql/expression.js";
import { raw } from "../../sql/factories/index.js";
import { loadInstances, unreadable } from "../../loading/index.js";
import { FieldError, SessionError } from "../../errors.js";
import { describe } from "../../support/describe.js";
import { assertOpen, type Core } from "../core/core.js";
import { contextOf, stateWhere } from "../reading/find-instances.js";
import { bind, run, runReadOnly } from "../statements/send.js";
import { autoflushAll } from "./autoflush.js";

/** Transaction control outside the session's methods would make its state wrong. */
const CONTROL =
  /^\s*(?:(?:--[^\n]*\n|\/\*[\s\S]*?\*\/)\s*)*(?:begin|start\s+transaction|commit|end|rollback|abort|savepoint|release|prepare\s+transaction)\b/i;

const sqlOf = (query: unknown, outlives: RegExp | null): FragmentNode => {
  const expr = SqlExpression.is(query) ? query.toExpr() : null;
  if (expr?.kind !== "fragment")
    throw new FieldError(`execute() takes sql\`…\`, got ${describe(query)}: values in it are bound; use sql.raw("…") to pass text as SQL`);
  if (CONTROL.test(expr.texts[0] ?? ""))
    throw new SessionError("transaction control goes through the session: use commit(), rollback(), begin() or atomic()");
  if (outlives?.test(expr.texts[0] ?? "") === true)
    throw new SessionError(
      "SET and LISTEN change the connection, which the next session gets: use SET LOCAL inside a transaction, or the parameter options of the URL",
    );
  return expr;
};

const decoder = (core: Core, type: ColumnType | undefined): ((cell: unknown) => unknown) | undefined =>
  type === undefined || type.kind === "unknown" ? undefined : core.dialect.codec(type).decode;

/** For unknown types, some databases return integers as bigints; those that fit are converted to numbers on every database. */
const plain = (cell: unknown): unknown => (typeof cell === "bigint" && Number.isSafeInteger(Number(cell)) ? Number(cell) : cell);

/** Assigning to `__proto__` would set the prototype, so a column of that name is defined as a property. */
const setOwn = (object: Record<string, unknown>, name: string, value: unknown): void => {
  if (name === "__proto__") Object.defineProperty(object, name, { value, enumerable: true, writable: true, configurable: true });
  else object[name] = value;
};
const valueOf = (decode: ((cell: unknown) => unknown) | undefined, cell: unknown, name: string): unknown => {
  if (cell === null || decode === undefined) return plain(cell);
  try {
    return decode(cell);
  } catch (cause) {
    throw unreadable(`the column "${name}" of the result`, cause);
  }
};

const objectsOf = (core: Core, { rows, names, types }: QueryResult): Record<string, unknown>[] => {
  const decoders = names.map((_, at) => decoder(core, types?.[at]));
  return rows.map((row) => {
    const object: Record<string, unknown> = {};
    names.forEach((name, at) => setOwn(object, name, valueOf(decoders[at], row[at], name)));
    return object;
  });
};

/** Matches SQL that begins with a writing verb or contains one in a WITH; writes inside functions are not detected. */
const WRITES =
  /^\s*(?:(?:--[^\n]*\n|\/\*[\s\S]*?\*\/)\s*)*(?:insert|update|delete|merge|replace|with\b[\s\S]*\b(?:insert|update|delete|merge))\b/i;

/** Counts as a write, which opens a transaction, unless `readOnly` is set; without a transaction, the database enforces `readOnly`. */
export const executeSql = async (core: Core, query: unknown, readOnly: boolean): Promise<Record<string, unknown>[]> => {
  assertOpen(core);
  const fragment = sqlOf(query, core.dialect.transactions.outlives);
  await autoflushAll(core);
  const compiled = core.dialect.compile(raw(fragment, !readOnly));
  return objectsOf(core, readOnly ? await runReadOnly(core, compiled) : await run(core, compiled, "write"));
};

/** Instances from SQL. Outputs are matched by column name and must include the key; other outputs become properties. */
export const rawInstances = async (core: Core, meta: ModelMeta, fragment: FragmentNode): Promise<object[]> => {
  assertOpen(core);
  await autoflushAll(core);
  const writes = WRITES.test(fragment.texts[0] ?? "");
  const result = await run(core, core.dialect.compile(raw(fragment, writes)), writes ? "write" : "read");
  const fields = meta.fields.filter((field) => result.names.includes(field.column));
  const missing = meta.primaryKey.filter((field) => !fields.includes(field));
  if (missing.length > 0)
    throw new FieldError(`raw() of ${meta.name}: the SQL does not select its key (${missing.map((field) => field.column).join(", ")})`);
  for (const at of others(fields, result)) checkOutput(meta, result.names[at] as string);
  return loadInstances(planOf(meta, fields, result), reordered(fields, result), contextOf(core));
};

/** Other outputs become properties, which must not hide members of the model, as with annotate(). */
const checkOutput = (meta: ModelMeta, name: string): void => {
  if (name in meta.ctor.prototype || meta.relations.has(name))
    throw new FieldError(
      `raw() of ${meta.name}: the output '${name}' has the name of a member of ${meta.name}. Give it another name with AS`,
    );
};

const others = (fields: readonly FieldMeta[], { names }: QueryResult): number[] => {
  if (names.includes("__proto__")) throw new FieldError('raw(): an output cannot be called "__proto__". Give it another name with AS');
  const columns = new Set(fields.map((field) => field.column));
  return names.flatMap((name, at) => (columns.has(name) ? [] : [at]));
};

/** The columns in the model's order, followed by the other outputs. */
const reordered = (fields: readonly FieldMeta[], result: QueryResult): unknown[][] => {
  const places = [...fields.map((field) => result.names.indexOf(field.column)), ...others(fields, result)];
  return result.rows.map((row) => places.map((at) => row[at]));
};

const planOf = (meta: ModelMeta, fields: readonly FieldMeta[], result: QueryResult): SelectPlan => {
  const plan = planSelect(stateWhere(meta, []));
  const annotations = others(fields, result).map((at, index) => ({
    name: result.names[at] as string,
    type: result.types?.[at] ?? { kind: "unknown" as const },
    offset: fields.length + index,
  }));
  return {
    ...plan,
    shape: {
      kind: "instances",
      entity: { meta, offset: 0, fields: fields.length === meta.fields.length ? meta.fields : fields, joined: [] },
      annotations,
    },
  };
};

/** The database's query plan for a statement, as text. */
export const explainPlan = async (core: Core, plan: SelectPlan, analyze: boolean): Promise<string> => {
  assertOpen(core);
  const query = bind(core, plan);
  const { rows } = await run(core, { ...query, text: core.dialect.explain(query.text, analyze), outputs: null }, "read");
  return rows.map((row) => String(row.at(-1))).join("\n");
};
