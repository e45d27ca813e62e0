/** A union as a source of rows: it has the model's columns that all parts select. */

import type { ModelMeta } from "../../../metadata/model-meta.js";
import { column, fromQuery } from "../../../sql/factories/index.js";
import type { Source } from "../../../sql/nodes.js";
import { Scope, type PlanContext } from "../../resolve/scope/scope.js";
import type { Part } from "./combined.js";
import { asTable } from "./combined.js";

export const combinedScope = (context: PlanContext, meta: ModelMeta, part: Part): { readonly scope: Scope; readonly from: Source } => {
  const { shape } = part;
  const names = part.outputs.map((_, index) => `c${index + 1}`);
  const columns = new Set<string>();
  const computed: { readonly name: string; readonly offset: number }[] = [];
  const place = (name: string, offset: number): void => {
    const field = meta.fieldsByName.get(name);
    if (field === undefined) return void computed.push({ name, offset });
    names[offset] = field.column;
    columns.add(field.column);
  };
  if (shape.kind === "values") for (const { name, offset } of shape.outputs) place(name, offset);
  else {
    shape.entity.fields.forEach(({ name }, index) => place(name, shape.entity.offset + index));
    for (const { name, offset } of shape.annotations) place(name, offset);
  }
  const table = asTable(context, part.query, part.outputs, "part");
  const scope = new Scope(context, meta, null, {
    columns,
    from: (alias) => fromQuery({ ...table, outputs: table.outputs.map((one, index) => ({ ...one, name: names[index] ?? null })) }, alias),
  });
  for (const { name, offset } of computed) {
    const type = part.outputs[offset]?.expr.type;
    if (type !== undefined)
      scope.annotations.set(name, { expr: column(scope.alias, `c${offset + 1}`, type), nullable: true, hidden: false });
  }
  return { scope, from: scope.source };
};
