/** What a translated case is given, and the one form in which its answer is compared. */

import type { Session } from "flash-db";
import { stateOf } from "../../src/loading/instance.js";

export interface CaseContext {
  readonly db: Session;
  /** The number of statements so far, which may be fewer than the reference's. */
  readonly queries: () => AtMost;
  /** Statements since a former `queries()`. */
  readonly since: (before: AtMost) => AtMost;
  readonly lastSql: () => string;
  /** Rows locks, `DISTINCT ON` and the like are there. */
  readonly isPostgres: boolean;
}
export type Case = (context: CaseContext) => Promise<unknown>;
export type Cases = Readonly<Record<string, Case>>;

export class AtMost {
  readonly count: number;
  constructor(count: number) {
    this.count = count;
  }
}

/** The answer of a case that must be refused: any class of error of the reference stands for it. */
export const refused = "<refused>";
export const raises = async (work: () => unknown): Promise<string | undefined> => {
  try {
    await work();
  } catch (error) {
    if (typeof (error as { code?: unknown }).code === "string") return refused;
    throw error;
  }
  return undefined;
};

/** Rows in no order of their own are compared in the order of their JSON text. */
export const unordered = (rows: readonly unknown[]): unknown[] =>
  [...rows].map(canonical).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));

/** Names of models (`chinook.Track`) stay as they are. */
const snake = (name: string): string =>
  name.includes(".") ? name : name.replace(/(?<![_A-Z])([A-Z])/g, (letter) => `_${letter.toLowerCase()}`);
const trimDecimal = (text: string): string => {
  if (!/^-?\d+\.\d+$/.test(text)) return text;
  const [whole = "", fraction = ""] = text.split(".");
  const rounded = fraction.length > 8 ? Number(text).toFixed(8) : `${whole}.${fraction}`;
  return rounded.replace(/\.?0+$/, "");
};

/** Instances become keys, dates ISO text, decimals text without trailing zeros, floats ten digits, names snake_case. */
export const canonical = (value: unknown): unknown => {
  if (value === null || value === undefined) return null;
  if (value instanceof AtMost) return value;
  if (value instanceof Date) return value.toISOString().slice(0, 19);
  if (typeof value === "bigint") return Number(value);
  if (typeof value === "number") return Number.isInteger(value) ? value : Number(value.toPrecision(10));
  if (typeof value === "string") return trimDecimal(value);
  if (Array.isArray(value)) return value.map(canonical);
  if (value instanceof Map) return canonical(Object.fromEntries(value));
  if (typeof value === "object") {
    if (stateOf(value) !== undefined) {
      const { pk } = value as { pk: unknown };
      return typeof pk === "object" && pk !== null ? Object.values(pk).map(canonical) : canonical(pk);
    }
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [snake(key), canonical(one)]));
  }
  return value;
};

const errorName = /(Error|DoesNotExist|MultipleObjectsReturned|Error_)$/;
/** Whether an answer is the reference's; counts of statements may be smaller. */
export const sameAnswer = (ours: unknown, theirs: unknown): boolean => {
  if (ours instanceof AtMost) return typeof theirs === "number" && ours.count <= theirs;
  if (ours === refused) return typeof theirs === "string" && errorName.test(theirs);
  if (Array.isArray(ours) && Array.isArray(theirs))
    return ours.length === theirs.length && ours.every((one, index) => sameAnswer(one, theirs[index]));
  if (
    typeof ours === "object" &&
    ours !== null &&
    typeof theirs === "object" &&
    theirs !== null &&
    !Array.isArray(theirs) &&
    !Array.isArray(ours)
  ) {
    const keys = Object.keys(ours);
    return (
      keys.length === Object.keys(theirs).length &&
      keys.every((key) => sameAnswer((ours as Record<string, unknown>)[key], (theirs as Record<string, unknown>)[key]))
    );
  }
  if (typeof ours === "number" && typeof theirs === "number") return ours === theirs || Math.abs(ours - theirs) <= 1e-9 * Math.abs(theirs);
  if (typeof ours === "number" && typeof theirs === "string") return String(ours) === theirs;
  if (typeof ours === "string" && typeof theirs === "number") return ours === String(theirs);
  if (typeof ours === "string" && typeof theirs === "string") return ours === trimDecimal(theirs);
  return ours === theirs;
};
