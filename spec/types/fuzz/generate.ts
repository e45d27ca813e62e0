/** Random programs over the models: some are right, some have one mistake or several; nobody says here which. */

import type { Choices } from "../../query/fuzz/choices.js";
import { anyLiteral, isText, literal } from "./literals.js";
import { shapeNamed, shapes, type Column, type Link, type Shape } from "./shapes.js";

/** Where a path ends. */
type End = { readonly column: Column } | { readonly link: Link } | null;
interface Path {
  readonly text: string;
  readonly end: End;
}

const hop = (c: Choices, shape: Shape): Link | null => {
  const links = shape.links.filter(({ kind }) => kind !== "anyOf");
  return links.length === 0 ? null : c.pick(links);
};
/** A name that the model does not have. */
const wrongName = (c: Choices, shape: Shape): string => {
  const known = new Set([...shape.columns.map(({ name }) => name), ...shape.links.map(({ name }) => name)]);
  const foreign = c.pick(c.pick(shapes).columns).name;
  return !known.has(foreign) && c.chance(50) ? foreign : `${c.pick(shape.columns).name}z`;
};
const endOf = (c: Choices, shape: Shape): Path => {
  const kind = c.kind({ column: 78, link: 10, wrong: 12 });
  const link = hop(c, shape);
  if (kind === "wrong") return { text: wrongName(c, shape), end: null };
  if (kind === "link" && link !== null) return { text: link.name, end: { link } };
  const column = c.pick(shape.columns);
  return { text: column.name, end: { column } };
};
const pathOf = (c: Choices, model: string, most = 2): Path => {
  const shape = shapeNamed(model);
  const link = most > 0 && c.chance(35) ? hop(c, shape) : null;
  if (link === null) return endOf(c, shape);
  const rest = pathOf(c, link.target, most - 1);
  return { text: `${link.name}__${rest.text}`, end: rest.end };
};

const comparisons = ["gt", "gte", "lt", "lte", "ne", "exact"] as const;
const textual = ["contains", "icontains", "startswith", "endswith", "iexact"] as const;
const parts = ["year", "month", "day", "quarter"] as const;
const lookups = ["", "in", "isnull", "range", "hour", "date", "len", "overlap", "haskey", ...comparisons, ...textual, ...parts] as const;
type Lookup = (typeof lookups)[number];
const ordered = (kind: Column["kind"]): boolean => isText(kind) || /int|real|double|timestamp|duration/.test(kind);
const fits = (kind: Column["kind"], lookup: Lookup): boolean => {
  if (["", "in", "isnull", "ne", "exact"].includes(lookup)) return true;
  if (lookup === "range" || comparisons.some((one) => one === lookup)) return ordered(kind);
  if (textual.some((one) => one === lookup)) return kind === "text" || kind === "varchar";
  if (parts.some((one) => one === lookup)) return kind === "timestamp" || kind === "date";
  if (lookup === "hour" || lookup === "date") return kind === "timestamp";
  if (lookup === "len" || lookup === "overlap") return kind === "array";
  return false;
};
const operand = (c: Choices, column: Column, lookup: Lookup): string => {
  const value = c.chance(12) ? anyLiteral(c, column) : literal(column);
  if (lookup === "in") return c.chance(8) ? value : `[${value}]`;
  if (lookup === "range") return c.chance(8) ? value : `[${value}, ${literal(column)}]`;
  if (lookup === "isnull") return c.chance(12) ? value : "true";
  if (lookup === "haskey") return '"a"';
  if (lookup === "date") return c.chance(15) ? "1" : '"2024-02-29"';
  if (lookup === "len" || lookup === "hour" || parts.some((one) => one === lookup)) return c.chance(15) ? '"x"' : "1";
  return value;
};
/** A key of a filter and what it is compared with. */
const entry = (c: Choices, model: string): readonly [string, string] => {
  const { text, end } = pathOf(c, model);
  if (end === null) return [text, c.pick(["1", '"x"', "null"])];
  if ("link" in end) return c.chance(50) || !end.link.nullable ? [`${text}__isnull`, "true"] : [text, "null"];
  const { column } = end;
  const lookup = c.chance(12) ? c.pick(lookups) : c.pick(lookups.filter((one) => fits(column.kind, one)));
  return [lookup === "" ? text : `${text}__${lookup}`, operand(c, column, lookup)];
};
const where = (c: Choices, model: string): string => {
  const entries = new Map(c.some(2, 30, () => entry(c, model)));
  return `{ ${[...entries].map(([key, value]) => `${key}: ${value}`).join(", ")} }`;
};
const condition = (c: Choices, model: string): string =>
  c.kind({ object: 6, q: 1, or: 2, not: 1 }) === "object"
    ? where(c, model)
    : c.chance(50)
      ? `Q(${where(c, model)}).or(${where(c, model)})`
      : `Q(${where(c, model)}).not()`;

