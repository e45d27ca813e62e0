/** The key of a query in the plan cache: a text that says everything but its values, and the values in the order of that text. */

import type { ColumnType } from "../../../sql/types.js";
import { keepHiddenClass } from "../../../support/hidden-classes.js";

export class PlanKey {
  text = "";
  readonly values: unknown[] = [];
  /** The part of the state that holds each value; collected only when the query has to be planned. */
  readonly owners: object[] | null;
  /** False when the query holds something that the key cannot express (raw SQL, `undefined`): it is then planned every time. */
  known = true;

  constructor(owners: object[] | null = null) {
    this.owners = owners;
  }
  /** Names given by callers are prefixed with their length, so that a name cannot imitate another part of the key. */
  name(text: string): void {
    this.text += `${text.length}:${text}`;
  }
  names(texts: readonly string[]): void {
    for (const text of texts) this.name(text);
    this.text += ";";
  }
  slot(kind: string, owner: object, value: unknown): void {
    this.text += kind;
    this.values.push(value);
    this.owners?.push(owner);
  }
}

keepHiddenClass(new PlanKey());

/** A type inside an expression. */
export const writeType = (out: PlanKey, type: ColumnType | string | null): void => {
  if (type === null) out.text += "-";
  else if (typeof type === "string") out.text += `'${type}`;
  else if (type.kind === "decimal") out.text += `decimal${type.precision},${type.scale}`;
  else if (type.kind === "enum" || type.kind === "custom" || type.kind === "array") out.known = false;
  else out.text += type.kind === "varchar" ? `varchar${type.length}` : type.kind === "integer" && type.wide === true ? "wide" : type.kind;
  out.text += ";";
};
