/** What each level of prefetch costs: `growth-levels.ts <sqlite|postgres> <levels>`; prints one line of JSON. */

import { connect, foreignKey, hasMany, model, t } from "flash-db";
import { processorTime } from "./measure.js";
import { makePlaces } from "./places.js";

class Folder extends model<Folder>("folder")({
  depth: t.integer(),
  parent: foreignKey(() => Folder, { onDelete: "cascade" })
    .nullable()
    .index(),
  children: hasMany(() => Folder, "parent"),
}) {}

export interface LevelCosts {
  readonly statements: number;
  /** Of processor time. */
  readonly ms: number;
}

const [name = "", deepest = "5"] = process.argv.slice(2);
const [width, rounds] = [1000, 30];
const { places, remove } = await makePlaces(name, "levels");
const [place] = places;
if (place === undefined) throw new Error("a place is missing");
const database = await connect("file" in place ? `sqlite:${place.file}` : place.url);
await database.createAll([Folder]);
const writer = database.session();
let parents: Folder[] = [];
for (let depth = 0; depth <= Number(deepest); depth++) {
  parents = Array.from({ length: width }, (_, index) => new Folder({ depth, parentId: parents[index]?.id ?? null }));
  writer.add(...parents);
  await writer.flush();
}
await writer.commit();
await writer.close();

/** Loads the roots and as many levels below them. */
const load = async (levels: number): Promise<void> => {
  const db = database.session();
  const roots = Folder.objects.filter({ depth: 0 });
  // The path's length is data here, so its type cannot be checked.
  const path = Array<"children">(levels).fill("children").join("__") as "children";
  const found = await (levels === 0 ? roots : roots.prefetchRelated(path)).fetch(db);
  if (found.length !== width) throw new Error(`expected ${width} folders, got ${found.length}`);
  await db.close();
};

let statements = 0;
const stop = database.on("query", () => statements++);
const costs: LevelCosts[] = [];
for (let levels = 0; levels <= Number(deepest); levels++) {
  for (let round = 0; round < 5; round++) await load(levels);
  statements = 0;
  const started = processorTime();
  for (let round = 0; round < rounds; round++) await load(levels);
  costs.push({ statements: statements / rounds, ms: (processorTime() - started) / rounds });
}
stop();
console.log(JSON.stringify(costs));
await database.close();
await remove();
