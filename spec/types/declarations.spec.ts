/** Models can be published: their declarations are made from the package as users have it, and type-check again. */

import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkFiles, compilers, installDeclarations, makeFolder, tsc, type Compiler } from "./support/compiler.js";

const source = `import { anyOf, Case, check, Count, F, foreignKey, hasMany, hasOne, index, Lag, manyToMany, model, oneToOne, Prefetch, Q, RowNumber, softDelete, sql, t, timestamps, unique, Upper, When, Window, type CreateInput, type Model, type Session, type UpdateInput, type Where } from "flash-db";
export class User extends model<User>("users")({
  name: t.text(), email: t.text().unique(), age: t.integer().nullable(), role: t.enum(["admin", "member"]).default("member"), settings: t.json<{ theme?: string }>().default(() => ({})), slug: t.text().generated(sql\`lower(name)\`),
  ...timestamps(), ...softDelete(), posts: hasMany(() => Post, "author"), profile: hasOne(() => Profile, "user"),
}, { ordering: ["name"], indexes: [index("name", "-age")], constraints: [unique("name", "email"), check("named", { name__ne: "" })] }) {
  #secret = 1;
  private hidden = 2;
  get shout() { return this.name.toUpperCase() + this.#secret + this.hidden; }
  static adults() { return this.objects.filter({ age__gte: 18 }); }
}
export class Post extends model<Post>("posts")({ id: t.uuid().primaryKey(), title: t.text(), author: foreignKey(() => User), editor: foreignKey(() => User).nullable(), tags: manyToMany(() => Tag, { through: () => Tagging }) }) {}
export class Tag extends model<Tag>("tags")({ label: t.text() }) {}
export class Tagging extends model<Tagging>("taggings")({ post: foreignKey(() => Post).primaryKey(), tag: foreignKey(() => Tag).primaryKey() }) {}
export class Profile extends model<Profile>("profiles")({ user: oneToOne(() => User), about: anyOf({ post: () => Post, tag: () => Tag }).nullable() }) {}
export const Audited = <B extends abstract new (...args: any[]) => Model>(Base: B) => { abstract class Audit extends Base { audit() { return this.isPersisted; } } return Audit; };
export class Doc extends Audited(model<Doc>("docs")({ title: t.text() })) {}
export class Admin extends User.subtype<Admin>("admin")({ level: t.integer() }) {}
export const busy = () => User.objects.annotate({ n: Count("posts", { filter: Q({ posts__title: "x" }) }), up: Upper("name") }).filter({ n__gt: F("age") });
export const loaded = (db: Session) => Post.objects.selectRelated("author").prefetchRelated("tags").fetch(db);
export const rows = () => Post.objects.values("author__name", { up: Upper("title") }).annotate({ n: Count("id") });
export const pick = () => ({
  all: Post.objects.values(), list: Post.objects.valuesList("title", "author__name"), flat: Post.objects.valuesList(Upper("title"), { flat: true }), named: Post.objects.values({ n: Count("tags") }, "title"),
  grouped: Post.objects.values("author__name").annotate({ n: Count("id") }).values("n"), only: User.objects.only("name"), defer: User.objects.defer("settings"), alias: User.objects.alias({ n: Count("posts") }),
  dates: User.objects.dates("createdAt", "month"), several: Post.objects.prefetchRelated("tags", new Prefetch("author__posts", Post.objects.all(), { toAttr: "recent" })),
  windows: Post.objects.annotate({ rank: Window(RowNumber(), { partitionBy: "author" }), chosen: Case([When({ title: "x" }, 1)], { default: 0 }), before: Lag("title") }), column: User.c.age, order: F("name").desc(),
});
export const object = (user: User) => user.toObject({ include: ["posts"] });
export const page = (db: Session) => User.objects.paginate(db, { first: 3 });
export const removed = (db: Session) => User.objects.filter({ name: "x" }).delete(db, { count: "all" });
export const input = (values: CreateInput<Post>, change: UpdateInput<Post>, where: Where<Post>) => ({ values, change, where });
export const named = Q({ title: "x" }).or({ author__name: "y" });
export const fields = { owner: foreignKey(() => User), note: t.text().nullable() };
`;
const use = `import { busy, Doc, loaded, rows, User, type Admin } from "./built/models.js";
import type { Session } from "flash-db";
export async function used(db: Session, admin: Admin) {
  (await busy().fetch(db))[0]!.n.toFixed();
  (await loaded(db))[0]!.author.shout.length;
  for (const tag of (await loaded(db))[0]!.tags) tag.label.length;
  (await rows().fetch(db))[0]!.up.length;
  (await User.adults().fetch(db))[0]!.settings.theme;
  new Doc({ title: "x" }).audit();
  admin.level.toFixed(); admin.shout.length;
  // @ts-expect-error no such field
  User.objects.filter({ nam: "x" });
  // @ts-expect-error not loaded
  (await loaded(db))[0]!.editor.name;
}
`;

const { folder, remove } = makeFolder();
beforeAll(() => installDeclarations(folder), 120_000);
afterAll(remove);

describe.each(Object.keys(compilers) as Compiler[])("%s", (compiler) => {
  it("makes declarations of models that can be used like the source", async () => {
    const home = path.join(folder, compilers[compiler]);
    mkdirSync(home);
    writeFileSync(path.join(home, "models.ts"), source);
    writeFileSync(path.join(home, "use.ts"), use);
    const emit = path.join(home, "emit.json");
    writeFileSync(
      emit,
      JSON.stringify({
        compilerOptions: {
          target: "es2022",
          lib: ["es2023", "esnext.disposable"],
          module: "nodenext",
          moduleResolution: "nodenext",
          strict: true,
          types: ["node"],
          skipLibCheck: true,
          declaration: true,
          emitDeclarationOnly: true,
          rootDir: ".",
          outDir: "built",
        },
        files: ["models.ts"],
      }),
    );
    expect((await tsc(compiler, emit)).output).toBe("");
    expect(readdirSync(path.join(home, "built"))).toEqual(["models.d.ts"]);
    expect(readFileSync(path.join(home, "built/models.d.ts"), "utf8")).toContain(
      'const User_base: import("flash-db").ModelConstructor<User, import("flash-db").AutomaticKey & {',
    );
    // Not skipped: the declarations themselves are looked at.
    expect((await checkFiles(compiler, folder, [path.join(home, "use.ts")], { skipLibCheck: false })).output).toBe("");
  }, 120_000);
});
