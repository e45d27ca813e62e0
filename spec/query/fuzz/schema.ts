/** What the models hold, in the words of the fuzzer: written by hand, so that it does not share a mistake with the library. */

export type Kind = "integer" | "bigint" | "decimal" | "double" | "text" | "boolean" | "date" | "timestamp" | "time" | "enum" | "json";

export interface FieldShape {
  readonly name: string;
  readonly kind: Kind;
  readonly nullable: boolean;
}
export interface RelationShape {
  readonly name: string;
  readonly target: string;
  readonly many: boolean;
  /** The column of this model that holds the key of the target, or of the target that holds the key of this model. */
  readonly column: string;
  readonly at: "here" | "there" | "links";
  /** May lead to no row. */
  readonly nullable: boolean;
}
export interface ModelShape {
  readonly name: string;
  readonly key: readonly string[];
  readonly fields: readonly FieldShape[];
  readonly relations: readonly RelationShape[];
  readonly ordering: readonly string[];
  readonly softDelete: boolean;
  /** Rows of this type only, in the table of another model. */
  readonly subtype: { readonly of: string; readonly kind: string } | null;
}

type Written = Readonly<Record<string, Kind | `${Kind}?`>>;
const fieldsOf = (written: Written): FieldShape[] =>
  Object.entries(written).map(([name, kind]) => ({
    name,
    kind: kind.replace("?", "") as Kind,
    nullable: kind.endsWith("?"),
  }));
const to = (name: string, target: string, column: string, nullable: boolean): RelationShape => ({
  name,
  target,
  many: false,
  column,
  at: "here",
  nullable,
});
const many = (name: string, target: string, column: string): RelationShape => ({
  name,
  target,
  many: true,
  column,
  at: "there",
  nullable: true,
});
const linked = (name: string, target: string): RelationShape => ({ name, target, many: true, column: name, at: "links", nullable: true });

const shape = (
  name: string,
  fields: Written,
  relations: readonly RelationShape[],
  more: Partial<Pick<ModelShape, "key" | "ordering" | "softDelete" | "subtype">> = {},
): ModelShape => ({
  name,
  key: more.key ?? ["id"],
  fields: fieldsOf(fields),
  relations,
  ordering: more.ordering ?? [],
  softDelete: more.softDelete ?? false,
  subtype: more.subtype ?? null,
});

const itemFields: Written = { id: "integer", kind: "text", label: "text?", ownerId: "integer?" };
const itemRelations = [to("owner", "Person", "ownerId", true)];

const shapes: readonly ModelShape[] = [
  shape(
    "Person",
    {
      id: "integer",
      name: "text",
      nick: "text?",
      age: "integer?",
      big: "bigint?",
      balance: "decimal?",
      rating: "double?",
      active: "boolean?",
      born: "date?",
      seen: "timestamp?",
      wakes: "time?",
      mood: "enum?",
      data: "json?",
      bossId: "integer?",
      countryId: "text?",
    },
    [
      to("boss", "Person", "bossId", true),
      to("country", "Country", "countryId", true),
      many("staff", "Person", "bossId"),
      many("books", "Book", "authorId"),
      many("edited", "Book", "editorId"),
      { name: "passport", target: "Passport", many: false, column: "personId", at: "there", nullable: true },
      many("items", "Item", "ownerId"),
    ],
  ),
  shape(
    "Book",
    {
      id: "integer",
      title: "text",
      pages: "integer?",
      price: "decimal",
      out: "timestamp?",
      authorId: "integer",
      editorId: "integer?",
      deletedAt: "timestamp?",
    },
    [
      to("author", "Person", "authorId", false),
      to("editor", "Person", "editorId", true),
      linked("tags", "Tag"),
      many("reviews", "Review", "bookId"),
    ],
    { ordering: ["title", "-pages"], softDelete: true },
  ),
  shape("Tag", { id: "integer", label: "text", rank: "integer?", parentId: "integer?" }, [
    to("parent", "Tag", "parentId", true),
    many("children", "Tag", "parentId"),
    linked("books", "Book"),
  ]),
  shape("Country", { code: "text", title: "text?" }, [many("people", "Person", "countryId")], { key: ["code"] }),
  shape("Passport", { id: "integer", number: "integer", issued: "date?", personId: "integer" }, [
    to("person", "Person", "personId", false),
  ]),
  shape("Review", { bookId: "integer", line: "integer", stars: "integer?", text: "text?" }, [to("book", "Book", "bookId", false)], {
    key: ["bookId", "line"],
  }),
  shape("Item", itemFields, itemRelations),
  shape("Song", { ...itemFields, seconds: "integer?" }, itemRelations, { subtype: { of: "Item", kind: "song" } }),
  shape("Film", { ...itemFields, premiere: "date?" }, itemRelations, { subtype: { of: "Item", kind: "film" } }),
];

const byName = new Map(shapes.map((one) => [one.name, one]));
export const modelNames: readonly string[] = shapes.map(({ name }) => name);
export const shapeOf = (name: string): ModelShape => {
  const found = byName.get(name);
  if (found === undefined) throw new Error(`no model ${name}`);
  return found;
};
/** The column of a model, `pk` being its key. */
export const fieldOf = (model: ModelShape, name: string): FieldShape | undefined =>
  model.fields.find((field) => field.name === (name === "pk" ? model.key[0] : name));
export const relationOf = (model: ModelShape, name: string): RelationShape | undefined => model.relations.find((one) => one.name === name);
