/** The public entries, each of which is called with hostile values in every place. */

import type { Database } from "../../src/connect.js";
import * as flash from "../../src/index.js";
import type { Session } from "../../src/index.js";
import { Item, Label, Owner } from "./models.js";
import type { Random } from "./random.js";
import { hostile, hostileObject } from "./values.js";

export interface Ground {
  readonly database: Database;
  readonly db: Session;
  readonly owner: Owner;
  readonly item: Item;
  readonly random: Random;
  /** A hostile value, which the report shows. */
  next(): never;
  object(): never;
}
export type Entry = (ground: Ground) => unknown;

type Verbs = Record<string, (...args: unknown[]) => unknown>;
const verbs = (value: object): Verbs => value as unknown as Verbs;
const items = (): Verbs => verbs(Item.objects);

/** What only makes another query is run, so that its plan is made and its values are bound. */
const run = async ({ db }: Ground, query: unknown): Promise<unknown> => {
  const set = query as {
    readonly limit?: (rows: number) => { fetch(db: Session): Promise<unknown> };
    readonly fetch?: (db: Session) => Promise<unknown>;
  };
  return set.fetch?.(db);
};

const BUILDERS = [
  "filter", "exclude", "orderBy", "distinct", "limit", "offset", "slice", "only", "defer", "selectRelated", "prefetchRelated", "annotate", "alias", "values",
  "valuesList", "union", "unionAll", "intersection", "difference", "dates", "datetimes", "selectForUpdate", "fetchMode", "with", "using", "when", "pipe",
] as const; // prettier-ignore
const TERMINALS = [
  "fetch", "first", "last", "get", "getByPk", "latest", "earliest", "count", "exists", "contains", "aggregate", "inBulk", "paginate", "explain", "update",
  "delete", "create", "getOrCreate", "updateOrCreate", "bulkCreate", "bulkUpdate", "deleteByPk", "updateByPk", "raw",
] as const; // prettier-ignore
const FUNCTIONS = [
  "F", "Q", "Value", "Cast", "Case", "When", "Exists", "OuterRef", "Subquery", "Abs", "Ceil", "Coalesce", "Concat", "Exp", "Floor", "Greatest", "Least", "Left",
  "Length", "Ln", "Log", "Lower", "LPad", "LTrim", "Mod", "NullIf", "Power", "Repeat", "Replace", "Reverse", "Right", "Round", "RPad", "RTrim", "Sign", "Sqrt",
  "StrIndex", "Substr", "Trim", "Upper", "Extract", "Trunc", "TruncDate", "ArrayAgg", "Avg", "BoolAnd", "BoolOr", "Count", "JsonAgg", "Max", "Min", "StdDev",
  "StringAgg", "Sum", "Variance", "FirstValue", "Lag", "Lead", "Ntile", "NthValue",
] as const; // prettier-ignore

const some = (ground: Ground): never[] => Array.from({ length: ground.random.below(3) + 1 }, () => ground.next());

const built: readonly (readonly [string, Entry])[] = BUILDERS.flatMap((name) => [
  [`objects.${name}(…)`, (ground: Ground) => run(ground, items()[name]?.(...some(ground)))] as const,
  [`objects.${name}({…})`, (ground: Ground) => run(ground, items()[name]?.(ground.object()))] as const,
]);
const ended: readonly (readonly [string, Entry])[] = TERMINALS.flatMap((name) => [
  [`objects.${name}(db, …)`, (ground: Ground) => items()[name]?.(ground.db, ...some(ground))] as const,
  [`objects.${name}(db, {…})`, (ground: Ground) => items()[name]?.(ground.db, ground.object(), ground.object())] as const,
  [`objects.${name}(…)`, (ground: Ground) => items()[name]?.(ground.next())] as const,
]);
const computed: readonly (readonly [string, Entry])[] = FUNCTIONS.flatMap((name) => {
  const make = (ground: Ground, args: readonly unknown[]): unknown => (flash as unknown as Verbs)[name]?.(...args) ?? ground.next();
  return [
    [`annotate ${name}(…)`, (ground: Ground) => run(ground, items()["annotate"]?.({ made: make(ground, some(ground)) }))] as const,
    [
      `annotate ${name}("n", …)`,
      (ground: Ground) => run(ground, items()["annotate"]?.({ made: make(ground, ["n", ...some(ground)]) })),
    ] as const,
    [
      `filter ${name}("name", …)`,
      (ground: Ground) => run(ground, items()["filter"]?.({ name: make(ground, ["name", ...some(ground)]) })),
    ] as const,
  ];
});

