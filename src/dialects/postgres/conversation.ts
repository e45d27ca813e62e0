/** One statement's exchange with the server, from the first message to "ready for query"; rows remain the arrays of texts that arrive. */

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
  /** The portal has more rows than were requested. */
  readonly suspended: boolean;
}

/** `name` "" leaves the statement unnamed. With `parsed` the server has it prepared; with `fields` its outputs are known. */
export interface Request {
  readonly text: string;
  readonly values: readonly WireValue[];
  readonly name: string;
  readonly parsed: boolean;
  readonly fields: readonly FieldDescription[] | null;
  /** Names of prepared statements that the server can close. */
  readonly forget: readonly string[];
  /** How the cells of the rows are read. */
  readonly cells: readonly CellKind[];
  /** Statements without results that run before it in the same exchange. */
  readonly before: readonly string[];
  /** Name of the portal that keeps the rows on the server if not all are read at once; named only inside a transaction. */
  readonly portal: string;
  /** The maximum number of rows to return; 0 for all. */
  readonly limit: number;
}
/** Fetches the next rows of a portal that an earlier request opened. */
export interface FetchRequest {
  readonly portal: string;
  readonly limit: number;
  readonly cells: readonly CellKind[];
}

interface RowMessage {
  readonly fields: unknown[];
}
let sampled = false;
/** The driver creates an object per row, and none is left once its rows are read. */
const keepClassOf = (message: RowMessage): void => {
  sampled = true;
  const Made = message.constructor as new (length: number, fields: unknown[]) => object;
  keepHiddenClass(new Made(0, []));
};

const NO_CELLS: readonly CellKind[] = [];

/** One exchange: a statement, the next rows of a portal, or a text without parameters in the simple protocol. */
export class Exchange implements Conversation, RowTarget, Answer {
  fields: readonly FieldDescription[] = NO_FIELDS;
  tag = "";
  rows: unknown[][] = [];
  suspended = false;
  readonly cells: readonly CellKind[];
  /** Set once the server has confirmed that it parsed the statement. */
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

  /** Transaction control, which should be answered quickly. */
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
  /** Nearly all rows were read from bytes already; only rows whose header was split across packets arrive here as texts. */
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
    // No command and no rows: the answer stays empty.
  }
  handleReadyForQuery(): void {
    // `ready` handles every end, including errors, which `pg` does not report here.
  }
  /** Only records the error: the server still sends "ready for query"; if the connection breaks, `lost` ends the exchange. */
  handleError(error: unknown): void {
    this.#failure ??= error;
  }
  /** In COPY mode the server ignores the Sync that was sent with the statement and expects another one after CopyFail. */
  handleCopyInResponse(wire: Wire): void {
    this.#failure ??= copyRefused();
    wire.sendCopyFail("COPY FROM STDIN is not supported");
    if (typeof this.#request !== "string") wire.sync();
  }
  handleCopyData(): void {
    // COPY TO STDOUT is not supported, so its data is dropped.
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
