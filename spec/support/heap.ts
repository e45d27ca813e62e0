/** How much memory is in use, after what nobody holds any more was collected. */

import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

export const heapInUse = (): number => {
  collect();
  collect();
  return process.memoryUsage().heapUsed;
};
