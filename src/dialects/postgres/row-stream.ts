/**
 * Sits between the socket and the driver: extracts the rows that a target waits for from the server's messages, and forwards everything
 * else.
 */

import { type CellKind, readRow } from "./row-bytes.js";

/** The receiver of rows. */
export interface RowTarget {
  readonly rows: unknown[][];
  readonly cells: readonly CellKind[];
}

const HEADER = 5;
const DATA_ROW = 68;

export class RowStream {
  /** Null forwards rows to the driver, like everything else. */
  target: RowTarget | null = null;
  /** Remaining bytes of a message whose beginning was forwarded; they are forwarded too. */
  #missing = 0;
  /** The beginning of a header that was split across packets; the driver already has it. */
  readonly #header = Buffer.alloc(HEADER);
  #headerLength = 0;
  /** A row that was split across packets, as far as received. */
  #row: Buffer | null = null;
  #rowLength = 0;

  /** Processes the next bytes; `forward` passes bytes to the driver. */
  read(bytes: Buffer, forward: (bytes: Buffer) => void): void {
    const end = bytes.length;
    let from = this.#restOfRow(bytes, forward);
    let at = from + this.#restOfLast(from === 0 ? bytes : bytes.subarray(from));
    while (at + HEADER <= end) {
      const next = at + 1 + bytes.readUInt32BE(at + 1);
      if (bytes[at] === DATA_ROW) {
        // Forward preceding messages first: they may set or clear the target.
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

  /** Adds bytes to a split row and reads it once complete; returns how many were used. */
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

  /** Returns how many bytes belong to a message whose beginning the driver already has. */
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
