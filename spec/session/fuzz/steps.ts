/** The steps of a program as plain data, so that programs shrink to the few steps that matter and print as a story. Numbers are taken modulo what there is. */

import fc from "fast-check";
import type { Kind } from "./rows.js";

/** `by` is the session. */
export type Step =
  | {
      readonly do: "make";
      readonly by: number;
      readonly kind: Kind;
      readonly text: number;
      readonly shelf: number | null;
      readonly how: "add" | "create" | "hold";
    }
  | { readonly do: "make twin"; readonly by: number; readonly object: number; readonly text: number }
  | { readonly do: "swap"; readonly by: number; readonly kind: "Shelf" | "Tag"; readonly a: number; readonly b: number }
  | { readonly do: "set tags"; readonly by: number; readonly book: number; readonly tags: readonly number[] }
  | OnObject<"add" | "delete" | "expunge" | "expire" | "refresh" | "get" | "save" | "remove now">
  | { readonly do: "change"; readonly by: number; readonly object: number; readonly column: number; readonly text: number }
  | { readonly do: "assign"; readonly by: number; readonly child: number; readonly shelf: number | null }
  | { readonly do: "give"; readonly by: number; readonly child: number; readonly shelf: number | null }
  | { readonly do: "assign key"; readonly by: number; readonly child: number; readonly shelf: number | null }
  | { readonly do: "take away"; readonly by: number; readonly child: number }
  | { readonly do: "set books"; readonly by: number; readonly shelf: number; readonly books: readonly number[] }
  | {
      readonly do: "link";
      readonly by: number;
      readonly book: number;
      readonly tag: number;
      readonly from: "book" | "tag";
      readonly verb: "add" | "remove";
    }
  | { readonly do: "load"; readonly by: number; readonly object: number; readonly which: number }
  | { readonly do: "query"; readonly by: number; readonly kind: Kind; readonly pages: number }
  | { readonly do: "update all"; readonly by: number; readonly pages: number; readonly to: number }
  | { readonly do: "delete all"; readonly by: number; readonly kind: "Note" | "Shelf" | "Tag"; readonly text: number }
  | Flushing<"flush" | "commit" | "rollback">
  | {
      readonly do: "level";
      readonly by: number;
      readonly how: "atomic" | "begin";
      readonly end: "well" | "badly";
      readonly steps: readonly Step[];
    };

type OnObject<D> = D extends unknown ? { readonly do: D; readonly by: number; readonly object: number } : never;
type Flushing<D> = D extends unknown ? { readonly do: D; readonly by: number; readonly trap: Trap | null } : never;
export type StepOf<D extends Step["do"]> = Extract<Step, { readonly do: D }>;

/** Something that fails in the next flush: the n-th listener call of an event, or the n-th statement of a kind. */
export interface Trap {
  readonly what: "pre_save" | "post_save" | "pre_delete" | "INSERT" | "UPDATE" | "DELETE";
  readonly nth: number;
}

const small = fc.nat({ max: 7 });
const by = fc.constantFrom(0, 0, 0, 0, 0, 1);
const text = fc.nat({ max: 5 });
const kind = fc.constantFrom<Kind>("Shelf", "Book", "Book", "Note", "Tag");
const maybe = fc.option(small, { freq: 3 });
const trap = fc.option(
  fc.record({ what: fc.constantFrom("pre_save", "post_save", "pre_delete", "INSERT", "UPDATE", "DELETE"), nth: fc.nat({ max: 2 }) }),
  { freq: 8 },
);
// `nil` comes first often enough with the frequency turned round.
const rareTrap = fc.oneof({ weight: 4, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: trap });

const of = <D extends Step["do"]>(name: D, parts: object, weight: number): { weight: number; arbitrary: fc.Arbitrary<Step> } => ({
  weight,
  arbitrary: fc.record({ do: fc.constant(name), by, ...(parts as Record<string, fc.Arbitrary<unknown>>) }) as unknown as fc.Arbitrary<Step>,
});

const plain = [
  of("make", { kind, text, shelf: maybe, how: fc.constantFrom("add", "add", "add", "create", "hold") }, 14),
  of("make twin", { object: small, text }, 3),
  of("swap", { kind: fc.constantFrom("Shelf", "Tag"), a: small, b: small }, 4),
  of("set tags", { book: small, tags: fc.array(small, { maxLength: 3 }) }, 2),
  of("change", { object: small, column: small, text }, 12),
  of("assign", { child: small, shelf: maybe }, 5),
  of("give", { child: small, shelf: small }, 5),
  of("assign key", { child: small, shelf: maybe }, 4),
  of("take away", { child: small }, 3),
  of("set books", { shelf: small, books: fc.array(small, { maxLength: 3 }) }, 2),
  of("link", { book: small, tag: small, from: fc.constantFrom("book", "tag"), verb: fc.constantFrom("add", "add", "remove") }, 7),
  of("load", { object: small, which: small }, 5),
  of("delete", { object: small }, 5),
  of("add", { object: small }, 3),
  of("save", { object: small }, 3),
  of("remove now", { object: small }, 2),
  of("get", { object: small }, 2),
  of("refresh", { object: small }, 2),
  of("expire", { object: small }, 2),
  of("expunge", { object: small }, 1),
  of("query", { kind, pages: text }, 6),
  of("update all", { pages: text, to: text }, 2),
  of("delete all", { kind: fc.constantFrom("Note", "Shelf", "Tag"), text }, 2),
  of("flush", { trap: rareTrap }, 9),
  of("commit", { trap: rareTrap }, 7),
  of("rollback", { trap: fc.constant(null) }, 4),
];

const { step } = fc.letrec<{ step: Step; level: Step }>((tie) => ({
  step: fc.oneof({ depthSize: "small", maxDepth: 3 }, ...plain, { weight: 9, arbitrary: tie("level") }),
  level: fc.record({
    do: fc.constant("level" as const),
    by,
    how: fc.constantFrom("atomic" as const, "begin" as const),
    end: fc.constantFrom("well" as const, "badly" as const),
    steps: fc.array(tie("step"), { maxLength: 6 }),
  }),
}));

export const programs: fc.Arbitrary<readonly Step[]> = fc.array(step, { minLength: 3, maxLength: 22 });
