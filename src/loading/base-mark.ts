/** Marks the classes that are not the user's: what `model()` makes, and what it makes it from. */
export const baseMark = Symbol("flash-db base class");
