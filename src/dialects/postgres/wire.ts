/** The part of `pg` that is used: a client with its connection, and the messages that a statement's conversation is made of. */

import type pg from "pg";

export interface FieldDescription {
  readonly name: string;
  readonly dataTypeID: number;
}
/** A parameter: text, bytes or NULL. */
export type WireValue = string | Buffer | null;
/** The protocol as `pg` writes it. */
export interface Wire {
  readonly stream: { cork(): void; uncork(): void; destroy(): void };
  query(text: string): void;
  parse(message: { readonly text: string; readonly name: string }): void;
  bind(message: { readonly portal: string; readonly statement: string; readonly values: readonly WireValue[] }): void;
  describe(message: { readonly type: "P" | "S"; readonly name: string }): void;
  execute(message: { readonly portal: string; readonly rows: number }): void;
  close(message: { readonly type: "P" | "S"; readonly name: string }): void;
  flush(): void;
  sync(): void;
  sendCopyFail(message: string): void;
  on(event: "parseComplete" | "readyForQuery", listener: () => void): void;
  /** Called once, with the stream that messages come from; no part of what `pg` promises. */
  attachListeners?(stream: MessageStream): void;
}
interface MessageStream {
  on(event: string, listener: (bytes: Buffer) => void): void;
}
/** What `pg` calls while a statement of ours is the active one. */
export interface Conversation {
  submit(wire: Wire): void;
  handleRowDescription(message: { readonly fields: readonly FieldDescription[] }): void;
  handleDataRow(message: { readonly fields: unknown[] }): void;
  handlePortalSuspended(wire: Wire): void;
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
 * What the server sends goes by `read` before it gets to the driver; to be said before the client connects. A driver without such a place
 * reads everything itself.
 */
export const listenFirst = (client: Client, read: (bytes: Buffer, forward: (bytes: Buffer) => void) => void): void => {
  const wire = wireOf(client);
  const attach = wire.attachListeners?.bind(wire);
  if (attach === undefined) return;
  wire.attachListeners = (stream) =>
    attach({ on: (event, listener) => stream.on(event, event === "data" ? (bytes) => read(bytes, listener) : listener) });
};

export const converse = (client: Client, conversation: Conversation): void => {
  client.query(conversation as unknown as pg.Submittable);
};
