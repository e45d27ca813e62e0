/** The house rules: which room may import which, no cycles, sizes, and no database's name outside its own room. */

import { readdirSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { arrowsInFields, countCodeLines, publicMethods, readSourceTree, roomOf, stringLiterals } from "./source-tree.js";

/** The map of docs/design/architecture.md: what each room may import. `errors.ts` is open to all; entries may import anything. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  support: [],
  sql: ["support"],
  metadata: ["support", "sql"],
  database: ["support", "sql"],
  dialects: ["support", "sql", "database"],
  query: ["support", "sql", "metadata"],
  loading: ["support", "sql", "metadata", "query", "database"],
  signals: ["support"],
  session: ["support", "sql", "metadata", "database", "dialects", "query", "loading", "signals"],
  model: ["support", "sql", "metadata", "database", "dialects", "query", "loading", "signals", "session"],
  "json-schema": ["support", "sql", "metadata", "query", "loading", "model"],
  "request-data": ["support", "sql", "metadata", "query"],
  schema: ["support", "sql", "metadata", "database"],
  migrations: ["support", "sql", "metadata", "session", "model"],
  "kit/operations": [],
  "kit/state": ["kit/operations"],
  "kit/databases": ["kit/operations", "kit/state"],
  "kit/detect": ["kit/operations", "kit/state"],
  "kit/print": ["kit/operations", "kit/state"],
  "kit/history": ["kit/operations", "kit/state", "kit/databases"],
  "kit/diagram": ["kit/operations", "kit/state"],
  "kit/commands": ["kit/operations", "kit/state", "kit/databases", "kit/detect", "kit/print", "kit/history", "kit/diagram"],
};
/** Folders of one room, floor by floor: each may import only folders of lower floors. */
const floors = (room: string, levels: readonly (readonly string[])[]): Record<string, readonly string[]> => {
  const names = levels.map((level) => level.map((folder) => `${room}/${folder}`));
  return Object.fromEntries(names.flatMap((level, at) => level.map((name) => [name, names.slice(0, at).flat()])));
};
/**
 * Sub-rooms: what a folder may import of the rooms listed here, besides the rooms that its own room may import. Files of a listed folder belong
 * to the longest matching name; files directly in a room (`query/`) are the ones without a folder of their own.
 */
const subRooms: Readonly<Record<string, readonly string[]>> = {
  "query/typing": [],
  "query/expressions": ["query", "query/typing"],
  "query/resolve/scope": ["query"],
  "query/resolve/values": ["query", "query/expressions", "query/resolve/scope"],
  "query/resolve/conditions": ["query", "query/expressions", "query/resolve/scope", "query/resolve/values"],
  "query/planning/select": ["query", "query/expressions", "query/resolve/scope", "query/resolve/values"],
  "query/planning/combine": ["query", "query/resolve/scope", "query/planning/select"],
  "query/planning/requests": [
    "query",
    "query/expressions",
    "query/resolve/scope",
    "query/resolve/values",
    "query/resolve/conditions",
    "query/planning/select",
    "query/planning/combine",
  ],
  ...floors("session", [
    ["tracking", "typing", "flush/work"],
    ["journal", "flush/plan"],
    ["core"],
    ["statements", "rollback", "flush/validate"],
    ["reading", "relationships"],
    ["flush/collect", "flush/persist"],
    ["flush/expand"],
    ["flush"],
    ["queries", "transactions"],
    ["writes"],
  ]),
  "query/planning/cache": ["query", "query/expressions", "query/resolve/scope", "query/planning/select", "query/planning/requests"],
};
/** Entries put the parts together: they may import any room of their own package, and no room imports them. */
const entries = new Set([".", "kit"]);
/** Faces that users hold: their many methods are one line each. */
const wideClasses = new Set(["QuerySet", "Manager", "SessionFacade", "RelatedManager"]);

const inKit = (name: string): boolean => name.startsWith("kit/");
const files = readSourceTree();
const byPath = new Map(files.map((file) => [file.path, file]));

describe("the rooms of src/", () => {
  it("are the ones on the map", () => {
    const rooms = [...new Set(files.map((file) => file.room))].filter((room) => !entries.has(room));
    expect(rooms.filter((room) => !(room in mayImport))).toEqual([]);
  });

  it("import one way only", () => {
    const broken = files.flatMap((file) =>
      file.imports
        .map((target) => ({ target, room: roomOf(target) }))
        .filter(
          ({ target, room }) =>
            room !== file.room &&
            !entries.has(file.room) &&
            target !== (inKit(file.path) ? "kit/errors.ts" : "errors.ts") &&
            !(mayImport[file.room] ?? []).includes(room),
        )
        .map(({ target }) => `${file.path} imports ${target}`),
    );
    expect(broken).toEqual([]);
  });

  it("have sub-rooms that import one way only", () => {
    const names = Object.keys(subRooms).sort((a, b) => b.length - a.length);
    const subRoomOf = (file: string): string =>
      names.find((name) => file.startsWith(`${name}/`)) ?? (file.includes("/") ? file.slice(0, file.indexOf("/")) : ".");
    const broken = files.flatMap((file) => {
      const room = subRoomOf(file.path);
      const allowed = subRooms[room];
      if (allowed === undefined) return [];
      return file.imports
        .filter((target) => target.startsWith(`${file.room}/`) && subRoomOf(target) !== room && !allowed.includes(subRoomOf(target)))
        .map((target) => `${file.path} imports ${target}`);
    });
    expect(broken).toEqual([]);
  });

  it("have at most sixteen files in a sub-room", () => {
    const counts = Object.keys(subRooms).map((name) => ({
      name,
      files: files.filter((file) => file.path.startsWith(`${name}/`) && !file.path.slice(name.length + 1).includes("/")).length,
    }));
    expect(counts.filter((room) => room.files > 16)).toEqual([]);
    expect(counts.filter((room) => room.files === 0)).toEqual([]);
  });

  it("are two packages that meet only by name: the kit sees the core's public entries and flash-db/internal", () => {
    const crossing = files.flatMap((file) =>
      file.imports.filter((target) => inKit(file.path) !== inKit(target)).map((target) => `${file.path} imports ${target}`),
    );
    expect(crossing).toEqual([]);
    const core = ["flash-db", "flash-db/migrations", "flash-db/internal"];
    const others = ["commander", "@clack/prompts", "jiti", "@viz-js/viz"];
    const strange = files
      .filter((file) => inKit(file.path))
      .flatMap((file) =>
        file.packages
          .filter((name) => !name.startsWith("node:") && !core.includes(name) && !others.includes(name))
          .map((name) => `${file.path} imports ${name}`),
      );
    expect(strange).toEqual([]);
  });

  it("import only files that exist", () => {
    expect(
      files.flatMap((file) => file.imports.filter((target) => !byPath.has(target)).map((target) => `${file.path} imports ${target}`)),
    ).toEqual([]);
  });

  it("have no cycle of files", () => {
    const state = new Map<string, "open" | "done">();
    const cycles: string[] = [];
    const visit = (name: string, trail: readonly string[]): void => {
      if (state.get(name) === "done") return;
      if (state.get(name) === "open") {
        cycles.push([...trail.slice(trail.indexOf(name)), name].join(" -> "));
        return;
      }
      state.set(name, "open");
      for (const target of byPath.get(name)?.imports ?? []) visit(target, [...trail, name]);
      state.set(name, "done");
    };
    for (const file of files) visit(file.path, []);
    expect(cycles).toEqual([]);
  });
});

describe("ceilings", () => {
  it("a file has at most 300 lines of code", () => {
    expect(files.map((file) => ({ path: file.path, lines: countCodeLines(file) })).filter(({ lines }) => lines > 300)).toEqual([]);
  });

  it("a class has at most 15 public methods", () => {
    const wide = files.flatMap((file) =>
      [...publicMethods(file)]
        .filter(([name, methods]) => methods.length > 15 && !wideClasses.has(name))
        .map(([name, methods]) => `${file.path} ${name}: ${methods.length}`),
    );
    expect(wide).toEqual([]);
  });

  it("no file is called utils", () => {
    expect(files.filter((file) => /utils?\b|helpers?\b|misc\b|common\.ts$/i.test(file.path)).map((file) => file.path)).toEqual([]);
  });

  it("each file opens with a sentence of purpose", () => {
    expect(files.filter((file) => !/^\/\*\*?\s*\S/.test(file.text)).map((file) => file.path)).toEqual([]);
  });
});

describe("databases", () => {
  it("are named only in dialects/ and where a URL chooses one", () => {
    const allowed = (name: string): boolean => name.startsWith("dialects/") || name.startsWith("kit/databases/") || name === "connect.ts";
    const named = files
      .filter((file) => !allowed(file.path))
      .filter((file) => stringLiterals(file).some((text) => /^(sqlite|postgres|postgresql|pg|better-sqlite3)$/.test(text)))
      .map((file) => file.path);
    expect(named).toEqual([]);
  });
});

describe("class fields", () => {
  it("hold no arrow function with the class's this, which the bundler loses when it writes arrows as functions", () => {
    expect(files.flatMap((file) => arrowsInFields(file).map((line) => `${file.path}:${line}`))).toEqual([]);
  });
});

describe("the repository", () => {
  it("has only the agreed things at the top level", () => {
    const allowed = new Set([
      "src",
      "spec",
      "docs",
      "package.json",
      "package-lock.json",
      "tsconfig.json",
      "typedoc.json",
      "README.md",
      "LICENSE",
      "CHANGELOG.md",
      "CONTRIBUTING.md",
      "SECURITY.md",
    ]);
    const built = new Set(["node_modules", "dist", "coverage"]);
    const top = readdirSync(path.resolve(import.meta.dirname, "../..")).filter((name) => !name.startsWith(".") && !built.has(name));
    expect(top.filter((name) => !allowed.has(name))).toEqual([]);
  });
});
