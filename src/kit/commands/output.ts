/** The output of a command: lines for people, data for `--json`; colours only on a terminal. */

import { styleText } from "node:util";

export interface Result {
  /** For `--json`. */
  readonly data: Readonly<Record<string, unknown>>;
  /** For a person. */
  readonly lines: readonly string[];
  readonly exitCode?: number;
}

type Style = "green" | "red" | "yellow" | "cyan" | "bold" | "dim";

const colours = (): boolean => process.env["NO_COLOR"] === undefined && (process.env["FORCE_COLOR"] !== undefined || process.stdout.isTTY);

export const styled = (style: Style, text: string): string => (colours() ? styleText(style, text) : text);
export const good = (text: string): string => styled("green", text);
export const bad = (text: string): string => styled("red", text);
export const faint = (text: string): string => styled("dim", text);
export const strong = (text: string): string => styled("bold", text);

/** Whether a person can be asked. */
export const canAsk = (json: boolean): boolean => !json && process.stdin.isTTY && process.stdout.isTTY && process.env["CI"] === undefined;
