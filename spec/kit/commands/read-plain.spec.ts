/** Migration files without types and functions are read as they stand; anything else is left to the compiler. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, expect, it } from "vitest";
import { readPlain } from "../../../src/kit/commands/read-plain.js";

const folder = mkdtempSync(path.join(import.meta.dirname, "../../../node_modules/.plain-"));
mkdirSync(path.join(folder, "node_modules/flash-db"), { recursive: true });
writeFileSync(
  path.join(folder, "node_modules/flash-db/package.json"),
  JSON.stringify({ type: "module", exports: { "./migrations": "./words.js" } }),
);
writeFileSync(
  path.join(folder, "node_modules/flash-db/words.js"),
  "export const migration = (...items) => items; export const t = 1; export const code = 2;",
);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const read = (text: string) => {
  const file = path.join(folder, "0001.ts");
  writeFileSync(file, text);
  return readPlain(file);
};
const words = 'import { migration, t } from "flash-db/migrations";\n';

it("reads what imports the words alone", async () => {
  expect(await read(`${words}\n// a remark\nexport default migration({ after: [] }, t,\n  "it's");\n`)).toEqual({
    default: [{ after: [] }, 1, "it's"],
  });
});

it("understands words in comments and strings as text", async () => {
  const text = `/** Imports this class => function. */\n\n// export\n${words}/* await */\nexport default migration("a => b", 'async "this"', "\\"class<T>", t); // \`x\`\n`;
  expect(await read(text)).toEqual({ default: ["a => b", 'async "this"', '"class<T>', 1] });
});

it.each([
  ["a regular expression", `${words}export default migration(/"/, class {}, /"/);`],
  ["a template string", `${words}export default migration(\`"\`, () => 1, \`"\`);`],
  ["a type", `${words}const a: number = 1;\nexport default migration(a);`],
  ["a generic call", `${words}export default migration<string>(t);`],
  ["a function", `${words}export default migration(() => 1);`],
  ["another import", `import fs from "node:fs";\n${words}export default migration(fs);`],
  ["a word that is not there", 'import { migration, other } from "flash-db/migrations";\nexport default migration(other);'],
  ["no default", `${words}export const a = migration();`],
])("leaves %s to the compiler", async (_, text) => {
  expect(await read(text)).toBeNull();
});
