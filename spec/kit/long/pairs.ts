/** `npm run kit -- pairs [count] [seed]`: so many random pairs of schemas on each database, there and back, with rows in them. */

import { connect } from "../../../src/connect.js";
import { thereAndBack } from "../support/there-and-back.js";
import { withPostgres } from "./servers.js";

export const pairs = async ([count = 300, first = 1]: readonly number[]): Promise<boolean> => {
  const play = async (name: string, url: string): Promise<boolean> => {
    const database = await connect(url);
    let wrong = 0;
    try {
      for (let seed = first; seed < first + count; seed++) {
        const problems = await thereAndBack(database, seed);
        if (problems.length === 0) continue;
        wrong++;
        console.log(problems.join("\n"));
      }
    } finally {
      await database.close({ timeout: 0 });
    }
    console.log(`${name}: ${count} pairs there and back, ${wrong} of them wrong`);
    return wrong === 0;
  };
  const results = [await play("sqlite", "sqlite::memory:"), await withPostgres((url) => play("postgres", url))];
  return results.every(Boolean);
};
