/** The prepared statements of one connection, named after their texts; all are dropped when one of them is stale. */

import { createHash } from "node:crypto";
import { Recent } from "../../support/recent.js";
import type { FieldDescription } from "./wire.js";

export interface PreparedStatement {
  readonly name: string;
  /** Null until the server has described the outputs. */
  fields: readonly FieldDescription[] | null;
}

const STATEMENTS_KEPT = 256;
const DIGEST_LENGTH = 32;

/**
 * A name identifies the same text on every connection of every process, since a pooler may hand over a connection that another process
 * used.
 */
const nameOf = (text: string): string => `flash_${createHash("sha256").update(text).digest("base64url").slice(0, DIGEST_LENGTH)}`;

export class PreparedStatements {
  readonly #kept: Recent<string, PreparedStatement>;
  #forgotten: string[] = [];

  constructor() {
    this.#kept = new Recent(STATEMENTS_KEPT, ({ name }) => this.#forgotten.push(name));
  }

  get(text: string): PreparedStatement | null {
    return this.#kept.get(text) ?? null;
  }

  create(text: string): PreparedStatement {
    return { name: nameOf(text), fields: null };
  }

  keep(text: string, statement: PreparedStatement): void {
    this.#kept.set(text, statement);
  }

  /** Also drops `text`, which may be prepared on the server but not by this connection. */
  forgetAll(text?: string): void {
    this.#kept.clear();
    if (text !== undefined) this.#forgotten.push(nameOf(text));
  }

  /** Names that can be closed on the server with the next message. */
  takeForgotten(): readonly string[] {
    if (this.#forgotten.length === 0) return NONE;
    const names = this.#forgotten;
    this.#forgotten = [];
    return names;
  }
}
const NONE: readonly string[] = [];

const codeOf = (error: unknown): string => String((error as { code?: unknown } | null)?.code);

/** Whether the server rejected the prepared statement itself: its result columns changed, or its name is unknown or taken. */
export const isStale = (error: unknown, reused: boolean): boolean => {
  switch (codeOf(error)) {
    case "42P05":
      return true;
    case "26000":
      return reused;
    case "0A000": {
      const { routine } = error as { readonly routine?: unknown };
      return reused && (routine === undefined || routine === "RevalidateCachedQuery");
    }
    default:
      return false;
  }
};

/** A prepared statement keeps the parameter types of its columns; after an ALTER TABLE, these errors may result. */
const TYPE_ERRORS = new Set(["42804", "42883", "42P18", "42703", "42846", "22P02", "22003"]);
export const mayBeStale = (error: unknown, reused: boolean): boolean =>
  isStale(error, reused) || (reused && TYPE_ERRORS.has(codeOf(error)));
