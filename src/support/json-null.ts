/** JSON `null`, which a JSON column can hold besides the database's NULL. */

export interface JsonNull {
  readonly $jsonNull: true;
  toJSON(): null;
}

/** Recognized by identity only, so that no parsed payload can imitate it. */
export const jsonNull: JsonNull = Object.freeze({ $jsonNull: true as const, toJSON: () => null });
