/** The field's standard words: names that were invented here once do not come back. */

import ts from "typescript";
import { describe, expect, it } from "vitest";
import { readSourceTree } from "./source-tree.js";

/** Each with the word to use instead; whole identifiers, since parts of them are good English. */
const standard: Readonly<Record<string, string>> = {
  doom: "collectDeletions",
  doomed: "deletions",
  Doomed: "Deletions",
  fate: "kind, as DeletionKind",
  fates: "deletions",
  Fate: "DeletionKind",
  relationsToMeet: "handledBySession",
  followUnknown: "verifyCascades",
  sweep: "bulkAction",
  Sweep: "BulkOnDelete",
  withdrawn: "takenBack",
  pointAnew: "repointReferences",
  keysAtStake: "withdrawnKeys",
  owed: "unresolved",
  owes: "isUnresolved",
  owedTarget: "unresolvedTarget",
  unsetOwing: "hasUnresolvedKey",
  joining: "attach",
  remember: "attach",
  unremember: "detach",
  parked: "temporary",
  parking: "temporaryUniqueValue",
  face: "session or manager",
  faces: "managers",
  facts: "info or details",
  ModelFacts: "ModelInfo",
  ClassFacts: "ClassTraits",
  lockFacts: "lockOptions",
  notes: "entries",
  noting: "recordChange",
  turnOf: "overrideCall",
  silent: "signalsSuppressed",
  calling: "savingDirectly",
  bumped: "forcedUpdates",
  replacing: "replacedReverseOnes",
  gather: "collectWork",
  KeyMove: "KeyReassignment",
  crossing: "existsSubquery",
  stance: "context, as ConditionContext",
  baked: "notShareable",
  Question: "PlanRequest",
  oddOnes: "xor",
  plant: "addPath",
  Growing: "Node",
  handOver: "constructionState",
  freshHand: "constructionState",
  Carrier: "StateHolder",
  buryAll: "markAllDeleted",
  shownUrl: "redactUrl",
};
const files: readonly string[] = [
  "doomed",
  "fates",
  "dividing",
  "doubtful",
  "sweeping",
  "follow",
  "withdrawn",
  "joining",
  "parking",
  "faces",
  "facts",
].concat(["executing", "notes", "noting", "rounds", "gather", "keyed-members", "take-out", "shown-url"]);

const identifiers = (text: string): Set<string> => {
  const found = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) || ts.isPrivateIdentifier(node)) found.add(node.text.replace(/^#/, ""));
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile("file.ts", text, ts.ScriptTarget.Latest));
  return found;
};

describe("names in src/", () => {
  // The kit reads the facts of a catalogue, which is what they are called there.
  const tree = readSourceTree().filter(({ room }) => !room.startsWith("kit"));

  it("are the field's words", () => {
    const invented = tree.flatMap(({ path, text }) =>
      [...identifiers(text)].filter((name) => Object.hasOwn(standard, name)).map((name) => `${path}: ${name}, say ${standard[name]}`),
    );
    expect(invented).toEqual([]);
  });

  it("of files are too", () => {
    expect(tree.map(({ path }) => path).filter((path) => files.some((name) => path.endsWith(`/${name}.ts`)))).toEqual([]);
  });
});
