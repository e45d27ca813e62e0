/** What a loaded collection has of an array: the methods that read, on a copy, so that a callback may change the collection. */

const reading = ["at", "every", "find", "flatMap", "forEach", "includes", "map", "reduce", "some"] as const;

/** Defines them on a prototype; `itemsOf` gives the items, or throws that they are not loaded. */
export const defineReading = <T extends object>(prototype: T, itemsOf: (collection: T, verb: string) => readonly object[]): void => {
  for (const name of reading)
    Object.defineProperty(prototype, name, {
      configurable: true,
      writable: true,
      value(this: T, ...args: readonly unknown[]): unknown {
        const items = [...itemsOf(this, `${name}()`)];
        return Reflect.apply(items[name] as (...args: readonly unknown[]) => unknown, items, args);
      },
    });
};
