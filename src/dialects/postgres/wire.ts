/** The part of `pg` that is used: a client with its connection, and the messages that a statement's conversation is made of. */

import type pg from "pg";

export interface FieldDescription {
  readonly name: string;
  readonly dataTypeID: number;
}
/** A parameter: text, bytes or NULL. */
export type WireValue = string | Buffer | null;
/** Outside a transaction, in one, or in one that an error has aborted. */
export type TransactionStatus = "I" | "T" | "E";
/** The protocol as `pg` writes it. */
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
  /** Called once, with the stream that messages come from; no part of what `pg` promises. */
  attachListeners?(stream: MessageStream): void;
}
type DataListener = (bytes: Buffer) => void;
interface MessageStream {
  listeners(event: "data"): DataListener[];
  on(event: "data", listener: DataListener): void;
  off(event: "data", listener: DataListener): void;
}
/** What `pg` calls while a statement of ours is the active one. */
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
 * What the server sends goes by `read` before it gets to the driver; to be said before the client connects. Where the driver listens in
 * another way than is known here, it gets everything as before, and rows come as texts.
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
