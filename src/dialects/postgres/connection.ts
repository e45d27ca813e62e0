/** One PostgreSQL connection: named statements, rows as arrays of texts, cursors, and immediate detection of a lost connection. */

import type { CompiledQuery, QueryResult } from "../../database/contracts.js";
import type { PooledConnection } from "../../database/pool.js";
import { ConnectionLost, QueryTimeout, TransactionAborted } from "../../errors.js";
import { scalarText } from "./array-text.js";
import { type Answer, Exchange, type FetchRequest, type Request } from "./conversation.js";
import { lost, stalePlan, translate, unanswered } from "./errors.js";
import { decoderOf, typeOf } from "./oids.js";
import { isStale, mayBeStale, type PreparedStatement, PreparedStatements } from "./prepared-statements.js";
import { cellKindsOf } from "./row-bytes.js";
import type { RowStream } from "./row-stream.js";
import { mayLeaveState, preparesItself } from "./session-state.js";
import { CONTROL_TICKS, ticksToMs, type Watched } from "./watchdog.js";
import { type Client, converse, type FieldDescription, type TransactionStatus, wireOf, type WireValue } from "./wire.js";

/** Shared by the connections of one source: counts schema changes made through them. */
export interface SchemaClock {
  changes: number;
}
const CHANGES_SCHEMA = /^(?:CREATE|ALTER|DROP|DEALLOCATE|DISCARD)\b/;
const toWire = (value: unknown): WireValue =>
  value === null || typeof value === "string" || Buffer.isBuffer(value) ? value : scalarText(value);

const NOTHING_BEFORE: readonly string[] = [];
const CURSOR = "flash_cursor";
/**
 * A transaction keeps the cursor open between its chunks; meanwhile the server's limits for statements and idle transactions are disabled.
 */
const BEFORE_CURSOR = ["BEGIN", "SET LOCAL idle_in_transaction_session_timeout TO 0"];
const CLOSING_TIME = 1_000;

export interface ConnectionSettings {
  readonly prepare: boolean;
  /** Settings sent with each transaction, for servers where each may use another connection; null if the connection is always the same. */
  readonly local: string | null;
  /** Resets what user-written SQL may have left on the connection. */
  readonly reset: string;
  readonly schema: SchemaClock;
  /** The number of watchdog ticks an answer may take; null for no limit. */
  readonly patience: number | null;
}

export class PostgresConnection implements PooledConnection, Watched {
  readonly #client: Client;
  readonly #rows: RowStream;
  readonly #prepare: boolean;
  readonly #statements = new PreparedStatements();
  readonly #schema: SchemaClock;
  #schemaSeen: number;
  readonly #patience: number | null;
  readonly #local: string | null;
  /** Sent before a statement outside a transaction, and after BEGIN. */
  readonly #before: readonly string[];
  readonly #reset: string;
  /** What user-written SQL may have left on the connection. */
  #left: "nothing" | "state" | "names" = "nothing";
  /** How long the current exchange has gone without an answer. */
  #ticks = 0;
  #current: Exchange | null = null;
  #status: TransactionStatus = "I";
  /** Whether the last statement used a name prepared earlier. */
  #reused = false;
  #broken = false;
  #onLost: (() => void) | null = null;

