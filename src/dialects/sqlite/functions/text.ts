/** Text functions that follow Unicode, where SQLite's own know ASCII only, or that SQLite lacks. */

import { createHash } from "node:crypto";
import { Recent } from "../../../support/recent.js";
import type { sqliteFunctions } from "../function-names.js";
import { asBoolean, asNumber, asText, type Given, type ScalarFunction, strict, strictVarargs } from "./define.js";

const patterns = new Recent<string, RegExp>(200);

const CLASSES: Readonly<Record<string, string>> = {
  alpha: "\\p{L}",
  digit: "\\d",
  alnum: "\\p{L}\\d",
  upper: "\\p{Lu}",
  lower: "\\p{Ll}",
  space: "\\s",
  punct: "!-\\/:-@\\[-`\\{-~",
  xdigit: "0-9A-Fa-f",
  blank: " \\t",
};

/** PostgreSQL's ways to write word boundaries, ends of the text and character classes, as JavaScript's. */
function toJavaScript(pattern: string): string {
  return pattern
    .replace(/\[:(\w+):\]/g, (whole, name: string) => CLASSES[name] ?? whole)
    .replace(/\\(\\|[ymMAZ])/g, (whole, letter: string) => {
      const meanings: Readonly<Record<string, string>> = { y: "\\b", m: "\\b(?=\\w)", M: "\\b(?<=\\w)", A: "^", Z: "$" };
      return meanings[letter] ?? whole;
    });
}

function compile(pattern: string, insensitive: boolean): RegExp {
  const key = `${insensitive ? "i" : "c"}${pattern}`;
  const known = patterns.get(key);
  if (known !== undefined) return known;
  const embedded = /^\(\?([ic]+)\)/.exec(pattern);
  const source = toJavaScript(embedded === null ? pattern : pattern.slice(embedded[0].length));
  const flags = insensitive || embedded?.[1]?.endsWith("i") === true ? "si" : "s";
  let made: RegExp;
  try {
    made = new RegExp(source, `${flags}u`);
  } catch {
    // Escapes that mean nothing are errors in Unicode mode only.
    made = new RegExp(source, flags);
  }
  patterns.set(key, made);
  return made;
}

const matches = (insensitive: boolean): ScalarFunction =>
  strict(2, (text, pattern) => asBoolean(compile(asText(pattern), insensitive).test(asText(text))));

function pad(side: "left" | "right"): ScalarFunction {
  return strictVarargs((value: Given, length: Given, fill: Given = " ") => {
    const points = [...asText(value)];
    const wanted = Math.max(0, Math.trunc(asNumber(length)));
    if (points.length >= wanted) return points.slice(0, wanted).join("");
    const filler = [...asText(fill)];
    if (filler.length === 0) return points.join("");
    const padding = Array.from({ length: wanted - points.length }, (_, at) => filler[at % filler.length]).join("");
    return side === "left" ? padding + points.join("") : points.join("") + padding;
  });
}

const digest = (algorithm: string): ScalarFunction => strict(1, (text) => createHash(algorithm).update(asText(text), "utf8").digest("hex"));
const upper = strict(1, (text) => asText(text).toUpperCase());

type TextFunction = "fold" | "upper" | "lower" | "regex" | "iregex" | "reverse" | "lpad" | "rpad" | "repeat" | "md5" | "sha256";
export const textFunctions: { readonly [K in TextFunction & keyof typeof sqliteFunctions]: ScalarFunction } = {
  fold: upper,
  upper,
  lower: strict(1, (text) => asText(text).toLowerCase()),
  regex: matches(false),
  iregex: matches(true),
  reverse: strict(1, (text) => [...asText(text)].reverse().join("")),
  lpad: pad("left"),
  rpad: pad("right"),
  repeat: strict(2, (text, count) => asText(text).repeat(Math.max(0, Math.trunc(asNumber(count))))),
  md5: digest("md5"),
  sha256: digest("sha256"),
};
