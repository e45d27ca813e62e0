/** Runs examples step by step on a database of their own, and tells what each step sent. */

import ts from "typescript";
import * as flashDb from "../../src/index.js";
import { sql, type Database, type QuerySet, type Session } from "../../src/index.js";
import * as testing from "../../src/testing.js";
import type { Example } from "./documented.js";
import { stepsOf, type Claim, type Step } from "./claims.js";
import * as prelude from "./prelude.js";
import type { Values } from "./prelude.js";

const { Account, Author, Book, Job, Node, Note, Post, Profile, Tag, User } = prelude;

/** Rows with the keys that the examples speak of, in empty tables. */
const fill = async (database: Database): Promise<void> => {
  await using db = database.session();
  const ada = await User.objects.create(db, { name: "Someone", email: "ada@example.org", age: 1 });
  const bob = await User.objects.create(db, { name: "Bob", email: "bob@example.org", age: 40 });
  await Profile.objects.create(db, { user: ada });
  const red = await Tag.objects.create(db, { label: "red" });
  await Tag.objects.create(db, { label: "blue" });
  const posts = Array.from({ length: 8 }, (_, at) => new Post({ title: `Post ${at + 1}`, author: at < 2 ? ada : bob }));
  await Post.objects.bulkCreate(db, posts as never);
  const first = await Post.objects.get(db, { id: 1 });
  first.tags.add(red);
  for (const made of [new Note({ text: "note" }), new Node({}), new Account({}), new Job({})]) db.add(made);
  await db.commit();
};

type Makers = { readonly [K in keyof Values]: (database: Database, db: Session) => Values[K] | Promise<Values[K]> };
/** What stands around an example, each made only for those that speak of it: a session that tracks rows sends other statements. */
const makers: Makers = {
  database: (database) => database,
  db: (_, db) => db,
  ada: (_, db) => User.objects.get(db, { id: 1 }),
  bob: (_, db) => User.objects.get(db, { id: 2 }),
  user: (_, db) => User.objects.get(db, { id: 1 }),
  author: () => new Author({ name: "Ada" }),
  book: () => new Book({ title: "Notes", author: new Author({ name: "Bob" }) }),
  users: (_, db) => User.objects.orderBy("id").fetch(db),
  fromElsewhere: async (database) => {
    await using elsewhere = database.session();
    const user = await User.objects.get(elsewhere, { id: 1 });
    user.name = "Ada Lovelace";
    return user;
  },
  post: (_, db) => Post.objects.get(db, { id: 1 }),
  note: (_, db) => Note.objects.get(db, { id: 1 }),
  tag: (_, db) => Tag.objects.get(db, { id: 2 }),
  red: (_, db) => Tag.objects.get(db, { id: 1 }),
  blue: (_, db) => Tag.objects.get(db, { id: 2 }),
  page: (_, db) => Post.objects.orderBy("id").paginate(db, { first: 1 }),
  cursor: async (database) => {
    await using elsewhere = database.session();
    return (await User.objects.orderBy("name").paginate(elsewhere, { first: 1 })).endCursor;
  },
  email: () => "ada@example.org",
  city: () => "Rome",
  search: () => undefined,
  active: () => User.objects.filter({ age: 1 }),
  archived: () => User.objects.filter({ age: 40 }),
  writers: () => User.objects.filter({ age: 1 }),
  readers: () => User.objects.filter({ age: 40 }),
  rows: () => [
    { name: "Cid", email: "cid@example.org" },
    { name: "Dee", email: "dee@example.org" },
  ],
  transfer: () => () => Promise.resolve(),
  work: () => () => Promise.resolve(),
  listener: () => () => undefined,
  mailer: () => ({ welcome: () => Promise.resolve(), send: () => Promise.resolve() }),
  welcome: () => () => undefined,
  cache: () => ({ clear: () => undefined }),
  parsePoint: () => () => ({ x: 0, y: 0 }),
};
const surroundings = async (code: string, database: Database, db: Session): Promise<Record<string, unknown>> => {
  const values: Record<string, unknown> = {};
  for (const [name, make] of Object.entries(makers)) {
    const spoken = new RegExp(`\\b${name}\\b`).test(code) && !new RegExp(`\\b(?:const|let|using) (?:\\{[^}]*)?${name}\\b`).test(code);
    if (spoken) values[name] = await make(database, db);
  }
  return values;
};

