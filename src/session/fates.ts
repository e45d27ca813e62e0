/** What becomes of the rows that a flush deletes: mostly a list to go through, in which single ones are looked for only where others depend on it. */

import type { ModelMeta } from "../metadata/model-meta.js";
import { keepHiddenClass } from "../support/hidden-classes.js";

/** "row": the row goes. "mark": it stays, with `deletedAt` set. */
export type Fate = "row" | "mark";

export interface FateGroup {
  readonly meta: ModelMeta;
  readonly fate: Fate;
  readonly objects: object[];
}

export class Fates {
  readonly #groups: FateGroup[] = [];
  /** The objects of so many groups. */
  readonly #known = new Map<object, Fate>();
  #entered = 0;

  get isEmpty(): boolean {
    return this.#groups.length === 0;
  }
  /** None of its objects has a fate yet. */
  add(group: FateGroup): void {
    this.#groups.push(group);
  }
  get(object: object): Fate | undefined {
    for (; this.#entered < this.#groups.length; this.#entered++) {
      const { fate, objects } = this.#groups[this.#entered] as FateGroup;
      for (const one of objects) this.#known.set(one, fate);
    }
    return this.#known.get(object);
  }
  has(object: object): boolean {
    return this.get(object) !== undefined;
  }
  groups(): readonly FateGroup[] {
    return this.#groups;
  }
}

keepHiddenClass(new Fates());
keepHiddenClass({ meta: null as never, fate: "row", objects: [] } satisfies FateGroup);
