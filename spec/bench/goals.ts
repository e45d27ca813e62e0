/** What each cell may cost at most: its ratio to hand-written driver code, or milliseconds where that code does nothing comparable. */

export const ratios: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  sqlite: { W1: 1.3, W1b: 1.8, W2: 1.4, W3: 2.2, W4: 1.6, W5: 1.5, W5b: 1.2, W6: 1.5, W7: 1.5, W8: 1.2, W9: 2 },
  postgres: { W1: 1.2, W1b: 1.3, W2: 1.1, W3: 1.2, W4: 1.1, W5: 1.1, W5b: 1.0, W6: 1.2, W7: 1.2, W8: 1.15, W9: 2 },
};

/** Cells that are compared in absolute terms: 5,000 hits at 1 µs each, and a flush in 1 ms. */
export const milliseconds: Readonly<Record<string, number>> = { W3b: 5, W4b: 1 };

/** Milliseconds that the slowest request of others may wait while this process works on 50,000 rows of a SQLite file. */
export const slowestAnswer = 50;

/** Bytes of heap for each tracked row. */
export const bytesPerRow = 600;

/** What users pay before they run anything: import, disk beside the driver, and type checks. */
export const footprint = { importMs: 40, megabytes: 1.5, packages: 3, instantiations: 250_000 };
