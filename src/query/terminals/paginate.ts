/** `paginate`: keyset pages, whose cursors stay valid while rows are inserted and deleted. */

import { FieldError, InvalidCursor } from "../../errors.js";
import { describe } from "../../support/describe.js";
import { planPage } from "../planning/requests/page.js";
import type { QueryRunner } from "../runner.js";
import type { QueryState } from "../state.js";
import { run } from "./run.js";

export interface PageRequest {
  readonly first?: number | undefined;
  readonly after?: string | null | undefined;
  readonly last?: number | undefined;
  readonly before?: string | null | undefined;
}
export interface Page {
  readonly items: unknown[];
  readonly startCursor: string | null;
  readonly endCursor: string | null;
  readonly hasNext: boolean;
  readonly hasPrevious: boolean;
}
const DEFAULT_SIZE = 20;

/** A short hash of an order's text, to detect cursors of another order. */
const fingerprint = (text: string): number => {
  let hash = 5381;
  for (let at = 0; at < text.length; at++) hash = (hash * 33 + text.charCodeAt(at)) % 4294967296;
  return hash;
};

const BIGINT = "n";
const BYTES = "b";
type Packed = string | number | boolean | null | readonly [tag: string, text: string];
const pack = (value: unknown): Packed => {
  if (typeof value === "bigint") return [BIGINT, value.toString()];
  if (value instanceof Uint8Array) return [BYTES, Buffer.from(value).toString("base64")];
  if (value === null || typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  throw new FieldError(`paginate cannot go on from ${describe(value)}: order by columns of plain values`);
};
const unpack = (value: unknown): unknown => {
  if (!Array.isArray(value)) return value;
  const [tag, text] = value as readonly unknown[];
  if (typeof text !== "string") throw new InvalidCursor("this cursor cannot be read");
  return tag === BIGINT ? BigInt(text) : new Uint8Array(Buffer.from(text, "base64"));
};
const encode = (signature: string, cells: readonly unknown[]): string =>
  Buffer.from(JSON.stringify([fingerprint(signature), ...cells.map(pack)])).toString("base64url");
const decode = (cursor: string): { readonly mark: unknown; readonly values: readonly unknown[] } => {
  try {
    const [mark, ...values] = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8")) as readonly unknown[];
    return { mark, values: values.map(unpack) };
  } catch (cause) {
    throw new InvalidCursor(`paginate: ${describe(cursor)} is not a cursor: give startCursor or endCursor of a page unchanged`, { cause });
  }
};

const size = (given: number | undefined, name: string): number => {
  const wanted = given ?? DEFAULT_SIZE;
  if (!Number.isSafeInteger(wanted) || wanted < 1)
    throw new FieldError(`paginate: ${name} is a whole number from 1 on, not ${describe(given)}`);
  return wanted;
};

export const pageOf = async (db: QueryRunner, state: QueryState, request: PageRequest = {}): Promise<Page> => {
  const backward = request.last !== undefined || (request.before !== undefined && request.before !== null);
  if (backward && (request.first !== undefined || (request.after !== undefined && request.after !== null)))
    throw new FieldError("paginate goes forward ({ first, after }) or backward ({ last, before }), not both");
  const count = backward ? size(request.last, "last") : size(request.first, "first");
  const cursor = (backward ? request.before : request.after) ?? null;
  if (cursor !== null && typeof cursor !== "string")
    throw new InvalidCursor(`paginate: expected a cursor as text, got ${describe(cursor)}`);
  const from = cursor === null ? null : decode(cursor);
  const { plan, signature } = planPage(state, { from: from?.values ?? null, backward, size: count + 1 });
  if (from !== null && from.mark !== fingerprint(signature))
    throw new InvalidCursor("paginate: this cursor belongs to another order: begin again without it");
  const rows = (await run(db, plan)) as (readonly [row: unknown, cells: readonly unknown[]])[];
  const more = rows.length > count;
  const kept = rows.slice(0, count);
  if (backward) kept.reverse();
  const cursorOf = (row: (typeof kept)[number] | undefined): string | null => (row === undefined ? null : encode(signature, row[1]));
  return {
    items: kept.map(([row]) => row),
    startCursor: cursorOf(kept[0]),
    endCursor: cursorOf(kept.at(-1)),
    hasNext: backward ? cursor !== null : more,
    hasPrevious: backward ? more : cursor !== null,
  };
};
