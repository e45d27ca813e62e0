/** Builds the picture of the schema that models define. */

import type { Dialect } from "../database/contracts.js";
import { ConfigurationError } from "../errors.js";
import { and, column, isNull } from "../sql/factories/index.js";
import type { Expr, TableName } from "../sql/nodes.js";
import type { FieldMeta, IndexMeta, ModelMeta, OnDelete, ToOneMeta } from "../metadata/model-meta.js";
import { foreignKeyName, indexName, uniqueName } from "../metadata/names.js";
import { declaring, isSharedBySiblings, uniqueAmong } from "../metadata/uniqueness.js";
import { automaticLinks } from "../metadata/registry.js";
import { type ColumnType, types } from "../sql/types.js";
import { deepEqual } from "../support/plain-data.js";
import { topological } from "../support/topological.js";
import { columnPicture, dataType, textsOf, typeChecks } from "./column-picture.js";
import {
  type CheckPicture,
  type ForeignKeyAction,
  type ForeignKeyPicture,
  type IndexPart,
  type IndexPicture,
  sameTable,
  type SchemaPicture,
  type TablePicture,
  type UniquePicture,
} from "./picture.js";

/** Resolves expressions of the query language to SQL; implemented by the query layer. */
export interface ExpressionResolver {
  /** A filter such as `{ title__ne: "" }` over the model's own columns. */
  readonly where: (meta: ModelMeta, condition: object) => Expr;
  /** An expression that may contain `F("views")` and the like. */
  readonly expression: (meta: ModelMeta, expression: Expr) => Expr;
}

/** How expressions become SQL: the resolver, and the target dialects. */
interface Words {
  readonly resolver: ExpressionResolver;
  readonly dialects: readonly Dialect[];
}

/** The tables of models and of their implicit many-to-many links; subtypes share their base's table. SQL is written for each dialect. */
export const pictureOf = (metas: readonly ModelMeta[], resolver: ExpressionResolver, dialects: readonly Dialect[]): SchemaPicture => {
  const words = { resolver, dialects };
  const families = new Map<ModelMeta, ModelMeta[]>();
  for (const meta of metas) addFamily(families, meta);
  const tables = [
    ...[...families].map(([base, members]) => tableOf(base, members, words)),
    ...linksOf(families).map((link) => tableOf(link, [link], words)),
  ];
  const seen = new Map<string, TablePicture>();
  const schemas = dialects.every((dialect) => dialect.features.schemas);
  for (const table of tables) {
    const { schema, name } = table.name;
    const key = JSON.stringify([schemas ? schema : null, name]);
    const other = seen.get(key);
    if (other !== undefined)
      throw new ConfigurationError(
        other.name.schema === schema
          ? `two models have the table "${name}"; give one of them another`
          : `two models have the table "${name}", in different schemas, which this database does not have; give one of them another`,
      );
    seen.set(key, table);
  }
  return { tables: inOrder(tables), enums: [], sequences: [], unmanaged: [] };
};

/** Names of the implicit link tables of many-to-many relations, which are only needed if both linked tables exist. */
export const linkTables = (metas: readonly ModelMeta[]): readonly TableName[] => {
  const families = new Map<ModelMeta, ModelMeta[]>();
  for (const meta of metas) addFamily(families, meta);
  return linksOf(families).map(nameOf);
};

const linksOf = (families: ReadonlyMap<ModelMeta, readonly ModelMeta[]>): readonly ModelMeta[] => [
  ...new Set([...families.values()].flat().flatMap(automaticLinks)),
];

/** Adds all models of a model's table: the table has the columns of all subtypes, whichever was requested. */
const addFamily = (families: Map<ModelMeta, ModelMeta[]>, meta: ModelMeta): void => {
  const base = meta.subtypes?.base ?? meta;
  if (families.has(base)) return;
  families.set(base, [base, ...[...(base.subtypes?.byName.values() ?? [])].filter((member) => member !== base)]);
};

