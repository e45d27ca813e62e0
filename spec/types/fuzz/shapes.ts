/** What programs are made of: models, their columns and relations, from the metadata of the library. */

import type { FieldMeta, ModelMeta, RelationMeta } from "../../../src/metadata/index.js";
import { metadataOf } from "../../../src/metadata/registry.js";
import * as own from "./models.js";
import * as shared from "../../query/fuzz/models.js";

export type Kind = FieldMeta["type"]["kind"];
export interface Column {
  readonly name: string;
  readonly kind: Kind;
  readonly nullable: boolean;
  readonly words: readonly string[];
  /** The relation whose key it is. */
  readonly relation: string | null;
  readonly given: "required" | "optional" | "never";
  readonly key: boolean;
}
export interface Link {
  readonly name: string;
  readonly kind: RelationMeta["kind"];
  readonly target: string;
  readonly nullable: boolean;
}
export interface Shape {
  readonly name: string;
  readonly columns: readonly Column[];
  readonly links: readonly Link[];
}

/** In an order in which their rows can be made. */
export const classes = {
  Country: shared.Country,
  Person: shared.Person,
  Passport: shared.Passport,
  Book: shared.Book,
  Tag: shared.Tag,
  Review: shared.Review,
  Song: shared.Song,
  Film: shared.Film,
  Studio: own.Studio,
  Show: own.Show,
} as const;
/** All of them, for the tables. */
export const tables = [...shared.models, own.Studio, own.Show];

const made = (field: FieldMeta, meta: ModelMeta): boolean =>
  field.default !== null ||
  field.onInsert !== null ||
  field.dbDefault !== null ||
  field.identity ||
  field.name === meta.subtypes?.field.name;
const columnOf = (field: FieldMeta, meta: ModelMeta): Column => ({
  name: field.name,
  kind: field.type.kind,
  nullable: field.nullable,
  words: field.type.kind === "enum" ? field.type.values : [],
  relation: field.relation,
  given: field.generated !== null || field.version ? "never" : made(field, meta) || field.nullable ? "optional" : "required",
  key: field.primaryKey,
});
const linkOf = (relation: RelationMeta): Link => ({
  name: relation.name,
  kind: relation.kind,
  target: relation.target.name,
  nullable: relation.kind === "toOne" || relation.kind === "anyOf" ? relation.nullable : true,
});
const anyOfColumns = (meta: ModelMeta): Set<string> =>
  new Set([...meta.relations.values()].flatMap((one) => (one.kind === "anyOf" ? [one.typeField.name, one.keyField.name] : [])));

const shapeOf = (name: string, model: unknown): Shape => {
  const meta = metadataOf(model);
  const hidden = anyOfColumns(meta);
  return {
    name,
    columns: meta.fields.filter((field) => !hidden.has(field.name)).map((field) => columnOf(field, meta)),
    links: [...meta.relations.values()].filter((one) => one.target.name in classes).map(linkOf),
  };
};
export const shapes: readonly Shape[] = Object.entries(classes).map(([name, model]) => shapeOf(name, model));
const byName = new Map(shapes.map((shape) => [shape.name, shape]));
export const shapeNamed = (name: string): Shape => {
  const shape = byName.get(name);
  if (shape === undefined) throw new Error(`no model ${name}`);
  return shape;
};
