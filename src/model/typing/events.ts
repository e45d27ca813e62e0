/** What signals carry, and how they are listened to. */

import type { ModelClass } from "../../metadata/model-meta.js";
import type { AnyModel } from "../../metadata/typing/schema.js";
import type { Session } from "../../session/typing.js";
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
export interface ModelEvents<I> {
  pre_save: Saved<I>;
  post_save: Saved<I>;
  pre_delete: Deleted<I>;
  post_delete: Deleted<I>;
  m2m_changed: {
    readonly instance: I;
    readonly relation: string;
    readonly action: "add" | "remove" | "clear";
    readonly objects: readonly AnyModel[];
    readonly db: Session;
  };
  post_load: { readonly instance: I; readonly db: Session };
}
interface SessionEvent {
  readonly db: Session;
}
export interface SessionEvents {
  pre_flush: SessionEvent;
  post_flush: SessionEvent;
  post_commit: SessionEvent;
  post_rollback: SessionEvent;
}

/** Listens; gives the function that ends it. */
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
/** `signals`: listeners may be asynchronous; they are awaited in order, inside the transaction. */
export interface Signals {
  readonly on: Listen;
  /** Ends by itself after the first time. */
  readonly once: Listen;
  /** Ends the listening of this function, for this model where one is named. */
  off(event: keyof ModelEvents<unknown> | keyof SessionEvents, listener: (event: never) => unknown): void;
  off(event: keyof ModelEvents<unknown>, model: ModelClass<Model>, listener: (event: never) => unknown): void;
}
