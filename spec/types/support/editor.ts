/** An editor over one file: what TypeScript's language service offers at a place marked with `|`. */

import { readFileSync } from "node:fs";
import ts from "typescript";
import { options, virtualFile } from "./compiler.js";

const mark = "/*|*/";

export class Editor {
  readonly #name = virtualFile("edited.ts");
  readonly #head: string;
  #text = "";
  #version = 0;
  readonly #service: ts.LanguageService;

  /** `head` stands before everything that is asked. */
  constructor(head: string) {
    this.#head = head;
    this.#service = ts.createLanguageService({
      getCompilationSettings: () => options,
      getScriptFileNames: () => [this.#name],
      getScriptVersion: (file) => (file === this.#name ? String(this.#version) : "0"),
      getScriptSnapshot: (file) => {
        const text = file === this.#name ? this.#text : ts.sys.readFile(file);
        return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
      },
      getCurrentDirectory: () => ts.sys.getCurrentDirectory(),
      getDefaultLibFileName: (settings) => ts.getDefaultLibFilePath(settings),
      fileExists: (file) => file === this.#name || ts.sys.fileExists(file),
      readFile: (file) => (file === this.#name ? this.#text : readFileSync(file, "utf8")),
      readDirectory: (...args) => ts.sys.readDirectory(...args),
      directoryExists: (folder) => ts.sys.directoryExists(folder),
      getDirectories: (folder) => ts.sys.getDirectories(folder),
    });
  }

  #open(code: string): number {
    const text = `${this.#head}\n${code}\n`;
    const at = text.indexOf(mark);
    if (at < 0) throw new Error(`no ${mark} in ${code}`);
    this.#write(text.replace(mark, ""));
    return at;
  }
  #write(text: string): void {
    if (text === this.#text) return;
    this.#text = text;
    this.#version++;
  }
  /** What may be typed at the mark. */
  completions(code: string): string[] {
    const found = this.#service.getCompletionsAtPosition(this.#name, this.#open(code), {
      includeCompletionsForModuleExports: true,
      includeSymbol: true,
    });
    return (found?.entries ?? []).map((entry) => entry.name);
  }
  /** What the editor says about the word that begins at the mark. */
  hover(code: string): string {
    const info = this.#service.getQuickInfoAtPosition(this.#name, this.#open(code));
    return ts.displayPartsToString(info?.displayParts).split("\n")[0] ?? "";
  }
  /** What is underlined: where it begins, from 0, and what the editor says there. */
  problems(code: string): readonly { readonly line: number; readonly column: number; readonly message: string }[] {
    this.#write(`${this.#head}\n${code}\n`);
    return this.#service.getSemanticDiagnostics(this.#name).map(({ file, start = 0, messageText }) => {
      const { line, character } = ts.getLineAndCharacterOfPosition(file as ts.SourceFile, start);
      return {
        line: line - this.#head.split("\n").length,
        column: character,
        message: ts.flattenDiagnosticMessageText(messageText, "\n").split("\n")[0] ?? "",
      };
    });
  }
  dispose(): void {
    this.#service.dispose();
  }
}
