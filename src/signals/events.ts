/** The named signals: what fires and with what. Rooms below the face speak of instances as objects; `model/typing` types them per model. */

export interface SaveEvent {
  readonly instance: object;
  readonly created: boolean;
  /** Names of the columns that are written. */
  readonly changed: ReadonlySet<string>;
  readonly db: object;
}
export interface DeleteEvent {
  readonly instance: object;
  readonly db: object;
}
export interface LinkEvent {
  readonly instance: object;
  readonly relation: string;
  readonly action: "add" | "remove" | "clear";
  readonly objects: readonly object[];
  readonly db: object;
}
export interface LoadEvent {
  readonly instance: object;
  readonly db: object;
}
export interface SessionEvent {
  readonly db: object;
}

/** Signals about one instance; listeners may name a model. */
export interface InstanceSignals {
  pre_save: SaveEvent;
  post_save: SaveEvent;
  pre_delete: DeleteEvent;
  post_delete: DeleteEvent;
  m2m_changed: LinkEvent;
  /** After an instance was made of a row; synchronous. */
  post_load: LoadEvent;
}
/** Signals about a session. */
export interface SessionSignals {
  pre_flush: SessionEvent;
  post_flush: SessionEvent;
  post_commit: SessionEvent;
  post_rollback: SessionEvent;
}
export type Signals = InstanceSignals & SessionSignals;
export type SignalName = keyof Signals;

export const instanceSignals: readonly (keyof InstanceSignals)[] = [
  "pre_save",
  "post_save",
  "pre_delete",
  "post_delete",
  "m2m_changed",
  "post_load",
];
export const sessionSignals: readonly (keyof SessionSignals)[] = ["pre_flush", "post_flush", "post_commit", "post_rollback"];
