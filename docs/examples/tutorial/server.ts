/** Opens the database, listens, and ends in order: requests first, then the database. */

import { closeDb, initDb } from "flash-db";
import { buildApp } from "./app.js";

await initDb(process.env["DATABASE_URL"] ?? "sqlite:app.db");
const app = buildApp();
app.addHook("onClose", async () => void (await closeDb({ timeout: 5_000 })));
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void app.close());
const address = await app.listen({ host: "0.0.0.0", port: Number(process.env["PORT"] ?? 3000) });
console.log(`listening on ${address}`);
