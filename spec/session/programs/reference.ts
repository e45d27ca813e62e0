/** The reference: what rows there should be, as plain data that is copied whole at the beginning of each level. */

import type { Kind } from "./models.js";

export interface Row {
  readonly uid: number;
  readonly kind: Kind;
  hits: number;
  nick: string | null;
  /** uid of an owner. */
  owner: number | null;
  /** uid of an item. */
  parent: number | null;
  readonly tags: Set<number>;
}

export class World {
  readonly rows = new Map<number, Row>();
  /** Marked for deletion; the next flush takes them out. */
  readonly doomed = new Set<number>();

  copy(): World {
    const copy = new World();
    for (const row of this.rows.values()) copy.rows.set(row.uid, { ...row, tags: new Set(row.tags) });
    for (const uid of this.doomed) copy.doomed.add(uid);
    return copy;
  }

  of(kind: Kind): Row[] {
    return [...this.rows.values()].filter((row) => row.kind === kind && !this.doomed.has(row.uid));
  }

  /** What a flush does with the marked rows: dependants go or lose their reference. */
  flush(): void {
    const gone = [...this.doomed];
    this.doomed.clear();
    for (let uid = gone.pop(); uid !== undefined; uid = gone.pop()) {
      if (!this.rows.delete(uid)) continue;
      for (const row of this.rows.values()) {
        row.tags.delete(uid);
        if (row.parent === uid) row.parent = null;
        if (row.owner !== uid) continue;
        if (row.kind === "part") gone.push(row.uid);
        else row.owner = null;
      }
    }
  }

  /** The rows as text, to be compared with those of the database. */
  lines(): string[] {
    const lines: string[] = [];
    for (const row of this.rows.values()) {
      lines.push(line(row.kind, row.uid, row.hits, row.kind === "owner" ? row.nick : null, row.owner, row.parent));
      for (const tag of row.tags) lines.push(`link ${row.uid} ${tag}`);
    }
    return lines.sort();
  }
}

export const line = (kind: Kind, uid: number, hits: number, nick: string | null, owner: number | null, parent: number | null): string =>
  `${kind} ${uid} hits=${hits} nick=${nick} owner=${owner} parent=${parent}`;
