/** spec/README.md says which question each folder of specs answers. */

import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";

const specs = path.resolve(import.meta.dirname, "..");
const foldersOf = (folder: string): string[] =>
  readdirSync(path.join(specs, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => path.posix.join(folder, entry.name));

it("names each folder of spec/, those inside session/ too, and no other", () => {
  const named = [...readFileSync(path.join(specs, "README.md"), "utf8").matchAll(/^\| (`.+?`) +\|/gm)]
    .flatMap(([, cell = ""]) => cell.split(", "))
    .map((name) => name.replaceAll("`", ""));
  expect(named.toSorted()).toEqual([...foldersOf("."), ...foldersOf("session")].toSorted());
});
