/** Reads the films' JSON and brings it into the database through the unit of work. */

import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import type { Session } from "flash-db";
import { Director, Distributor, Film, Genre, Rating } from "./models.js";

interface FilmRecord {
  readonly Title: string | number | null;
  readonly "Worldwide Gross": number | null;
  readonly "Production Budget": number | null;
  readonly "Release Date": string;
  readonly "MPAA Rating": string | null;
  readonly "Running Time min": number | null;
  readonly Distributor: string | null;
  readonly "Major Genre": string | null;
  readonly Director: string | null;
  readonly "IMDB Rating": number | null;
  readonly "IMDB Votes": number | null;
}

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
/** The newest film of the data set is of 2010; later years are two-digit years that were guessed a century too late. */
const newestYear = 2011;

/** `"Jun 12 1998"` as `"1998-06-12"`. */
const toDate = (text: string): string => {
  const [month = "", day = "", year = ""] = text.split(" ");
  const century = Number(year) > newestYear ? Number(year) - 100 : Number(year);
  return `${century}-${String(months.indexOf(month) + 1).padStart(2, "0")}-${day.padStart(2, "0")}`;
};

const toBigint = (value: number | null): bigint | null => (value === null ? null : BigInt(value));

/** One new object for each different name; the session inserts it before the first film that points at it. */
const onceByName = <T>(make: (name: string) => T): ((name: string | null) => T | null) => {
  const known = new Map<string, T>();
  return (name) => {
    if (name === null) return null;
    const found = known.get(name) ?? make(name);
    known.set(name, found);
    return found;
  };
};

export const readFilms = async (): Promise<FilmRecord[]> => {
  const file = path.join(path.dirname(createRequire(import.meta.url).resolve("vega-datasets")), "../data/movies.json");
  return JSON.parse(await readFile(file, "utf8")) as FilmRecord[];
};

/** Adds every film with what it points at, flushing now and then so that progress can be shown; the caller commits. */
export const loadFilms = async (db: Session, records: readonly FilmRecord[], onProgress: (done: number) => void): Promise<void> => {
  const director = onceByName((name) => new Director({ name }));
  const distributor = onceByName((name) => new Distributor({ name }));
  const genre = onceByName((name) => new Genre({ name }));
  const rating = onceByName((code) => new Rating({ code }));
  for (const [position, record] of records.entries()) {
    db.add(
      new Film({
        title: record.Title === null ? "(untitled)" : String(record.Title),
        releasedOn: toDate(record["Release Date"]),
        worldwideGross: toBigint(record["Worldwide Gross"]),
        budget: toBigint(record["Production Budget"]),
        minutes: record["Running Time min"],
        imdbRating: record["IMDB Rating"] === null ? null : record["IMDB Rating"].toFixed(1),
        imdbVotes: record["IMDB Votes"],
        director: director(record.Director),
        distributor: distributor(record.Distributor),
        genre: genre(record["Major Genre"]),
        rating: rating(record["MPAA Rating"]),
      }),
    );
    if ((position + 1) % 400 === 0 || position + 1 === records.length) {
      await db.flush();
      onProgress(position + 1);
    }
  }
};
