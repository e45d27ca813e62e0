/** What a program has asked for, as plain data: the last assignment to each field, what is to go, and the links. Copied whole at the beginning of each level. */

import { columnsOf, references, type Kind } from "./models.js";

export type Value = string | number | null;
export interface Row {
  readonly uid: number;
  readonly kind: Kind;
  /** References hold the uid of their target. */
  readonly values: Record<string, Value>;
}
/** A rank that nobody promises. */
export const ANY = -1;
export const pair = (one: number, other: number): string => `${one}:${other}`;
const partsOf = (key: string): readonly number[] => key.split(":").map(Number);

export class World {
  readonly rows = new Map<number, Row>();
  /** To be deleted by the next flush. */
  readonly doomed = new Set<number>();
  /** `owner:label` */
  readonly labels = new Set<string>();
  /** `owner:club`, with the rank of the link; ANY where a link that was taken away was given again. */
  readonly members = new Map<string, number>();
  readonly #parted = new Set<string>();

  copy(): World {
    const copy = new World();
    for (const row of this.rows.values()) copy.rows.set(row.uid, { ...row, values: { ...row.values } });
    for (const uid of this.doomed) copy.doomed.add(uid);
    for (const key of this.labels) copy.labels.add(key);
    for (const [key, rank] of this.members) copy.members.set(key, rank);
    for (const key of this.#parted) copy.#parted.add(key);
    return copy;
  }

  make(uid: number, kind: Kind, values: Record<string, Value>): Row {
    const empty = Object.fromEntries([...columnsOf(kind), ...Object.keys(references[kind] ?? {})].map((name) => [name, null]));
    const row = { uid, kind, values: { ...empty, hits: 0, ...values } };
    this.rows.set(uid, row);
    return row;
  }

  /** Those that are to go, with all that goes with them. */
  going(): Set<number> {
    const going = new Set(this.doomed);
    for (let size = -1; size !== going.size;) {
      size = going.size;
      for (const row of this.rows.values()) {
        for (const [name, { then }] of Object.entries(references[row.kind] ?? {}))
          if (then === "goes" && going.has(row.values[name] as number)) going.add(row.uid);
      }
    }
    return going;
  }
  /** Those that are there to stay. */
  all(): Row[] {
    const going = this.going();
    return [...this.rows.values()].filter(({ uid }) => !going.has(uid));
  }
  of(kind: Kind): Row[] {
    return this.all().filter((row) => row.kind === kind);
  }
  pointing(kind: Kind, name: string, uid: number): Row[] {
    return this.of(kind).filter(({ values }) => values[name] === uid);
  }

  join(key: string): void {
    if (!this.members.has(key)) this.members.set(key, this.#parted.has(key) ? ANY : 0);
  }
  part(key: string): void {
    if (this.members.delete(key)) this.#parted.add(key);
  }

  remove(uids: Iterable<number>): void {
    const gone = new Set(uids);
    for (const uid of gone) this.rows.delete(uid);
    for (const row of this.rows.values()) {
      for (const name of Object.keys(references[row.kind] ?? {})) if (gone.has(row.values[name] as number)) row.values[name] = null;
    }
    for (const key of [...this.labels, ...this.members.keys()]) {
      if (!partsOf(key).some((uid) => gone.has(uid))) continue;
      this.labels.delete(key);
      this.members.delete(key);
    }
  }
  /** What a flush does with the rows to be deleted. */
  flush(): void {
    if (this.doomed.size === 0) return;
    const going = this.going();
    this.doomed.clear();
    this.remove(going);
  }

  /** No two rows that stay have the same values in a unique set. */
  placesFit(): boolean {
    const seen = new Set<string>();
    for (const { values } of this.of("place")) {
      const sets = [
        `spot ${values["zone"]} ${values["spot"]}`,
        ...(values["tag"] === null ? [] : [`tag ${values["zone"]} ${values["tag"]}`]),
      ];
      for (const set of sets) {
        if (seen.has(set)) return false;
        seen.add(set);
      }
    }
    return true;
  }

  lines(): string[] {
    return [
      ...[...this.rows.values()].map(({ kind, uid, values }) => lineOf(kind, uid, values)),
      ...[...this.labels].map((key) => `label ${key}`),
      ...[...this.members].map(([key, rank]) => `member ${key} rank=${rank}`),
    ].sort();
  }
}

export const lineOf = (kind: Kind, uid: number, values: Readonly<Record<string, unknown>>): string =>
  `${kind} ${uid} ${[...columnsOf(kind), ...Object.keys(references[kind] ?? {})].map((name) => `${name}=${String(values[name])}`).join(" ")}`;
