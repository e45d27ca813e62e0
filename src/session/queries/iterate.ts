/**
 * Iterates over rows with bounded memory: streamed on a separate connection if possible, otherwise chunk by chunk on the session's
 * connection.
 */

import { planSelect } from "../../query/planner.js";
import type { SelectPlan } from "../../query/plan.js";
import {
  decodeValues,
  loadInstances,
  prefetch,
  stateOf,
  type InstanceState,
  type InstanceTable,
  type LoadContext,
} from "../../loading/index.js";
import { autoflush } from "./autoflush.js";
import { changedFields, held } from "../tracking/changes.js";
import { assertOpen, type Core } from "../core/core.js";
import { contextOf, load } from "../reading/find-instances.js";
import { bind } from "../statements/send.js";
import { detach } from "../rollback/restore.js";
import { SessionIdentityStore } from "../reading/identity-store.js";

export interface IterateOptions {
  readonly chunkSize: number;
  /** Keep the objects in the session after their chunk. */
  readonly track: boolean;
}

export async function* iterate(core: Core, plan: SelectPlan, options: IterateOptions): AsyncIterableIterator<unknown> {
  assertOpen(core);
  if (plan.empty) return;
  await autoflush(core, plan.reads, plan.byKey);
  const streamed = core.tx === null && !plan.reversed && core.dialect.features.cursors;
  const chunks = streamed ? streamedRows(core, plan, options) : chunkedRows(core, plan, options);
  for await (const chunk of chunks) {
    assertOpen(core);
    yield* chunk.objects;
    chunk.release();
    // An in-process database never waits, so timers and other requests need a pause between chunks.
    if (!streamed && core.dialect.features.inProcess) await new Promise((resume) => setImmediate(resume));
  }
}

interface Chunk {
  readonly objects: readonly unknown[];
  readonly release: () => void;
}

/** Records which objects a chunk brought into the session. */
class Collecting extends SessionIdentityStore {
  readonly fresh: object[] = [];
  override enter(table: InstanceTable, key: readonly unknown[], object: object): void {
    this.fresh.push(object);
    super.enter(table, key, object);
  }
}
const collecting = (core: Core): { readonly context: LoadContext; readonly fresh: object[] } => {
  const store = new Collecting(core);
  return { context: contextOf(core, store), fresh: store.fresh };
};

const chunkOf = async (core: Core, plan: SelectPlan, rows: unknown[][], { track }: IterateOptions): Promise<Chunk> => {
  if (plan.shape.kind === "values") return { objects: decodeValues(plan, rows, core.dialect), release: () => undefined };
  const { context, fresh } = collecting(core);
  const objects = loadInstances(plan, rows, context);
  await prefetch(objects, plan.prefetch, context);
  return { objects, release: () => (track ? undefined : fresh.forEach((object) => letGo(core, object))) };
};

/** Detaches an object after its chunk, unless it has unflushed changes. */
const letGo = (core: Core, object: object): void => {
  const state = stateOf(object) as InstanceState;
  if (state.owner !== core || state.status !== "persistent" || state.deleting || changedFields(object, state) !== null) return;
  for (const collection of state.collections?.values() ?? []) if (core.collections.has(collection)) return;
  state.peers = null;
  detach(core, object);
};

async function* streamedRows(core: Core, plan: SelectPlan, options: IterateOptions): AsyncIterable<Chunk> {
  const rows = core.handle.stream(bind(core, plan), options.chunkSize, core.who)[Symbol.asyncIterator]();
  core.streams.add(rows);
  try {
    for (let next = await rows.next(); next.done !== true; next = await rows.next()) yield await chunkOf(core, plan, next.value, options);
    // If closing the session ended the stream early, throw instead of ending normally.
    if (!core.streams.has(rows)) assertOpen(core);
  } finally {
    core.streams.delete(rows);
    await rows.return?.();
  }
}

/** Reads all keys first, in order, and then each chunk by its keys, so that writes in between neither skip nor repeat rows. */
async function* chunkedRows(core: Core, plan: SelectPlan, options: IterateOptions): AsyncIterable<Chunk> {
  const { meta, state } = plan;
  const [key] = meta.primaryKey;
  if (
    plan.shape.kind === "values" ||
    meta.primaryKey.length !== 1 ||
    key === undefined ||
    state.combined !== null ||
    plan.shape.annotations.length > 0
  ) {
    const loaded = await load(core, plan);
    const objects = plan.reversed ? loaded.reverse() : loaded;
    for (let at = 0; at < objects.length; at += options.chunkSize)
      yield { objects: objects.slice(at, at + options.chunkSize), release: () => undefined };
    return;
  }
  const keysPlan = planSelect({
    ...state,
    related: [],
    prefetch: [],
    only: null,
    defer: [],
    lock: null,
    values: { items: [key.name], mode: "flat" },
  });
  const keys = await load(core, keysPlan);
  if (keysPlan.reversed) keys.reverse();
  for (let at = 0; at < keys.length; at += options.chunkSize) {
    const part = keys.slice(at, at + options.chunkSize);
    const wanted = {
      ...state,
      where: [{ negated: false, tree: { kind: "where", entries: [[`${key.name}__in`, part]] }, annotated: 0 }],
      order: [],
      limit: null,
      offset: 0,
      distinct: false,
      reversed: false,
    } as const;
    const { context, fresh } = collecting(core);
    const objects = (await load(core, planSelect(wanted), context)) as object[];
    const byKey = new Map(objects.map((object) => [held(object, key), object]));
    const inOrder = part.map((value) => byKey.get(value)).filter((object) => object !== undefined);
    yield { objects: inOrder, release: () => (options.track ? undefined : fresh.forEach((object) => letGo(core, object))) };
  }
}
