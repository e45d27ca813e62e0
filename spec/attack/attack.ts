/** Plays hostile inputs on one database: each ends in a right answer or in an error of Flash DB, and leaves everything else as it was. */

import { setTimeout as sleep } from "node:timers/promises";
import { connect, type Database } from "../../src/connect.js";
import { FlashDbError } from "../../src/index.js";
import { entries, groundOf } from "./entries.js";
import { Canary, Item, Label, models, Owner } from "./models.js";
import { randomOf } from "./random.js";
import { MARK, OwnError, shown } from "./values.js";

export interface Find {
  readonly entry: string;
  readonly seed: number;
  readonly given: string;
  readonly problem: string;
}
export interface AttackOptions {
  readonly inputs: number;
  readonly seed: number;
  /** Ends after as many different finds; 1 when not given. */
  readonly finds?: number | undefined;
  readonly progress?: (() => void) | undefined;
}

const LONGEST = 10_000;
const CANARIES = 3;
/** How often tables are looked at and filled anew. */
const ROUND = 200;

const ownErrorIn = (error: unknown): boolean => {
  // A class where a function is expected is called, and says this by itself.
  if (error instanceof TypeError && /^Class constructor \w+ cannot be invoked/.test(error.message)) return true;
  for (let at = error, left = 10; at instanceof Error && left > 0; at = at.cause, left--) if (at instanceof OwnError) return true;
  return false;
};
const problemOf = (error: unknown): string | null => {
  if (ownErrorIn(error)) return null;
  if (error instanceof FlashDbError) {
    if (error.code === "INTERNAL") return `${error.name} ${error.code}: ${error.message}`;
    return error.message.length > 2_100 ? `a message of ${error.message.length} characters` : null;
  }
  const stack = error instanceof Error ? (error.stack ?? "").split("\n").slice(0, 12).join("\n") : shown(error);
  return `not an error of Flash DB: ${stack}`;
};

const settle = async (work: () => unknown): Promise<unknown> => {
  const answer = await work();
  return answer;
};

const fill = async (database: Database): Promise<void> => {
  await using db = database.session({ onUncommitted: "ignore" });
  await Item.objects.withDeleted().delete(db, { all: true, hard: true } as never);
  await Owner.objects.delete(db, { all: true } as never);
  await Label.objects.delete(db, { all: true } as never);
  const owner = await Owner.objects.create(db, { name: "Ada" });
  await Item.objects.bulkCreate(
    db,
    ["a", "b"].map((name, n) => ({ name, n, owner, data: { a: { b: n } }, tags: ["x"], at: new Date(n), price: "1.50" })),
  );
  await Label.objects.create(db, { text: "red" });
  await db.commit();
};

/** Null: nothing was found. */
export const attack = async (url: string, { inputs, seed, finds: most = 1, progress }: AttackOptions): Promise<readonly Find[]> => {
  const database = await connect(url, { pool: { max: 4, acquireTimeout: LONGEST } });
  const finds: Find[] = [];
  const names = [...entries.keys()];
  let injected: string | null = null;
  const strays: unknown[] = [];
  const stray = (reason: unknown): void => void strays.push(reason);
  process.on("unhandledRejection", stray);
  try {
    await database.dropAll([...models]);
    await database.createAll([...models]);
    {
      await using db = database.session();
      await Canary.objects.bulkCreate(
        db,
        Array.from({ length: CANARIES }, (_, n) => ({ n })),
      );
      await db.commit();
    }
    database.on("query", ({ sql }) => {
      if (sql.includes(MARK) || sql.includes("attacked_canaries")) injected ??= sql;
    });
    for (let input = 0; input < inputs && finds.length < most; input++) {
      if (input % ROUND === 0) {
        await fill(database);
        await using db = database.session();
        const left = await Canary.objects.orderBy("n").valuesList("n", { flat: true }).fetch(db);
        injected = null;
        if (left.length !== CANARIES || left.some((n, at) => n !== at)) throw new Error(`the canaries were changed before input ${input}`);
      }
      const own = seed + input;
      const random = randomOf(own);
      const entry = random.of(names);
      await using db = database.session({ onUncommitted: "ignore" });
      const item = await Item.objects.orderBy("id").first(db);
      const owner = await Owner.objects.first(db);
      if (item === null || owner === null) {
        await fill(database);
        continue;
      }
      const { ground, given } = groundOf({ database, db, item, owner, random });
      const tell = (problem: string): void => {
        const kind = problem.split("\n").slice(0, 2).join("\n");
        if (finds.some((find) => find.problem.startsWith(kind))) return;
        finds.push({ entry, seed: own, given: given.map((one) => shown(one)).join(" | "), problem });
      };
      const timer = new AbortController();
      const late = sleep(LONGEST, "late", { signal: timer.signal }).catch(() => undefined);
      try {
        const answer = await Promise.race([settle(() => entries.get(entry)?.(ground)), late]);
        if (answer === "late") tell(`no answer within ${LONGEST} ms`);
      } catch (error) {
        const problem = problemOf(error);
        if (problem !== null) tell(problem);
      } finally {
        timer.abort();
      }
      if (injected !== null && !explained(given)) tell(`a hostile text became SQL: ${injected}`);
      injected = null;
      try {
        await db.rollback();
        if ((await Label.objects.count(db)) < 0) tell("a count below zero");
      } catch (error) {
        // A value that throws when it is looked at may still stand in an object.
        if (!ownErrorIn(error)) tell(`the session cannot be used any more: ${problemOf(error) ?? String(error)}`);
      }
      await new Promise((resume) => setImmediate(resume));
      for (const reason of strays.splice(0))
        if (!ownErrorIn(reason)) tell(`an unhandled rejection: ${problemOf(reason) ?? String(reason)}`);
      progress?.();
    }
    return finds;
  } finally {
    process.off("unhandledRejection", stray);
    await database.close({ timeout: 0 });
  }
};
/** sql.id() quotes whatever name it is given. */
const explained = (given: readonly unknown[]): boolean => given.length === 0;
