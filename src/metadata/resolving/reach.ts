/** Determines which models must be resolved together: all that relations lead to, to any depth. */

import type { Definition, DefinitionOf } from "../definition.js";
import type { Registration } from "../registrations.js";
import { targetOf } from "./context.js";

/** The starting model and every unresolved model reachable from it, parents before subtypes. */
export const reach = (start: Registration): readonly Registration[] => {
  const found = new Set<Registration>();
  const waiting = [start];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (next.meta !== null || found.has(next)) continue;
    if (next.parent !== null && next.parent.meta === null && !found.has(next.parent)) {
      waiting.push(next, next.parent);
      continue;
    }
    found.add(next);
    for (const [name, definition] of next.definitions) waiting.push(...targetsOf(next, name, definition));
    waiting.push(...next.subtypes);
  }
  return [...found];
};

const targetsOf = (registration: Registration, name: string, definition: Definition): readonly Registration[] =>
  (thunks[definition.kind] as (definition: Definition) => readonly (() => unknown)[])(definition).map((thunk) =>
    targetOf(registration, name, thunk),
  );

const thunks: { readonly [K in Definition["kind"]]: (definition: DefinitionOf<K>) => readonly (() => unknown)[] } = {
  field: () => [],
  reference: ({ target }) => [target],
  reverse: ({ target }) => [target],
  link: ({ target, through }) => (through === null ? [target] : [target, through]),
  anyOf: ({ targets }) => Object.values(targets),
};
