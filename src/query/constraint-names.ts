/** Maps the names in a database's constraint error to the model: its class and fields. */

import type { IntegrityFacts, NamedConstraint } from "../errors.js";
import type { FieldMeta, ModelMeta } from "../metadata/model-meta.js";
import { resolvedModels } from "../metadata/registry.js";
import { conditionNode } from "./expressions/expression.js";
import { namesIn } from "./tree.js";

/** Returns null if no model has the table. */
export const namesOfConstraint = ({ table, columns = [], constraint }: IntegrityFacts): NamedConstraint | null => {
  if (table === undefined) return null;
  const models = resolvedModels().filter((meta) => meta.table === table);
  const declared = constraint === undefined ? null : fieldsOfDeclared(models, constraint);
  if (declared !== null) return named(declared.meta, declared.fields);
  for (const meta of models) {
    const fields = columns.map((column) => meta.fields.find((field) => field.column === column));
    if (fields.every((field) => field !== undefined)) return named(meta, fields);
  }
  return null;
};

const named = (meta: ModelMeta, fields: readonly FieldMeta[]): NamedConstraint => ({
  model: meta.name,
  fields: fields.map((field) => field.name),
  columns: fields.map((field) => field.column),
});

const fieldsOfDeclared = (
  models: readonly ModelMeta[],
  name: string,
): { readonly meta: ModelMeta; readonly fields: readonly FieldMeta[] } | null => {
  for (const meta of models) {
    const found = meta.constraints.find((one) => one.name === name);
    if (found === undefined) continue;
    if (found.kind === "unique") return { meta, fields: found.fields };
    const names = namesIn(conditionNode(found.condition, `a check of ${meta.name}`));
    return { meta, fields: meta.fields.filter((field) => names.has(field.name) || (field.relation !== null && names.has(field.relation))) };
  }
  return null;
};