const quoted = (text: string): string => JSON.stringify(text);
const filtered = (c: Choices, model: string): string => {
  const verb = c.pick(["filter", "filter", "exclude"]);
  const more = c.chance(15) ? `, ${condition(c, model)}` : "";
  return `await ${model}.objects.${verb}(${condition(c, model)}${more}).${c.pick(["fetch(db)", "count(db)", "first(db)"])};`;
};
const listed = (c: Choices, model: string): string => {
  const path = quoted(pathOf(c, model).text);
  const set = `${model}.objects`;
  switch (c.kind({ order: 3, values: 3, list: 2, flat: 2, distinct: 2, only: 2, defer: 1, latest: 1, dates: 1 })) {
    case "order":
      return `await ${set}.orderBy(${c.chance(40) ? path.replace('"', '"-') : path}).fetch(db);`;
    case "values":
      return `await ${set}.values(${path}).fetch(db);`;
    case "list":
      return `await ${set}.valuesList(${path}, ${quoted(pathOf(c, model).text)}).fetch(db);`;
    case "flat":
      return `await ${set}.valuesList(${path}, { flat: true }).fetch(db);`;
    case "distinct":
      return `await ${set}.orderBy(${path}).distinct(${path}).fetch(db);`;
    case "only":
      return `await ${set}.only(${quoted(pathOf(c, model, 0).text)}).fetch(db);`;
    case "defer":
      return `await ${set}.defer(${quoted(pathOf(c, model, 0).text)}).fetch(db);`;
    case "latest":
      return `await ${set}.latest(db, ${path});`;
    case "dates":
      return `await ${set}.dates(${path}, "month").fetch(db);`;
  }
};

/** Relations one after the other; none leads to a model again, whose rows would be there by chance. */
const chain = (c: Choices, model: string): Link[] => {
  const taken: Link[] = [];
  const seen = new Set([model, "Item"]);
  for (let at = model; taken.length < 2;) {
    const links = shapeNamed(at).links.filter(({ kind, target }) => kind !== "anyOf" && !seen.has(target));
    if (links.length === 0) break;
    const link = c.pick(links);
    taken.push(link);
    seen.add((at = link.target));
    if (c.chance(50)) break;
  }
  return taken;
};
const many = (link: Link): boolean => link.kind === "toMany" || link.kind === "manyToMany";
/** Reads along relations that were loaded, or were not. */
const loading = (c: Choices): string => {
  const model = c.pick(["Person", "Book", "Studio", "Show", "Passport", "Review", "Song"]);
  const links = chain(c, model);
  if (links.length === 0) return `await ${model}.objects.prefetchRelated("nothing").fetch(db);`;
  const path = links.map(({ name }) => name).join("__");
  const load = c.kind({ none: 2, related: 3, prefetch: 4, partly: 2, wrong: 1 });
  const loaded = {
    none: "",
    related: `.selectRelated("${path}")`,
    prefetch: `.prefetchRelated("${path}")`,
    partly: `.prefetchRelated("${links[0]?.name}")`,
    wrong: `.prefetchRelated("${path}z")`,
  }[load];
  const target = shapeNamed(links.at(-1)?.target ?? model);
  const name = c.chance(15) ? wrongName(c, target) : c.pick(target.columns.filter(({ key }) => key)).name;
  const steps = links.map((link) => (many(link) ? `${link.name}.at(0)` : link.name));
  return `const [row] = await ${model}.objects${loaded}.orderBy("pk").limit(1).fetch(db); read(row?.${steps.join("?.")}?.${name});`;
};

const assigned = (c: Choices, model: string, write: "create" | "update"): readonly [string, string] => {
  const shape = shapeNamed(model);
  const column = c.pick(shape.columns.filter(({ relation, name }) => relation === null && name !== "kind"));
  if (c.chance(10)) return [wrongName(c, shape), "1"];
  if (write === "update" && column.key) return assigned(c, model, write);
  if (write === "update" && column.kind !== "enum" && c.chance(25)) return [column.name, `F(${quoted(pathOf(c, model, 1).text)})`];
  return [column.name, c.chance(12) ? anyLiteral(c, column) : literal(column)];
};
const row = (c: Choices, model: string): string => {
  const required = shapeNamed(model).columns.filter(({ given }) => given === "required");
  const entries = new Map(
    required
      .filter((_, at) => at === 0 || !c.chance(8))
      .map((column) => [column.name, column.relation === null ? literal(column) : `${keys}.${column.relation}`] as const),
  );
  if (c.chance(50)) {
    const [name, value] = assigned(c, model, "create");
    entries.set(name, value);
  }
  return `{ ${[...entries].map(([name, value]) => `${name}: ${value}`).join(", ")} }`;
};
/** Keys of rows that are there, given to programs. */
const keys = "keys";
const writing = (c: Choices, model: string): string => {
  const change = (): string => {
    const [name, value] = assigned(c, model, "update");
    return `{ ${name}: ${value} }`;
  };
  switch (c.kind({ update: 4, set: 3, create: 4, bulk: 2, getOrCreate: 1 })) {
    case "update":
      return `await ${model}.objects.update(db, ${change()}, { all: true });`;
    case "set":
      return `const [row] = await ${model}.objects.limit(1).fetch(db); row?.set(${change()}); await db.flush();`;
    case "create":
      return `await ${model}.objects.create(db, ${row(c, model)});`;
    case "bulk":
      return `await ${model}.objects.bulkCreate(db, [${row(c, model)}]);`;
    case "getOrCreate":
      return `await ${model}.objects.getOrCreate(db, ${row(c, model)});`;
  }
};

