/** A spec that passes before its promise is rejected. */

import { it } from "vitest";

it("is planted to forget a promise", async () => {
  void Promise.reject(new Error("planted"));
  await new Promise((resolve) => setTimeout(resolve, 10));
});
