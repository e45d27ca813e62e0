/** What a side of the comparison can do: each workload once, and give its rows in one form so that they can be verified. */

import type { AuthorData, GraphData } from "./data.js";

export interface AuthorRow extends AuthorData {
  readonly id: number;
}
export interface BookRow {
  readonly id: number;
  readonly title: string;
  readonly pages: number;
  readonly price: number;
  readonly publishedAt: Date;
}
export type Mark = (name: string) => void;

/** Names follow the peers' benchmark; `mark` ends a named part of the work. */
export interface Side {
  insert(data: readonly AuthorData[], mark: Mark): Promise<readonly AuthorRow[]>;
  insertGraph(data: readonly GraphData[], mark: Mark): Promise<readonly { readonly id: number; readonly bookIds: readonly number[] }[]>;
  load(mark: Mark): Promise<readonly AuthorRow[]>;
  /** Loads every author and keeps what a user would keep, tracked where the side tracks. */
  hold(): Promise<{ readonly rows: readonly AuthorRow[]; release(): Promise<void> }>;
  /** `count` finds by key, each in a session of its own. */
  findByKey(count: number, mark: Mark): Promise<{ readonly sum: number; readonly last: AuthorRow }>;
  /** `count` finds by key of rows that are already in memory. */
  findInMemory(count: number, mark: Mark): Promise<{ readonly sum: number; readonly last: AuthorRow }>;
  changeSome(mark: Mark): Promise<readonly AuthorRow[]>;
  changeNone(mark: Mark): Promise<readonly AuthorRow[]>;
  loadWithBooks(mark: Mark): Promise<readonly { readonly author: AuthorRow; readonly books: readonly BookRow[] }[]>;
  loadBooksWithAuthor(mark: Mark): Promise<readonly { readonly book: BookRow; readonly author: AuthorRow }[]>;
  /** `count` filtered, ordered and limited queries. */
  pages(count: number, mark: Mark): Promise<{ readonly rows: number; readonly last: readonly BookRow[] }>;
  deleteLoaded(mark: Mark): Promise<number>;
  updateAndAggregate(
    count: number,
    mark: Mark,
  ): Promise<readonly { readonly active: boolean; readonly n: number; readonly mean: number }[]>;
  /** `count` filtered finds in a session that tracks everything loaded before. */
  findBeside?(count: number, tracked: boolean, mark: Mark): Promise<number>;
  close(): Promise<void>;
}

/** Work that a side has no notion of, since it tracks nothing. */
export class NotApplicable extends Error {}

/** The administrator's own connection to a side's database: seeds and verifies, untimed. */
export interface Admin {
  seed(authors: number, booksEach: number): Promise<void>;
  /** One row of one number. */
  number(sql: string): Promise<number>;
  close(): Promise<void>;
}

export interface Setup {
  readonly admin: Admin;
  readonly side: Side;
}
