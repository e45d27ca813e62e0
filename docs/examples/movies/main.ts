/** The main job on real data: 3,201 films as related models, loaded, asked, changed. `npm run example`, `npm run example -- postgres`. */

import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { SingleBar } from "cli-progress";
import Table from "cli-table3";
import colors from "picocolors";
import { closeDb, getDb, initDb, signals } from "flash-db";
import { startPostgres } from "../../../spec/support/embedded-postgres.js";
import { loadFilms, readFilms } from "./load.js";
import { Director, Film, models } from "./models.js";
import { bargains, genresByYear, genresWithFilms, span, topDirectors } from "./questions.js";

const heading = (text: string): void => console.log(`\n${colors.bold(colors.cyan(text))}`);
const show = (head: readonly string[], rows: readonly (readonly (string | number | null)[])[], right: readonly number[] = []): void => {
  const table = new Table({
    head: head.map((text) => colors.cyan(text)),
    style: { head: [], border: [], compact: true },
    colAligns: head.map((_, column) => (right.includes(column) ? "right" : "left")),
  });
  for (const row of rows) table.push(row.map((cell) => cell ?? ""));
  console.log(table.toString());
};
const millions = (amount: bigint | null): string =>
  amount === null ? "" : `${(Number(amount) / 1e6).toLocaleString("en", { maximumFractionDigits: 0 })} M$`;

const usePostgres = process.argv.includes("postgres");
const folder = await mkdtemp(path.join(os.tmpdir(), "flash-db-example-"));
const server = usePostgres ? await startPostgres() : null;
const database = await initDb(server?.url ?? `sqlite:${path.join(folder, "movies.db")}`);

try {
  await database.createAll([...models]);
  console.log(`Flash DB on ${colors.bold(usePostgres ? "PostgreSQL" : "SQLite")}`);

  const records = await readFilms();
  let saved = 0;
  const offCount = signals.on("post_save", Film, () => {
    saved++;
  });

  await getDb(async (db) => {
    heading(`Loading ${records.length.toLocaleString("en")} films through the unit of work`);
    const bar = new SingleBar({
      format: "  {bar} {percentage}% | {value}/{total} films",
      barCompleteChar: "█",
      barIncompleteChar: "░",
      hideCursor: true,
      noTTYOutput: true,
      notTTYSchedule: 60_000,
    });
    const statements: string[] = [];
    const offStatements = database.on("query", (event) => statements.push(event.sql));
    const started = performance.now();
    bar.start(records.length, 0);
    await loadFilms(db, records, (done) => bar.update(done));
    await db.commit();
    bar.stop();
    offStatements();
    const { first, last, films } = await span(db);
    const directors = await Director.objects.count(db);
    console.log(
      `  ${films} films of ${directors} directors, ${first} to ${last}; ${saved} post_save signals; ${statements.length} statements in ${Math.round(performance.now() - started)} ms`,
    );
  });
  offCount();

  await getDb(async (db) => {
    heading("Directors by worldwide gross");
    show(
      ["director", "films", "gross"],
      (await topDirectors(db)).map((row) => [row.name, row.films_count, millions(row.gross)]),
      [1, 2],
    );

    heading("Films and mean IMDB rating by genre, 2004 to 2008");
    const years = [2004, 2005, 2006, 2007, 2008];
    const cells = await genresByYear(db, 2004, 2008);
    const genres = [...new Set(cells.map((cell) => cell.genre__name))];
    const cellOf = (genre: string | null, year: number): string => {
      const cell = cells.find((one) => one.genre__name === genre && one.releasedOn__year === year);
      return cell === undefined ? "" : `${cell.films}  ${cell.mean === null ? "   " : Number(cell.mean).toFixed(1)}`;
    };
    show(
      ["genre", ...years.map(String)],
      genres.map((genre) => [genre, ...years.map((year) => cellOf(genre, year))]),
      [1, 2, 3, 4, 5],
    );

    heading("Loved, and made for less than five million");
    show(
      ["film", "director", "rating", "budget"],
      (await bargains(db)).map((film) => [film.title, film.director?.name ?? "", film.imdbRating, millions(film.budget)]),
      [2, 3],
    );

    heading("The genres, their films loaded with one query more");
    const shelves = await genresWithFilms(db);
    show(
      ["genre", "films", "the longest"],
      shelves.map((genre) => {
        const longest = genre.films.toArray().sort((a, b) => (b.minutes ?? 0) - (a.minutes ?? 0))[0];
        return [genre.name, genre.films.length, longest === undefined ? "" : `${longest.title} (${longest.minutes} min)`];
      }),
      [1],
    );
  });

  await getDb(async (db) => {
    heading("Changing and committing: what is sent");
    const offSave = signals.on("post_save", Film, ({ instance, changed }) =>
      console.log(colors.green(`  post_save ${instance.title}: ${[...changed].join(", ")}`)),
    );
    const offQuery = database.on("query", (event) =>
      console.log(
        colors.dim(
          `  ${event.sql}  ${JSON.stringify(event.params, (_, value: unknown) => (typeof value === "bigint" ? `${value}` : value))}`,
        ),
      ),
    );
    const film = await Film.objects.get(db, { title: "Pulp Fiction" });
    film.minutes = 154;
    const director = await film.director;
    if (director !== null) director.name = `${director.name} (checked)`;
    await db.commit();
    offQuery();
    offSave();
    console.log(`  ${film.title} now runs ${film.minutes} minutes, by ${director?.name ?? "nobody"}`);
  });
} finally {
  await closeDb();
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
}
