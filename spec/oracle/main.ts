/** `npm run oracle`: the reference's questions asked through our API; `-- ch.rel sqlite` plays some, on one database. */

import { connect } from "flash-db";
import { startPostgres } from "../support/embedded-postgres.js";
import { loadChinook } from "./load.js";
import { playCase, type Played } from "./play.js";
import { readReferences } from "./reference.js";

const args = process.argv.slice(2);
const wanted = args.find((arg) => arg.startsWith("ch."));
const only = ["sqlite", "postgres"].filter((name) => args.includes(name));
const databases = only.length > 0 ? only : ["sqlite", "postgres"];
const references = readReferences().filter((reference) => wanted === undefined || reference.id.startsWith(wanted));
if (references.length === 0) throw new Error(`${wanted}: expected the beginning of a question's id, as in spec/oracle/data/queries.jsonl`);

let failed = 0;
for (const name of databases) {
  const isPostgres = name === "postgres";
  const server = isPostgres ? await startPostgres() : null;
  const database = await connect(server?.url ?? "sqlite::memory:");
  try {
    await loadChinook(database, isPostgres);
    const played: Played[] = [];
    for (const reference of references) played.push(await playCase(database, reference, isPostgres));
    for (const one of played)
      if (!one.passed || args.includes("--all"))
        console.log(
          `${one.passed ? "ok  " : "FAIL"} ${one.id} (statements: ours ${one.ours}, Django ${one.theirs})${one.problem === "" ? "" : ` ${one.problem}`}`,
        );
    const passed = played.filter((one) => one.passed).length;
    const fewer = played.filter((one) => one.ours < one.theirs).length;
    const more = played.filter((one) => one.ours > one.theirs).length;
    console.log(`${name}: ${passed} of ${played.length} pass; ${fewer} with fewer statements than Django, ${more} with more`);
    failed += played.length - passed;
  } finally {
    await database.close();
    await server?.stop();
  }
}
process.exitCode = failed === 0 ? 0 : 1;
