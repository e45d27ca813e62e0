/** The payloads of signals, and how to listen to them. */

import type { ModelClass } from "../../metadata/model-meta.js";
import type { AnyModel } from "../../metadata/typing/schema.js";
import type { Session } from "../../session/typing/session.js";
import type { Model } from "./instance.js";
import type { Changes } from "./state.js";

interface Saved<I> {
  readonly instance: I;
  readonly created: boolean;
  /** Names of the fields that are or were written. */
  readonly changed: ReadonlySet<string>;
  /** Of these, the values before and after: `{ name: ["Ada", "Ada Lovelace"] }`. Of a new row, undefined was before. */
  readonly changes: Changes<I>;
  readonly db: Session;
}
interface Deleted<I> {
  readonly instance: I;
  readonly db: Session;
}
/**
 * The payloads of a model's signals. The names are Django's; `post_load` is SQLAlchemy's `load`.
 * @example signals.on("pre_save", User, ({ instance, created, changed }) => { if (changed.has("email")) instance.verified = false; });
 */
export interface ModelEvents<I> {
  /** Before an INSERT or UPDATE; changes made by a listener are written too. */
  pre_save: Saved<I>;
  /** After an INSERT or UPDATE, inside the transaction. */
  post_save: Saved<I>;
  /** Before a DELETE; an error prevents it. */
  pre_delete: Deleted<I>;
  /** After a DELETE, inside the transaction. */
  post_delete: Deleted<I>;
  /** After links of a many-to-many collection were written. */
  m2m_changed: {
    /** The owner of the collection. */
    readonly instance: I;
    /** Name of the collection. */
    readonly relation: string;
    /** What happened to the links. */
    readonly action: "add" | "remove" | "clear";
    /** The objects on the other side of the links. */
    readonly objects: readonly AnyModel[];
    /** The session that wrote them. */
    readonly db: Session;
  };
  /** After an instance was created from a row. */
  post_load: {
    /** The instance. */
    readonly instance: I;
    /** The session of the instance. */
    readonly db: Session;
  };
}
interface SessionEvent {
  readonly db: Session;
}
/**
 * The payloads of a session's signals.
 * @example signals.on("post_commit", ({ db }) => cache.clear());
 */
export interface SessionEvents {
  /** Before pending changes are written. */
  pre_flush: SessionEvent;
  /** After they were written, inside the transaction. */
  post_flush: SessionEvent;
  /** After the outermost COMMIT; errors of listeners become a CommitHookError. */
  post_commit: SessionEvent;
  /** After a ROLLBACK. */
  post_rollback: SessionEvent;
}

/**
 * Adds a listener; returns a function that removes it.
 * @example const off = signals.on("post_save", Book, ({ instance, created }) => console.log(instance.title, created)); off();
 */
interface Listen {
  /** For one model and its subtypes; of several classes, to each of them. */
  <E extends keyof ModelEvents<unknown>, M extends ModelClass<Model>>(
    event: E,
    model: M,
    listener: (event: ModelEvents<InstanceType<M>>[E]) => unknown,
  ): () => void;
  /** For all models, or for sessions. */
  <E extends keyof ModelEvents<unknown> | keyof SessionEvents>(
    event: E,
    listener: (event: (ModelEvents<Model> & SessionEvents)[E]) => unknown,
  ): () => void;
}
/**
 * `signals`: listeners may be asynchronous and are awaited in order, inside the transaction.
 * @example signals.on("post_save", Author, async ({ instance, db }) => { await Entry.objects.create(db, { text: instance.name }); });
 */
export interface Signals {
  /** Adds a listener; call the returned function to remove it. */
  readonly on: Listen;
  /** Removes the listener after its first call. */
  readonly once: Listen;
  /**
   * Removes a listener.
   * @example signals.off("post_save", listener);
   */
  off(event: keyof ModelEvents<unknown> | keyof SessionEvents, listener: (event: never) => unknown): void;
  /**
   * Removes a listener for one model.
   * @example signals.off("post_save", Author, listener);
   */
  off(event: keyof ModelEvents<unknown>, model: ModelClass<Model>, listener: (event: never) => unknown): void;
}
