/** `npm run kit -- branches [count] [seed]`: so many random triples of branches, those that commute run in all six orders on each database. */

import { Client } from "pg";
import { mergeInAllOrders } from "../support/branches.js";
import { withPostgres } from "./servers.js";

export const branches = async ([count = 200, first = 1]: readonly number[]): Promise<boolean> => {
  const play = async (name: string, urlOf: () => Promise<string>): Promise<boolean> => {
    let [commuting, wrong] = [0, 0];
    for (let seed = first; seed < first + count; seed++) {
      const problems = await mergeInAllOrders(seed, urlOf);
      if (problems === null) continue;
      commuting++;
      if (problems.length === 0) continue;
      wrong++;
      console.log(problems.join("\n"));
    }
    console.log(
      `${name}: ${count} triples of branches, ${commuting} commute; of those ${wrong} do not come to one schema in all six orders`,
    );
    return wrong === 0;
  };
  const onPostgres = (url: string): Promise<boolean> =>
    play("postgres", async () => {
      const client = new Client({ connectionString: url });
      await client.connect();
      await client.query("DROP SCHEMA public CASCADE; CREATE SCHEMA public");
      await client.end();
      return url;
    });
  const results = [await play("sqlite", () => Promise.resolve("sqlite::memory:")), await withPostgres(onPostgres)];
  return results.every(Boolean);
};
