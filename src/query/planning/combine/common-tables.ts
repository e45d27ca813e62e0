/** Common table expressions, recursive or not, with the columns of their model. */

import { FieldError } from "../../../errors.js";
import { common, compound } from "../../../sql/factories/index.js";
import type { CommonTable } from "../../../sql/nodes.js";
import type { ColumnType } from "../../../sql/types.js";
import type { CommonColumns } from "../../resolve/scope/scope.js";
import type { CommonTableState, QueryState } from "../../state.js";
import type { Part } from "./combined.js";

export interface PlannedTable {
  readonly table: CommonTable;
  /** Annotations of its rows. */
  readonly columns: ReadonlyMap<string, ColumnType>;
}
type PlanPart = (state: QueryState, recursiveSource: Pick<CommonColumns, "name" | "columns"> | null) => Part;

/** Maps the names that users write to column names in the table. */
const columnsOf = (part: Part, name: string): CommonColumns["columns"] => {
  const { shape } = part;
  if (shape.kind !== "instances" || shape.entity.joined.length > 0)
    throw new FieldError(`with("${name}", …) takes QuerySets of instances, without values() and selectRelated()`);
  return new Map([
    ...shape.entity.fields.map((field) => [field.name, { name: field.column, type: field.type }] as const),
    ...shape.annotations.map((one) => [one.name, { name: one.name, type: one.type }] as const),
  ]);
};

export const plannedTable = ({ name, base, recursive, all }: CommonTableState, planPart: PlanPart): PlannedTable => {
  const first = planPart(unordered(base), null);
  const columns = columnsOf(first, name);
  const annotations = new Map(first.shape.kind === "instances" ? first.shape.annotations.map((one) => [one.name, one.type] as const) : []);
  const again = recursive === null ? null : planPart(unordered(recursive), { name, columns });
  if (again !== null && again.outputs.length !== first.outputs.length)
    throw new FieldError(`the recursive part of with("${name}", …) must have the columns of the first one: annotate the same names`);
  const query =
    again === null || again.empty ? first.query : compound({ operator: all ? "union all" : "union", queries: [first.query, again.query] });
  return {
    table: common(name, query, { columns: [...columns.values()].map((one) => one.name), recursive: again !== null }),
    columns: annotations,
  };
};
const unordered = (state: QueryState): QueryState =>
  state.limit === null && state.offset === 0 ? { ...state, order: [], reversed: false } : state;
