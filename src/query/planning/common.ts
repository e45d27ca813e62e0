/** Common table expressions: rows gathered first, recursively if asked, in the columns of their model. */

import { common, compound } from "../../sql/factories/index.js";
import type { CommonTable, Compound, Select } from "../../sql/nodes.js";
import type { ColumnType } from "../../sql/types.js";
import { FieldError } from "../../errors.js";
import type { PlanContext } from "../resolve/context.js";
import type { Scope } from "../resolve/scope.js";
import type { CommonTableState, QueryState } from "../state.js";
import type { Part } from "./combined.js";

export interface PlannedTable {
  readonly table: CommonTable;
  readonly columns: ReadonlyMap<string, ColumnType>;
}
type PlanPart = (context: PlanContext, state: QueryState, outer: Scope | null) => Part;

/** Names that the columns of the rows have inside the table: columns by their own, annotations by theirs. */
const columnNames = (part: Part, name: string): readonly string[] => {
  const { shape } = part;
  if (shape.kind !== "instances" || shape.entity.joined.length > 0) throw new FieldError(`with("${name}", …) takes querysets of instances, without values() and selectRelated()`);
  return [...shape.entity.fields.map((field) => field.column), ...shape.annotations.map((one) => one.name)];
};

export const plannedTable = (context: PlanContext, state: CommonTableState, outer: Scope | null, planPart: PlanPart): PlannedTable => {
  const base = planPart(context, { ...state.base, order: state.base.limit === null ? [] : state.base.order }, outer);
  const columns = columnNames(base, state.name);
  const known = new Map<string, ColumnType>();
  if (base.shape.kind === "instances") for (const { name, type } of base.shape.annotations) known.set(name, type);
  const again = state.recursive === null ? null : planPart(context, { ...state.recursive, order: [] }, outer);
  if (again !== null && again.outputs.length !== base.outputs.length) {
    throw new FieldError(`the recursive part of with("${state.name}", …) must have the columns of the first one: annotate the same names`);
  }
  const query: Select | Compound = again === null || again.empty ? base.query : compound({ operator: state.all ? "union all" : "union", queries: [base.query, again.query] });
  return { table: common(state.name, query, { columns, recursive: again !== null }), columns: known };
};

