/** Marks the library's own base classes, to distinguish them from the user's: the results of `model()` and the classes behind them. */
export const baseMark = Symbol("flash-db base class");
