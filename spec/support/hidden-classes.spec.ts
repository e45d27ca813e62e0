/** What keeps the engine's code optimised, seen through the engine's own eyes. */

import { setFlagsFromString } from "node:v8";
import { runInThisContext } from "node:vm";
import { expect, it } from "vitest";
import { blankLike, keepRegular } from "../../src/support/hidden-classes.js";

setFlagsFromString("--allow-natives-syntax");
const isRegular = runInThisContext("object => %HasFastProperties(object)") as (object: object) => boolean;
const isAlike = runInThisContext("(a, b) => %HaveSameMap(a, b)") as (a: object, b: object) => boolean;

it("a class that was given its name anew, as bundlers do, is made regular", () => {
  class Base {
    readonly kept = true;
  }
  class Model extends Base {}
  Object.defineProperty(Model, "name", { value: "Renamed", configurable: true });
  expect(isRegular(Model)).toBe(false);
  keepRegular(Model);
  expect([isRegular(Model), Model.name, Object.getPrototypeOf(Model) === Base]).toEqual([true, "Renamed", true]);
});

const given = { title: "text", pages: 7, price: 0.25, at: new Date(5), target: { deep: true }, none: null };

it("a blank holds nothing of what it was made of", () => {
  expect(blankLike(given)).toEqual({ title: "", pages: 0, price: 0.5, at: new Date(0), target: null, none: null });
});

it.skipIf(Number.parseInt(process.versions.node, 10) < 24)("a blank is of the same hidden class, where the engine copies those", () => {
  expect(isAlike(blankLike(given), given)).toBe(true);
});
