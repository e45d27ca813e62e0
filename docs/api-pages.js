/**
 * For TypeDoc: which pages and names stand under which heading of the navigation. Names that `src/index.ts` exports below `// Models` are
 * listed under "Models", and so on; pages are listed below. Keys that only the compiler knows are left out.
 */

import { readFileSync } from "node:fs";
import path from "node:path";
import { Application, Comment, CommentTag, Converter, ReferenceType, ReflectionKind } from "typedoc";

/** Heading → its pages in their order: files of `docs/` without `.md`. Pages that are not named here follow the guides. */
const pages = {
  Begin: ["getting-started", "tutorial", "recipes"],
  Guides: [
    "models",
    "relations",
    "queries",
    "sessions",
    "writing",
    "bulk",
    "validation",
    "signals",
    "migrations-tutorial",
    "migrations",
    "web-services",
    "jobs",
    "testing",
    "performance",
    "databases",
    "errors",
  ],
  "Coming from": ["prisma", "drizzle", "typeorm", "mikroorm", "django", "sqlalchemy"].map((name) => `coming-from/${name}`),
  "Judge it": ["comparison", "parity", "design/performance", "../CHANGELOG"],
  Design: ["design/architecture", "design/queries", "design/types", "design/session", "design/migrations", "../CONTRIBUTING"],
};
const headings = Object.keys(pages);
const MODULES = "API";

/** What the methods of a queryset do; those that are not named here build another one. */
const verbs = {
  Building: [],
  Reading: "fetch first last get getByPk count exists contains latest earliest aggregate inBulk iterate paginate raw explain toSQL".split(
    " ",
  ),
  Writing: "create getOrCreate updateOrCreate bulkCreate bulkUpdate update updateByPk delete deleteByPk".split(" "),
};
const verbOf = (name) => Object.keys(verbs).find((verb) => verbs[verb].includes(name)) ?? "Building";
/** They have the methods of QuerySet, which are described there alone. */
const likeQuerySets = {
  Manager: "`Model.objects`: every method of `QuerySet`, on all rows of the model.",
  BoundQuerySet: "Every method of `QuerySet`, without the session as the first argument: `using(db)` has said it.",
  RelatedManager: "Every method of `QuerySet` on the related rows, without the session, and these:",
};

const placeOf = (file) => {
  const name = path.relative("docs", file).replaceAll("\\", "/").replace(/\.md$/, "");
  const heading = headings.find((one) => pages[one].includes(name)) ?? (name.startsWith("design/") ? "Design" : "Guides");
  const at = pages[heading].indexOf(name);
  return { heading, order: headings.indexOf(heading) * 1000 + (at < 0 ? 999 : at) };
};

/** Name → subject, subjects in their order. */
const subjectsOf = (source) => {
  const subjects = new Map();
  let subject;
  for (const [, heading, clause] of source.matchAll(/^\/\/ (.+)$|^export (?:type )?\{([^}]*)\}/gm)) {
    if (heading !== undefined) subject = heading;
    else
      for (const exported of clause.split(",")) {
        const name = exported.replace(/^\s*(?:type )?(?:\w+ as )?/, "").trim();
        if (name !== "") subjects.set(name, subject);
      }
  }
  return subjects;
};

/** The lines after the first lose the indentation that they all have: it comes from standing behind `@example`. */
const withoutMargin = (text) => {
  const [fence, first, ...rest] = text.split("\n");
  const lines = rest.slice(0, -1).filter((line) => line.trim() !== "");
  const margin = lines.length === 0 ? 0 : Math.min(...lines.map((line) => line.search(/\S/)));
  return [fence, first, ...rest.map((line, index) => (index === rest.length - 1 ? line : line.slice(margin)))].join("\n");
};

