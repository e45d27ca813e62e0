/** The named signals and their payloads. Lower layers treat instances as objects; `model/typing` types them per model. */

export interface SaveEvent {
  readonly instance: object;
  readonly created: boolean;
  /** Names of the written fields. */
  readonly changed: ReadonlySet<string>;
  /** What they were before and are now, by name. */
  readonly changes: Readonly<Record<string, readonly [before: unknown, after: unknown]>>;
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

/** Signals about one instance; listeners may be limited to a model. */
export interface InstanceSignals {
  pre_save: SaveEvent;
  post_save: SaveEvent;
  pre_delete: DeleteEvent;
  post_delete: DeleteEvent;
  m2m_changed: LinkEvent;
  /** After an instance was created from a row; synchronous. */
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
