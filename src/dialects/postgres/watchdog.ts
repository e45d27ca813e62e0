/** Gives up connections on which the server has been silent for too long: one timer for all of them, so that a statement costs no timer of its own. */

export interface Watched {
  /** One more interval has passed. */
  tick(): void;
}

const INTERVAL = 250;
/** The server ends the statement itself; this is how much longer its answer may take. */
const GRACE = 1_000;

/** How many intervals a connection may wait for an answer; null where the server has no limit either. */
export const ticksOf = (statementTimeout: number | null): number | null =>
  statementTimeout === null || statementTimeout === 0 ? null : Math.ceil((statementTimeout + GRACE) / INTERVAL);
/** What BEGIN, SAVEPOINT, COMMIT and the end of a cursor may take where nobody has said: a minute, after which the server is taken for gone. */
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
