/** One connection to PostgreSQL: named statements, rows as arrays of texts, cursors, and a break noticed at once. */

import type { CompiledQuery, QueryResult } from "../../database/contracts.js";
import type { PooledConnection } from "../../database/pool.js";
import { TransactionAborted } from "../../errors.js";
import { Recent } from "../../support/recent.js";
import { scalarText } from "./array-text.js";
import { type Answer, type BaseConversation, Chunks, type Request, Whole } from "./conversation.js";
import { lost, translate } from "./errors.js";
import { decoderOf, typeOf } from "./oids.js";
import { cellKindsOf } from "./row-bytes.js";
import type { RowStream } from "./row-stream.js";
import { type Client, converse, type FieldDescription, wireOf, type WireValue } from "./wire.js";

/** A statement that the server has prepared under a name. */
interface Named {
  readonly name: string;
  readonly text: string;
  fields: readonly FieldDescription[] | null;
}

const STATEMENTS_KEPT = 256;

/** Shared by the connections of one source: how often one of them changed the schema. */
export interface SchemaClock {
  changes: number;
}
const CHANGES_SCHEMA = /^(?:CREATE|ALTER|DROP)\b/;
/** The plan of a prepared statement no longer fits the tables, or the server has forgotten it. */
const STALE_PLAN = new Set(["0A000", "26000"]);
const toWire = (value: unknown): WireValue =>
  value === null || typeof value === "string" || Buffer.isBuffer(value) ? value : scalarText(value);
const codeOf = (error: unknown): unknown => (error as { code?: unknown } | null)?.code;

export class PostgresConnection implements PooledConnection {
  readonly #client: Client;
  readonly #rows: RowStream;
  readonly #prepare: boolean;
  readonly #named: Recent<string, Named>;
  readonly #schema: SchemaClock;
  #schemaSeen: number;
  #names = 0;
  #forgotten: string[] = [];
  #current: BaseConversation | null = null;
  #broken = false;
  #inTransaction = false;
  #onLost: (() => void) | null = null;

  constructor(client: Client, rows: RowStream, { prepare, schema }: { readonly prepare: boolean; readonly schema: SchemaClock }) {
    this.#client = client;
    this.#named = new Recent(STATEMENTS_KEPT, ({ name }) => this.#forgotten.push(name));
    this.#rows = rows;
    this.#prepare = prepare;
    this.#schema = schema;
    this.#schemaSeen = schema.changes;
    const wire = wireOf(client);
    wire.on("parseComplete", () => this.#current?.noteParsed());
    wire.on("readyForQuery", () => this.#current?.ready());
    // Without a listener an 'error' event ends the process.
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
    try {
      return this.#result(query, await this.#ask(query));
    } catch (error) {
      if (!STALE_PLAN.has(String(codeOf(error))) || this.#inTransaction) throw translate(error, query.text);
    }
    this.#named.clear();
    try {
      return this.#result(query, await this.#ask(query));
    } catch (error) {
      throw translate(error, query.text);
    }
  }

  async runFirst(begin: string, query: CompiledQuery): Promise<QueryResult> {
    this.#inTransaction = true;
    try {
      return this.#result(query, await this.#ask(query, begin));
    } catch (error) {
      if (!STALE_PLAN.has(String(codeOf(error)))) throw translate(error, query.text);
    }
    this.#named.clear();
    await this.control("ROLLBACK");
    await this.control(begin);
    return this.run(query);
  }

  async control(text: string): Promise<void> {
    try {
      const { tag } = await this.#whole(text);
      this.#noticeSchema(tag);
      if (text === "COMMIT" && tag === "ROLLBACK") {
        throw new TransactionAborted(
          "PostgreSQL answered COMMIT with ROLLBACK: an earlier error had aborted the transaction, and nothing of it was stored.",
        );
      }
    } catch (error) {
      this.#broken = true;
      throw translate(error, text);
    }
    if (text.startsWith("BEGIN") || text.startsWith("START")) this.#inTransaction = true;
    else if (text === "COMMIT" || text === "ROLLBACK") this.#inTransaction = false;
  }

  async *stream(query: CompiledQuery, chunkSize: number): AsyncGenerator<unknown[][], void, undefined> {
    const conversation = new Chunks(this.#request(query, null), chunkSize);
    try {
      this.#start(conversation);
      for (let rows = await conversation.next(); rows !== null; rows = await conversation.next()) {
        if (rows.length > 0) yield this.#convert(query, rows, conversation.fields);
      }
    } catch (error) {
      throw translate(error, query.text);
    } finally {
      if (!this.#broken) await conversation.stop();
      this.#converse(null);
    }
  }

  async close(): Promise<void> {
    this.#broken = true;
    await this.#client.end().catch(() => undefined);
  }

  destroy(): void {
    this.#broken = true;
    wireOf(this.#client).stream.destroy();
  }

  async #ask(query: CompiledQuery, before: string | null = null): Promise<Answer> {
    if (this.#schemaSeen !== this.#schema.changes) {
      // The types of a prepared statement's parameters are those that its columns had when it was prepared.
      this.#schemaSeen = this.#schema.changes;
      this.#named.clear();
    }
    const known = this.#prepare ? (this.#named.get(query.text) ?? null) : null;
    const named = known ?? (this.#prepare ? { name: `f${++this.#names}`, text: query.text, fields: null } : null);
    const answer = await this.#whole(this.#request(query, named, known !== null, before), (conversation) => {
      if (named !== null && conversation.parsed && known === null) this.#named.set(query.text, named);
    });
    if (named !== null) named.fields = answer.fields;
    this.#noticeSchema(answer.tag);
    return answer;
  }

  #request(query: CompiledQuery, named: Named | null, parsed = false, before: string | null = null): Request {
    const forget = this.#forgotten;
    if (forget.length > 0) this.#forgotten = [];
    const { text, values } = query;
    return {
      text,
      values: values.map(toWire),
      name: named?.name ?? "",
      parsed,
      fields: named?.fields ?? null,
      forget,
      cells: cellKindsOf(query.outputs),
      before,
    };
  }

  /** `settled` sees the conversation however it ended. */
  #whole(request: Request | string, settled?: (conversation: Whole) => void): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const conversation: Whole = new Whole(
        request,
        (answer) => {
          this.#converse(null);
          settled?.(conversation);
          resolve(answer);
        },
        (error) => {
          this.#converse(null);
          settled?.(conversation);
          reject(error);
        },
      );
      this.#start(conversation);
    });
  }

  #converse(conversation: BaseConversation | null): void {
    this.#current = conversation;
    this.#rows.target = conversation;
  }

  #start(conversation: BaseConversation): void {
    if (this.#broken) throw lost(new Error("the connection was already closed"));
    if (this.#current !== null) throw new Error("a connection runs one statement at a time");
    this.#converse(conversation);
    try {
      converse(this.#client, conversation);
    } catch (error) {
      // Half a message may have been sent: nothing on this connection can be trusted any more.
      this.#converse(null);
      this.destroy();
      throw error;
    }
  }

  #result(query: CompiledQuery, { rows, fields, tag }: Answer): QueryResult {
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

  /** Cells of outputs that the query has no type for are read by the type that the server names. */
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
    this.#converse(null);
    current?.lost(error);
    if (first) this.#onLost?.();
  }
}
