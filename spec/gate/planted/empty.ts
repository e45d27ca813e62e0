/** A spec of which nothing runs. */

import { it } from "vitest";

it.skip("is planted to be skipped", () => {});
