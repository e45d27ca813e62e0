/** What one row costs among so many: `growth-rows.ts <sqlite|postgres> <rows>`; prints one line of JSON. */

import { openOurs } from "./contestants.js";
import { authorsData } from "./data.js";
import { Author } from "./flash.js";
import { median, processorTime } from "./measure.js";
import { makePlaces } from "./places.js";

/** Microseconds of processor time for each row. */
type Work = "load" | "iterate" | "bulkCreate" | "flush" | "flushNone";
export type RowCosts = Readonly<Record<Work, number>> & {
  /** Of heap, for each tracked row. */
  readonly bytes: number;
  /** What `iterate` adds to the heap at most: after a collection, and with what was not collected yet. */
  readonly held: number;
  readonly withGarbage: number;
};

const [database = "", count = "1000"] = process.argv.slice(2);
const rows = Number(count);
const { places, remove } = await makePlaces(database, "growth");
const [place] = places;
if (place === undefined) throw new Error("a place is missing");
const { side, admin } = await openOurs(place);

const heap = (): number => {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
};

const once = async (): Promise<RowCosts> => {
  const costs: Record<Work, number> = { load: 0, iterate: 0, bulkCreate: 0, flush: 0, flushNone: 0 };
  const time = async <Result>(work: Work, run: () => Promise<Result>): Promise<Result> => {
    const started = processorTime();
    const result = await run();
    costs[work] = ((processorTime() - started) * 1000) / rows;
    return result;
  };

  await admin.seed(rows, 0);
  const empty = heap();
  const db = side.session();
  const authors = await time("load", () => Author.objects.fetch(db));
  const bytes = (heap() - empty) / rows;
  await time("flushNone", () => db.flush());
  for (const author of authors) if (author.id % 10 === 0) author.age++;
  await time("flush", () => db.flush());
  await db.rollback();
  await db.close();
  authors.length = 0;

  const iterate = async (every: number, atThat: () => void): Promise<void> => {
    const reader = side.session();
    let seen = 0;
    for await (const author of Author.objects.all().iterate(reader, { chunkSize: 1000 })) {
      seen += author.id > 0 ? 1 : 0;
      if (seen % every === 0) atThat();
    }
    if (seen !== rows) throw new Error(`expected ${rows} rows, iterated ${seen}`);
    await reader.close();
  };
  const before = heap();
  let [held, withGarbage] = [before, before];
  await time("iterate", () => iterate(5000, () => (withGarbage = Math.max(withGarbage, process.memoryUsage().heapUsed))));
  await iterate(rows / 10, () => (held = Math.max(held, heap())));

  await admin.seed(0, 0);
  const writer = side.session();
  const data = authorsData(rows);
  await time("bulkCreate", async () => {
    await Author.objects.bulkCreate(writer, data);
    await writer.commit();
  });
  await writer.close();
  return { ...costs, bytes, held: (held - before) / 1e6, withGarbage: (withGarbage - before) / 1e6 };
};

// Few rows are worked on often, since the system counts processor time in steps; the first times pay for what is compiled once.
const repetitions = Math.max(1, Math.min(40, Math.round(100_000 / rows)));
const [warmUps, warmUpRows] = [3, 10_000];
if (repetitions > 1) for (let index = 0; index < warmUps; index++) await once();
else {
  await admin.seed(warmUpRows, 0);
  for (let index = 0; index < warmUps; index++) await side.changeSome(() => {});
}
const measured: RowCosts[] = [];
for (let index = 0; index < repetitions; index++) measured.push(await once());
const mean = (work: Work): number => measured.reduce((sum, costs) => sum + costs[work], 0) / repetitions;
const result: RowCosts = {
  load: mean("load"),
  iterate: mean("iterate"),
  bulkCreate: mean("bulkCreate"),
  flush: mean("flush"),
  flushNone: mean("flushNone"),
  bytes: median(measured.map((costs) => costs.bytes)),
  held: median(measured.map((costs) => costs.held)),
  withGarbage: median(measured.map((costs) => costs.withGarbage)),
};
console.log(JSON.stringify(result));
await side.close();
await admin.close();
await remove();