const tableOf = (base: ModelMeta, members: readonly ModelMeta[], words: Words): TablePicture => {
  const owned = ownFields(members);
  const primaryKey = base.primaryKey.map((field) => field.column);
  const unique = members.flatMap((member) => uniquesOf(base, member));
  const constraints = unique.filter(({ among }) => among === null).map(({ picture }) => picture);
  const declared = members.flatMap((member) => member.indexes.map((index) => indexOf(member, index, words)));
  return {
    name: nameOf(base),
    // Rows of the base and of other subtypes have no value in a subtype's columns.
    columns: owned.map(([field, owner]) =>
      columnPicture(base.table, { ...field, nullable: field.nullable || owner !== base }, words.dialects, (expression) =>
        words.resolver.expression(owner, expression),
      ),
    ),
    primaryKey: { name: null, columns: primaryKey },
    uniques: constraints,
    checks: [
      ...owned.flatMap(([field]) => typeChecks(base.table, field.column, field.type, words.dialects)),
      ...members.flatMap((member) => checksOf(member, words)),
    ],
    indexes: [
      // Only an index can be limited to some rows.
      ...unique.flatMap(({ picture, among }) => (among === null ? [] : [partialUnique(picture, among, words)])),
      ...declared,
      ...fieldIndexes(
        base,
        owned.map(([field]) => field),
        { primaryKey, uniques: constraints, declared },
      ),
    ],
    foreignKeys: foreignKeysOfAll(members),
    comment: base.comment,
    options: null,
  };
};

const nameOf = (meta: ModelMeta): TableName => ({ schema: meta.schema, name: meta.table });
const bare = (field: FieldMeta): Expr => column(null, field.column, field.type);

/** Each column with the model that adds it; sibling subtypes may share a column whose type fits both. */
const ownFields = (members: readonly ModelMeta[]): readonly (readonly [FieldMeta, ModelMeta])[] => {
  const seen = new Map<string, readonly [FieldMeta, ModelMeta]>();
  for (const member of members) {
    for (const field of member.fields) {
      const taken = seen.get(field.column);
      if (taken === undefined) {
        seen.set(field.column, [field, member]);
        continue;
      }
      const [first, owner] = taken;
      const places = `${member.name}.${field.name} and ${owner.name}.${first.name} share the column "${field.column}"`;
      if (owner !== member && first.name !== field.name) throw new ConfigurationError(`${places}; name one with .column()`);
      if (!isSharedBySiblings(member, field)) continue;
      const type = typeForBoth(first.type, field.type);
      if (type === null)
        throw new ConfigurationError(
          `${places}, and are ${field.type.kind} and ${first.type.kind}; name one with .column(), or give both one type`,
        );
      seen.set(field.column, [{ ...first, type, nullable: first.nullable || field.nullable }, owner]);
    }
  }
  return [...seen.values()];
};

/** A type that holds the values of both: the union of two enums, the longer varchar; null if there is none. */
const typeForBoth = (one: ColumnType, other: ColumnType): ColumnType | null => {
  if (one.kind === "enum" && other.kind === "enum") return types.enum([...new Set([...one.values, ...other.values])]);
  if (one.kind === "varchar" && other.kind === "varchar") return types.varchar(Math.max(one.length, other.length));
  return deepEqual(dataType(one), dataType(other)) ? one : null;
};

/** Sibling subtypes may share the foreign key of a column, which is one constraint. */
const foreignKeysOfAll = (members: readonly ModelMeta[]): readonly ForeignKeyPicture[] => {
  const byName = new Map<string, ForeignKeyPicture>();
  for (const member of members)
    for (const key of foreignKeysOf(member)) {
      const taken = byName.get(key.name);
      if (taken !== undefined && !deepEqual(taken, key))
        throw new ConfigurationError(
          `subtypes of ${members[0]?.name} share the foreign key ${key.columns.join(", ")}, but refer to different rows or say different things of their deletion; name one with .column(), or declare both alike`,
        );
      byName.set(key.name, key);
    }
  return [...byName.values()];
};

/** A unique constraint, and the rows it applies to. */
interface Unique {
  readonly picture: UniquePicture;
  readonly among: Expr | null;
}

/** The unique constraints that the member itself declares. */
const uniquesOf = (base: ModelMeta, member: ModelMeta): readonly Unique[] => {
  const fields = member.fields.filter(
    (field) => field.unique && !(field.primaryKey && base.primaryKey.length === 1) && declaring(member, field.column) === member,
  );
  return [
    ...fields.map((field): Unique => {
      const kind = isSharedBySiblings(member, field) ? [member.subtypes?.name ?? ""] : [];
      return { picture: uniqueOf(uniqueName(base.table, [field.column, ...kind]), [field.column]), among: uniqueAmong(member, [field]) };
    }),
    ...member.constraints.flatMap((constraint) =>
      constraint.kind === "unique"
        ? [
            {
              picture: uniqueOf(
                constraint.name,
                constraint.fields.map((field) => field.column),
                constraint.deferrable,
              ),
              among: uniqueAmong(member, constraint.fields),
            },
          ]
        : [],
    ),
  ];
};

