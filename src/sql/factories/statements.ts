/** Factories of statements; omitted parts default to absent. */

import type {
  CommonTable,
  Compound,
  Delete,
  Expr,
  Insert,
  Join,
  Lock,
  Output,
  RawStatement,
  Select,
  Source,
  TableName,
  Update,
  UpdateRows,
} from "../nodes.js";

type Given<S, Needed extends keyof S = never> = Partial<Omit<S, "kind" | Needed>> & Pick<S, Needed>;

const NONE: readonly never[] = Object.freeze([]);

export function select(given: Given<Select, "outputs">): Select {
  return Object.freeze({
    kind: "select",
    with: NONE,
    distinct: false,
    from: null,
    joins: NONE,
    where: null,
    groupBy: NONE,
    having: null,
    orderBy: NONE,
    limit: null,
    offset: null,
    lock: null,
    ...given,
  });
}
export function compound(given: Given<Compound, "operator" | "queries">): Compound {
  return Object.freeze({ kind: "compound", with: NONE, orderBy: NONE, limit: null, offset: null, ...given });
}
export function insert(given: Given<Insert, "into" | "columns" | "rows">): Insert {
  return Object.freeze({ kind: "insert", expressions: false, onConflict: null, returning: NONE, counted: false, ...given });
}
/** `alias` defaults to the table's name, also in the other factories. */
export function update(given: Given<Update, "table" | "set">): Update {
  return Object.freeze({ kind: "update", alias: given.table.name, where: null, returning: NONE, ...given });
}
export function updateRows(given: Given<UpdateRows, "table" | "keys" | "set" | "rows">): UpdateRows {
  return Object.freeze({ kind: "updateRows", alias: given.table.name, also: NONE, returning: NONE, ...given });
}
export function remove(given: Given<Delete, "from">): Delete {
  return Object.freeze({ kind: "delete", alias: given.from.name, where: null, returning: NONE, ...given });
}
export function raw(fragment: Expr, writes = true): RawStatement {
  return Object.freeze({ kind: "raw", fragment, writes });
}

export function table(name: string, schema: string | null = null): TableName {
  return Object.freeze({ schema, name });
}
export function fromTable(name: TableName, alias: string = name.name): Source {
  return Object.freeze({ kind: "table", table: name, alias });
}
export function fromQuery(query: Select | Compound, alias: string): Source {
  return Object.freeze({ kind: "query", query, alias });
}
export function fromCommon(name: string, alias: string = name): Source {
  return Object.freeze({ kind: "cte", name, alias });
}
export function fromFragment(fragment: Expr, alias: string): Source {
  return Object.freeze({ kind: "fragment", fragment, alias });
}
export function join(kind: Join["kind"], source: Source, on: Expr): Join {
  return Object.freeze({ kind, source, on });
}
export function output(expr: Expr, name: string | null = null): Output {
  return Object.freeze({ expr, name });
}
export function common(
  name: string,
  query: Select | Compound,
  { columns = NONE, recursive = false }: { readonly columns?: readonly string[]; readonly recursive?: boolean } = {},
): CommonTable {
  return Object.freeze({ name, columns, query, recursive });
}
export function lock(
  strength: Lock["strength"] = "update",
  { skipLocked = false, noWait = false, of = NONE }: Partial<Omit<Lock, "strength">> = {},
): Lock {
  return Object.freeze({ strength, skipLocked, noWait, of });
}