/** `[key]`, `$type`, `~standard`. */
const ONLY_FOR_THE_COMPILER = /^(?:\[(?!iterator|asyncIterator)|\$[a-z]|~|prototype$)/;

const HEADING = /^# (.+)\n+/;
/** Object types that stand in a type without a name. */
const literalsOf = (type) =>
  type?.type === "reflection" ? [type.declaration] : type?.type === "intersection" ? type.types.flatMap(literalsOf) : [];
/** Marks for the specs. */
const MARKS = /<!-- (?:one program|file: \S+) -->\n+/g;

const categorize = (reflection, subject) => {
  for (const documented of [reflection, ...(reflection.signatures ?? [])]) {
    documented.comment ??= new Comment();
    documented.comment.blockTags.push(new CommentTag("@category", [{ kind: "text", text: subject }]));
  }
};

export const load = (app) => {
  const subjects = subjectsOf(readFileSync(new URL("../src/index.ts", import.meta.url), "utf8"));
  app.on(Application.EVENT_BOOTSTRAP_END, () => app.options.setValue("categoryOrder", [...headings, ...new Set(subjects.values()), "*"]));
  const orderOf = (page) => page.order ?? 0;
  app.converter.on(
    Converter.EVENT_RESOLVE_END,
    ({ project }) => {
      for (const { children } of project.categories ?? []) children.sort((one, other) => orderOf(one) - orderOf(other));
    },
    -1_000,
  );
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    for (const part of project.readme ?? []) part.text = part.text.replace(MARKS, "");
    // The first page shows the project's name by itself, guides show nothing but their text.
    for (const part of project.readme?.slice(0, 1) ?? []) part.text = part.text.replace(HEADING, "");
    for (const document of project.documents ?? []) {
      const [first] = document.content;
      document.name = HEADING.exec(first?.text ?? "")?.[1] ?? document.name;
      for (const part of document.content) part.text = part.text.replace(MARKS, "");
      const file = path.relative(process.cwd(), project.files.getReflectionPath(document) ?? "");
      const { heading, order } = placeOf(file);
      document.order = order;
      categorize(document, heading);
    }
    for (const module of project.children ?? []) categorize(module, MODULES);
    const exported = project.children?.find(({ name }) => name === "flash-db")?.children ?? [];
    const querySet = exported.find(({ name }) => name === "QuerySet");
    for (const method of querySet?.children ?? []) categorize(method, verbOf(method.name));
    for (const [name, text] of Object.entries(likeQuerySets)) {
      const like = exported.find((one) => one.name === name);
      if (like === undefined) continue;
      for (const method of [...(like.children ?? [])])
        if (querySet?.children?.some((other) => other.name === method.name)) project.removeReflection(method);
      like.comment ??= new Comment();
      like.comment.summary.push({ kind: "text", text: `\n\n${text}` });
    }
    const migrations = project.children?.find(({ name }) => name === "flash-db/migrations")?.children ?? [];
    const item = migrations.find(({ name }) => name === "MigrationItem");
    // What operations give is data for the kit.
    for (const operation of migrations)
      for (const signature of operation.signatures ?? [])
        if (item !== undefined && literalsOf(signature.type).length > 0) {
          for (const literal of literalsOf(signature.type)) project.removeReflection(literal);
          signature.type = ReferenceType.createResolvedReference("MigrationItem", item, project);
        }
    project.documents?.sort((one, other) => one.order - other.order);
    for (const reflection of Object.values(project.reflections)) {
      if (ONLY_FOR_THE_COMPILER.test(reflection.name) && !reflection.kindOf(ReflectionKind.Document)) {
        project.removeReflection(reflection);
        continue;
      }
      for (const { tag, content } of reflection.comment?.blockTags ?? [])
        if (tag === "@example") for (const part of content) if (part.kind === "code") part.text = withoutMargin(part.text);
      const isExport = reflection.kindOf(ReflectionKind.SomeExport) && reflection.parent?.name === "flash-db";
      if (isExport && subjects.has(reflection.name)) categorize(reflection, subjects.get(reflection.name));
    }
  });
};
