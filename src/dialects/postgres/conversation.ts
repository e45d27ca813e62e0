/** One statement's exchange with the server, from the first message to "ready for query": rows stay the arrays of texts that arrive. */

import { keepHiddenClass } from "../../support/hidden-classes.js";
import type { CellKind } from "./row-bytes.js";
import type { RowTarget } from "./row-stream.js";
import type { Conversation, FieldDescription, Wire, WireValue } from "./wire.js";

const NO_FIELDS: readonly FieldDescription[] = [];

export interface Answer {
  readonly rows: unknown[][];
  readonly fields: readonly FieldDescription[];
  readonly tag: string;
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
  /** A statement that goes before it in the same exchange, and gives nothing back. */
  readonly before: string | null;
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

export abstract class BaseConversation implements Conversation, RowTarget {
  fields: readonly FieldDescription[] = NO_FIELDS;
  tag = "";
  rows: unknown[][] = [];
  readonly cells: readonly CellKind[];
  protected failure: unknown;
  /** Set when the server answered that it had parsed the statement. */
  parsed = false;
  #parsesBefore = 0;
  #settled = false;

  constructor(request: Request | string) {
    this.cells = typeof request === "string" ? NO_CELLS : request.cells;
  }

  abstract submit(wire: Wire): void;
  protected abstract settle(): void;

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
  handlePortalSuspended(_wire: Wire): void {
    // Only who asks for a limited number of rows is ever told this.
  }
  handleEmptyQuery(): void {
    // No command, no rows: the answer stays empty.
  }
  handleReadyForQuery(): void {
    // `ready` is called for every end, also after errors, which `pg` does not pass on.
  }
  /** The server still has to say that it is ready; only a connection that broke never will (`lost`). */
  handleError(error: unknown): void {
    this.failure ??= error;
  }
  handleCopyInResponse(wire: Wire): void {
    wire.sendCopyFail("COPY FROM STDIN is not supported");
  }
  handleCopyData(): void {
    // COPY TO STDOUT is not supported: what comes is dropped.
  }

  noteParsed(): void {
    if (this.#parsesBefore > 0) this.#parsesBefore--;
    else this.parsed = true;
  }
  ready(): void {
    this.#end();
  }
  lost(error: unknown): void {
    this.failure ??= error;
    this.#end();
  }

  #end(): void {
    if (this.#settled) return;
    this.#settled = true;
    this.settle();
  }

  protected begin(wire: Wire, { text, values, name, parsed, forget, before }: Request): void {
    for (const gone of forget) wire.close({ type: "S", name: gone });
    if (before !== null) {
      this.#parsesBefore = 1;
      wire.parse({ text: before, name: "" });
      wire.bind({ portal: "", statement: "", values: [] });
      wire.execute({ portal: "", rows: 0 });
    }
    if (!parsed) wire.parse({ text, name });
    wire.bind({ portal: "", statement: name, values });
  }
}

/** A statement whose rows are wanted all at once, or a text without parameters in the simple protocol. */
export class Whole extends BaseConversation {
  readonly #request: Request | string;
  readonly #done: (answer: Answer) => void;
  readonly #failed: (error: unknown) => void;

  constructor(request: Request | string, done: (answer: Answer) => void, failed: (error: unknown) => void) {
    super(request);
    this.#request = request;
    this.#done = done;
    this.#failed = failed;
  }

  submit(wire: Wire): void {
    const request = this.#request;
    if (typeof request === "string") {
      wire.query(request);
      return;
    }
    wire.stream.cork();
    this.begin(wire, request);
    if (request.fields === null) wire.describe({ type: "P", name: "" });
    else this.fields = request.fields;
    wire.execute({ portal: "", rows: 0 });
    wire.sync();
    wire.stream.uncork();
  }

  protected settle(): void {
    if (this.failure === undefined) this.#done(this);
    else this.#failed(this.failure);
  }
}

keepHiddenClass(
  new Whole(
    "",
    () => undefined,
    () => undefined,
  ),
);

interface Pending {
  readonly give: (rows: unknown[][] | null) => void;
  readonly fail: (error: unknown) => void;
}

/** A statement whose rows are fetched some at a time; the server waits in between, and nothing is buffered. */
export class Chunks extends BaseConversation {
  readonly #request: Request;
  readonly #size: number;
  #wire: Wire | null = null;
  #pending: Pending | null = null;
  #finished = false;
  #suspended = false;
  #over: (() => void) | null = null;

  constructor(request: Request, size: number) {
    super(request);
    this.#request = request;
    this.#size = size;
  }

  submit(wire: Wire): void {
    this.#wire = wire;
    wire.stream.cork();
    this.begin(wire, this.#request);
    wire.describe({ type: "P", name: "" });
    wire.execute({ portal: "", rows: this.#size });
    wire.flush();
    wire.stream.uncork();
  }

  /** The next rows, null after the last ones. */
  next(): Promise<unknown[][] | null> {
    return new Promise((give, fail) => {
      this.#pending = { give, fail };
      if (this.#finished) {
        this.#deliver();
      } else if (this.#suspended) {
        this.#suspended = false;
        this.#wire?.execute({ portal: "", rows: this.#size });
        this.#wire?.flush();
      }
    });
  }

  /** Ends the conversation early; the connection is free when it resolves. */
  stop(): Promise<void> {
    if (this.#finished) return Promise.resolve();
    return new Promise((resolve) => {
      this.#over = resolve;
      this.#suspended = false;
      this.#wire?.sync();
    });
  }

  override handlePortalSuspended(): void {
    this.#suspended = true;
    this.#deliver();
  }
  override handleCommandComplete(message: { readonly text: string }): void {
    super.handleCommandComplete(message);
    this.#wire?.sync();
  }
  override handleEmptyQuery(): void {
    this.#wire?.sync();
  }
  override handleError(error: unknown): void {
    super.handleError(error);
    this.#wire?.sync();
  }

  protected settle(): void {
    this.#finished = true;
    this.#over?.();
    this.#deliver();
  }

  #deliver(): void {
    const pending = this.#pending;
    if (pending === null) return;
    this.#pending = null;
    const rows = this.rows;
    this.rows = [];
    if (this.failure !== undefined) pending.fail(this.failure);
    else pending.give(rows.length === 0 && this.#finished ? null : rows);
  }
}
