/** What users hold at run time has exactly the members that its public interface declares. */

import path from "node:path";
import ts from "typescript";
import { beforeAll, describe, expect, it } from "vitest";
import { connect, foreignKey, hasMany, hasOne, manyToMany, model, oneToOne, t, type Loaded } from "../../src/index.js";
import { options, repository } from "./support/compiler.js";

class Writer extends model<Writer>("member_writers")({
  name: t.text(),
  books: hasMany(() => Book, "writer"),
  desk: hasOne(() => Desk, "writer"),
}) {}
class Book extends model<Book>("member_books")({
  title: t.text(),
  writer: foreignKey(() => Writer),
  tags: manyToMany(() => Tag, { reverse: "books" }),
}) {}
class Tag extends model<Tag>("member_tags")({ label: t.text(), books: manyToMany(() => Book, { reverse: "tags" }) }) {}
class Desk extends model<Desk>("member_desks")({ writer: oneToOne(() => Writer, { reverse: "desk" }) }) {}

/** At run time only: by the first a query stands where an expression may; the others print a collection, by `console.log` and `JSON.stringify`. */
const unlisted = (held: object): Set<string> => new Set(["toExpr", "[util.inspect.custom]", ...("fetch" in held ? ["toJSON"] : [])]);
/** In types only: what the compiler keeps of a model, a query's rows and an instance's loaded relations. */
const marks = new Set(["[schema]", "[self]", "[loaded]", "[row]", "[item]"]);

/** Names of an object and of the classes that it is of, `constructor` and what `Object` gives aside. */
const membersOf = (held: object): string[] => {
  const names = new Set<string>();
  for (let part = held; part !== null && part !== Object.prototype; part = Object.getPrototypeOf(part) as object)
    for (const key of Reflect.ownKeys(part))
      names.add(typeof key === "string" ? key : `[${key.description?.replace(/^(Symbol|nodejs)\./, "")}]`);
  return [...names].filter((name) => name !== "constructor" && !unlisted(held).has(name)).sort();
};

let declared: (name: keyof Held) => string[];
beforeAll(() => {
  const asked = path.join(repository, "spec/types/members.spec.ts");
  const program = ts.createProgram([asked], options);
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(asked);
  if (source === undefined) throw new Error(`${asked} was not read`);
  declared = (name) => {
    const held = source.statements.find((node) => ts.isInterfaceDeclaration(node) && node.name.text === "Held");
    const property = held === undefined ? undefined : checker.getTypeAtLocation(held).getProperty(name);
    if (property === undefined) throw new Error(`no ${name} in the interface Held`);
    return checker
      .getPropertiesOfType(checker.getTypeOfSymbol(property))
      .map((member) => member.name.replace(/^__@(\w+)@\d+$/, "[$1]"))
      .filter((member) => !member.startsWith("#") && !marks.has(member))
      .sort();
  };
}, 60_000);

const database = await connect("sqlite::memory:");
const db = database.session({ onUncommitted: "ignore" });
const writer = new Writer({ name: "Ada" });

/** Read by the compiler above. */
export interface Held {
  Session: typeof db;
  Database: typeof database;
  Manager: typeof Writer.objects;
  QuerySet: ReturnType<typeof adults>;
  BoundQuerySet: ReturnType<typeof bound>;
  RelatedManager: Loaded<Writer, "books">["books"];
  "RelatedManager of links": Loaded<Book, "tags">["tags"];
  Model: Writer;
}
const adults = () => Writer.objects.filter({ name: "Ada" });
const bound = () => Writer.objects.using(db);

describe("members at run time are those of the interface", () => {
  it.each<[keyof Held, () => object]>([
    ["Session", () => db],
    ["Database", () => database],
    ["Manager", () => Writer.objects],
    ["QuerySet", adults],
    ["BoundQuerySet", bound],
    ["RelatedManager", () => writer.books],
    ["RelatedManager of links", () => new Book({ title: "", writer }).tags],
    ["Model", () => writer],
  ])("%s", (name, held) => {
    expect(membersOf(held())).toEqual(declared(name));
  });
});
