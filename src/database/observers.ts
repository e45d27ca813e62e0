/** Observers of statements: listeners, the diagnostics channel, and `echo`. Nothing is measured without any. */

import { channel } from "node:diagnostics_channel";
import { FlashDbError } from "../errors.js";
import type { QueryEvent, QueryResult } from "./contracts.js";

export type QueryListener = (event: QueryEvent) => void;

const diagnostics = channel("flash-db:query");

export class Observers {
  readonly #channel: boolean;
  #listeners: readonly QueryListener[] = [];

  /** Statements are published on the diagnostics channel; transaction control is not. */
  constructor(options: { readonly channel: boolean }) {
    this.#channel = options.channel;
  }

  get active(): boolean {
    return this.#listeners.length > 0 || (this.#channel && diagnostics.hasSubscribers);
  }

  add(listener: QueryListener): () => void {
    // The same function may be added twice and removed separately, hence a wrapper.
    const own: QueryListener = (event) => listener(event);
    this.#listeners = [...this.#listeners, own];
    return () => {
      this.#listeners = this.#listeners.filter((one) => one !== own);
    };
  }

  /** Runs the statement and reports it, whether it succeeds or fails. */
  async observe<T extends QueryResult | undefined>(
    sql: string,
    params: readonly unknown[],
    session: object | null,
    run: () => Promise<T>,
  ): Promise<T> {
    const seen = this.watch(sql, params, session);
    try {
      const result = await run();
      if (result !== undefined) seen.rows = result.rows.length > 0 ? result.rows.length : result.affected;
      return result;
    } catch (error) {
      seen.error = error;
      throw error;
    } finally {
      seen.end();
    }
  }

  /** Starts observing longer work; `end` reports it. */
  watch(sql: string, params: readonly unknown[], session: object | null): Watch {
    const start = performance.now();
    const watch: Watch = {
      rows: 0,
      error: undefined,
      end: () => {
        const { rows, error } = watch;
        const event = { sql, params, durationMs: performance.now() - start, rows, session };
        if (this.active) this.#tell(error instanceof FlashDbError ? { ...event, error } : event);
      },
    };
    return watch;
  }

  #tell(event: QueryEvent): void {
    for (const listener of this.#listeners) {
      try {
        listener(event);
      } catch (error) {
        // The statement has run, so an error of a listener must not replace its result.
        process.nextTick(() => {
          throw error;
        });
      }
    }
    if (this.#channel && diagnostics.hasSubscribers) diagnostics.publish(event);
  }
}

export interface Watch {
  rows: number;
  error: unknown;
  end(): void;
}

const shown = (value: unknown): string => {
  if (typeof value === "bigint") return String(value);
  if (value instanceof Uint8Array) return `<${value.byteLength} bytes>`;
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
};

/** Formats a statement for `echo`. */
export function echoLine({ sql, params, durationMs, error }: QueryEvent): string {
  const bound = params.length === 0 ? "" : ` -- [${params.map(shown).join(", ")}]`;
  return `${durationMs.toFixed(2)} ms  ${sql}${bound}${error === undefined ? "" : ` -- ${error.name}: ${error.message}`}`;
}
