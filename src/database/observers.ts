/** Who wants to know of statements: listeners, the diagnostics channel, and `echo`. Nothing is measured while nobody does. */

import { channel } from "node:diagnostics_channel";
import { FlashDbError } from "../errors.js";
import type { QueryEvent, QueryResult } from "./contracts.js";

export type QueryListener = (event: QueryEvent) => void;

const diagnostics = channel("flash-db:query");

export class Observers {
  readonly #channel: boolean;
  #listeners: readonly QueryListener[] = [];

  /** Statements are published on the diagnostics channel, transaction control is not. */
  constructor(options: { readonly channel: boolean }) {
    this.#channel = options.channel;
  }

  get active(): boolean {
    return this.#listeners.length > 0 || (this.#channel && diagnostics.hasSubscribers);
  }

  add(listener: QueryListener): () => void {
    // The same function may listen twice, and each end is its own: hence a wrapper.
    const own: QueryListener = (event) => listener(event);
    this.#listeners = [...this.#listeners, own];
    return () => {
      this.#listeners = this.#listeners.filter((one) => one !== own);
    };
  }

  /** Runs the statement and reports it, whether it worked or failed. */
  async observe(sql: string, params: readonly unknown[], session: object | null, run: () => Promise<QueryResult | undefined>): Promise<QueryResult | undefined> {
    const start = performance.now();
    try {
      const result = await run();
      const rows = result === undefined ? 0 : result.rows.length > 0 ? result.rows.length : result.affected;
      this.tell({ sql, params, durationMs: performance.now() - start, rows, session });
      return result;
    } catch (error) {
      if (error instanceof FlashDbError) this.tell({ sql, params, durationMs: performance.now() - start, rows: 0, session, error });
      throw error;
    }
  }

  tell(event: QueryEvent): void {
    for (const listener of this.#listeners) listener(event);
    if (this.#channel && diagnostics.hasSubscribers) diagnostics.publish(event);
  }
}

const shown = (value: unknown): string => {
  if (typeof value === "bigint") return String(value);
  if (value instanceof Uint8Array) return `<${value.byteLength} bytes>`;
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
};

/** A statement as `echo` prints it. */
export function echoLine({ sql, params, durationMs, error }: QueryEvent): string {
  const bound = params.length === 0 ? "" : ` -- [${params.map(shown).join(", ")}]`;
  return `${durationMs.toFixed(2)} ms  ${sql}${bound}${error === undefined ? "" : ` -- ${error.name}: ${error.message}`}`;
}
