/** Rows are taken out of the server's messages however these were cut, and cells are read from bytes as they would be from texts. */

import { describe, expect, it } from "vitest";
import { cellKindsOf, readRow } from "../../src/dialects/postgres/row-bytes.js";
import { RowStream } from "../../src/dialects/postgres/row-stream.js";
import { codecFor } from "../../src/dialects/postgres/codecs.js";
import { types, type ColumnType } from "../../src/sql/types.js";

const int16 = (number: number): Buffer => Buffer.from([number >> 8, number & 255]);
const int32 = (number: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(number);
  return bytes;
};
const message = (code: string, content: Buffer): Buffer => Buffer.concat([Buffer.from(code), int32(content.length + 4), content]);
const content = (cells: readonly (string | null)[]): Buffer =>
  Buffer.concat([
    int16(cells.length),
    ...cells.map((cell) => (cell === null ? int32(-1) : Buffer.concat([int32(Buffer.byteLength(cell)), Buffer.from(cell)]))),
  ]);
const read = (cells: readonly (string | null)[], outputs: readonly ColumnType[] | null): unknown[] =>
  readRow(content(cells), 0, cellKindsOf(outputs));

/** What a driver does with its bytes: whole messages, one after the other. */
const driver = (heard: (code: string, bytes: Buffer) => void): ((bytes: Buffer) => void) => {
  let kept = Buffer.alloc(0);
  return (bytes) => {
    kept = Buffer.concat([kept, bytes]);
    while (kept.length >= 5 && kept.length > kept.readUInt32BE(1)) {
      const end = 1 + kept.readUInt32BE(1);
      heard(kept.toString("latin1", 0, 1), kept.subarray(5, end));
      kept = kept.subarray(end);
    }
  };
};

describe("rows among the messages of a server", () => {
  const outputs = [types.integer, types.text];
  const rows = [
    ["1", "one"],
    ["-22", "zwölf ✓"],
    [null, ""],
    ["4444444444", null],
    ["5", "D"],
  ] as const;
  const stream = Buffer.concat([
    message("2", Buffer.alloc(0)),
    message("T", Buffer.from("described")),
    ...rows.slice(0, 3).map((row) => message("D", content(row))),
    message("N", Buffer.from("a notice amid the rows")),
    ...rows.slice(3).map((row) => message("D", content(row))),
    message("C", Buffer.from("SELECT 5")),
    message("Z", Buffer.from("I")),
  ]);
  const expected = [
    "2",
    "T described",
    ...rows.slice(0, 3).map((row) => row.join()),
    "N a notice amid the rows",
    ...rows.slice(3).map((row) => row.join()),
    "C SELECT 5",
    "Z I",
  ];
  /** What was heard, in its order, with how many of the rows were read here. */
  const hear = (pieces: readonly Buffer[], waiting = true): { log: string[]; here: number } => {
    const log: string[] = [];
    let here = 0;
    const reader = new RowStream();
    const target = {
      cells: cellKindsOf(outputs),
      rows: Object.assign([] as unknown[][], { push: (row: unknown[]) => (log.push(row.join()), ++here) }),
    };
    const forward = driver((code, bytes) => {
      if (code === "T" && waiting) reader.target = target;
      log.push(code === "D" ? readRow(bytes, 0, []).join() : `${code} ${bytes.toString()}`.trim());
    });
    for (const piece of pieces) reader.read(piece, forward);
    return { log, here };
  };
  const cut = (...places: readonly number[]): Buffer[] =>
    [0, ...places].map((from, index) => Buffer.from(stream.subarray(from, places[index] ?? stream.length)));

  it("are read where they come in one piece", () => {
    expect(hear([stream])).toEqual({ log: expected, here: rows.length });
  });
  it("go to the driver while nobody waits for them", () => {
    expect(hear([stream], false)).toEqual({ log: expected, here: 0 });
  });
  it("are all heard once and in order, wherever the bytes are cut", () => {
    for (let first = 1; first < stream.length; first++) {
      const { log, here } = hear(cut(first));
      expect(log, `cut at ${first}`).toEqual(expected);
      expect(here).toBeGreaterThanOrEqual(rows.length - 1);
      for (let second = first + 1; second < Math.min(first + 12, stream.length); second++)
        expect(hear(cut(first, second)).log, `cut at ${first} and ${second}`).toEqual(expected);
    }
  });
  it("are heard in pieces of any size", () => {
    for (let size = 1; size < 40; size++) {
      const places = Array.from({ length: Math.ceil(stream.length / size) - 1 }, (_, index) => (index + 1) * size);
      expect(hear(cut(...places)).log, `pieces of ${size}`).toEqual(expected);
    }
  });
});

describe("cells read from bytes", () => {
  const same = (type: ColumnType, text: string): void => {
    const { decode } = codecFor(type);
    const [cell] = read([text], [type]);
    const outcome = (given: unknown): unknown => {
      try {
        return decode?.(given);
      } catch (error) {
        return String(error);
      }
    };
    expect(outcome(cell), text).toEqual(outcome(text));
  };
  it("are small integers, or texts where a number could not be trusted", () => {
    expect(read(["0", "-1", "999999999", "-999999999", null], Array(5).fill(types.integer))).toEqual([
      0,
      -1,
      999_999_999,
      -999_999_999,
      null,
    ]);
    expect(read(["-0", "1000000000", "", "-", "1.5", "NaN"], Array(6).fill(types.integer))).toEqual([
      0,
      "1000000000",
      "",
      "-",
      "1.5",
      "NaN",
    ]);
    for (const text of ["7", "-7", "2147483647", "-2147483648", "9007199254740991"]) same(types.integer, text);
  });
  it("are booleans and instants, and texts in every other form", () => {
    expect(read(["t", "f", "true", null], Array(4).fill(types.boolean))).toEqual([true, false, "true", null]);
    const leapDay = ["", ".9", ".98", ".987", ".9876", ".987654"].map((fraction) => `2024-02-29 23:59:59${fraction}+00`);
    expect(read(leapDay, Array(6).fill(types.timestamp))).toEqual(
      // Half a millisecond says that there was more, so that such a key can be refused.
      [0, 900, 980, 987, 987.5, 987.5].map((ms) => Date.UTC(2024, 1, 29, 23, 59, 59) + ms),
    );
    for (const text of [
      "1970-01-01 00:00:00.001+00",
      "2024-01-02 03:04:05+00",
      "2024-01-02 03:04:05.6+00",
      "2024-01-02 03:04:05.678901+00",
      "1969-12-31 23:59:59.9996+00",
      "infinity",
      "0000-00-00 00:00:00+00",
      "2024-13-02 03:04:05+00",
      "2024-01-02 03:04:05.678+02",
      "0044-03-15 12:00:00.000+00 BC",
      "20240-01-02 03:04:05.67+00",
    ])
      same(types.timestamp, text);
  });
  it("are texts in UTF-8 where their type is another or unknown", () => {
    expect(read(["zwölf ✓ 🙂", "12", null], [types.text, types.double, types.text])).toEqual(["zwölf ✓ 🙂", "12", null]);
    expect(read(["12", "t"], null)).toEqual(["12", "t"]);
  });
});
