/** Model files and their types, where other mappers need an order of imports or forget that a reference may be null. */

import { execFile } from "node:child_process";
import { readdirSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { foreignKey, hasMany, hasOne, model, oneToOne, Prefetch, t } from "flash-db";
import { exampleWith } from "../session/example.js";
import type { Equal } from "../types/proofs/exact.js";

/** Compiles only when the value's type is exactly T; gives the value. */
const exactly =
  <T>() =>
  <U>(value: Equal<T, U> extends true ? U : never): T =>
    value as unknown as T;

class Town extends model<Town>("towns")({
  name: t.text(),
  mayor: hasOne(() => Mayor, "town"),
  twin: foreignKey(() => Town, { onDelete: "setNull" }).nullable(),
  streets: hasMany(() => Street, "town"),
}) {}
class Mayor extends model<Mayor>("mayors")({ name: t.text(), town: oneToOne(() => Town, { onDelete: "cascade" }) }) {}
class Street extends model<Street>("streets")({ name: t.text(), town: foreignKey(() => Town, { onDelete: "cascade" }) }) {}

describe("what may be null says so in its type, however it is reached", () => {
  exampleWith([Town, Mayor, Street])("and is null there", async ({ db, open }) => {
    const other = new Town({ name: "other" });
    db.add(new Street({ name: "s", town: new Town({ name: "a", twin: other }) }), new Mayor({ name: "m", town: other }));
    await db.commit();
    const asked = await Town.objects.get(open(), { name: "other" });
    expect([exactly<number | null>()(asked.twinId), exactly<Town | null>()(await asked.twin)]).toEqual([null, null]);
    const alone = await Town.objects.get(open(), { name: "a" });
    expect(exactly<Mayor | null>()(await alone.mayor)).toBeNull();

    const [joined] = await Town.objects.filter({ name: "other" }).selectRelated("twin").fetch(open());
    expect(exactly<Town | null>()(joined!.twin)).toBeNull();
    // @ts-expect-error it may be null
    expect(() => joined!.twin.name).toThrow(TypeError);
    const [fetched] = await Town.objects.filter({ name: "a" }).prefetchRelated("mayor", "twin__mayor").fetch(open());
    expect([exactly<Mayor | null>()(fetched!.mayor), fetched!.twin?.mayor?.name]).toEqual([null, "m"]);
    const nested = new Prefetch("streets", Street.objects.selectRelated("town__twin__twin"));
    const [deep] = await Town.objects.filter({ name: "a" }).prefetchRelated(nested).fetch(open());
    for (const street of deep!.streets) expect(exactly<Town | null>()(street.town.twin!.twin)).toBeNull();
    const rows = await Town.objects.filter({ name: "other" }).values("twin__name", "mayor__name").fetch(open());
    expect([exactly<string | null>()(rows[0]!.twin__name), rows[0]!.mayor__name]).toEqual([null, "m"]);
    // What is required is not.
    const street = await Street.objects.get(open(), { name: "s" });
    expect(exactly<Town>()(await street.town).name).toBe("a");
  });
});

describe("model files that import each other", () => {
  const home = path.join(import.meta.dirname, "circular");
  const program = `
    const first = await import(process.argv[1]);
    const { connect } = await import("flash-db");
    const names = ["author", "book", "topic"];
    const files = await Promise.all(names.map((name) => import(process.argv[2] + "/" + name + ".ts")));
    const { Author, Book, Topic } = Object.assign({}, first, ...files);
    const database = await connect("sqlite::memory:");
    await database.createAll([Author, Book, Topic]);
    const db = database.session();
    const book = new Book({ title: "b", author: new Author({ name: "a" }) });
    db.add(book);
    await db.flush();
    book.topics.add(new Topic({ label: "t", above: new Topic({ label: "u" }) }));
    (await book.author).first = book;
    await db.commit();
    console.log(await Topic.objects.filter({ books__author__first__title: "b" }).valuesList("above__label", { flat: true }).fetch(db));
    await db.close();
    await database.close();
  `;
  it.each(readdirSync(home))(
    "can begin with %s",
    async (file) => {
      const args = ["--import", "tsx", "--input-type=module", "--eval", program, path.join(home, file), home];
      const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: path.resolve(home, "../../..") });
      expect(stdout.trim()).toBe("[ 'u' ]");
    },
    60_000,
  );
});