export interface Sent {
  readonly text: string;
  readonly values: readonly unknown[];
}
/** What was claimed, and what was sent since the claim before. */
export interface Outcome {
  readonly place: string;
  readonly claim: Claim;
  readonly sent: readonly Sent[];
}

const isSet = (value: unknown): value is QuerySet<object> => typeof value === "object" && value !== null && "toSQL" in value;

/** What is shown without being run: a QuerySet, or what may stand in one. */
const shown = (value: unknown, dialect: "sqlite" | "postgres"): Sent[] => {
  const sets: (() => unknown)[] = [
    () => value,
    () => Post.objects.annotate({ shown: value as never }),
    () => User.objects.annotate({ shown: value as never }),
    () => Post.objects.filter(value as never),
    () => Post.objects.annotate({ shown: flashDb.Case([value as never]) }),
  ];
  for (const make of sets) {
    try {
      const set = make();
      if (!isSet(set)) continue;
      const { text, params } = set.toSQL(dialect);
      return [{ text, values: params }];
    } catch {
      // It stands elsewhere.
    }
  }
  return [];
};

type Run = (surroundings: Record<string, unknown>, told: (at: number, value: unknown) => void) => Promise<void>;
/** One function with all steps, each of which tells when it is done and what it gave. */
export const programFor = (steps: readonly Step[], names: readonly string[]): Run => {
  const body = steps
    .map(({ code, shown }, at) => (shown === code.replace(/;$/, "") ? `told(${at}, (${shown}));` : `${code}\ntold(${at}, ${shown});`))
    .join("\n");
  const source = `export const run = async ({ ${names.join(", ")} }, told) => {{\n${body}\n}};`;
  const { outputText } = ts.transpileModule(source, {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS },
  });
  const found: { run?: Run } = {};
  // The program is the documentation's own.
  // oxlint-disable-next-line no-implied-eval
  (new Function("exports", outputText) as (exports: object) => void)(found);
  return found.run as Run;
};

/** Whether the example is about rows that are there, or only shows statements. */
export const needsRows = (example: Example): boolean => NEEDS_ROWS.test(codeOf(stepsOf(example)));
const codeOf = (steps: readonly Step[]): string => steps.map(({ code }) => code).join("\n");
const NEEDS_ROWS = /\b(?:await|ada|bob|users?|post|note|tag|red|blue|page)\b/;

/** Runs the example on tables that are empty. */
export const outcomesOf = async (example: Example, database: Database, on: "sqlite" | "postgres"): Promise<readonly Outcome[]> => {
  const steps = stepsOf(example);
  if (needsRows(example)) await fill(database);
  await using db = database.session({ onUncommitted: "ignore" });
  const values = await surroundings(codeOf(steps), database, db);
  const getDb = (work?: unknown): unknown =>
    typeof work === "function" ? (work as (db: Session) => unknown)(database.session({ onUncommitted: "ignore" })) : db;
  const around: Record<string, unknown> = { ...flashDb, ...testing, ...prelude, ...values, getDb, console: { log: () => undefined } };
  let sent: Sent[] = [];
  const outcomes: Outcome[] = [];
  const ends = (["query", "transaction"] as const).map((event) =>
    database.on(event, ({ sql: text, params }) => sent.push({ text, values: params })),
  );
  try {
    await programFor(steps, Object.keys(around))(around, (at, value) => {
      const step = steps[at] as Step;
      if (step.claims.length === 0) return;
      if (sent.length === 0) sent.push(...shown(value, on));
      for (const claim of step.claims) outcomes.push({ place: example.place, claim, sent });
      sent = [];
    });
  } finally {
    for (const end of ends) end();
  }
  return outcomes;
};

/** Keys begin at 1 again. */
export const emptyTables = async (database: Database, on: "sqlite" | "postgres"): Promise<void> => {
  const texts = [...prelude.models.map((model) => model.objects.toSQL(on).text), 'FROM "posts_tags"'];
  const names = texts.map((text) => /FROM ("\w+")/.exec(text)?.[1] ?? text);
  await using db = database.session();
  if (on === "postgres") await db.execute(sql.raw(`TRUNCATE ${names.join(", ")} RESTART IDENTITY CASCADE`));
  else for (const name of [...names.toReversed(), "sqlite_sequence"]) await db.execute(sql.raw(`DELETE FROM ${name}`));
  await db.commit();
};
