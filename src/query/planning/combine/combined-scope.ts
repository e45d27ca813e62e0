/** A union as a source of rows: its columns are known by the names they have outside. */

import type { ModelMeta } from "../../../metadata/model-meta.js";
import { column, fromQuery } from "../../../sql/factories/index.js";
import type { Source } from "../../../sql/nodes.js";
import { Scope, type PlanContext } from "../../resolve/scope/scope.js";
import type { Part } from "./combined.js";
import { asTable } from "./combined.js";

export const combinedScope = (context: PlanContext, meta: ModelMeta, part: Part): { readonly scope: Scope; readonly from: Source } => {
  const table = asTable(context, part.query, part.outputs, "part");
  const scope = new Scope(context, meta, null, {
    from: (alias) => fromQuery({ ...table, outputs: table.outputs.map((one, index) => ({ ...one, name: `c${index + 1}` })) }, alias),
  });
  const { shape } = part;
  const names =
    shape.kind === "values"
      ? shape.outputs
      : [
          ...shape.entity.fields.map(({ name, type }, index) => ({ name, type, offset: shape.entity.offset + index })),
          ...shape.annotations,
        ];
  for (const { name, type, offset } of names)
    scope.annotations.set(name, { expr: column(scope.alias, `c${offset + 1}`, type), nullable: true, hidden: false });
  return { scope, from: scope.source };
};
