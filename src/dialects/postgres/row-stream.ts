/** Stands between the socket and the driver: takes the rows that somebody here waits for out of the server's messages, and hands on everything else. */

import { type CellKind, readRow } from "./row-bytes.js";

/** Who waits for rows. */
export interface RowTarget {
  readonly rows: unknown[][];
  readonly cells: readonly CellKind[];
}

const HEADER = 5;
const DATA_ROW = 68;

export class RowStream {
  /** Null: rows go to the driver like everything else. */
  target: RowTarget | null = null;
  /** Bytes of a message whose beginning the driver has got: the rest goes there too. */
  #missing = 0;
  /** The beginning of a header that came apart; the driver has got it already. */
  readonly #header = Buffer.alloc(HEADER);
  #headerLength = 0;
  /** A row that came apart, as far as it has come. */
  #row: Buffer | null = null;
  #rowLength = 0;

  /** The next bytes that came; `forward` hands bytes on to the driver. */
  read(bytes: Buffer, forward: (bytes: Buffer) => void): void {
    const end = bytes.length;
    let from = this.#restOfRow(bytes, forward);
    let at = from + this.#restOfLast(from === 0 ? bytes : bytes.subarray(from));
    while (at + HEADER <= end) {
      const next = at + 1 + bytes.readUInt32BE(at + 1);
      if (bytes[at] === DATA_ROW) {
        // What came before may say who waits, or that nobody does any more.
        if (from < at) forward(bytes.subarray(from, at));
        from = at;
        if (this.target !== null) {
          from = next;
          if (next <= end) this.target.rows.push(readRow(bytes, at + HEADER, this.target.cells));
          else return this.#keep(bytes, at, next - at);
        }
      }
      at = next;
    }
    if (at > end) this.#missing = at - end;
    else if (at < end) this.#headerLength = bytes.copy(this.#header, 0, at, end);
    if (from < end) forward(from === 0 ? bytes : bytes.subarray(from));
  }

  #keep(bytes: Buffer, at: number, length: number): void {
    this.#row = Buffer.allocUnsafe(length);
    this.#rowLength = bytes.copy(this.#row, 0, at);
  }

  /** How many of these bytes belong to a row that has begun already; it is read when it is whole. */
  #restOfRow(bytes: Buffer, forward: (bytes: Buffer) => void): number {
    const row = this.#row;
    if (row === null) return 0;
    const rest = bytes.copy(row, this.#rowLength);
    this.#rowLength += rest;
    if (this.#rowLength === row.length) {
      this.#row = null;
      if (this.target === null) forward(row);
      else this.target.rows.push(readRow(row, HEADER, this.target.cells));
    }
    return rest;
  }

  /** How many of these bytes belong to a message that has begun already, and to the driver. */
  #restOfLast(bytes: Buffer): number {
    if (this.#headerLength > 0) {
      const had = this.#headerLength;
      const taken = bytes.copy(this.#header, had, 0, Math.min(bytes.length, HEADER - had));
      this.#headerLength = had + taken;
      if (this.#headerLength < HEADER) return bytes.length;
      this.#headerLength = 0;
      this.#missing = 1 + this.#header.readUInt32BE(1) - had;
    }
    const rest = Math.min(this.#missing, bytes.length);
    this.#missing -= rest;
    return rest;
  }
}
