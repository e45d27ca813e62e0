/** Which models must be resolved together: those that relations lead to, to any depth. */

import type { Definition } from "../definition.js";
import type { Registration } from "../registrations.js";
import { targetOf } from "./context.js";

/** The start and every model that can be reached from it and is not resolved yet, parents of subtypes before them. */
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

const targetsOf = (registration: Registration, name: string, definition: Definition): readonly Registration[] => {
  switch (definition.kind) {
    case "field":
      return [];
    case "reference":
    case "reverse":
      return [targetOf(registration, name, definition.target)];
    case "link":
      return [targetOf(registration, name, definition.target), ...(definition.through === null ? [] : [targetOf(registration, name, definition.through)])];
    case "anyOf":
      return Object.values(definition.targets).map((target) => targetOf(registration, name, target));
  }
};
