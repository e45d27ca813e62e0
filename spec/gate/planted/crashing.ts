/** A spec that takes its process down. */

import { it } from "vitest";

it("is planted to crash", async () => {
  process.kill(process.pid, "SIGKILL");
  await new Promise(() => {});
});
