/** The text that a query's shape is written into, part by part. */

import type { ColumnType } from "../../sql/types.js";
import { keepHiddenClass } from "../../support/hidden-classes.js";

export class Shape {
  key = "";
  readonly values: unknown[] = [];
  /** The parts of the state that hold the values, place by place; kept only when the query is to be planned. */
  readonly owners: object[] | null;
  /** False: it holds something that no text can tell (the caller's own SQL, `undefined`), so it is planned each time. */
  known = true;

  constructor(owners: object[] | null = null) {
    this.owners = owners;
  }
  /** Names of the caller's: their length goes before them, so that no name can pretend to be the rest of the text. */
  name(text: string): void {
    this.key += `${text.length}:${text}`;
  }
  names(texts: readonly string[]): void {
    for (const text of texts) this.name(text);
    this.key += ";";
  }
  slot(kind: string, owner: object, value: unknown): void {
    this.key += kind;
    this.values.push(value);
    this.owners?.push(owner);
  }
}

keepHiddenClass(new Shape());

/** A type inside an expression. */
export const writeType = (out: Shape, type: ColumnType | string | null): void => {
  if (type === null) out.key += "-";
  else if (typeof type === "string") out.key += `'${type}`;
  else if (type.kind === "decimal") out.key += `decimal${type.precision},${type.scale}`;
  else if (type.kind === "enum" || type.kind === "custom" || type.kind === "array") out.known = false;
  else out.key += type.kind === "varchar" ? `varchar${type.length}` : type.kind === "integer" && type.wide === true ? "wide" : type.kind;
  out.key += ";";
};
