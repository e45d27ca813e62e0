/** `npm run kit -- crashes [kills] [seed]`: `flash-db migrate` killed so many times on each database. */

import { openWorkshop } from "../support/built.js";
import { crash } from "../support/crashes.js";
import { withPostgres } from "./servers.js";

export const crashes = async ([kills = 100, seed = Date.now() % 100_000]: readonly number[]): Promise<boolean> => {
  const shop = await openWorkshop();
  const play = async (name: string, url: string | null): Promise<boolean> => {
    const found = await crash(shop, name, url, kills, seed, (count) => {
      if (count % 10 === 0) console.error(`${name}: ${count} of ${kills}`);
    });
    console.log(
      `${name}, seed ${seed}: ${found.kills} kills, ${found.inTheMiddle} of them in the middle of a migration; ${found.ways} ways came to their end, ${found.problems.length} problems`,
      found.problems.join("\n"),
    );
    return found.problems.length === 0;
  };
  try {
    const results = [await play("sqlite", null), await withPostgres((url) => play("postgres", url))];
    return results.every(Boolean);
  } finally {
    shop.remove();
  }
};
