/** A resolver for filters of the form `{ name__lookup: value }`, so that these specs need no query language. */

import type { ModelMeta } from "../../src/metadata/model-meta.js";
import type { ExpressionResolver } from "../../src/schema/index.js";
import { and, column, compare, inArray, match, param } from "../../src/sql/factories/index.js";
import type { Expr } from "../../src/sql/nodes.js";
import { types } from "../../src/sql/types.js";

const comparison = (meta: ModelMeta, key: string, value: unknown): Expr => {
  const [name = "", lookup] = key.split("__");
  const field = meta.fieldsByName.get(name);
  if (field === undefined) throw new Error(`no field ${name}`);
  const operand = column(meta.table, field.column, field.type);
  if (lookup === "in") return inArray(operand, param(value, types.array(field.type)));
  if (lookup === "startswith") return match("startswith", operand, param(value, types.text));
  return compare(operand, lookup === "ne" ? "<>" : ">", param(value, field.type));
};

export const resolver: ExpressionResolver = {
  where: (meta, condition) => and(...Object.entries(condition).map(([key, value]) => comparison(meta, key, value))),
  expression: (_, expression) => expression,
};
