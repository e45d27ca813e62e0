/** What `npx flash-db makemigrations` reads. */

import type { Config } from "@flash-db/kit";

export default {
  url: process.env["DATABASE_URL"] ?? "sqlite:conduit.db",
  models: "./models.ts",
  databases: ["sqlite", "postgres"],
} satisfies Config;
