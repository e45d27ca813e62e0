/** A database with two rows of each model: the first has every value, the second null wherever it may. */

import { connect, type Database, type Model, type Session } from "flash-db";
import * as library from "flash-db";
import type { Book, Tag } from "../../query/fuzz/models.js";
import { classes, shapes, tables, type Column, type Shape } from "./shapes.js";
import { literal } from "./literals.js";

const scope: Readonly<Record<string, unknown>> = { ...library, ...classes };
const names = Object.keys(scope);
const values = names.map((name) => scope[name]);
type Body = (...given: readonly unknown[]) => Promise<unknown>;
const AsyncFunction = (async () => undefined).constructor as new (...parts: string[]) => Body;

/** Read from an object: nothing is there where a relation was not loaded. */
const read = (value: unknown): void => {
  if (value === undefined) throw new Error("read what is not there");
};
/** Not of the program, but of the rows that happen to be there. */
const byChance = (error: unknown): boolean =>
  error instanceof library.DoesNotExist ||
  error instanceof library.MultipleObjectsReturned ||
  (error instanceof library.IntegrityError && !(error instanceof library.NotNullViolation));

/** How a program went: its values, or why it was refused. */
export type Outcome = { readonly values: readonly unknown[] | null } | { readonly refused: string };

const cell = (column: Column, at: number): unknown => {
  if (column.key && column.kind === "uuid") return `018f0000-0000-7000-8000-00000000000${at + 1}`;
  // oxlint-disable-next-line typescript/no-implied-eval -- programs are generated as text
  const value = new Function(`return ${literal(column)};`)() as unknown;
  if (column.key && typeof value === "number") return value + at;
  return column.key && typeof value === "string" ? `${value}${at}` : value;
};
const cells = (shape: Shape, at: number, made: ReadonlyMap<string, readonly object[]>): object => {
  const given: Record<string, unknown> = {};
  for (const column of shape.columns)
    if (
      column.given !== "never" &&
      column.relation === null &&
      column.name !== "id" &&
      column.name !== "deletedAt" &&
      (at === 0 || !column.nullable)
    )
      if (column.name !== "kind") given[column.name] = cell(column, at);
  if (shape.name === "Studio") given["id"] = `018f0000-0000-7000-8000-00000000000${at + 1}`;
  for (const link of shape.links)
    if (link.kind === "toOne" && link.target !== shape.name && (at === 0 || !link.nullable)) given[link.name] = made.get(link.target)?.[at];
  return given;
};

export class Ground {
  readonly database: Database;
  readonly #keys: Readonly<Record<string, unknown>>;
  private constructor(database: Database, keys: Readonly<Record<string, unknown>>) {
    this.database = database;
    this.#keys = keys;
  }
  static async open(url: string): Promise<Ground> {
    const database = await connect(url);
    await database.createAll(tables);
    const made = new Map<string, Model[]>();
    const keys: Record<string, unknown> = {};
    await using db = database.session();
    for (const shape of shapes) {
      const model = scope[shape.name] as new (given: object) => Model;
      const rows = [0, 1].map((at) => new model(cells(shape, at, made)));
      db.add(rows);
      made.set(shape.name, rows);
      await db.flush();
    }
    for (const book of (made.get("Book") ?? []) as unknown as Book[]) book.tags.add(...((made.get("Tag") ?? []) as unknown as Tag[]));
    await db.commit();
    for (const shape of shapes)
      for (const link of shape.links)
        if (link.kind === "toOne") keys[link.name] = (made.get(link.target)?.[0] as { pk: unknown } | undefined)?.pk;
    return new Ground(database, keys);
  }
  async run(text: string): Promise<Outcome> {
    const db: Session = this.database.session({ onUncommitted: "ignore" });
    try {
      const given = await new AsyncFunction("db", "read", "keys", ...names, text)(db, read, this.#keys, ...values);
      return { values: Array.isArray(given) ? given : null };
    } catch (error) {
      if (byChance(error)) return { values: null };
      return { refused: error instanceof Error ? `${error.constructor.name}: ${error.message}` : String(error) };
    } finally {
      await db.close();
    }
  }
  async close(): Promise<void> {
    await this.database.close();
  }
}
