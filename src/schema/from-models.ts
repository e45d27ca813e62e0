/** The picture of the schema that models ask for. */

import { ConfigurationError } from "../errors.js";
import { and, column, isNull } from "../sql/factories/index.js";
import type { Expr, TableName } from "../sql/nodes.js";
import type { FieldMeta, IndexMeta, ModelMeta, OnDelete, ToOneMeta } from "../metadata/model-meta.js";
import { foreignKeyName, indexName, uniqueName } from "../metadata/names.js";
import { automaticLinks } from "../metadata/registry.js";
import { topological } from "../support/topological.js";
import {
  type CheckPicture,
  type ColumnPicture,
  type ForeignKeyAction,
  type ForeignKeyPicture,
  type IndexPicture,
  sameTable,
  type SchemaPicture,
  type TablePicture,
  type UniquePicture,
} from "./picture.js";

/** How expressions of the query language become SQL, which is the query room's to know. */
export interface ExpressionResolver {
  /** A filter such as `{ title__ne: "" }` over the model's own columns. */
  readonly where: (meta: ModelMeta, condition: object) => Expr;
  /** An expression with `F("views")` and the like still in it. */
  readonly expression: (meta: ModelMeta, expression: Expr) => Expr;
}

/** Tables of the models and of the links made for them; subtypes share their base's table. */
export const pictureOf = (metas: readonly ModelMeta[], resolver: ExpressionResolver): SchemaPicture => {
  const families = new Map<ModelMeta, ModelMeta[]>();
  for (const meta of metas) addFamily(families, meta);
  const links = new Set([...families.values()].flat().flatMap(automaticLinks));
  const tables = [
    ...[...families].map(([base, members]) => tableOf(base, members, resolver, false)),
    ...[...links].map((link) => tableOf(link, [link], resolver, true)),
  ];
  const seen = new Map<string, TablePicture>();
  for (const table of tables) {
    const key = JSON.stringify([table.name.schema, table.name.name]);
    if (seen.has(key)) throw new ConfigurationError(`two models have the table "${table.name.name}"; give one of them another`);
    seen.set(key, table);
  }
  return { tables: inOrder(tables) };
};

/** A model with every other of its table: a table has the columns of all subtypes, whichever of them was asked for. */
const addFamily = (families: Map<ModelMeta, ModelMeta[]>, meta: ModelMeta): void => {
  const base = meta.subtypes?.base ?? meta;
  if (families.has(base)) return;
  families.set(base, [base, ...[...(base.subtypes?.byName.values() ?? [])].filter((member) => member !== base)]);
};

const tableOf = (base: ModelMeta, members: readonly ModelMeta[], resolver: ExpressionResolver, link: boolean): TablePicture => {
  const owned = ownFields(members);
  const live = base.softDeleteField === null ? null : isNull(bare(base.softDeleteField));
  const primaryKey = base.primaryKey.map((field) => field.column);
  const uniques = members.flatMap((member) => [
    ...fieldUniques(
      base,
      owned.filter(([, owner]) => owner === member).map(([field]) => field),
      live,
    ),
    ...declaredUniques(member, live),
  ]);
  const declared = members.flatMap((member) => member.indexes.map((index) => indexOf(member, index, resolver)));
  return {
    name: nameOf(base),
    columns: owned.map(([field, owner]) => columnOf(field, owner, owner !== base, resolver)),
    primaryKey,
    uniques,
    checks: members.flatMap((member) => checksOf(member, resolver)),
    indexes: [
      ...declared,
      ...fieldIndexes(
        base,
        owned.map(([field]) => field),
        { primaryKey, uniques, declared },
      ),
    ],
    foreignKeys: members.flatMap((member) => foreignKeysOf(member)),
    link,
  };
};

const nameOf = (meta: ModelMeta): TableName => ({ schema: meta.schema, name: meta.table });
const bare = (field: FieldMeta): Expr => column(null, field.column, field.type);

/** Each column with the model that adds it. */
const ownFields = (members: readonly ModelMeta[]): readonly (readonly [FieldMeta, ModelMeta])[] => {
  const seen = new Map<string, readonly [FieldMeta, ModelMeta]>();
  for (const member of members) {
    for (const field of member.fields) {
      const taken = seen.get(field.column);
      if (taken === undefined) seen.set(field.column, [field, member]);
      else if (taken[1] !== member && taken[0].name !== field.name)
        throw new ConfigurationError(
          `${member.name}.${field.name} and ${taken[1].name}.${taken[0].name} share the column "${field.column}"; name one with .column()`,
        );
    }
  }
  return [...seen.values()];
};

