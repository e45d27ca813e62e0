/** Rows that a flush deletes, grouped by model and kind; the index by object is built on first lookup. */

import type { ModelMeta } from "../../../metadata/model-meta.js";
import { keepHiddenClass } from "../../../support/hidden-classes.js";

/** "hard": the row is deleted. "soft": the row stays and its `deletedAt` is set. */
export type DeletionKind = "hard" | "soft";

export interface DeletionGroup {
  readonly meta: ModelMeta;
  readonly kind: DeletionKind;
  readonly objects: object[];
}

export class DeletionIndex {
  readonly #groups: DeletionGroup[] = [];
  /** Index of the first `#entered` groups. */
  readonly #known = new Map<object, DeletionKind>();
  #entered = 0;

  get isEmpty(): boolean {
    return this.#groups.length === 0;
  }
  /** Adds a group; none of its objects may be in another group. */
  add(group: DeletionGroup): void {
    this.#groups.push(group);
  }
  get(object: object): DeletionKind | undefined {
    for (; this.#entered < this.#groups.length; this.#entered++) {
      const { kind, objects } = this.#groups[this.#entered] as DeletionGroup;
      for (const one of objects) this.#known.set(one, kind);
    }
    return this.#known.get(object);
  }
  has(object: object): boolean {
    return this.get(object) !== undefined;
  }
  groups(): readonly DeletionGroup[] {
    return this.#groups;
  }
}

keepHiddenClass(new DeletionIndex());
keepHiddenClass({ meta: null as never, kind: "hard", objects: [] } satisfies DeletionGroup);
