/** The six functions, for any operation and for lists of operations. */

import type { SchemaPicture } from "flash-db/internal";
import type { Footprint, Kind, Operation, OperationKind, Printer, Step } from "./contracts.js";
import { joined } from "./footprints.js";
import { kindOf } from "./registry.js";

// A union type cannot express that an operation and its kind belong together.
const of = (operation: Operation): OperationKind<Kind> => kindOf(operation.kind);

export const applyOne = (state: SchemaPicture, operation: Operation): SchemaPicture => of(operation).apply(state, operation);
export const applyAll = (state: SchemaPicture, operations: readonly Operation[]): SchemaPicture => operations.reduce(applyOne, state);
export const describeOf = (operation: Operation): string => of(operation).describe(operation);
export const printOf = (operation: Operation, printer: Printer): string => of(operation).print(operation, printer);

/** The inverse of these operations, in order; null if one of them cannot be undone. */
export const invertAll = (before: SchemaPicture, operations: readonly Operation[]): readonly Operation[] | null => {
  const inverse: (readonly Operation[])[] = [];
  let state = before;
  for (const operation of operations) {
    const one = of(operation).invert(state, operation);
    if (one === null) return null;
    inverse.unshift(one);
    state = applyOne(state, operation);
  }
  return inverse.flat();
};

/** The first of these operations that cannot be undone. */
export const irreversible = (before: SchemaPicture, operations: readonly Operation[]): Operation | null => {
  let state = before;
  for (const operation of operations) {
    if (of(operation).invert(state, operation) === null) return operation;
    state = applyOne(state, operation);
  }
  return null;
};

export const lowerAll = (before: SchemaPicture, operations: readonly Operation[]): readonly Step[] => {
  let state = before;
  return operations.flatMap((operation) => {
    const steps = of(operation).lower(state, operation);
    state = applyOne(state, operation);
    return steps;
  });
};

export const footprintOf = (before: SchemaPicture, operations: readonly Operation[]): Footprint => {
  let state = before;
  return joined(
    operations.map((operation) => {
      const one = of(operation).footprint(state, operation);
      state = applyOne(state, operation);
      return one;
    }),
  );
};
