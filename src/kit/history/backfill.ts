/** Fills rows in batches by key, each in its own transaction, which also stores the progress. */

import { metadataOf } from "flash-db/internal";
import type { Segment } from "../databases/segments.js";
import { MigrationError } from "../errors.js";
import { type PartContext, runIn } from "./part-context.js";

/** The part of QuerySet that is used here. */
interface Rows {
  filter(condition: object): Rows;
  orderBy(...names: readonly string[]): Rows;
  limit(count: number): Rows;
  valuesList(name: string, options: { readonly flat: true }): Rows;
  fetch(db: unknown): Promise<unknown[]>;
  update(db: unknown, values: object): Promise<number>;
}

type Backfill = Extract<Segment, { readonly kind: "backfill" }>;

export const runBackfill = async (segment: Backfill, context: PartContext): Promise<void> => {
  const key = keyOf(segment);
  const rows = (segment.model.model as unknown as { readonly objects: Rows }).objects.filter(segment.where);
  const place = await context.withSession(context.place.read);
  let cursor = place === null ? null : readPlace(place);
  let total = 0;
  for (;;) {
    context.signal?.throwIfAborted();
    const db = context.database.session({ onUncommitted: "ignore" });
    const run = runIn(db);
    try {
      const left = cursor === null ? rows : rows.filter({ [`${key}__gt`]: cursor });
      const keys = await left.orderBy(key).limit(segment.batch).valuesList(key, { flat: true }).fetch(db);
      if (keys.length === 0) {
        await context.done(run);
        await db.commit();
        return;
      }
      total += await rows.filter({ [`${key}__in`]: keys }).update(db, segment.set);
      cursor = keys.at(-1);
      await context.place.write(run, writePlace(cursor));
      await db.commit();
    } finally {
      await db.close();
    }
    context.onRows(total);
  }
};

const keyOf = ({ model }: Backfill): string => {
  const [first, ...others] = metadataOf(model.model).primaryKey;
  if (first === undefined || others.length > 0)
    throw new MigrationError(
      `backfill() of table "${model.table.name}" goes by the primary key, which has to be one column; write it as code() instead`,
    );
  return first.name;
};

const writePlace = (key: unknown): string => JSON.stringify(typeof key === "bigint" ? { bigint: String(key) } : { value: key });
const readPlace = (place: string): unknown => {
  const read = JSON.parse(place) as { readonly bigint?: string; readonly value?: unknown };
  return read.bigint === undefined ? read.value : BigInt(read.bigint);
};
