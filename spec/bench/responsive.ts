/**
 * How long a request waits while the same process writes or reads many rows of a SQLite file: `responsive.ts <rows>`.
 * Prints one line of JSON: by work, how many answers there were meanwhile, the median and the slowest in milliseconds, and the longest stretch.
 */

import { spawn } from "node:child_process";
import { once } from "node:events";
import http from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { authorsData } from "./data.js";
import { Author, openFlash } from "./flash.js";
import { processorTime } from "./measure.js";
import { makePlaces } from "./places.js";

export interface Answers {
  readonly requests: number;
  readonly median: number;
  readonly slowest: number;
  /** The most processor time that the process used between two turns of its event loop: what others cannot disturb. */
  readonly stretch: number;
}

const rows = Number(process.argv[2] ?? "50000");
const { places, remove } = await makePlaces("sqlite", "responsive");
const [place] = places;
if (place === undefined || !("file" in place)) throw new Error("a place is missing");
const side = await openFlash(`sqlite:${place.file}`);

const seed = side.session();
const [first, ...data] = authorsData(rows + 1);
if (first === undefined) throw new Error("nobody is left to ask");
const me = await Author.objects.create(seed, first);
await seed.commit();
await seed.close();

/** `GET /me`: who asks is read from the file by a session of its own. */
const server = http.createServer((_request, response) => {
  const db = side.session();
  db.get(Author, me.id)
    .then((author) => response.end(JSON.stringify(author)))
    .catch((error: unknown) => {
      response.statusCode = 500;
      response.end(String(error));
    })
    .finally(() => void db.close());
});
server.listen(0, "127.0.0.1");
await once(server, "listening");
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/me`;

const works: Readonly<Record<string, () => Promise<unknown>>> = {
  async bulkCreate() {
    const db = side.session();
    await Author.objects.bulkCreate(db, data);
    await db.commit();
    await db.close();
  },
  /** The objects come in parts, as from a file or a socket; they are written together. */
  async "add and commit"() {
    const db = side.session();
    for (let at = 0; at < data.length; at += 1000) {
      db.add(data.slice(at, at + 1000).map((row) => new Author({ ...row, email: `second ${row.email}` })));
      await new Promise((resume) => setImmediate(resume));
    }
    await db.commit();
    await db.close();
  },
  async iterate() {
    const db = side.session();
    let count = 0;
    for await (const author of Author.objects.orderBy("id").iterate(db)) count += author.id > 0 ? 1 : 0;
    if (count !== 2 * rows + 1) throw new Error(`expected ${2 * rows + 1} rows, got ${count}`);
    await db.close();
  },
  async "change all and commit"() {
    const db = side.session();
    for await (const author of Author.objects.orderBy("id").limit(rows).iterate(db, { track: true })) author.age += 1;
    await db.commit();
    await db.close();
  },
};

const longestStretch = async (work: () => Promise<unknown>): Promise<number> => {
  let longest = 0;
  let last = processorTime();
  let running = true;
  const turn = (): void => {
    const now = processorTime();
    longest = Math.max(longest, now - last);
    last = now;
    if (running) setImmediate(turn);
  };
  setImmediate(turn);
  await work();
  await new Promise((resume) => setImmediate(resume));
  running = false;
  return longest;
};

const during = async (work: () => Promise<unknown>): Promise<Answers> => {
  const client = spawn(process.execPath, [path.join(import.meta.dirname, "requests.mjs"), url], { stdio: ["pipe", "pipe", "inherit"] });
  let text = "";
  client.stdout.setEncoding("utf8").on("data", (part: string) => (text += part));
  // The first answers are those of a cold process.
  await new Promise((resume) => setTimeout(resume, 500));
  client.stdin.write("begin");
  await new Promise((resume) => setTimeout(resume, 20));
  const stretch = await longestStretch(work);
  client.stdin.end();
  await once(client, "close");
  return { ...(JSON.parse(text) as Omit<Answers, "stretch">), stretch };
};

const found: Record<string, Answers> = {};
for (const [name, work] of Object.entries(works)) found[name] = await during(work);
console.log(JSON.stringify(found));
server.close();
server.closeAllConnections();
await side.close();
await remove();
