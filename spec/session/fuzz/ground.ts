/** The database that programs run on: emptied between them, looked at from outside the session, and made to fail on demand. */

import { Client } from "pg";
import BetterSqlite3 from "better-sqlite3";
import { signals } from "flash-db";
import type { Database } from "../../../src/connect.js";
import type { CompiledQuery, Connection } from "../../../src/database/contracts.js";
import { databaseOver, kindOf, openDriver, type FaultyDriver } from "../../support/faulty-driver.js";
import { models } from "./models.js";
import { columns, kinds, linkOf, noRows, type Cells, type Rows } from "./rows.js";
import type { Trap } from "./steps.js";

export class Trapped extends Error {}

/** Looks at committed rows by a connection of its own. */
interface Reader {
  read(text: string): Promise<readonly string[]>;
  end(): Promise<void>;
}

const tables = { Shelf: "shelves", Book: "books", Note: "notes", Tag: "tags" } as const;
const time = "printed";

const events = ["pre_save", "post_save", "pre_delete"] as const;

/** One text per row, the same on both databases. */
const lookAt = (concurrent: boolean): string => {
  const array = concurrent ? "json_build_array" : "json_array";
  const cell = (column: string): string => {
    const name = column.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    if (column === time && concurrent) return `to_char(${name} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
    if (column === "info") return concurrent ? "info" : "json(info)";
    return name;
  };
  const parts = kinds.map((kind) => `SELECT ${array}('${kind}', ${columns[kind].map(cell).join(", ")}) AS r FROM ${tables[kind]}`);
  parts.push(`SELECT ${array}('links', book_id, tag_id) AS r FROM books_tags`);
  return parts.map((part) => (concurrent ? `SELECT r::text AS r FROM (${part}) AS one` : part)).join(" UNION ALL ");
};

const rowsOf = (texts: readonly string[]): Rows => {
  const rows = noRows();
  for (const text of texts) {
    const [kind, ...cells] = JSON.parse(text) as [string, ...(string | number | null | object)[]];
    if (kind === "links") rows.links.add(linkOf(Number(cells[0]), Number(cells[1])));
    else {
      const names = columns[kind as "Shelf"];
      const row: Cells = {};
      names.forEach((name, at) => {
        const cell = cells[at] ?? null;
        row[name] = typeof cell === "object" && cell !== null ? JSON.stringify(cell) : cell;
      });
      rows[kind as "Shelf"].set(Number(row["id"]), row);
    }
  }
  return rows;
};

const pgReader = async (url: string): Promise<Reader> => {
  const client = new Client({ connectionString: url });
  await client.connect();
  return {
    read: async (text) => (await client.query<{ r: string }>(text)).rows.map(({ r }) => r),
    end: () => client.end(),
  };
};
const fileReader = (url: string): Reader => {
  const database = new BetterSqlite3(url.slice("sqlite:".length));
  return {
    read: (text) =>
      Promise.resolve(
        database
          .prepare<[], { r: string }>(text)
          .all()
          .map(({ r }) => r),
      ),
    end: () => Promise.resolve(void database.close()),
  };
};

export class Ground {
  readonly database: Database;
  readonly driver: FaultyDriver;
  readonly concurrent: boolean;
  readonly #reader: Reader | null;
  readonly #text: string;
  #off: (() => void) | null = null;
  #trap: { readonly trap: Trap; count: number } | null = null;
  /** The trap that was set last has thrown. */
  fired = false;

  private constructor(driver: FaultyDriver, reader: Reader | null) {
    this.driver = driver;
    this.database = databaseOver(driver);
    this.#reader = reader;
    this.concurrent = driver.dialect.features.concurrentWriters;
    this.#text = lookAt(this.concurrent);
    driver.before = (_kind, text) => this.#pass(kindOf(text));
  }

  static async open(url: string): Promise<Ground> {
    const driver = await openDriver(url, {}, true);
    const reader = url === "sqlite::memory:" ? null : url.startsWith("sqlite:") ? fileReader(url) : await pgReader(url);
    const ground = new Ground(driver, reader);
    await ground.database.createAll(models);
    return ground;
  }

  set(trap: Trap | null): void {
    this.#off?.();
    this.#trap = trap === null ? null : { trap, count: 0 };
    // Where nobody listens, much is left to the constraints of the database.
    const event = events.find((one) => one === trap?.what);
    this.#off = event === undefined ? null : signals.on(event, () => this.#pass(event));
    this.fired = false;
  }
  #pass(what: string): void {
    if (this.#trap?.trap.what !== what || this.#trap.count++ !== this.#trap.trap.nth) return;
    this.fired = true;
    throw new Trapped(`the trap at ${what} ${this.#trap.trap.nth}`);
  }

  /** Rows as the open transaction sees them, past the session; outside one, as anybody does. */
  async rows(inTransaction: boolean): Promise<Rows> {
    if (!inTransaction && this.#reader !== null) return rowsOf(await this.#reader.read(this.#text));
    const open = [...this.driver.out].at(-1);
    if (open !== undefined) return rowsOf(await this.#texts(open));
    const lease = await this.driver.source.acquire("read", "the fuzzer");
    try {
      return rowsOf(await this.#texts(lease.connection));
    } finally {
      lease.release();
    }
  }
  async #texts(connection: Connection): Promise<readonly string[]> {
    const query: CompiledQuery = { text: this.#text, parameters: [], values: [], outputs: null, writes: false };
    return (await connection.run(query)).rows.map(([text]) => text as string);
  }

  /** Empties all tables. */
  async empty(): Promise<void> {
    const lease = await this.driver.source.acquire("write", "the fuzzer");
    try {
      for (const table of ["books_tags", "books", "notes", "tags", "shelves"]) {
        await lease.connection.run({ text: `DELETE FROM ${table}`, parameters: [], values: [], outputs: null, writes: true });
      }
    } finally {
      lease.release();
    }
  }

  async close(): Promise<void> {
    this.#off?.();
    await this.#reader?.end();
    await this.database.close({ timeout: 0 });
  }
}
