/** Options of functions are given by name: anything in their place, or a misspelt name, is refused and not ignored. */

import { describe, expect, it } from "vitest";
import { Avg, Case, Count, Extract, F, Q, RowNumber, Trunc, Value, When, Window } from "flash-db";

const options = (value: unknown): never => value as never;

describe("a function refuses", () => {
  it.each<[string, () => unknown, RegExp]>([
    [
      "an expression behind the branches of Case",
      () => Case([When({ a: 1 }, 1)], options(Value(0))),
      /Case: expected options as an object/,
    ],
    ["a list behind the branches of Case", () => Case([When({ a: 1 }, 1)], options([Value(0)])), /Case: expected options as an object/],
    ["a misspelt option of Case", () => Case([When({ a: 1 }, 1)], options({ defalt: 0 })), /no option 'defalt'.*Did you mean 'default'/],
    ["a condition in place of the options of an aggregate", () => Count("a", options(Q({ a: 1 }))), /Count: expected options as an object/],
    ["a misspelt option of an aggregate", () => Avg("a", options({ filer: Q({ a: 1 }) })), /no option 'filer'.*Did you mean 'filter'/],
    ["a misspelt option of a window", () => Window(RowNumber(), options({ partitonBy: "a" })), /no option 'partitonBy'.*'partitionBy'/],
    ["a misspelt option of a frame", () => Window(RowNumber(), options({ frame: { form: 1 } })), /a frame: no option 'form'/],
    ["a misspelt option of an ordering", () => F("a").desc(options({ null: "last" })), /\.desc\(\): no option 'null'/],
    ["a misspelt time zone", () => Extract("a", "year", options({ zon: "UTC" })), /Extract: no option 'zon'/],
    ["a time zone without its name", () => Trunc("a", "day", options("UTC")), /Trunc: expected options as an object/],
  ])("%s", (_, made, message) => {
    expect(made).toThrow(message);
  });
});
