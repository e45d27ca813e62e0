/** Closes connections on which the server has been silent for too long. One timer serves all of them, so that statements need none. */

export interface Watched {
  /** Called after each interval. */
  tick(): void;
}

const INTERVAL = 250;
/** The server ends the statement itself; this is the additional time for its answer. */
const GRACE = 1_000;

/** The number of intervals to wait for an answer; null if the server has no limit either. */
export const ticksOf = (statementTimeout: number | null): number | null =>
  statementTimeout === null || statementTimeout === 0 ? null : Math.ceil((statementTimeout + GRACE) / INTERVAL);
/** The limit for BEGIN, SAVEPOINT, COMMIT and closing a cursor: one minute, after which the server is considered gone. */
export const CONTROL_TICKS = 60_000 / INTERVAL;
export const ticksToMs = (ticks: number): number => ticks * INTERVAL;

export class Watchdog {
  readonly #watched = new Set<Watched>();
  #timer: NodeJS.Timeout | null = null;

  add(one: Watched): void {
    this.#watched.add(one);
    this.#timer ??= setInterval(() => {
      for (const each of this.#watched) each.tick();
    }, INTERVAL).unref();
  }

  delete(one: Watched): void {
    this.#watched.delete(one);
    if (this.#watched.size > 0 || this.#timer === null) return;
    clearInterval(this.#timer);
    this.#timer = null;
  }
}
