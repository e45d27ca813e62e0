/** Prints a migration as a readable TypeScript file: imports, then operations. */

import { type Operation, type Printer, printOf, tableText } from "../operations/index.js";

export interface FileContents {
  readonly after: readonly string[];
  readonly operations: readonly Operation[];
  readonly loses: readonly string[];
}

const width = 110;

export const printMigration = ({ after, operations, loses }: FileContents, dialects: readonly string[]): string => {
  const used = new Set(["migration"]);
  const printer: Printer = {
    dialects,
    use: (name) => {
      used.add(name);
      return name;
    },
  };
  const entries = operations.map((operation) => printOf(operation, printer));
  if (loses.length > 0) entries.unshift(`${printer.use("loses")}(${loses.map((name) => JSON.stringify(name)).join(", ")})`);
  const body = [`{ after: [${after.map((name) => JSON.stringify(name)).join(", ")}] }`, ...entries].map((entry) => `  ${broken(entry)},\n`);
  return `import { ${[...used].sort((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1)).join(", ")} } from "flash-db/migrations";\n\nexport default migration(\n${body.join("")});\n`;
};

/** A long call has one line per argument. */
const broken = (entry: string): string => {
  const open = entry.indexOf("(");
  if (open === -1 || (entry.length <= width && !entry.includes("\n"))) return entry;
  const parts = argumentsOf(entry.slice(open + 1, -1));
  if (parts.length === 2 && parts[0]?.includes("\n") === false && parts[1]?.startsWith("{\n") === true) return entry;
  return parts.length < 2
    ? entry
    : `${entry.slice(0, open)}(\n${parts.map((part) => `    ${part.replaceAll("\n", "\n  ")},\n`).join("")}  )`;
};

/** The arguments of a call, split at top-level commas. */
const argumentsOf = (text: string): readonly string[] => {
  const parts: string[] = [];
  let depth = 0;
  let quote = "";
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    const letter = text.charAt(at);
    if (quote !== "") {
      if (letter === "\\") at++;
      else if (letter === quote) quote = "";
    } else if (letter === '"' || letter === "`" || letter === "'") quote = letter;
    else if ("([{".includes(letter)) depth++;
    else if (")]}".includes(letter)) depth--;
    else if (letter === "," && depth === 0) {
      parts.push(text.slice(start, at).trim());
      start = at + 1;
    }
  }
  return [...parts, text.slice(start).trim()].filter((part) => part !== "");
};

/** An empty migration to be completed by hand, with historical models of these tables. */
export const printEmpty = (
  after: readonly string[],
  models: readonly { readonly constant: string; readonly table: string; readonly fields: string }[],
): string => {
  const names = models.length === 0 ? ["migration"] : ["code", "migration", "past", "t"];
  const constants = models
    .map(({ constant, table, fields }) => `const ${constant} = past(${JSON.stringify(table)}, ${fields});\n`)
    .join("");
  const step =
    models.length === 0
      ? ""
      : `  code("say what it does", {\n    models: [${models.map(({ constant }) => constant).join(", ")}],\n    up: async (db) => {\n      await db.flush();\n    },\n  }),\n`;
  return `import { ${names.join(", ")} } from "flash-db/migrations";\n\n${constants}${constants === "" ? "" : "\n"}export default migration(\n  { after: [${after.map((name) => JSON.stringify(name)).join(", ")}] },\n${step});\n`;
};

/** `0007_users_full_name`: a number and the first operation. */
export const fileName = (others: readonly string[], operations: readonly Operation[], given?: string): string => {
  const highest = Math.max(0, ...others.map((name) => Number(/^(\d+)/.exec(name)?.[1] ?? 0)));
  return `${String(highest + 1).padStart(4, "0")}_${given ?? subject(others, operations)}`;
};

const subject = (others: readonly string[], operations: readonly Operation[]): string => {
  if (others.length === 0) return "initial";
  const words = [...new Set(operations.map(subjectOf))];
  const [first = "changes", second] = words;
  const all = second === undefined ? first : words.length === 2 ? `${first}_${second}` : `${first}_and_${words.length - 1}_more`;
  return all
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "_")
    .replaceAll(/^_|_$/g, "")
    .slice(0, 60);
};

const subjectOf = (operation: Operation): string => {
  switch (operation.kind) {
    case "addTable":
      return tableText(operation.table.name);
    case "dropTable":
      return `drop_${tableText(operation.table)}`;
    case "renameTable":
      return `rename_${tableText(operation.from)}_${tableText(operation.to)}`;
    case "addColumn":
      return `${tableText(operation.table)}_${operation.column.name}`;
    case "dropColumn":
      return `drop_${tableText(operation.table)}_${operation.column}`;
    case "alterColumn":
      return `${tableText(operation.table)}_${operation.column}`;
    case "renameColumn":
      return `${tableText(operation.table)}_${operation.to}`;
    case "alterTable":
    case "addConstraint":
    case "dropConstraint":
    case "renameConstraint":
    case "addIndex":
    case "dropIndex":
    case "renameIndex":
      return tableText(operation.table);
    case "addEnum":
      return tableText(operation.type.name);
    case "addSequence":
      return tableText(operation.sequence.name);
    case "dropEnum":
    case "alterEnum":
    case "dropSequence":
      return tableText(operation.name);
    case "code":
      return operation.name;
    case "backfill":
      return `backfill_${tableText(operation.model.table)}`;
    case "sql":
      return "sql";
    case "contract":
      return operation.operations.map(subjectOf)[0] ?? "contract";
  }
};
