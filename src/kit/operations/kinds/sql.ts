/** `sql`: user-written statements, with their effect on the picture. */

import type { Operation, OperationKind } from "../contracts.js";
import { applyAll, footprintOf, invertAll, printOf } from "../dispatch.js";
import { call, options, sqlWord } from "../words.js";
import type { Printer } from "../contracts.js";

/** As an object of templates, or one template for every database. */
const statementsWord = (texts: Readonly<Record<string, readonly string[]>>, printer: Printer): string => {
  const lists = Object.entries(texts);
  const one = (dialect: string, list: readonly string[]): string => {
    const words = list.map((text) => sqlWord({ [dialect]: text }, { ...printer, dialects: [dialect] }));
    return words.length === 1 ? (words[0] ?? "[]") : `[${words.join(", ")}]`;
  };
  const [first] = lists;
  if (first !== undefined && lists.every(([, list]) => JSON.stringify(list) === JSON.stringify(first[1]))) return one(first[0], first[1]);
  return `{ ${lists.map(([dialect, list]) => `${dialect}: ${one(dialect, list)}`).join(", ")} }`;
};

const stateWord = (state: readonly Operation[], printer: Printer): string => `[${state.map((one) => printOf(one, printer)).join(", ")}]`;

export const sql: OperationKind<"sql"> = {
  apply: (state, { state: operations }) => applyAll(state, operations),
  invert: (before, { up, down, state }) => {
    if (down === null) return null;
    const inverse = invertAll(before, state);
    return inverse === null ? null : [{ kind: "sql", up: down, down: up, state: inverse }];
  },
  lower: (_, { up }) => [{ kind: "statements", texts: up }],
  footprint: (before, { up, state }) => {
    const inner = footprintOf(before, state);
    // The objects that the statements touch are unknown; the only known conflict is with the same text.
    return { reads: inner.reads, writes: [...inner.writes, ...(state.length === 0 ? [`sql ${JSON.stringify(up)}`] : [])] };
  },
  print: ({ up, down, state }, printer) =>
    call(printer.use("sql"), [
      statementsWord(up, printer),
      options([
        down === null ? null : `reverse: ${statementsWord(down, printer)}`,
        state.length === 0 ? null : `state: ${stateWord(state, printer)}`,
      ]),
    ]),
  describe: ({ up }) => {
    const text = Object.values(up)[0]?.[0]?.replace(/\s+/g, " ").trim() ?? "nothing";
    return `sql: ${text.length > 60 ? `${text.slice(0, 57)}…` : text}`;
  },
};
