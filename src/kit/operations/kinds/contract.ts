/** `contract`: operations that wait until no program needs the removed objects. */

import type { OperationKind } from "../contracts.js";
import { applyAll, describeOf, footprintOf, invertAll, lowerAll, printOf } from "../dispatch.js";
import { call } from "../words.js";

export const contract: OperationKind<"contract"> = {
  apply: (state, { operations }) => applyAll(state, operations),
  invert: (before, { operations }) => invertAll(before, operations),
  lower: (before, { operations }) => [{ kind: "contract", needs: footprintOf(before, operations).writes }, ...lowerAll(before, operations)],
  footprint: (before, { operations }) => footprintOf(before, operations),
  print: ({ operations }, printer) =>
    call(
      printer.use("contract"),
      operations.map((one) => printOf(one, printer)),
    ),
  describe: ({ operations }) => `when no program needs it any more: ${operations.map(describeOf).join(", ")}`,
};
