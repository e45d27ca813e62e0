/** What is asked of a set beside its rows: each terminal against the reference, and sets against each other. */

import type { Check } from "./case.js";
import { bulk, complement, contains } from "./membership.js";
import { again, atEnd, count, exists, iterated, pages, partly, returning, rows, subtypes } from "./reading.js";
import { joined, prefetched } from "./related.js";
import { totals } from "./totals.js";
import { computed, deleted, locked, updated } from "./writing.js";

export const checks = {
  count,
  exists,
  first: atEnd("first"),
  last: atEnd("last"),
  iterated,
  pages: pages(true),
  "pages backwards": pages(false),
  "pages there and back": returning,
  partly,
  subtypes,
  contains,
  bulk,
  complement,
  again,
  updated,
  computed,
  deleted,
  totals,
  locked,
  joined,
  prefetched,
} as const satisfies Record<string, Check>;
export type CheckName = keyof typeof checks;
export const checkNames = Object.keys(checks) as CheckName[];
export const checkRows = rows;
