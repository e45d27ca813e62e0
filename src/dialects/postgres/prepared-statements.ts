/** The statements that one connection has prepared: named after their texts, and forgotten together when one of their plans is stale. */

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

/** A name means the same text on every connection of every process: a pooler may hand one process a connection that another one prepared. */
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

  /** Also forgets `text`, which may be prepared on the server though not by this connection. */
  forgetAll(text?: string): void {
    this.#kept.clear();
    if (text !== undefined) this.#forgotten.push(nameOf(text));
  }

  /** Names that the server can close with the next message. */
  takeForgotten(): readonly string[] {
    if (this.#forgotten.length === 0) return NONE;
    const names = this.#forgotten;
    this.#forgotten = [];
    return names;
  }
}
const NONE: readonly string[] = [];

const codeOf = (error: unknown): string => String((error as { code?: unknown } | null)?.code);

/** The server refuses the prepared statement itself: its result has other columns now, or the name is unknown there, or taken. */
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

/** Parameters keep the types that the columns had when the statement was prepared; these errors are how that shows after an ALTER TABLE. */
const TYPE_ERRORS = new Set(["42804", "42883", "42P18", "42703", "42846", "22P02", "22003"]);
export const mayBeStale = (error: unknown, reused: boolean): boolean =>
  isStale(error, reused) || (reused && TYPE_ERRORS.has(codeOf(error)));
