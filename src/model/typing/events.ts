/** What signals carry, and how they are listened to. */

import type { ModelClass } from "../../metadata/model-meta.js";
import type { AnyModel } from "../../metadata/typing/schema.js";
import type { Session } from "../../session/typing/session.js";
import type { Model } from "./instance.js";

interface Saved<I> {
  readonly instance: I;
  readonly created: boolean;
  /** Names of the fields that are or were written. */
  readonly changed: ReadonlySet<string>;
  readonly db: Session;
}
interface Deleted<I> {
  readonly instance: I;
  readonly db: Session;
}
/**
 * What listeners of a model's signals are given, by signal; the names are Django's, `post_load` is SQLAlchemy's `load`.
 * @example signals.on("pre_save", User, ({ instance, created, changed }) => { if (changed.has("email")) instance.verified = false; });
 */
export interface ModelEvents<I> {
  /** Before an INSERT or UPDATE; what a listener changes is written too. */
  pre_save: Saved<I>;
  /** After an INSERT or UPDATE, inside the transaction. */
  post_save: Saved<I>;
  /** Before a DELETE; throwing refuses it. */
  pre_delete: Deleted<I>;
  /** After a DELETE, inside the transaction. */
  post_delete: Deleted<I>;
  /** Links of a many-to-many collection were written. */
  m2m_changed: {
    /** The owner of the collection. */
    readonly instance: I;
    /** The collection's name. */
    readonly relation: string;
    /** What happened to the links. */
    readonly action: "add" | "remove" | "clear";
    /** The other sides of the links. */
    readonly objects: readonly AnyModel[];
    /** The session that wrote them. */
    readonly db: Session;
  };
  /** An instance was made from a row. */
  post_load: {
    /** The instance. */
    readonly instance: I;
    /** The session that has it. */
    readonly db: Session;
  };
}
interface SessionEvent {
  readonly db: Session;
}
/**
 * What listeners of a session's signals are given, by signal.
 * @example signals.on("post_commit", ({ db }) => cache.clear());
 */
export interface SessionEvents {
  /** Before pending work is written. */
  pre_flush: SessionEvent;
  /** After it was written, inside the transaction. */
  post_flush: SessionEvent;
  /** After the outermost COMMIT; errors of listeners become a CommitHookError. */
  post_commit: SessionEvent;
  /** After a ROLLBACK. */
  post_rollback: SessionEvent;
}

/**
 * Listens; gives the function that ends it.
 * @example const off = signals.on("post_save", Book, ({ instance, created }) => console.log(instance.title, created)); off();
 */
interface Listen {
  /** To one model and its subtypes. */
  <E extends keyof ModelEvents<unknown>, I extends Model>(
    event: E,
    model: ModelClass<I>,
    listener: (event: ModelEvents<I>[E]) => unknown,
  ): () => void;
  /** To all models, or to sessions. */
  <E extends keyof ModelEvents<unknown> | keyof SessionEvents>(
    event: E,
    listener: (event: (ModelEvents<Model> & SessionEvents)[E]) => unknown,
  ): () => void;
}
/**
 * `signals`: listeners may be asynchronous; they are awaited in order, inside the transaction.
 * @example signals.on("post_save", Author, async ({ instance, db }) => { await Entry.objects.create(db, { text: instance.name }); });
 */
export interface Signals {
  /** Listens until the function that it gives is called. */
  readonly on: Listen;
  /** Ends by itself after the first time. */
  readonly once: Listen;
  /**
   * Ends the listening of this function.
   * @example signals.off("post_save", listener);
   */
  off(event: keyof ModelEvents<unknown> | keyof SessionEvents, listener: (event: never) => unknown): void;
  /**
   * Ends the listening of this function for one model.
   * @example signals.off("post_save", Author, listener);
   */
  off(event: keyof ModelEvents<unknown>, model: ModelClass<Model>, listener: (event: never) => unknown): void;
}
