/** JSON's own `null`, which a JSON column can hold beside the database's NULL. */

export interface JsonNull {
  readonly $jsonNull: true;
  toJSON(): null;
}

/** Recognised by identity alone, so that no parsed payload can pretend to be it. */
export const jsonNull: JsonNull = Object.freeze({ $jsonNull: true as const, toJSON: () => null });
