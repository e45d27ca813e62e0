/** A model's ordering, indexes and constraints: every name must be one of its fields or relations. */

import type { ConstraintMeta, FieldMeta, IndexMeta, ModelMeta } from "../model-meta.js";
import { checkDatabaseName } from "../definition-checks.js";
import { indexName, uniqueName } from "../names.js";
import { nameOf, type Registration } from "../registrations.js";
import type { Draft } from "./context.js";
import { ConfigurationError } from "../../errors.js";
import { didYouMean } from "../../support/did-you-mean.js";

export const resolveOptions = ({ registration, meta }: Draft): void => {
  const { options } = registration;
  meta.ordering = Object.freeze([...(options.ordering ?? registration.parent?.options.ordering ?? [])]);
  for (const given of meta.ordering) checkOrdering(registration, meta, given);
  meta.indexes = Object.freeze([...relationIndexes(meta), ...declaredIndexes(registration, meta)]);
  meta.constraints = Object.freeze(declaredConstraints(registration, meta));
  checkNamesOnce(registration, meta);
};

const refuse = (registration: Registration, place: string, message: string): never => {
  throw new ConfigurationError(`${nameOf(registration)}, ${place}: ${message}`);
};

/** Checks the first part of an ordering path; further parts are checked when a query is planned. */
const checkOrdering = (registration: Registration, meta: ModelMeta, given: unknown): void => {
  if (typeof given !== "string") return refuse(registration, "ordering", `expected names such as "name" and "-createdAt"`);
  const name = given.replace(/^-/, "").split("__")[0] ?? "";
  if (given !== "?" && name !== "pk") known(registration, "ordering", meta, name);
};

const known = (registration: Registration, place: string, meta: ModelMeta, name: string): void => {
  if (meta.fieldsByName.has(name) || meta.relations.has(name)) return;
  refuse(
    registration,
    place,
    `no field or relation '${name}'.${didYouMean(name, [...meta.fieldsByName.keys(), ...meta.relations.keys()])}`,
  );
};

/** The column of a field, or the key of a to-one relation. */
const columnOf = (registration: Registration, place: string, meta: ModelMeta, name: string): FieldMeta => {
  known(registration, place, meta, name);
  const relation = meta.relations.get(name);
  const field = meta.fieldsByName.get(name) ?? (relation?.kind === "toOne" ? relation.field : undefined);
  return field ?? refuse(registration, place, `'${name}' has no column of its own`);
};

const declaredIndexes = (registration: Registration, meta: ModelMeta): readonly IndexMeta[] =>
  (registration.options.indexes ?? []).map((given) => {
    if (given?.kind !== "index") return refuse(registration, "indexes", 'expected index("field", …)');
    const fields = given.names.map((name) => ({
      field: columnOf(registration, "index()", meta, name.replace(/^-/, "")),
      descending: name.startsWith("-"),
    }));
    const columns = fields.map(({ field }) => field.column);
    return Object.freeze({
      name: given.name ?? indexName(meta.table, columns),
      fields: Object.freeze(fields),
      unique: given.unique,
      where: given.where,
      method: given.method,
    });
  });

/** The two columns of an `anyOf` are looked up together, so they share an index. */
const relationIndexes = (meta: ModelMeta): readonly IndexMeta[] =>
  [...meta.relations.values()]
    .filter((relation) => relation.kind === "anyOf" && relation.owner === meta)
    .map((relation) => {
      const fields = relation.kind === "anyOf" ? [relation.typeField, relation.keyField] : [];
      return Object.freeze({
        name: indexName(
          meta.table,
          fields.map((field) => field.column),
        ),
        fields: Object.freeze(fields.map((field) => ({ field, descending: false }))),
        unique: false,
        where: null,
        method: "btree",
      });
    });

const declaredConstraints = (registration: Registration, meta: ModelMeta): ConstraintMeta[] =>
  (registration.options.constraints ?? []).map((given) => {
    if (given?.kind === "check") {
      checkDatabaseName(nameOf(registration), given.name, "constraint");
      return Object.freeze({ kind: "check", name: given.name, condition: given.condition });
    }
    if (given?.kind !== "unique") return refuse(registration, "constraints", 'expected unique("field", …) or check("name", { … })');
    const fields = given.names.map((name) => columnOf(registration, "unique()", meta, name));
    return Object.freeze({
      kind: "unique",
      name:
        given.name ??
        uniqueName(
          meta.table,
          fields.map((field) => field.column),
        ),
      fields: Object.freeze(fields),
      deferrable: given.deferrable,
    });
  });

const checkNamesOnce = (registration: Registration, meta: ModelMeta): void => {
  const names = new Set<string>();
  for (const { name } of [...meta.indexes, ...meta.constraints]) {
    checkDatabaseName(nameOf(registration), name, "index or constraint");
    if (names.has(name))
      refuse(registration, "options", `two indexes or constraints are called "${name}"; give one of them a name of its own`);
    names.add(name);
  }
};
