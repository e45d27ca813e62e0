/** A set under test: the database, the rows in it and the answer expected, and how rows are written to be compared. */

import type { Session } from "flash-db";
import { compile, type Ground } from "../ground.js";
import { setText } from "../print.js";
import type { SetProgram } from "../program.js";
import { textOf, type Result, type ResultRow } from "../reference/set.js";
import { shapeOf } from "../schema.js";
import { canonical } from "../values.js";
import type { World } from "../world.js";

export interface Page {
  readonly items: readonly object[];
  readonly endCursor: string | null;
  readonly startCursor: string | null;
  readonly hasNext: boolean;
  readonly hasPrevious: boolean;
}
export interface Queryable {
  fetch(db: Session): Promise<unknown[]>;
  count(db: Session): Promise<number>;
  exists(db: Session): Promise<boolean>;
  first(db: Session): Promise<unknown>;
  last(db: Session): Promise<unknown>;
  contains(db: Session, object: object): Promise<boolean>;
  inBulk(db: Session, keys?: readonly unknown[]): Promise<Map<unknown, unknown>>;
  iterate(db: Session, options: { readonly chunkSize: number }): AsyncIterable<unknown>;
  paginate(db: Session, request: object): Promise<Page>;
  update(db: Session, values: object, options?: object): Promise<number>;
  delete(db: Session, options?: object): Promise<number>;
}
export interface Case {
  readonly ground: Ground;
  readonly world: World;
  readonly db: Session;
  readonly set: SetProgram;
  readonly expected: Result;
}
export type Check = (one: Case) => Promise<void>;

export const query = (set: SetProgram): Queryable => compile(setText(set)) as Queryable;
/** A row that came back, as the reference writes it. */
export const textFrom = ({ expected }: Case, row: unknown): string =>
  textOf(
    expected.columns.map(({ name, kind }, index) => ({
      name,
      kind,
      value: Array.isArray(row)
        ? row[index]
        : typeof row === "object" && row !== null && !(row instanceof Date)
          ? (row as Record<string, unknown>)[name]
          : row,
    })),
  );
export const keyText = ({ set }: Case, row: ResultRow | object): string =>
  shapeOf(set.model)
    .key.map((name) => canonical("text", "root" in row ? row.root.value(name) : (row as Record<string, unknown>)[name]))
    .join();
export const keysOf = (one: Case, { rows }: Pick<Result, "rows">): string[] => [...new Set(rows.map((row) => keyText(one, row)))].sort();
export const has = ({ set }: Case, ...steps: readonly string[]): boolean => set.steps.some((step) => steps.includes(step.do));
export const combining = ["union", "unionAll", "intersection", "difference"] as const;

export type Asking = (db: Session) => Promise<unknown>;