const numeric = /int|real|double|decimal|duration/;
/** A path to a column of such a kind, or sometimes to none. */
const pathTo = (c: Choices, model: string, kinds: RegExp): string => {
  const columns = shapeNamed(model).columns.filter(({ kind }) => kinds.test(kind));
  return columns.length === 0 || c.chance(10) ? wrongName(c, shapeNamed(model)) : c.pick(columns).name;
};
const expression = (c: Choices, model: string): string => {
  const path = quoted(pathOf(c, model, 1).text);
  switch (c.kind({ field: 3, arithmetic: 4, text: 2, length: 1, coalesce: 2, choice: 2, part: 1, moment: 1, condition: 1, value: 1 })) {
    case "field":
      return `F(${path})`;
    case "arithmetic": {
      const right = c.chance(50) ? `F("${pathTo(c, model, numeric)}")` : c.pick(["2", "1n", '"1.5"']);
      return `F("${pathTo(c, model, numeric)}").${c.pick(["add", "sub", "mul", "div"])}(${right})`;
    }
    case "text":
      return `${c.pick(["Upper", "Lower", "Trim"])}("${pathTo(c, model, /text|varchar/)}")`;
    case "length":
      return `Length("${pathTo(c, model, /text|varchar/)}")`;
    case "coalesce": {
      const column = c.pick(shapeNamed(model).columns.filter(({ kind }) => kind !== "json" && kind !== "bytes" && kind !== "array"));
      return `Coalesce("${column.name}", ${["text", "varchar", "integer"].includes(column.kind) ? `Value(${literal(column)})` : `F("${column.name}")`})`;
    }
    case "choice":
      return `Case([When(${where(c, model)}, 1)]${c.chance(50) ? ", { default: 0 }" : ""})`;
    case "part":
      return `Extract("${pathTo(c, model, /timestamp|date/)}", "year")`;
    case "moment":
      return `Trunc("${pathTo(c, model, /timestamp/)}", "month")`;
    case "condition":
      return `Q(${where(c, model)})`;
    case "value":
      return `Value(${c.pick(["1", '"x"', "true"])})`;
  }
};
const aggregate = (c: Choices, model: string): string => {
  const name = c.pick(["Count", "Sum", "Avg", "Min", "Max"]);
  if (name === "Count") return c.chance(30) ? 'Count("*")' : `Count(${quoted(pathOf(c, model, 1).text)})`;
  return `${name}("${pathTo(c, model, name === "Min" || name === "Max" ? /text|int|real|double|decimal|date|timestamp/ : numeric)}")`;
};
/** Gives the values of an expression, whose types are compared with them. */
const computed = (c: Choices, model: string): string => {
  switch (c.kind({ annotate: 4, values: 2, aggregate: 3, path: 4, filter: 1 })) {
    case "annotate":
      return `return (await ${model}.objects.annotate({ x: ${expression(c, model)} }).values("x").fetch(db)).map((one) => one.x);`;
    case "values":
      return `return (await ${model}.objects.values({ x: ${expression(c, model)} }).fetch(db)).map((one) => one.x);`;
    case "aggregate":
      return `return [(await ${model}.objects.aggregate(db, { x: ${aggregate(c, model)} })).x];`;
    case "path":
      return `return await ${model}.objects.valuesList(${quoted(pathOf(c, model).text)}, { flat: true }).fetch(db);`;
    case "filter":
      return `await ${model}.objects.annotate({ x: ${aggregate(c, model)} }).filter({ x__isnull: false }).fetch(db);`;
  }
};

/** One program: statements that may give values. */
export const programOf = (c: Choices): string => {
  const model = c.pick(shapes).name;
  switch (c.kind({ filtered: 34, listed: 16, loading: 12, writing: 18, computed: 20 })) {
    case "filtered":
      return filtered(c, model);
    case "listed":
      return listed(c, model);
    case "loading":
      return loading(c);
    case "writing":
      return writing(c, model);
    case "computed":
      return computed(c, model);
  }
};
