/** The global bus of model signals. */

import { SignalBus } from "./bus.js";
import type { Signals } from "./events.js";

/** `session/` emits its events; the subject of an instance signal is the instance's class. */
export const bus = new SignalBus<Signals>();

export { SignalBus, type Listener } from "./bus.js";
export { instanceSignals, sessionSignals } from "./events.js";
export type * from "./events.js";
