/** JSON and arrays, compared and searched like PostgreSQL's jsonb and arrays. */

import { formatDecimal, parseDecimal, sortKey as decimalKey } from "../../../support/decimal.js";
import type { sqliteFunctions } from "../function-names.js";
import { asBoolean, asText, type Cell, type Given, ofPresent, type ScalarFunction, strict } from "./define.js";

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
const parse = (value: Given): Json => JSON.parse(asText(value)) as Json;
const isObject = (value: Json | undefined): value is { readonly [key: string]: Json } =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function canonical(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const keys = Object.keys(value).sort();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(value[key] ?? null)}`).join(",")}}`;
}

/** As in PostgreSQL, an array contains a bare scalar only at the top level. */
function contains(whole: Json, part: Json, top: boolean): boolean {
  if (Array.isArray(whole)) {
    if (Array.isArray(part)) return part.every((wanted: Json) => whole.some((found: Json) => contains(found, wanted, false)));
    return top && !isObject(part) && whole.includes(part);
  }
  if (isObject(whole)) {
    return (
      isObject(part) &&
      Object.entries(part).every(([key, wanted]) => Object.hasOwn(whole, key) && contains(whole[key] ?? null, wanted, false))
    );
  }
  return whole === part;
}

const STEPS = /\.(?:"((?:[^"\\]|\\.)*)"|([^.["]+))|\[(#-)?(\d+)\]/gy;

/** The value at a path in SQLite's form: `$."key"[0][#-1]`. */
function follow(document: Json, path: string): Json | undefined {
  let value: Json | undefined = document;
  let end = 1;
  for (const step of path.slice(1).matchAll(STEPS)) {
    const [whole, quoted, bare, fromEnd, index] = step;
    end += whole.length;
    if (index === undefined) {
      const key = quoted === undefined ? (bare ?? "") : (JSON.parse(`"${quoted}"`) as string);
      value = isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
    } else {
      value = Array.isArray(value)
        ? (value as readonly Json[])[fromEnd === undefined ? Number(index) : value.length - Number(index)]
        : undefined;
    }
  }
  if (!path.startsWith("$") || end !== path.length) throw new TypeError(`expected a JSON path, got ${JSON.stringify(path)}`);
  return value;
}

function scalarText(value: Json | undefined): Cell {
  if (value === undefined || value === null) return null;
  if (typeof value === "string") return value;
  if (typeof value !== "number") return JSON.stringify(value);
  const decimal = parseDecimal(String(value));
  return decimal === null ? String(value) : formatDecimal(decimal);
}

/** The value of an object's key, or of an array index. */
const step = (value: Json | undefined, name: string): Json | undefined => {
  if (Array.isArray(value)) return /^\d+$/.test(name) ? (value as readonly Json[])[Number(name)] : undefined;
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
};

/** Orders JSON like jsonb: by kind, then by value; longer arrays and larger objects come later. */
export function sortKeyOf(value: Json): string {
  if (value === null) return "0";
  if (typeof value === "string") return `1${value}`;
  if (typeof value === "number") {
    const decimal = parseDecimal(String(value));
    return decimal === null ? `2${value}` : `2${decimalKey(decimal)}`;
  }
  if (typeof value === "boolean") return value ? "31" : "30";
  const size = String(Array.isArray(value) ? value.length : Object.keys(value).length).padStart(9, "0");
  return Array.isArray(value) ? `4${size}${value.map(sortKeyOf).join("\u0001")}` : `5${size}${canonical(value)}`;
}
export const parseJson = parse;

const elements = (value: Given): string[] => (parse(value) as readonly Json[]).filter((one) => one !== null).map(canonical);

function search(found: (own: ReadonlySet<string>, wanted: readonly string[], anyNull: boolean) => boolean): ScalarFunction {
  return strict(2, (a, b) => {
    const wanted = parse(b) as readonly Json[];
    return asBoolean(found(new Set(elements(a)), elements(b), wanted.includes(null)));
  });
}

/** Compares by code point: surrogate pairs sort above all other code units but consist of units below some of them. */
function compareCells(left: Given, right: Given): number {
  if (typeof left === "string" && typeof right === "string") return Buffer.compare(Buffer.from(left), Buffer.from(right));
  if (left instanceof Uint8Array && right instanceof Uint8Array) return Buffer.compare(left, right);
  return left < right ? -1 : left > right ? 1 : 0;
}
const extreme = (wanted: 1 | -1): ScalarFunction =>
  ofPresent((values) => values.reduce((left, right) => (compareCells(right, left) * wanted > 0 ? right : left)));

const extremeJson = (wanted: 1 | -1): ScalarFunction =>
  ofPresent((values) =>
    values.reduce((left, right) => (compareCells(sortKeyOf(parse(right)), sortKeyOf(parse(left))) * wanted > 0 ? right : left)),
  );

type DocumentFunction = Extract<keyof typeof sqliteFunctions, `json${string}` | `array${string}`> | "greatest" | "least";
export const documentFunctions: { readonly [K in DocumentFunction]: ScalarFunction } = {
  jsonCanonical: strict(1, (json) => canonical(parse(json))),
  jsonKey: strict(1, (json) => sortKeyOf(parse(json))),
  jsonAt: strict(2, (json, steps) => {
    const found = (JSON.parse(asText(steps)) as readonly string[]).reduce<Json | undefined>(step, parse(json));
    return found === undefined ? null : JSON.stringify(found);
  }),
  jsonText: strict(2, (json, path) => scalarText(follow(parse(json), asText(path)))),
  jsonContains: strict(2, (a, b) => asBoolean(contains(parse(a), parse(b), true))),
  jsonHasKey: strict(2, (json, key) => {
    const value = parse(json);
    if (Array.isArray(value)) return asBoolean(value.includes(asText(key)));
    return asBoolean(isObject(value) ? Object.hasOwn(value, asText(key)) : value === key);
  }),
  jsonJoin: strict(2, (json, separator) => {
    const texts = (parse(json) as readonly Json[]).filter((one) => one !== null);
    return texts.length === 0 ? null : texts.map((one) => scalarText(one)).join(asText(separator));
  }),
  jsonGreatest: extremeJson(1),
  jsonLeast: extremeJson(-1),
  arrayOverlaps: search((own, wanted) => wanted.some((one) => own.has(one))),
  arrayContains: search((own, wanted, anyNull) => !anyNull && wanted.every((one) => own.has(one))),
  greatest: extreme(1),
  least: extreme(-1),
};
