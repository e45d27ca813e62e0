/** Reads `src/` as the architecture specs see it: files, their rooms, imports, sizes and classes, from the compiler's own parser. */

import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";

export interface SourceFile {
  /** Relative to `src/`, with forward slashes. */
  readonly path: string;
  /** The folder under `src/`, or "." for the entries; in the kit `kit/<folder>`, or "kit" for its entries. */
  readonly room: string;
  readonly text: string;
  readonly tree: ts.SourceFile;
  /** Relative imports and re-exports (types too), as paths relative to `src/`. */
  readonly imports: readonly string[];
  /** What is imported by a package's name. */
  readonly packages: readonly string[];
}

const root = path.resolve(import.meta.dirname, "../../src");

const listFiles = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const full = path.join(folder, entry.name);
    if (entry.name === "node_modules" || entry.name === "dist") return [];
    return entry.isDirectory() ? listFiles(full) : entry.name.endsWith(".ts") ? [full] : [];
  });

const relative = (full: string): string => path.relative(root, full).split(path.sep).join("/");

/** The room that a path relative to `src/` belongs to. */
export const roomOf = (name: string): string => {
  const parts = name.split("/");
  return parts.length === 1 ? "." : parts[0] === "kit" && parts.length > 2 ? `kit/${parts[1]}` : (parts[0] ?? ".");
};

export const readSourceTree = (): SourceFile[] =>
  listFiles(root).map((full) => {
    const text = readFileSync(full, "utf8");
    const name = relative(full);
    const specifiers = ts.preProcessFile(text, true, true).importedFiles.map((file) => file.fileName);
    const imports = specifiers
      .filter((specifier) => specifier.startsWith("."))
      .map((specifier) => relative(path.resolve(path.dirname(full), specifier.replace(/\.js$/, ".ts"))));
    return {
      path: name,
      room: roomOf(name),
      text,
      tree: ts.createSourceFile(full, text, ts.ScriptTarget.ESNext, true),
      imports,
      packages: specifiers.filter((specifier) => !specifier.startsWith(".")),
    };
  });

/** Lines that hold code: comments and blank lines are not counted. */
export const countCodeLines = (file: SourceFile): number => {
  const scanner = ts.createScanner(ts.ScriptTarget.ESNext, true, ts.LanguageVariant.Standard, file.text);
  const lines = new Set<number>();
  // Template literals need the parser's help to be scanned whole, so the tree's tokens are walked rather than the scanner's.
  scanner.setText("");
  const visit = (node: ts.Node): void => {
    const children = node.getChildren(file.tree);
    if (children.length === 0 && node.end > node.getStart(file.tree)) {
      const first = file.tree.getLineAndCharacterOfPosition(node.getStart(file.tree)).line;
      const last = file.tree.getLineAndCharacterOfPosition(node.end).line;
      for (let line = first; line <= last; line++) lines.add(line);
    }
    for (const child of children) if (!ts.isJSDoc(child)) visit(child);
  };
  visit(file.tree);
  return lines.size;
};

/** Public methods and accessors of each class in a file, by class name. */
export const publicMethods = (file: SourceFile): ReadonlyMap<string, readonly string[]> => {
  const classes = new Map<string, string[]>();
  const visit = (node: ts.Node): void => {
    if (ts.isClassLike(node)) {
      const names = node.members
        .filter((member) => ts.isMethodDeclaration(member))
        .filter((member) => (ts.getCombinedModifierFlags(member) & (ts.ModifierFlags.Private | ts.ModifierFlags.Protected)) === 0)
        .filter((member) => !ts.isPrivateIdentifier(member.name))
        .map((member) => member.name.getText(file.tree));
      classes.set(node.name?.text ?? "(anonymous)", [...new Set(names)]);
    }
    ts.forEachChild(node, visit);
  };
  visit(file.tree);
  return classes;
};

/** String literals of a file that stand in code rather than in a type. */
export const stringLiterals = (file: SourceFile): string[] => {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isTypeNode(node)) return;
    if (ts.isStringLiteralLike(node)) found.push(node.text);
    ts.forEachChild(node, visit);
  };
  visit(file.tree);
  return found;
};

/** Lines on which an arrow function in the initialiser of a class field, or in a static block, uses the `this` of its class. */
export const arrowsInFields = (file: SourceFile): number[] => {
  const found: number[] = [];
  const ownThis = (node: ts.Node): boolean =>
    ts.isFunctionExpression(node) || ts.isFunctionDeclaration(node) || ts.isMethodDeclaration(node) || ts.isClassLike(node);
  const visit = (node: ts.Node, inField: boolean, inArrow: boolean): void => {
    if (inArrow && (node.kind === ts.SyntaxKind.ThisKeyword || node.kind === ts.SyntaxKind.SuperKeyword))
      found.push(file.tree.getLineAndCharacterOfPosition(node.getStart(file.tree)).line + 1);
    const field = ts.isPropertyDeclaration(node) || ts.isClassStaticBlockDeclaration(node) || (inField && !ownThis(node));
    ts.forEachChild(node, (child) => visit(child, field, field && (inArrow || ts.isArrowFunction(node))));
  };
  visit(file.tree, false, false);
  return found;
};
