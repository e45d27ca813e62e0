/** One statement's exchange with the server, from the first message to "ready for query": rows stay the arrays of texts that arrive. */

import { DatabaseError } from "../../errors.js";
import { keepHiddenClass } from "../../support/hidden-classes.js";
import type { CellKind } from "./row-bytes.js";
import type { RowTarget } from "./row-stream.js";
import type { Conversation, FieldDescription, Wire, WireValue } from "./wire.js";

const NO_FIELDS: readonly FieldDescription[] = [];

export interface Answer {
  readonly rows: unknown[][];
  readonly fields: readonly FieldDescription[];
  readonly tag: string;
  /** The portal has more rows than were asked for. */
  readonly suspended: boolean;
}

/** `name` "" leaves the statement unnamed; with `parsed` it is known to the server, with `fields` so are its outputs. */
export interface Request {
  readonly text: string;
  readonly values: readonly WireValue[];
  readonly name: string;
  readonly parsed: boolean;
  readonly fields: readonly FieldDescription[] | null;
  /** Names of statements that the server can forget. */
  readonly forget: readonly string[];
  /** How the cells of its rows are read. */
  readonly cells: readonly CellKind[];
  /** Statements that run before it in the same exchange, and return nothing. */
  readonly before: readonly string[];
  /** Where its rows stay on the server when not all are read at once; named only inside a transaction. */
  readonly portal: string;
  /** The most rows that come now; 0: all of them. */
  readonly limit: number;
}
/** The next rows of a portal that an earlier request opened. */
export interface FetchRequest {
  readonly portal: string;
  readonly limit: number;
  readonly cells: readonly CellKind[];
}

interface RowMessage {
  readonly fields: unknown[];
}
let sampled = false;
/** The driver makes an object for each row, of which none is left when its rows are read. */
const keepClassOf = (message: RowMessage): void => {
  sampled = true;
  const Made = message.constructor as new (length: number, fields: unknown[]) => object;
  keepHiddenClass(new Made(0, []));
};

const NO_CELLS: readonly CellKind[] = [];

/** One exchange: a statement, the next rows of one, or a text without parameters in the simple protocol. */
export class Exchange implements Conversation, RowTarget, Answer {
  fields: readonly FieldDescription[] = NO_FIELDS;
  tag = "";
  rows: unknown[][] = [];
  suspended = false;
  readonly cells: readonly CellKind[];
  /** Set when the server answered that it had parsed the statement. */
  parsed = false;
  readonly #request: Request | FetchRequest | string;
  readonly #done: (answer: Answer) => void;
  readonly #failed: (error: unknown) => void;
  #parsesBefore = 0;
  #failure: unknown;
  #settled = false;

  constructor(request: Request | FetchRequest | string, done: (answer: Answer) => void, failed: (error: unknown) => void) {
    this.#request = request;
    this.#done = done;
    this.#failed = failed;
    this.cells = typeof request === "string" ? NO_CELLS : request.cells;
  }

  /** Transaction control, of which no part takes long. */
  get isControl(): boolean {
    return typeof this.#request === "string";
  }

  submit(wire: Wire): void {
    const request = this.#request;
    if (typeof request === "string") {
      wire.query(request);
      return;
    }
    wire.stream.cork();
    if ("text" in request) this.#begin(wire, request);
    wire.execute({ portal: request.portal, rows: request.limit });
    wire.sync();
    wire.stream.uncork();
  }

  handleRowDescription({ fields }: { readonly fields: readonly FieldDescription[] }): void {
    this.fields = fields;
  }
  /** Nearly all rows were read already: as texts come only those whose header came apart. */
  handleDataRow(message: RowMessage): void {
    if (!sampled) keepClassOf(message);
    this.rows.push(message.fields);
  }
  handleCommandComplete({ text }: { readonly text: string }): void {
    this.tag = text;
  }
  handlePortalSuspended(): void {
    this.suspended = true;
  }
  handleEmptyQuery(): void {
    // No command, no rows: the answer stays empty.
  }
  handleReadyForQuery(): void {
    // `ready` is called for every end, also after errors, which `pg` does not pass on.
  }
  /** The server still has to say that it is ready; only a connection that broke never will (`lost`). */
  handleError(error: unknown): void {
    this.#failure ??= error;
  }
  /** While rows are copied in, the server ignores the Sync that was sent with the statement: it waits for another one after the refusal. */
  handleCopyInResponse(wire: Wire): void {
    this.#failure ??= copyRefused();
    wire.sendCopyFail("COPY FROM STDIN is not supported");
    if (typeof this.#request !== "string") wire.sync();
  }
  handleCopyData(): void {
    // COPY TO STDOUT is not supported: what comes is dropped.
  }

  noteParsed(): void {
    if (this.#parsesBefore > 0) this.#parsesBefore--;
    else this.parsed = true;
  }
  ready(): void {
    if (this.#settled) return;
    this.#settled = true;
    if (this.#failure === undefined) this.#done(this);
    else this.#failed(this.#failure);
  }
  lost(error: unknown): void {
    this.#failure ??= error;
    this.ready();
  }

  #begin(wire: Wire, { text, values, name, parsed, fields, forget, before, portal }: Request): void {
    for (const gone of forget) wire.close({ type: "S", name: gone });
    this.#parsesBefore = before.length;
    for (const one of before) {
      wire.parse({ text: one, name: "" });
      wire.bind({ portal: "", statement: "", values: [] });
      wire.execute({ portal: "", rows: 0 });
    }
    if (!parsed) wire.parse({ text, name });
    wire.bind({ portal, statement: name, values });
    if (fields === null) wire.describe({ type: "P", name: portal });
    else this.fields = fields;
  }
}

keepHiddenClass(
  new Exchange(
    "",
    () => undefined,
    () => undefined,
  ),
);

const copyRefused = (): DatabaseError =>
  new DatabaseError("COPY … FROM STDIN has no rows to read here. Insert rows with bulkCreate(), or copy them with the driver itself.");
