/** Assigns the rows returned by an INSERT to their objects: no database guarantees the order of RETURNING. */

import type { QueryResult } from "../../../database/contracts.js";
import type { FieldMeta, ModelMeta } from "../../../metadata/model-meta.js";
import { FlashDbError } from "../../../errors.js";
import { held } from "../../tracking/changes.js";
import type { Core } from "../../core/core.js";
import { IdentityMap } from "../../tracking/identity-map.js";
import { keyCells } from "../../tracking/row-keys.js";
import type { InsertGroup, NewRow } from "./new-rows.js";

/**
 * "none": nothing is returned. "rank": sequence keys ascend in row order. "key": the rows already have keys. "single": one row per
 * statement.
 */
export type Pairing = "none" | "rank" | "key" | "single";
/** The generated values of all rows, row by row. */
export type Answers = readonly unknown[];

export const pairingOf = ({ meta, made }: Pick<InsertGroup, "meta" | "made">): Pairing => {
  if (made.length === 0) return "none";
  const madeKeys = meta.primaryKey.filter((field) => made.includes(field));
  if (madeKeys.length === 0) return "key";
  return madeKeys.length === 1 && madeKeys[0]?.identity === true ? "rank" : "single";
};

/** The generated values of each row, in the order of the objects. */
export const pair = (
  core: Core,
  pairing: Pairing,
  group: Pick<InsertGroup, "meta" | "made">,
  rows: readonly NewRow[],
  { rows: answers, lastKey, affected }: QueryResult,
  returned: readonly FieldMeta[],
): Answers | null => {
  if (pairing === "none") return null;
  const { meta, made } = group;
  const count = lastKey === undefined ? answers.length : affected;
  if (count !== rows.length) throw new FlashDbError("INTERNAL", `INSERT into ${meta.table} gave back ${count} rows for ${rows.length}`);
  if (lastKey !== undefined) return counted(core, made[0] as FieldMeta, lastKey, count);
  decodeInPlace(core, returned, answers);
  if (pairing === "rank")
    return ranked(
      meta,
      answers,
      made.findIndex((field) => field.identity),
    ).flat();
  return (pairing === "key" ? byKey(group, rows, answers) : answers).flat();
};

/** The consecutive keys that end with `last`. */
const counted = (core: Core, { type }: FieldMeta, last: number | bigint, count: number): Answers => {
  const { decode } = core.dialect.codec(type);
  const end = (decode === undefined ? last : decode(last)) as number | bigint;
  const keys = new Array<unknown>(count);
  if (typeof end === "number") for (let at = 0; at < count; at++) keys[at] = end - count + 1 + at;
  else for (let at = 0; at < count; at++) keys[at] = end - BigInt(count - 1 - at);
  return keys;
};

const decodeInPlace = (core: Core, returned: readonly FieldMeta[], answers: readonly unknown[][]): void => {
  for (let column = 0; column < returned.length; column++) {
    const { decode } = core.dialect.codec((returned[column] as FieldMeta).type);
    if (decode === undefined) continue;
    for (let at = 0; at < answers.length; at++) {
      const answer = answers[at] as unknown[];
      if (answer[column] !== null) answer[column] = decode(answer[column]);
    }
  }
};

/** If the keys of one statement lie farther apart than this, they did not come from a sequence, and their order is meaningless. */
const WIDEST = 2 ** 40;

const ranked = ({ table }: ModelMeta, answers: unknown[][], key: number): unknown[][] => {
  for (let at = 1; at < answers.length; at++) {
    if ((answers[at - 1]?.[key] as number) > (answers[at]?.[key] as number)) {
      answers.sort((a, b) => ((a[key] as number) < (b[key] as number) ? -1 : 1));
      break;
    }
  }
  const [least, most] = [answers[0]?.[key], answers.at(-1)?.[key]] as (number | bigint)[];
  if (Number(most) - Number(least) > WIDEST)
    throw new FlashDbError(
      "INTERNAL",
      `the keys of new rows of ${table} were expected to be consecutive, but range from ${String(least)} to ${String(most)}, so they cannot be matched with their objects: check that the table has keys left, or assign keys yourself`,
    );
  return answers;
};

const byKey = (
  { meta }: Pick<InsertGroup, "meta">,
  rows: readonly NewRow[],
  answers: readonly (readonly unknown[])[],
): readonly (readonly unknown[])[] => {
  const width = meta.primaryKey.length;
  const known = new IdentityMap();
  for (const answer of answers) known.set(meta, keyCells(meta, answer.slice(0, width)), answer.slice(width));
  return rows.map(({ object }) => {
    const found = known.find(
      meta,
      keyCells(
        meta,
        meta.primaryKey.map((field) => held(object, field)),
      ),
    );
    if (found === undefined)
      throw new FlashDbError("INTERNAL", `INSERT into ${meta.table} did not give back the row of one of its objects`);
    return found as unknown[];
  });
};