export const entries: ReadonlyMap<string, Entry> = new Map<string, Entry>([
  ...built,
  ...ended,
  ...computed,
  [
    "iterate",
    async ({ db, object }) => {
      for await (const one of Item.objects.iterate(db, object())) void one;
    },
  ],
  ["toSQL", ({ next }) => Item.objects.toSQL(next())],
  [
    "filter by a lookup",
    (ground) =>
      run(
        ground,
        Item.objects.filter({
          [ground.random.of([
            "name__in",
            "n__range",
            "at__gt",
            "data__a",
            "tags__contains",
            "kind",
            "uuid",
            "price__lt",
            "big",
            "raw",
            "took",
            "day",
            "owner",
            "owner__name",
            "labels",
            "pk",
          ])]: ground.next(),
        } as never),
      ),
  ],
  [
    "F arithmetic",
    (ground) =>
      run(
        ground,
        Item.objects.filter({
          n: verbs(flash.F("n"))[ground.random.of(["add", "sub", "mul", "div", "mod", "pow"])]?.(ground.next()),
        } as never),
      ),
  ],
  [
    "Q and or",
    (ground) =>
      run(ground, Item.objects.filter(verbs(flash.Q({ name: "a" }))[ground.random.of(["and", "or", "xor"])]?.(ground.next()) as never)),
  ],
  ["sql values", ({ db, next }) => db.execute(flash.sql`SELECT ${next()} AS a`, { readOnly: true })],
  [
    "sql.id",
    ({ db, next }) => db.execute(flash.sql`SELECT 1 AS ${(flash.sql as unknown as Verbs)["id"]?.(next()) as never}`, { readOnly: true }),
  ],
  [
    "new Item",
    ({ db, object }) => {
      db.add(new Item(object()));
      return db.flush();
    },
  ],
  ["new Owner of anything", ({ next }) => new Owner(next())],
  [
    "item.set",
    ({ db, item, object }) => {
      item.set(object());
      return db.flush();
    },
  ],
  ["item.set of anything", ({ item, next }) => item.set(next())],
  [
    "an assigned field",
    ({ db, item, random, next }) => {
      (item as unknown as Record<string, unknown>)[
        random.of(["name", "n", "big", "price", "ratio", "kind", "uuid", "at", "day", "took", "raw", "data", "tags", "owner", "ownerId"])
      ] = next();
      return db.flush();
    },
  ],
  ["save", ({ db, item, next }) => item.save(db, next())],
  ["save with fields", ({ item, next }) => item.save({ fields: next() })],
  ["load", ({ item, next }) => item.load(next())],
  ["refresh", ({ item, next }) => item.refresh(next())],
  ["toObject", ({ item, next }) => item.toObject(next())],
  ["toObject include", ({ item, next }) => item.toObject({ include: next() })],
  ["delete", ({ item, next }) => item.delete(next())],
  [
    "labels.add",
    ({ db, item, next }) => {
      item.labels.add(next());
      return db.flush();
    },
  ],
  [
    "labels.remove",
    ({ db, item, next }) => {
      item.labels.remove(next());
      return db.flush();
    },
  ],
  [
    "labels.set",
    async ({ db, item, next }) => {
      await item.labels.set(next());
      await db.flush();
    },
  ],
  [
    "items.add",
    ({ db, owner, next }) => {
      owner.items.add(next());
      return db.flush();
    },
  ],
  ["items.create", ({ owner, next }) => owner.items.create(next())],
  ["items.filter", ({ owner, next }) => owner.items.filter(next()).fetch()],
  ["items.getOrCreate", ({ owner, object }) => owner.items.getOrCreate(object())],
  ["db.get", ({ db, next }) => db.get(Item, next())],
  ["db.get of a model", ({ db, next }) => db.get(next(), 1 as never)],
  ...(
    [
      "add",
      "delete",
      "merge",
      "refresh",
      "expire",
      "expunge",
      "touch",
      "has",
      "isModified",
      "execute",
      "onCommit",
      "begin",
      "noAutoflush",
    ] as const
  ).map((name): [string, Entry] => [`db.${name}`, async ({ db, next }) => verbs(db)[name]?.(next())]),
  [
    "db.fetchMode",
    ({ db, next }) => {
      db.fetchMode = next();
    },
  ],
  ["atomic", ({ db, next }) => flash.atomic(db, next(), next())],
  ["atomic options", ({ db, object }) => flash.atomic(db, async () => undefined, object())],
  ["prefetchRelated", ({ db, item, next }) => flash.prefetchRelated(db, [item] as never, next())],
  ["prefetchRelated of anything", ({ db, next }) => flash.prefetchRelated(db, next(), next())],
  ["database.session", ({ database, next }) => database.session(next())],
  ["database.on", ({ database, next }) => database.on(next(), next())],
  ["database.createAll", ({ database, next }) => (next() === undefined ? null : database.createAll([next()] as never))],
  ["connect", async ({ next }) => (await flash.connect(next())).close()],
  ["connect sqlite", async ({ object }) => (await flash.connect("sqlite::memory:", object())).close()],
  [
    "connect options",
    async ({ random, next }) =>
      (
        await flash.connect("sqlite::memory:", {
          [random.of([
            "echo",
            "pool",
            "replicas",
            "statementTimeout",
            "prepare",
            "busyTimeout",
            "password",
            "tls",
            "fetchMode",
            "autoflush",
            "onUncommitted",
          ])]: next(),
        })
      ).close(),
  ],
  ["paginate with a cursor", ({ db, next }) => Item.objects.orderBy("name", "id").paginate(db, { first: 2, after: next() })],
  ["paginate", ({ db, object }) => Item.objects.orderBy("name", "id").paginate(db, object())],
  ["inBulk by a field", ({ db, next }) => Owner.objects.inBulk(db, next(), { field: "name" } as never)],
  ["inBulk field", ({ db, next }) => Owner.objects.inBulk(db, ["a"] as never, { field: next() } as never)],
  ["bulkCreate options", ({ db, object }) => Label.objects.bulkCreate(db, [{ text: "a" }], object())],
  ["bulkCreate rows", ({ db, object }) => Item.objects.bulkCreate(db, [object(), object()])],
  ["bulkUpdate", ({ db, item, next }) => Item.objects.bulkUpdate(db, [item], next())],
  ["update", ({ db, object }) => Item.objects.filter({ id: -1 } as never).update(db, object())],
  ["signals.on", ({ next }) => flash.signals.on(next(), next(), next())],
  [
    "model columns",
    (ground) =>
      run(
        ground,
        Item.objects.filter(
          verbs(Item.c.name)[ground.random.of(["eq", "ne", "gt", "in", "like", "contains", "startswith", "isNull"])]?.(
            ground.next(),
          ) as never,
        ),
      ),
  ],
  [
    "window",
    (ground) => run(ground, Item.objects.annotate({ w: (flash as unknown as Verbs)["Window"]?.(ground.next(), ground.object()) } as never)),
  ],
]);

/** Values are taken from the seed in the order in which the entry asks for them. */
export const groundOf = (base: Omit<Ground, "next" | "object">): { readonly ground: Ground; readonly given: unknown[] } => {
  const given: unknown[] = [];
  const keep = (value: unknown): never => (given.push(value), value as never);
  return { ground: { ...base, next: () => keep(hostile(base.random)), object: () => keep(hostileObject(base.random)) }, given };
};
