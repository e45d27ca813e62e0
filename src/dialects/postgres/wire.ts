/** The part of `pg` that is used: a client with its connection, and the messages of a statement's exchange. */

import type pg from "pg";

export interface FieldDescription {
  readonly name: string;
  readonly dataTypeID: number;
}
/** A parameter: text, bytes or NULL. */
export type WireValue = string | Buffer | null;
/** Idle, in a transaction, or in an aborted transaction. */
export type TransactionStatus = "I" | "T" | "E";
/** The protocol messages that `pg` can send. */
export interface Wire {
  readonly stream: { cork(): void; uncork(): void; destroy(error?: Error): void };
  query(text: string): void;
  parse(message: { readonly text: string; readonly name: string }): void;
  bind(message: { readonly portal: string; readonly statement: string; readonly values: readonly WireValue[] }): void;
  describe(message: { readonly type: "P" | "S"; readonly name: string }): void;
  execute(message: { readonly portal: string; readonly rows: number }): void;
  close(message: { readonly type: "P" | "S"; readonly name: string }): void;
  flush(): void;
  sync(): void;
  sendCopyFail(message: string): void;
  on(event: "parseComplete", listener: () => void): void;
  on(event: "readyForQuery", listener: (message: { readonly status: TransactionStatus }) => void): void;
  /** Called once with the message stream. Not part of `pg`'s public API. */
  attachListeners?(stream: MessageStream): void;
}
type DataListener = (bytes: Buffer) => void;
interface MessageStream {
  listeners(event: "data"): DataListener[];
  on(event: "data", listener: DataListener): void;
  off(event: "data", listener: DataListener): void;
}
/** Callbacks that `pg` invokes while one of our statements is active. */
export interface Conversation {
  submit(wire: Wire): void;
  handleRowDescription(message: { readonly fields: readonly FieldDescription[] }): void;
  handleDataRow(message: { readonly fields: unknown[] }): void;
  handlePortalSuspended(): void;
  handleCommandComplete(message: { readonly text: string }): void;
  handleEmptyQuery(): void;
  handleReadyForQuery(): void;
  handleError(error: unknown): void;
  handleCopyInResponse(wire: Wire): void;
  handleCopyData(): void;
}

export type Pg = typeof pg;
export type Client = pg.Client;

/** `pg` exposes its protocol without types. */
export const wireOf = (client: Client): Wire => (client as unknown as { readonly connection: Wire }).connection;
/**
 * Passes the server's bytes to `read` before the driver gets them; call before the client connects. If a future version of the driver
 * attaches its listeners differently, it gets everything as before, and rows arrive as texts.
 */
export const listenFirst = (client: Client, read: (bytes: Buffer, forward: DataListener) => void): void => {
  const wire = wireOf(client);
  const attach = wire.attachListeners?.bind(wire);
  if (attach === undefined) return;
  wire.attachListeners = (stream) => {
    const before = new Set(stream.listeners("data"));
    attach(stream);
    const [forward, ...more] = stream.listeners("data").filter((listener) => !before.has(listener));
    if (forward === undefined || more.length > 0) return;
    stream.off("data", forward);
    stream.on("data", (bytes) => read(bytes, forward));
  };
};

export const converse = (client: Client, conversation: Conversation): void => {
  client.query(conversation as unknown as pg.Submittable);
};
