import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { IdentityMap } from "../../src/session/tracking/identity-map.js";
import { metadataOf } from "../../src/metadata/registry.js";
import { model, t } from "flash-db";

class One extends model<One>("map_one")({ name: t.text() }) {}
class Two extends model<Two>("map_two")({ a: t.text().primaryKey(), b: t.text().primaryKey(), n: t.integer() }) {}

const one = metadataOf(One);
const two = metadataOf(Two);
const each = (map: IdentityMap, meta: typeof one): object[] => {
  const found: object[] = [];
  map.each(meta, (object) => void found.push(object));
  return found;
};

describe("the identity map", () => {
  it("tells keys apart by type, and parts by their places", () => {
    const map = new IdentityMap();
    const [text, number, big] = [{}, {}, {}];
    map.set(one, ["1"], text);
    map.set(one, [1], number);
    map.set(one, [1n], big);
    expect([map.find(one, ["1"]), map.find(one, [1]), map.find(one, [1n])]).toEqual([text, number, big]);
    const [left, right] = [{}, {}];
    map.set(two, ["a~~~b", "c"], left);
    map.set(two, ["a", "b~~~c"], right);
    expect(map.find(two, ["a~~~b", "c"])).toBe(left);
    expect(map.find(two, ["a", "b~~~c"])).toBe(right);
    expect(map.find(two, ["a", "c"])).toBeUndefined();
    expect(map.size).toBe(5);
  });

  it("takes an object out only where it stands itself", () => {
    const map = new IdentityMap();
    const [former, now] = [{}, {}];
    map.set(one, [1], now);
    map.remove(one, [1], former);
    expect(map.find(one, [1])).toBe(now);
    map.remove(one, [1], now);
    expect([map.find(one, [1]), map.size, map.tracks(one)]).toEqual([undefined, 0, false]);
  });

  it("compares bytes by their content", () => {
    const map = new IdentityMap();
    const object = {};
    map.set(one, [new Uint8Array([1, 2])], object);
    expect(map.find(one, [new Uint8Array([1, 2])])).toBe(object);
    expect(map.find(one, [new Uint8Array([1, 3])])).toBeUndefined();
  });

  it("holds one object per key, whatever the keys are made of", () => {
    const part = fc.oneof(fc.string(), fc.constantFrom("", "~~~", ",", "1", "null", "undefined", "__proto__", "a,b"));
    fc.assert(
      fc.property(fc.uniqueArray(fc.tuple(part, part), { selector: ([a, b]) => `${a.length}:${a}${b}`, maxLength: 40 }), (keys) => {
        const map = new IdentityMap();
        const objects = keys.map((key) => ({ key }));
        for (const object of objects) map.set(two, object.key, object);
        for (const object of objects) expect(map.find(two, object.key)).toBe(object);
        expect(each(map, two)).toHaveLength(keys.length);
      }),
    );
  });
});