const uniqueOf = (name: string, columns: readonly string[], deferrable: UniquePicture["deferrable"] = null): UniquePicture => ({
  name,
  columns,
  include: [],
  nullsNotDistinct: false,
  deferrable,
});

const checksOf = (meta: ModelMeta, { resolver, dialects }: Words): readonly CheckPicture[] =>
  meta.constraints.flatMap((constraint) => {
    if (constraint.kind !== "check") return [];
    const condition = resolver.where(meta, constraint.condition);
    const place = `check "${constraint.name}" of "${meta.table}"`;
    return [{ name: constraint.name, column: null, condition: textsOf(condition, dialects, place), valid: true }];
  });

const partOf = (name: string, descending = false): IndexPart => ({
  column: name,
  expression: null,
  descending,
  nulls: null,
  collation: null,
  operatorClass: null,
});

const plainIndex = (name: string, parts: readonly IndexPart[]): IndexPicture => ({
  name,
  method: "btree",
  parts,
  include: [],
  unique: false,
  nullsNotDistinct: false,
  where: null,
  valid: true,
});

const partialUnique = ({ name, columns }: UniquePicture, live: Expr, { dialects }: Words): IndexPicture => ({
  ...plainIndex(
    name,
    columns.map((one) => partOf(one)),
  ),
  unique: true,
  where: textsOf(live, dialects, `index "${name}"`),
});

const indexOf = (meta: ModelMeta, index: IndexMeta, { resolver, dialects }: Words): IndexPicture => {
  const where = index.where === null ? null : resolver.expression(meta, index.where);
  const live = index.unique && meta.softDeleteField !== null ? isNull(bare(meta.softDeleteField)) : null;
  const condition = where !== null && live !== null ? and(where, live) : (where ?? live);
  return {
    ...plainIndex(
      index.name,
      index.fields.map(({ field, descending }) => partOf(field.column, descending)),
    ),
    unique: index.unique,
    method: index.method,
    where: condition === null ? null : textsOf(condition, dialects, `index "${index.name}"`),
  };
};

/** Indexes of single fields, unless another index already begins with the column. */
const fieldIndexes = (
  base: ModelMeta,
  fields: readonly FieldMeta[],
  has: {
    readonly primaryKey: readonly string[];
    readonly uniques: readonly UniquePicture[];
    readonly declared: readonly IndexPicture[];
  },
): readonly IndexPicture[] => {
  const led = new Set<string | null | undefined>([
    has.primaryKey[0],
    ...has.uniques.map((unique) => unique.columns[0]),
    ...has.declared.filter((index) => index.where === null).map((index) => index.parts[0]?.column),
  ]);
  return fields
    .filter((field) => field.index && !led.has(field.column))
    .map((field) => plainIndex(indexName(base.table, [field.column]), [partOf(field.column)]));
};

const foreignKeysOf = (meta: ModelMeta): readonly ForeignKeyPicture[] =>
  [...meta.relations.values()]
    .filter((relation): relation is ToOneMeta => relation.kind === "toOne" && relation.owner === meta)
    .map((relation) => ({
      name: foreignKeyName(meta.table, relation.field.column),
      columns: [relation.field.column],
      references: nameOf(relation.target.subtypes?.base ?? relation.target),
      referencedColumns: [relation.targetField.column],
      onDelete: relation.onDeleteBy === "database" ? actions[relation.onDelete] : "nothing",
      onUpdate: relation.onUpdate ?? "nothing",
      deferrable: relation.deferrable,
      valid: true,
    }));

/**
 * Rows that must not be deleted use NO ACTION instead of RESTRICT: it is checked at the end of the statement, so that one statement can
 * delete a whole tree and a cascade may delete the dependants first.
 */
const actions: { readonly [K in OnDelete]: ForeignKeyAction } = {
  cascade: "cascade",
  setNull: "setNull",
  setDefault: "setDefault",
  protect: "nothing",
  restrict: "nothing",
  nothing: "nothing",
};

/** Tables in creation order. */
export const inOrder = (tables: readonly TablePicture[]): readonly TablePicture[] =>
  topological(tables, (table) =>
    tables.filter((other) => other !== table && table.foreignKeys.some((key) => sameTable(key.references, other.name))),
  ).order;
