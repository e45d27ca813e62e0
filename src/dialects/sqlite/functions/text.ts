/** Text functions that follow Unicode, where SQLite only knows ASCII, or that SQLite lacks. */

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

/** The characters of `\w`, by Unicode as in PostgreSQL; without the `u` flag, JavaScript only includes ASCII. */
const word = (unicode: boolean): string => (unicode ? "\\p{L}\\p{N}_" : "\\w");
const TOKEN = /\[:(\w+):\]|\\(.)|\[\^?\]?|\]/gsu;

/** Translates PostgreSQL's word escapes, boundaries, anchors and character classes to JavaScript. */
function toJavaScript(pattern: string, unicode: boolean): string {
  const inside = word(unicode);
  const boundary = `(?:(?<![${inside}])(?=[${inside}])|(?<=[${inside}])(?![${inside}]))`;
  const escapes: Readonly<Record<string, string>> = {
    w: `[${inside}]`,
    W: `[^${inside}]`,
    m: `(?<![${inside}])(?=[${inside}])`,
    M: `(?<=[${inside}])(?![${inside}])`,
    y: boundary,
    b: boundary,
    Y: `(?!${boundary})`,
    B: `(?!${boundary})`,
    A: "^",
    Z: "$",
  };
  let brackets = false;
  return pattern.replace(TOKEN, (whole: string, name: string | undefined, letter: string | undefined) => {
    if (name !== undefined) return CLASSES[name] ?? whole;
    if (letter !== undefined) return brackets ? (letter === "w" ? inside : whole) : (escapes[letter] ?? whole);
    if (brackets || whole === "]") {
      brackets = brackets && !whole.endsWith("]");
      return whole;
    }
    brackets = true;
    // Directly after the opening bracket, a closing bracket is an ordinary character.
    return whole.replace("]", "\\]");
  });
}

function compile(pattern: string, insensitive: boolean): RegExp {
  const key = `${insensitive ? "i" : "c"}${pattern}`;
  const known = patterns.get(key);
  if (known !== undefined) return known;
  const embedded = /^\(\?([ic]+)\)/.exec(pattern);
  const source = embedded === null ? pattern : pattern.slice(embedded[0].length);
  const flags = insensitive || embedded?.[1]?.endsWith("i") === true ? "si" : "s";
  let made: RegExp;
  try {
    made = new RegExp(toJavaScript(source, true), `${flags}u`);
  } catch {
    // Meaningless escapes are errors in Unicode mode only.
    made = new RegExp(toJavaScript(source, false), flags);
  }
  patterns.set(key, made);
  return made;
}

const matches = (insensitive: boolean): ScalarFunction =>
  strict(2, (text, pattern) => asBoolean(compile(asText(pattern), insensitive).test(asText(text))));

/** Code points, the unit in which the database counts and reverses. */
const codePoints = (text: string): string[] => Array.from(text);

/** PostgreSQL refuses texts of more than a gigabyte; here they would fill the memory of the process. */
const LONGEST = 50_000_000;
function checkLength(length: number): void {
  if (length > LONGEST) throw new RangeError(`a text of ${length} characters is too long: at most ${LONGEST} are made`);
}

function pad(side: "left" | "right"): ScalarFunction {
  return strictVarargs((value: Given, length: Given, fill: Given = " ") => {
    const points = codePoints(asText(value));
    const wanted = Math.max(0, Math.trunc(asNumber(length)));
    if (points.length >= wanted) return points.slice(0, wanted).join("");
    const filler = codePoints(asText(fill));
    if (filler.length === 0) return points.join("");
    checkLength(wanted);
    const padding = Array.from({ length: wanted - points.length }, (_, at) => filler[at % filler.length]).join("");
    return side === "left" ? padding + points.join("") : points.join("") + padding;
  });
}

/** The digits that tell a float of 32 bits from its neighbours; JavaScript's own digits tell doubles apart. */
const digitsOf = (value: number, single: boolean): string => {
  if (!single) return value.toExponential();
  for (let digits = 0; digits < 8; digits++) {
    const text = value.toExponential(digits);
    if (Math.fround(Number(text)) === Math.fround(value)) return text;
  }
  return value.toExponential(8);
};
/** PostgreSQL writes exponents below -4, and from the number of digits that are certain. */
function floatText(value: number, single: boolean): string {
  if (!Number.isFinite(value) || value === 0) return Object.is(value, -0) ? "-0" : String(value);
  const [digits = "", exponent = "0"] = digitsOf(value, single).split("e");
  const power = Number(exponent);
  if (power >= -4 && power < (single ? 6 : 15)) return String(Number(`${digits}e${exponent}`));
  return `${digits}e${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;
}

const digest = (algorithm: string): ScalarFunction => strict(1, (text) => createHash(algorithm).update(asText(text), "utf8").digest("hex"));
const upper = strict(1, (text) => asText(text).toUpperCase());

type TextFunction =
  "fold" | "upper" | "lower" | "regex" | "iregex" | "reverse" | "lpad" | "rpad" | "repeat" | "floatText" | "md5" | "sha256";
export const textFunctions: { readonly [K in TextFunction & keyof typeof sqliteFunctions]: ScalarFunction } = {
  fold: upper,
  upper,
  lower: strict(1, (text) => asText(text).toLowerCase()),
  regex: matches(false),
  iregex: matches(true),
  reverse: strict(1, (text) => codePoints(asText(text)).reverse().join("")),
  lpad: pad("left"),
  rpad: pad("right"),
  repeat: strict(2, (text, count) => {
    const times = Math.max(0, Math.trunc(asNumber(count)));
    checkLength(asText(text).length * times);
    return asText(text).repeat(times);
  }),
  floatText: strict(2, (value, bits) => floatText(asNumber(value), asNumber(bits) === 32)),
  md5: digest("md5"),
  sha256: digest("sha256"),
};
