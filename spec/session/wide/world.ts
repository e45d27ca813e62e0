/** The reference: what rows there should be, as plain data that is copied whole at the beginning of each level. */

import type { Kind } from "./models.js";

export interface Row {
  readonly uid: number;
  readonly kind: Kind;
  hits: number;
  /** uid of an owner. */
  owner: number | null;
  /** uid of a node. */
  parent: number | null;
  /** uid of a mark's tag. */
  readonly tag: number | null;
  /** uids of an owner's tags. */
  readonly tags: Set<number>;
  /** Marked as deleted. */
  hidden: boolean;
}

export class World {
  readonly rows = new Map<number, Row>();
  /** To be deleted by the next flush. */
  readonly doomed = new Set<number>();

  copy(): World {
    const copy = new World();
    for (const row of this.rows.values()) copy.rows.set(row.uid, { ...row, tags: new Set(row.tags) });
    for (const uid of this.doomed) copy.doomed.add(uid);
    return copy;
  }

  /** Those that are there to stay. */
  of(kind: Kind): Row[] {
    return this.all().filter((row) => row.kind === kind);
  }
  all(): Row[] {
    return [...this.rows.values()].filter(({ uid, hidden }) => !hidden && !this.doomed.has(uid));
  }

  make(row: Pick<Row, "uid" | "kind"> & Partial<Row>): Row {
    const made: Row = { hits: 0, owner: null, parent: null, tag: null, tags: new Set(), hidden: false, ...row };
    this.rows.set(row.uid, made);
    return made;
  }

  /** The one place that an owner has for rows of this kind is this row's now. */
  seatOnly(row: Row, owner: number): void {
    for (const other of this.rows.values()) if (other.kind === row.kind && other.owner === owner) other.owner = null;
    row.owner = owner;
  }

  /** What a flush does with the rows to be deleted: docs are marked, dependants go along or lose their reference. */
  flush(): void {
    const gone: number[] = [];
    for (const uid of this.doomed) {
      const row = this.rows.get(uid);
      if (row?.kind === "doc") row.hidden = true;
      else gone.push(uid);
    }
    this.doomed.clear();
    for (let uid = gone.pop(); uid !== undefined; uid = gone.pop()) {
      if (!this.rows.delete(uid)) continue;
      for (const row of this.rows.values()) {
        row.tags.delete(uid);
        if (row.parent === uid || row.tag === uid || (row.owner === uid && (row.kind === "plaque" || row.kind === "mark")))
          gone.push(row.uid);
        else if (row.owner === uid) row.owner = null;
      }
    }
  }

  /** The rows as texts, to be compared with those of the database. */
  lines(): string[] {
    const lines: string[] = [];
    for (const { kind, uid, hits, owner, parent, tag, tags, hidden } of this.rows.values()) {
      lines.push(line(kind, uid, hits, owner, parent ?? tag, hidden));
      for (const one of tags) lines.push(`link ${uid} ${one}`);
    }
    return lines.sort();
  }
}

export const line = (kind: Kind, uid: number, hits: number, owner: number | null, other: number | null, hidden: boolean): string =>
  `${kind} ${uid} hits=${hits} owner=${owner} other=${other}${hidden ? " hidden" : ""}`;
