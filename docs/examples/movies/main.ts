/**
 * 3,201 films as related models: loaded, asked, changed. Give it the URL of an empty PostgreSQL database, or nothing for SQLite:
 * `npx tsx main.ts postgres://user:password@host/name`.
 */

import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { SingleBar } from "cli-progress";
import colors from "picocolors";
import { closeDb, getDb, initDb, signals, type Session } from "flash-db";
import { heading, showCode, showSql, showTable } from "./display.js";
import { loadFilms, readFilms } from "./load.js";
import { Film, models } from "./models.js";
import * as questions from "./questions.js";

const folder = await mkdtemp(path.join(os.tmpdir(), "flash-db-example-"));
const database = await initDb(process.argv[2] ?? `sqlite:${path.join(folder, "movies.db")}`);

/** Prints the code of a question, and under it each statement that it sends. */
const ask = async <Answer>(name: keyof typeof questions, question: (db: Session) => Promise<Answer>, db: Session): Promise<Answer> => {
  showCode(name);
  const off = database.on("query", showSql);
  try {
    return await question(db);
  } finally {
    off();
  }
};
const shortened = (title: string): string => (title.length <= 35 ? title : `${title.slice(0, 34)}…`);
const millions = (amount: bigint | null): number => Math.round(Number(amount ?? 0n) / 1e6);

try {
  await database.createAll([...models]);
  const records = await readFilms();
  let saved = 0;
  let statements = 0;
  const offSave = signals.on("post_save", Film, () => void saved++);
  const offQuery = database.on("query", () => void statements++);

  heading(`Load ${records.length} films, with their directors, genres and distributors`);
  const bar = new SingleBar({ format: "  {bar} {value}/{total}", barCompleteChar: "█", barIncompleteChar: "░", hideCursor: true });
  const started = performance.now();
  await getDb(async (db) => {
    bar.start(records.length, 0);
    await loadFilms(db, records, (done) => bar.update(done));
    await db.commit();
    bar.stop();
  });
  offQuery();
  offSave();
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`  ${database.dialect}: ${saved} films saved in ${seconds} s, in ${statements} statements; ${saved} post_save signals`);

  await getDb(async (db) => {
    showTable([await ask("span", questions.span, db)]);
    showTable(
      (await ask("topDirectors", questions.topDirectors, db)).map(({ name, count, gross }) => ({
        director: name,
        films: count,
        "gross, M$": millions(gross),
      })),
    );
    showTable(
      (await ask("genresByRating", questions.genresByRating, db)).map(({ genre__name, films, mean }) => ({
        genre: genre__name,
        films,
        "mean rating": Number(mean ?? 0).toFixed(2),
      })),
    );
    showTable(
      (await ask("bargains", questions.bargains, db)).map(({ title, director, imdbRating, budget }) => ({
        film: title,
        director: director?.name ?? null,
        rating: imdbRating,
        "budget, M$": millions(budget),
      })),
    );
    showTable(
      (await ask("genresWithFilms", questions.genresWithFilms, db)).map((genre) => {
        const [longest] = genre.films.toArray().sort((a, b) => (b.minutes ?? 0) - (a.minutes ?? 0));
        return {
          genre: genre.name,
          films: genre.films.length,
          "the longest": longest === undefined ? null : `${shortened(longest.title)} (${longest.minutes} min)`,
        };
      }),
    );
  });

  await getDb(async (db) => {
    const offChange = signals.on("post_save", Film, ({ instance, changed }) =>
      console.log(colors.green(`post_save of ${instance.title}: ${[...changed].join(", ")}\n`)),
    );
    const { film, director } = await ask("correct", questions.correct, db);
    offChange();
    console.log(`${film.title} runs ${film.minutes} minutes, by ${director.name}.`);
  });

  heading("Read on");
  console.log("  README.md                what each of these features is");
  console.log("  docs/getting-started.md  a program of your own");
  console.log("  docs/examples/movies     the code of this example\n");
} finally {
  await closeDb();
  await rm(folder, { recursive: true, force: true });
}
