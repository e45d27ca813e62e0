/** The rows that queries are asked about: random ones, small enough to be read. */

import { Choices } from "./choices.js";
import type { Literal } from "./program.js";
import { literalOf } from "./literals.js";
import { shapeOf, type ModelShape, type RelationShape } from "./schema.js";
import { valueOf, type Value } from "./values.js";

export class Row {
  /** The most special model that it is of. */
  readonly model: string;
  readonly cells: Readonly<Record<string, Literal>>;
  readonly values: Readonly<Record<string, Value>>;
  constructor(model: string, cells: Readonly<Record<string, Literal>>) {
    this.model = model;
    this.cells = cells;
    this.values = Object.fromEntries(shapeOf(model).fields.map(({ name, kind }) => [name, valueOf(kind, cells[name])]));
  }
  value(name: string): Value {
    return this.values[name] ?? null;
  }
}
/** Which book has which tag. */
export type Link = readonly [book: number, tag: number];

export class World {
  readonly rows: readonly Row[];
  readonly links: readonly Link[];
  constructor(rows: readonly Row[], links: readonly Link[]) {
    this.rows = rows;
    this.links = links;
  }
  /** All rows of a model, the hidden ones too, in the order of their keys. */
  stored(model: ModelShape): readonly Row[] {
    return this.rows.filter((row) => isOf(row, model));
  }
  alive(model: ModelShape): readonly Row[] {
    return this.stored(model).filter((row) => isAlive(row, model));
  }
  related(row: Row, relation: RelationShape): readonly Row[] {
    const target = shapeOf(relation.target);
    switch (relation.at) {
      case "here": {
        const key = row.value(relation.column);
        return key === null ? [] : this.stored(target).filter((other) => other.value(target.key[0] as string) === key);
      }
      case "there": {
        const key = row.value(shapeOf(row.model).key[0] as string);
        return this.alive(target).filter((other) => other.value(relation.column) === key);
      }
      case "links": {
        const [own, far] = row.model === "Book" ? [0, 1] : [1, 0];
        const keys = this.links.filter((link) => link[own] === row.value("id")).map((link) => link[far]);
        return this.alive(target).filter((other) => keys.includes(other.value("id") as number));
      }
    }
  }
}
const isOf = (row: Row, model: ModelShape): boolean => row.model === model.name || shapeOf(row.model).subtype?.of === model.name;
export const isAlive = (row: Row, model: ModelShape): boolean => !model.softDelete || row.value("deletedAt") === null;

const counts = { Country: 3, Person: 6, Passport: 4, Book: 6, Tag: 5, Review: 5, Item: 5 } as const;

const rowOf = (choices: Choices, model: string, given: Record<string, Literal>): Row => {
  const cells: Record<string, Literal> = {};
  for (const { name, kind, nullable } of shapeOf(model).fields)
    cells[name] = name in given ? (given[name] as Literal) : nullable && choices.chance(35) ? null : literalOf(choices, kind);
  return new Row(model, cells);
};

export const worldOf = (seed: number): World => {
  const choices = Choices.random(seed);
  const rows: Row[] = [];
  const numbers = (model: keyof typeof counts): number[] =>
    Array.from({ length: choices.below(counts[model] + 1) }, (_, index) => index + 1);
  const codes = ["de", "fr", "no"].slice(0, choices.below(4));
  for (const code of codes) rows.push(rowOf(choices, "Country", { code }));
  const people = numbers("Person");
  const person = (most = people.length): Literal => (most === 0 || choices.chance(30) ? null : choices.below(most) + 1);
  for (const id of people)
    rows.push(
      rowOf(choices, "Person", {
        id,
        bossId: person(id - 1),
        countryId: codes.length === 0 || choices.chance(30) ? null : choices.pick(codes),
      }),
    );
  const withPassport = people.filter(() => choices.chance(50));
  for (const [index, personId] of withPassport.entries()) rows.push(rowOf(choices, "Passport", { id: index + 1, personId }));
  const books = people.length === 0 ? [] : numbers("Book");
  for (const id of books)
    rows.push(
      rowOf(choices, "Book", {
        id,
        authorId: choices.below(people.length) + 1,
        editorId: person(),
        deletedAt: choices.chance(20) ? new Date("2024-01-01T00:00:00Z") : null,
      }),
    );
  const tags = numbers("Tag");
  for (const id of tags)
    rows.push(rowOf(choices, "Tag", { id, parentId: id === 1 || choices.chance(40) ? null : choices.below(id - 1) + 1 }));
  for (const bookId of books) for (let line = 1; line <= choices.below(4); line++) rows.push(rowOf(choices, "Review", { bookId, line }));
  for (const id of numbers("Item")) {
    const kind = choices.pick(["item", "song", "film"]);
    rows.push(rowOf(choices, kind === "song" ? "Song" : kind === "film" ? "Film" : "Item", { id, kind, ownerId: person() }));
  }
  const links = books.flatMap((book) => tags.filter(() => choices.chance(40)).map((tag): Link => [book, tag]));
  return new World(rows, links);
};

/** The world without some rows, and without those that point at them. */
export const withoutRow = (world: World, gone: Row): World => {
  let rows = world.rows.filter((row) => row !== gone);
  for (let before = -1; before !== rows.length;) {
    before = rows.length;
    rows = rows.filter((row) =>
      shapeOf(row.model).relations.every(
        ({ at, column, target }) =>
          at !== "here" ||
          row.value(column) === null ||
          rows.some((other) => isOf(other, shapeOf(target)) && other.value(shapeOf(target).key[0] as string) === row.value(column)),
      ),
    );
  }
  const has = (model: string, id: number): boolean => rows.some((row) => row.model === model && row.value("id") === id);
  return new World(
    rows,
    world.links.filter(([book, tag]) => has("Book", book) && has("Tag", tag)),
  );
};
export const withoutLink = (world: World, gone: Link): World =>
  new World(
    world.rows,
    world.links.filter((link) => link !== gone),
  );
export const withoutCell = (world: World, row: Row, name: string): World =>
  new World(
    world.rows.map((one) => (one === row ? new Row(row.model, { ...row.cells, [name]: null }) : one)),
    world.links,
  );
