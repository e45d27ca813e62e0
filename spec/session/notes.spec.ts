/** The notes of one level of the journal: appended without a look at what is there, in order when one is asked for. */

import { expect, it } from "vitest";
import type { FieldMeta } from "../../src/metadata/model-meta.js";
import { newRowEntry, JournalEntries, type Entry, type Filled } from "../../src/session/journal/journal-entries.js";

const field = (name: string): FieldMeta => ({ name }) as FieldMeta;
const [id, version] = [field("id"), field("version")];
const entry = (snapshot: unknown[] | null, filled: Filled | null = null): Entry => ({
  ...newRowEntry(null as never, []),
  snapshot,
  filled,
  shared: false,
});
const all = (notes: JournalEntries): [object, unknown, unknown][] => notes.all().map(([object, one]) => [object, one.snapshot, one.filled]);

it("the first note of an object counts, with what is filled in it later", () => {
  const notes = new JournalEntries();
  const [a, b] = [{ name: "a" }, { name: "b" }];
  notes.append(a, entry([1], [id, undefined]));
  notes.append(b, entry([2]));
  notes.append(a, entry([3], [id, 7, version, 1]));
  expect(all(notes)).toEqual([
    [a, [1], [id, undefined, version, 1]],
    [b, [2], null],
  ]);
  notes.append(b, entry([4], [id, 8]));
  expect([notes.get(b)?.snapshot, notes.get(b)?.filled]).toEqual([[2], [id, 8]]);
});

it("what is filled in one of several that share a note is not filled in the others", () => {
  const notes = new JournalEntries();
  const [a, b, c] = [{}, {}, {}];
  const shared = newRowEntry(null as never, [id, undefined]);
  for (const object of [a, b, c]) notes.append(object, shared);
  notes.fill(a, notes.get(a) as Entry, version, undefined);
  notes.fill(b, notes.get(b) as Entry, version, 3);
  notes.fill(c, notes.get(c) as Entry, id, 9);
  expect([a, b, c].map((object) => notes.get(object)?.filled)).toEqual([
    [id, undefined, version, undefined],
    [id, undefined, version, 3],
    [id, undefined],
  ]);
  expect(shared.filled).toEqual([id, undefined]);
});

it("notes that are taken in are younger, looked at before or not", () => {
  for (const looked of [false, true]) {
    const [outer, inner] = [new JournalEntries(), new JournalEntries()];
    const [a, b] = [{ name: "a" }, { name: "b" }];
    outer.append(a, entry([1]));
    inner.append(b, entry([2]));
    inner.append(a, entry([3], [id, 4]));
    if (looked) expect([outer.has(b), inner.has(b)]).toEqual([false, true]);
    outer.absorb(inner);
    expect(all(outer)).toEqual([
      [a, [1], [id, 4]],
      [b, [2], null],
    ]);
    outer.delete(a);
    expect([outer.has(a), outer.isEmpty]).toEqual([false, false]);
    outer.delete(b);
    expect(outer.isEmpty).toBe(true);
  }
});
