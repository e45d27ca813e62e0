/** What must hold for any text, number or key, tried on real databases with many at once. */

import * as fc from "fast-check";
import { expect, it } from "vitest";
import * as e from "../../src/sql/factories/index.js";
import type { Expr, MatchNode } from "../../src/sql/nodes.js";
import { types } from "../../src/sql/types.js";
import { eachCore } from "../support/drivers.js";
import { answer } from "./tracks.js";

const storable = (text: string): boolean => !/\0|\p{Surrogate}/u.test(text);
/** Full of what LIKE, patterns, paths and quotes could stumble over. */
const texts = fc
  .oneof(
    fc.string({
      unit: fc.constantFrom("%", "_", "\\", "'", '"', "a", "A", "ß", "é", "É", "ä", " ", "$", ".", "[", "{", ",", "\n", "😀"),
      maxLength: 6,
    }),
    fc.string({ unit: "grapheme", maxLength: 5 }),
  )
  .filter(storable);

const text = (value: string): Expr => e.param(value, types.text);
const ask = (...outputs: readonly Expr[]): ReturnType<typeof e.select> =>
  e.select({ outputs: outputs.map((expr, at) => e.output(expr, `c${at}`)) });
const RUNS = { numRuns: 30 };

eachCore(
  "for any value",
  (open) => {
    const modes: readonly (readonly [MatchNode["mode"], (whole: string, part: string) => boolean])[] = [
      ["contains", (whole, part) => whole.includes(part)],
      ["startswith", (whole, part) => whole.startsWith(part)],
      ["endswith", (whole, part) => whole.endsWith(part)],
      ["exact", (whole, part) => whole === part],
    ];
    it("texts match exactly as in JavaScript", async () => {
      const core = await open();
      const pair = fc.tuple(texts, texts, texts).map(([before, part, after]) => [before + part + after, part] as const);
      await fc.assert(
        fc.asyncProperty(fc.array(fc.oneof(pair, fc.tuple(texts, texts)), { minLength: 1, maxLength: 8 }), async (pairs) => {
          const asked: Expr[] = [];
          const expected: boolean[] = [];
          for (const [whole, part] of pairs) {
            for (const [mode, same] of modes) {
              // Once with the pattern as a value, once as an expression.
              asked.push(e.match(mode, text(whole), text(part)), e.match(mode, text(whole), e.fn("concat", [text(part)], types.text)));
              expected.push(same(whole, part), same(whole, part));
            }
          }
          expect((await answer(core, ask(...asked)))[0]).toEqual(expected);
        }),
        RUNS,
      );
    });

    it("texts match in any case", async () => {
      const core = await open();
      const letters = fc.string({ unit: fc.constantFrom("a", "A", "é", "É", "ß", "%", "_", "\\", "я", "Я", "σ", "ς", "Σ"), maxLength: 6 });
      await fc.assert(
        fc.asyncProperty(fc.array(fc.tuple(letters, letters), { minLength: 1, maxLength: 10 }), async (pairs) => {
          const asked = pairs.flatMap(([whole, part]) =>
            modes.map(([mode]) => e.match(mode, text(whole), text(part), { insensitive: true })),
          );
          const expected = pairs.flatMap(([whole, part]) => modes.map(([, same]) => same(whole.toUpperCase(), part.toUpperCase())));
          expect((await answer(core, ask(...asked)))[0]).toEqual(expected);
        }),
        RUNS,
      );
    });

    it("lists find exactly their elements", async () => {
      const core = await open();
      const doubles = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
      const bigints = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
      await fc.assert(
        fc.asyncProperty(
          fc.array(texts, { maxLength: 5 }),
          fc.array(doubles, { minLength: 1, maxLength: 5 }),
          fc.array(bigints, { minLength: 1, maxLength: 5 }),
          texts,
          async (list, numbers, large, other) => {
            const asked = [
              ...list.map((one) => e.inArray(text(one), e.param(list, types.text))),
              ...numbers.map((one) => e.inArray(e.param(one, types.double), e.param(numbers, types.double))),
              ...large.map((one) => e.inArray(e.param(one, types.bigint), e.param(large, types.bigint))),
            ];
            expect((await answer(core, ask(...asked, e.inArray(text(other), e.param(list, types.text)))))[0]).toEqual([
              ...asked.map(() => true),
              list.includes(other),
            ]);
          },
        ),
        RUNS,
      );
    });

    it("JSON keys are keys and nothing else", async () => {
      const core = await open();
      const keys = texts.filter((key) => key !== "__proto__");
      await fc.assert(
        fc.asyncProperty(fc.uniqueArray(keys, { minLength: 1, maxLength: 4 }), keys, async (path, other) => {
          const value: unknown = path.reduceRight<unknown>((inner, key) => ({ [key]: inner }), "found");
          const data = e.param(value, types.json);
          const [row] = await answer(
            core,
            ask(
              e.jsonPath(data, path, types.text),
              e.fn("jsonHasKey", [data, text(other)], types.boolean),
              e.isNull(e.jsonPath(data, [other])),
            ),
          );
          expect(row).toEqual(["found", path[0] === other, path[0] !== other]);
        }),
        RUNS,
      );
    });

    it("decimals compare and add up as numbers", async () => {
      const core = await open();
      const units = fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n });
      const decimal = (value: bigint): Expr =>
        e.param(
          `${value < 0n ? "-" : ""}${String(value < 0n ? -value : value)
            .padStart(6, "0")
            .replace(/(\d{5})$/, ".$1")}`,
          types.decimal(),
        );
      await fc.assert(
        fc.asyncProperty(units, fc.oneof(units, fc.bigInt({ min: -3n, max: 3n })), async (a, b) => {
          const [x, y] = [decimal(a), decimal(b)];
          const sum = e.compare(e.binary(x, "+", y, types.decimal()), "=", decimal(a + b));
          const difference = e.compare(e.binary(e.binary(x, "-", y, types.decimal()), "+", y, types.decimal()), "=", x);
          expect((await answer(core, ask(e.compare(x, "<", y), e.compare(x, "=", y), e.compare(x, ">=", y), sum, difference)))[0]).toEqual([
            a < b,
            a === b,
            a >= b,
            true,
            true,
          ]);
        }),
        RUNS,
      );
    });
  },
  ["sqlite", "postgres"],
);