  constructor(client: Client, rows: RowStream, { prepare, local, reset, schema, patience }: ConnectionSettings) {
    this.#client = client;
    this.#rows = rows;
    this.#prepare = prepare;
    this.#schema = schema;
    this.#schemaSeen = schema.changes;
    this.#patience = patience;
    this.#local = local;
    this.#before = local === null ? NOTHING_BEFORE : [local];
    this.#reset = reset;
    const wire = wireOf(client);
    wire.on("parseComplete", () => this.#current?.noteParsed());
    wire.on("readyForQuery", ({ status }) => {
      this.#status = status;
      this.#current?.ready();
    });
    // An 'error' event without a listener would end the process.
    client.on("error", (error) => this.#lose(error));
    client.on("end", () => this.#lose(new Error("the connection was closed")));
  }

  get broken(): boolean {
    return this.#broken;
  }

  onLost(listener: () => void): void {
    this.#onLost = listener;
  }

  async run(query: CompiledQuery): Promise<QueryResult> {
    if (query.outputs === null) this.#noteOwn(query.text);
    try {
      return this.#result(query, await this.#ask(query, this.#status === "I" ? this.#before : NOTHING_BEFORE));
    } catch (error) {
      if (!this.#forgetStale(error, query)) throw translate(error, query.text);
      if (this.#status !== "I") throw isStale(error, this.#reused) ? stalePlan(error) : translate(error, query.text);
    }
    return this.#runUnnamed(query);
  }

  async runFirst(begin: string, query: CompiledQuery): Promise<QueryResult> {
    if (query.outputs === null) this.#noteOwn(query.text);
    try {
      return this.#result(query, await this.#ask(query, [begin, ...this.#before]));
    } catch (error) {
      if (!this.#forgetStale(error, query)) throw translate(error, query.text);
    }
    await this.control("ROLLBACK");
    await this.control(begin);
    return this.#runUnnamed(query);
  }

  async control(text: string): Promise<void> {
    try {
      const { tag } = await this.#exchange(this.#local !== null && text.startsWith("BEGIN") ? `${text}; ${this.#local}` : text);
      this.#noticeSchema(tag);
      if (text === "COMMIT" && tag === "ROLLBACK") {
        throw new TransactionAborted(
          "PostgreSQL answered COMMIT with ROLLBACK: an earlier error had aborted the transaction, and nothing of it was stored.",
        );
      }
    } catch (error) {
      this.#broken = true;
      throw error instanceof QueryTimeout ? lost(error) : translate(error, text);
    }
  }

  async *stream(query: CompiledQuery, chunkSize: number): AsyncGenerator<unknown[][], void, undefined> {
    const request = this.#request(query, null, { before: [...BEFORE_CURSOR, ...this.#before], portal: CURSOR, limit: chunkSize });
    const { cells } = request;
    try {
      let answer = await this.#exchange(request);
      const { fields } = answer;
      while (true) {
        if (answer.rows.length > 0) yield this.#convert(query, answer.rows, fields);
        if (!answer.suspended) break;
        answer = await this.#exchange({ portal: CURSOR, limit: chunkSize, cells });
      }
    } catch (error) {
      throw translate(error, query.text);
    } finally {
      if (!this.#broken) await this.control(this.#status === "T" ? "COMMIT" : "ROLLBACK").catch(ignoreLoss);
    }
  }

  clean(): Promise<void> | null {
    if (this.#left === "nothing" || this.#broken) return null;
    const names = this.#left === "names";
    this.#left = "nothing";
    if (!names) return this.control(this.#reset);
    this.#broken = true;
    return null;
  }

  async close(): Promise<void> {
    this.#broken = true;
    const timer = setTimeout(() => this.destroy(), CLOSING_TIME);
    await this.#client.end().catch(() => undefined);
    clearTimeout(timer);
  }

  destroy(): void {
    this.#broken = true;
    wireOf(this.#client).stream.destroy();
  }

  tick(): void {
    if (this.#current === null) return;
    const patience = this.#patience ?? (this.#current.isControl ? CONTROL_TICKS : null);
    if (patience === null || ++this.#ticks < patience) return;
    this.#lose(unanswered(ticksToMs(patience)));
    this.destroy();
  }

  /** Behind a pooler nothing is reset: the next transaction may use another connection. */
  #noteOwn(text: string): void {
    if (this.#local !== null || !mayLeaveState(text)) return;
    if (preparesItself(text)) this.#left = "names";
    else if (this.#left === "nothing") this.#left = "state";
  }

  /** After an error of a statement that may have been prepared for an older schema: all prepared statements are dropped. */
  #forgetStale(error: unknown, { text }: CompiledQuery): boolean {
    if (!mayBeStale(error, this.#reused)) return false;
    this.#schemaSeen = ++this.#schema.changes;
    this.#statements.forgetAll(text);
    return true;
  }

  async #runUnnamed(query: CompiledQuery): Promise<QueryResult> {
    try {
      const before = this.#status === "I" ? this.#before : NOTHING_BEFORE;
      return this.#result(query, await this.#exchange(this.#request(query, null, { before })));
    } catch (error) {
      throw translate(error, query.text);
    }
  }

  async #ask(query: CompiledQuery, before: readonly string[] = NOTHING_BEFORE): Promise<Answer> {
    if (this.#schemaSeen !== this.#schema.changes) {
      // A prepared statement keeps the parameter types that its columns had when it was prepared.
      this.#schemaSeen = this.#schema.changes;
      this.#statements.forgetAll();
    }
    const known = this.#prepare ? this.#statements.get(query.text) : null;
    this.#reused = known !== null;
    const named = known ?? (this.#prepare ? this.#statements.create(query.text) : null);
    const answer = await this.#exchange(this.#request(query, named, { parsed: known !== null, before }), (exchange) => {
      if (named !== null && exchange.parsed && known === null) this.#statements.keep(query.text, named);
    });
    if (named !== null) named.fields = answer.fields;
    return answer;
  }

  #request(query: CompiledQuery, named: PreparedStatement | null, how: Partial<Request> = ALL_ROWS): Request {
    const { text, values } = query;
    return {
      text,
      values: values.map(toWire),
      name: named?.name ?? "",
      parsed: how.parsed ?? false,
      fields: named?.fields ?? null,
      forget: this.#statements.takeForgotten(),
      cells: cellKindsOf(query.outputs),
      before: how.before ?? NOTHING_BEFORE,
      portal: how.portal ?? "",
      limit: how.limit ?? 0,
    };
  }

  /** `settled` is called with the exchange, however it ended. */
  #exchange(request: Request | FetchRequest | string, settled?: (exchange: Exchange) => void): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const exchange: Exchange = new Exchange(
        request,
        (answer) => {
          this.#setCurrent(null);
          settled?.(exchange);
          resolve(answer);
        },
        (error) => {
          this.#setCurrent(null);
          settled?.(exchange);
          reject(error);
        },
      );
      this.#start(exchange);
    });
  }

  #setCurrent(exchange: Exchange | null): void {
    this.#current = exchange;
    this.#rows.target = exchange;
  }

  #start(exchange: Exchange): void {
    if (this.#broken) throw lost(new Error("the connection was already closed"));
    if (this.#current !== null) throw new Error("a connection runs one statement at a time");
    this.#setCurrent(exchange);
    this.#ticks = 0;
    try {
      converse(this.#client, exchange);
    } catch (error) {
      // Part of a message may have been sent, so the connection cannot be used any more.
      this.#setCurrent(null);
      this.destroy();
      throw error;
    }
  }

  #result(query: CompiledQuery, { rows, fields, tag }: Answer): QueryResult {
    this.#noticeSchema(tag);
    const names = fields.map((field) => field.name);
    const affected = query.writes || rows.length === 0 ? Number(/ (\d+)$/.exec(tag)?.[1] ?? 0) : 0;
    const converted = this.#convert(query, rows, fields);
    return query.outputs === null
      ? { rows: converted, names, affected, types: fields.map((field) => typeOf(field.dataTypeID)) }
      : { rows: converted, names, affected };
  }

  #noticeSchema(tag: string): void {
    if (CHANGES_SCHEMA.test(tag)) this.#schema.changes++;
  }

  /** Outputs without a known type are decoded by the type that the server reports. */
  #convert({ outputs }: CompiledQuery, rows: unknown[][], fields: readonly FieldDescription[]): unknown[][] {
    if (outputs === null) return rows;
    for (let at = 0; at < outputs.length; at++) {
      const kind = outputs[at]?.kind;
      if (kind !== "unknown" && kind !== "custom") continue;
      const decode = decoderOf(fields[at]?.dataTypeID ?? 0);
      if (decode === undefined) continue;
      for (const row of rows) if (row[at] !== null) row[at] = decode(row[at]);
    }
    return rows;
  }

  #lose(error: unknown): void {
    const first = !this.#broken;
    this.#broken = true;
    const current = this.#current;
    this.#setCurrent(null);
    current?.lost(error);
    if (first) this.#onLost?.();
  }
}

const ALL_ROWS: Partial<Request> = {};

/** Rows that were read remain valid if the connection breaks afterwards. */
const ignoreLoss = (error: unknown): void => {
  if (!(error instanceof ConnectionLost)) throw error;
};
