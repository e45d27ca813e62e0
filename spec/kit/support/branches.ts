/** Random branches of a history: those that commute lead every database to the same schema, in whichever order they come. */

import {
  addColumn,
  addConstraint,
  addIndex,
  addTable,
  alterColumn,
  check,
  dropColumn,
  foreignKey,
  index,
  type MigrationItem,
  renameColumn,
  sql,
  t,
  unique,
} from "flash-db/migrations";
import { connect } from "../../../src/connect.js";
import { runTo } from "../../../src/kit/commands/running.js";
import { factsOf } from "../../../src/kit/databases/facts.js";
import { canonicalPicture, readPicture } from "../../../src/kit/databases/read-picture.js";
import type { ReadMigration } from "../../../src/kit/operations/index.js";
import { branchConflicts, fold, graphOf } from "../../../src/kit/state/index.js";
import { given } from "../migrations.js";
import { type Random, randomOf } from "./random-schemas.js";
import { withSession } from "./there-and-back.js";

const base = given(
  "0001",
  [],
  addTable("users", { id: t.id(), a: t.integer(), b: t.integer().nullable(), c: t.text(), d: t.text().nullable() }, index(["c"])),
  addTable("posts", { id: t.id(), e: t.integer().nullable(), f: t.text(), user_id: t.key().nullable() }, foreignKey("user_id", "users.id")),
);
const columns = { users: ["a", "b", "c", "d"], posts: ["e", "f"] } as const;

/** `taken`: columns that the branch has changed already, whose names may be others by now. */
const change = (random: Random, taken: Set<string>): MigrationItem => {
  const table = random.pick(["users", "posts"] as const);
  const column = random.pick<string>(columns[table].filter((name) => !taken.has(name)));
  taken.add(column);
  const makers: readonly (() => MigrationItem)[] = [
    () => addColumn(table, random.pick(["n1", "n2", "n3", "n4", "n5"]), random.pick([t.text(), t.integer()]).nullable()),
    () => dropColumn(table, column),
    () => renameColumn(table, column, random.pick(["r1", "r2", "r3"])),
    () => alterColumn(table, column, { nullable: true }),
    () => alterColumn(table, column, { type: t.text() }),
    () => addIndex(table, index([column], { name: `${table}_${column}_index` })),
    () => addConstraint(table, unique([column, "id"], { name: `${table}_${column}_once` })),
    () => addConstraint(table, check(`${table}_${column}_there`, sql`${sql.raw(`"${column}"`)} IS NOT NULL`)),
    () => addTable(random.pick(["t1", "t2", "t3"]), { id: t.id(), user_id: t.key().nullable() }, foreignKey("user_id", "users.id")),
  ];
  return random.pick(makers)();
};

/** One or two changes that can follow the beginning. */
const branch = (random: Random, name: string): ReadMigration => {
  for (;;) {
    const taken = new Set<string>();
    const migration = given(name, ["0001"], ...Array.from({ length: 1 + random.below(2) }, () => change(random, taken)));
    try {
      fold([base, migration]);
      return migration;
    } catch {
      // The second change needs what the first took away.
    }
  }
};

const orders = <T>([a, b, c]: readonly [T, T, T]): readonly (readonly T[])[] => [
  [a, b, c],
  [a, c, b],
  [b, a, c],
  [b, c, a],
  [c, a, b],
  [c, b, a],
];

/** `null`: they get in each other's way; else what is not as it should be. */
export const mergeInAllOrders = async (seed: number, urlOf: () => Promise<string>): Promise<readonly string[] | null> => {
  const random = randomOf(seed * 104_729 + 7);
  const branches = [branch(random, "0002_x"), branch(random, "0002_y"), branch(random, "0002_z")] as const;
  const graph = graphOf([base, ...branches]);
  if (branchConflicts(graph).length > 0) return null;
  const problems: string[] = [];
  for (const order of orders(branches)) {
    const names = order.map(({ name }) => name).join(", ");
    const database = await connect(await urlOf());
    try {
      for (const { name } of order) await runTo(database, graph, () => name, {});
      await withSession(database, async (session) => {
        const wanted = [...factsOf(await canonicalPicture(session, fold(graph.order)), session.dialect)].sort();
        const found = [...factsOf(await readPicture(session), session.dialect)].sort();
        problems.push(
          ...wanted.filter((fact) => !found.includes(fact)).map((fact) => `seed ${seed}, ${names}: missing ${fact}`),
          ...found.filter((fact) => !wanted.includes(fact)).map((fact) => `seed ${seed}, ${names}: has ${fact}`),
        );
      });
    } catch (error) {
      problems.push(`seed ${seed}, ${names}: ${(error as Error).message}`);
    } finally {
      await database.close({ timeout: 0 });
    }
  }
  return problems;
};