const columnOf = (field: FieldMeta, owner: ModelMeta, ofSubtype: boolean, resolver: ExpressionResolver): ColumnPicture => ({
  name: field.column,
  type: field.type,
  // Rows of the base and of other subtypes have no value here.
  nullable: field.nullable || ofSubtype,
  identity: field.identity,
  default: field.dbDefault === null ? null : resolver.expression(owner, field.dbDefault),
  generated: field.generated === null ? null : resolver.expression(owner, field.generated),
  collate: field.collate,
});

const fieldUniques = (base: ModelMeta, fields: readonly FieldMeta[], live: Expr | null): readonly UniquePicture[] =>
  fields
    .filter((field) => field.unique && !(field.primaryKey && base.primaryKey.length === 1))
    .map((field) => ({ name: uniqueName(base.table, [field.column]), columns: [field.column], where: live }));

const declaredUniques = (meta: ModelMeta, live: Expr | null): readonly UniquePicture[] =>
  meta.constraints.flatMap((constraint) =>
    constraint.kind === "unique" ? [{ name: constraint.name, columns: constraint.fields.map((field) => field.column), where: live }] : [],
  );

const checksOf = (meta: ModelMeta, resolver: ExpressionResolver): readonly CheckPicture[] =>
  meta.constraints.flatMap((constraint) =>
    constraint.kind === "check" ? [{ name: constraint.name, condition: resolver.where(meta, constraint.condition) }] : [],
  );

const indexOf = (meta: ModelMeta, index: IndexMeta, resolver: ExpressionResolver): IndexPicture => {
  const where = index.where === null ? null : resolver.expression(meta, index.where);
  const live = index.unique && meta.softDeleteField !== null ? isNull(bare(meta.softDeleteField)) : null;
  return {
    name: index.name,
    columns: index.fields.map(({ field, descending }) => ({ name: field.column, descending })),
    unique: index.unique,
    where: where !== null && live !== null ? and(where, live) : (where ?? live),
  };
};

/** Indexes of single fields, where nothing else begins with the column already. */
const fieldIndexes = (
  base: ModelMeta,
  fields: readonly FieldMeta[],
  has: Pick<TablePicture, "primaryKey" | "uniques"> & { readonly declared: readonly IndexPicture[] },
): readonly IndexPicture[] => {
  const led = new Set([
    has.primaryKey[0],
    ...has.uniques.filter((unique) => unique.where === null).map((unique) => unique.columns[0]),
    ...has.declared.filter((index) => index.where === null).map((index) => index.columns[0]?.name),
  ]);
  return fields
    .filter((field) => field.index && !led.has(field.column))
    .map((field) => ({
      name: indexName(base.table, [field.column]),
      columns: [{ name: field.column, descending: false }],
      unique: false,
      where: null,
    }));
};

const foreignKeysOf = (meta: ModelMeta): readonly ForeignKeyPicture[] =>
  [...meta.relations.values()]
    .filter((relation): relation is ToOneMeta => relation.kind === "toOne" && relation.owner === meta)
    .map((relation) => ({
      name: foreignKeyName(meta.table, relation.field.column),
      column: relation.field.column,
      references: nameOf(relation.target.subtypes?.base ?? relation.target),
      referencedColumn: relation.targetField.column,
      onDelete: relation.onDeleteBy === "database" ? actions[relation.onDelete] : "nothing",
      onUpdate: relation.onUpdate ?? "nothing",
    }));

/**
 * NO ACTION, not RESTRICT, where the row is kept: checked when the statement ends, so that a whole tree can go in one statement
 * and a cascade may take the dependants first.
 */
const actions: { readonly [K in OnDelete]: ForeignKeyAction } = {
  cascade: "cascade",
  setNull: "setNull",
  setDefault: "setDefault",
  protect: "nothing",
  restrict: "nothing",
  nothing: "nothing",
};

const inOrder = (tables: readonly TablePicture[]): readonly TablePicture[] =>
  topological(tables, (table) =>
    tables.filter((other) => other !== table && table.foreignKeys.some((key) => sameTable(key.references, other.name))),
  ).order;
