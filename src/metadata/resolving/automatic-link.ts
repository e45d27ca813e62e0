/** Generates the link model of a many-to-many relation without `through`: two references, which form its primary key. */

import { camelCase, singular, snakeCase } from "../../support/naming.js";
import { checkDatabaseName } from "../definition-checks.js";
import type { FieldMeta, ModelClass, ModelMeta, RelationMeta, ToOneMeta } from "../model-meta.js";
import { keyName } from "../names.js";
import { type MutableMeta, nameOf } from "../registrations.js";
import { type Context, metaIn, type Mutable, refuse } from "./context.js";
import { plainField } from "./columns.js";
import { keyTypeOf } from "./key-types.js";
import type { LinkEnds, LinkSide } from "./link-side.js";

interface LinkTable {
  readonly table: string;
  readonly near: string;
  readonly far: string;
}

/** The link's ends as seen from `side`; `other` is the same relation declared on the target. */
export const automaticLink = (context: Context, side: LinkSide, other: LinkSide | null): LinkEnds => {
  const names = linkTable(side, other);
  checkDatabaseName(`${nameOf(side.registration)}.${side.name}`, names.table, "table");
  const [near, far] = [
    { column: names.near, model: side.registration },
    { column: names.far, model: side.target },
  ];
  if (near.column.toLowerCase() === far.column.toLowerCase())
    refuse(
      side.registration,
      side.name,
      `both columns of "${names.table}" would be called "${near.column}"; give their names as \`columns\``,
    );
  const leading = leads(side, other) ? [near, far] : [far, near];

  const fields = leading.map(({ column, model }, position): FieldMeta => {
    checkDatabaseName(`${nameOf(side.registration)}.${side.name}`, column, "column");
    const relation = relationName(column);
    return Object.freeze({
      ...plainField,
      name: keyName(relation),
      column,
      type: keyTypeOf(model, side.registration, side.name),
      primaryKey: true,
      index: position > 0,
      relation,
      position,
    });
  });
  const relations = new Map<string, RelationMeta>();
  const meta = linkMeta(context, side, names.table, fields, relations);
  const toOnes = leading.map(({ model }, at): ToOneMeta => {
    const target = metaIn(context, model);
    const field = fields[at];
    const targetField = target.primaryKey[0];
    if (typeof field?.relation !== "string" || targetField === undefined)
      return refuse(side.registration, side.name, `${target.name} has no key to link by`);
    const relation: Mutable<ToOneMeta> = {
      kind: "toOne",
      name: field.relation,
      owner: meta,
      target,
      inverse: null,
      field,
      targetField,
      nullable: false,
      unique: false,
      onDelete: "cascade",
      onDeleteBy: "database",
      onUpdate: null,
      deferrable: null,
    };
    relations.set(relation.name, Object.freeze(relation));
    return relation;
  });
  const [first, second] = toOnes;
  if (first === undefined || second === undefined) return refuse(side.registration, side.name, "needs two ends");
  const [nearEnd, farEnd] = leading[0] === near ? [first, second] : [second, first];
  return { through: meta, near: nearEnd, far: farEnd, automatic: true };
};

/** The user's names from either side, with defaults from the two tables' names. */
const linkTable = (side: LinkSide, other: LinkSide | null): LinkTable => {
  const theirs = other?.definition.columns ?? null;
  const columns =
    agreed(side, "columns", side.definition.columns, theirs === null ? null : ([theirs[1], theirs[0]] as const)) ??
    usualColumns(side, other);
  const table = agreed(side, "table", side.definition.table, other?.definition.table ?? null) ?? usualTable(side, other);
  return { table, near: columns[0], far: columns[1] };
};

const agreed = <T>(side: LinkSide, option: "table" | "columns", mine: T | null, theirs: T | null): T | null => {
  if (mine !== null && theirs !== null && String(mine) !== String(theirs))
    refuse(
      side.registration,
      side.name,
      `the two sides of this relation give different \`${option}\`: ${String(mine)} here, ${String(theirs)} there`,
    );
  return mine ?? theirs;
};

/** Whether this is the side whose name sorts first. */
const leads = (side: LinkSide, other: LinkSide | null): boolean => {
  const [here, there] = [side.registration.table, side.target.table];
  return here === there ? other === null || side.name <= other.name : here < there;
};

const usualTable = (side: LinkSide, other: LinkSide | null): string => {
  const [here, there] = [side.registration.table, side.target.table];
  // A model may be linked with itself in several ways, so the relation's name is included.
  if (here === there) return `${here}_${snakeCase(leads(side, other) || other === null ? side.name : other.name)}`;
  return [here, there].sort().join("_");
};

const usualColumns = (side: LinkSide, other: LinkSide | null): readonly [near: string, far: string] => {
  const [here, there] = [side.registration.table, side.target.table].map((table) => snakeCase(singular(table)));
  if (here !== there) return [`${here}_id`, `${there}_id`];
  return leads(side, other) ? [`from_${here}_id`, `to_${here}_id`] : [`to_${here}_id`, `from_${here}_id`];
};

/** `post_id` → `post`; a name without that suffix gets another key name. */
const relationName = (column: string): string => camelCase(column.replace(/_id$/i, ""));

/** Link rows have no instances; the class only identifies their model. */
const namedClass = (name: string): ModelClass => Object.defineProperty(function () {}, "name", { value: name }) as unknown as ModelClass;

const linkMeta = (
  context: Context,
  side: LinkSide,
  table: string,
  fields: readonly FieldMeta[],
  relations: ReadonlyMap<string, RelationMeta>,
): ModelMeta => {
  const owner = metaIn(context, side.registration);
  const name = `${nameOf(side.registration)}_${side.name}`;
  const byName = new Map(fields.map((field) => [field.name, field]));
  const meta: MutableMeta = {
    name,
    table,
    schema: owner.schema,
    ctor: namedClass(name),
    fields: Object.freeze(fields),
    fieldsByName: byName,
    relations,
    primaryKey: fields,
    ordering: [],
    indexes: [],
    constraints: [],
    versionField: null,
    softDeleteField: null,
    renamedFrom: null,
    comment: null,
    subtypes: null,
    // Nothing refers to link rows, because their model is not accessible.
    dependants: () => [],
    anyOfDependants: () => [],
  };
  return Object.freeze(meta);
};
