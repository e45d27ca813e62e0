/** Days, times and instants do not depend on the time zone that the process runs in. */

import { afterEach, expect, it } from "vitest";
import { types } from "../../src/sql/types.js";
import { eachCore, run } from "../support/drivers.js";

const ZONES = ["UTC", "America/New_York", "Asia/Kolkata", "Pacific/Kiritimati", "America/St_Johns", "Europe/Berlin"];
const INSTANTS = [
  "2024-03-10T07:00:00.000Z", // the clocks go forward in New York
  "2024-11-03T05:30:00.123Z", // … and back
  "2024-03-31T01:00:00.000Z", // forward in Berlin
  "1960-06-15T12:00:00.000Z",
  "1969-12-31T23:59:59.999Z",
  "0099-01-01T00:00:00.000Z",
  "1883-11-18T17:00:00.001Z", // before zones were whole minutes
  "9999-12-31T23:59:59.999Z",
];
const original = process.env["TZ"];
afterEach(() => {
  if (original === undefined) delete process.env["TZ"];
  else process.env["TZ"] = original;
});

eachCore("in any zone", (open, kind) => {
  it.each(ZONES)("%s", async (zone) => {
    process.env["TZ"] = zone;
    expect(new Date("2024-07-01T00:00:00Z").getTimezoneOffset() === 0).toBe(zone === "UTC");
    const core = await open();
    const { schema, codec } = {
      schema: core.dialect.schema,
      codec: (type: typeof types.timestamp | typeof types.date | typeof types.time) => core.dialect.codec(type),
    };
    await run(
      core,
      `CREATE TABLE t (n integer, at ${schema.typeName(types.timestamp)}, day ${schema.typeName(types.date)}, clock ${schema.typeName(types.time)})`,
    );
    for (const [n, text] of INSTANTS.entries()) {
      const [day, clock] = [text.slice(0, 10), text.slice(11, 19)];
      await run(core, "INSERT INTO t VALUES (?, ?, ?, ?)", [
        n,
        codec(types.timestamp).encode(new Date(text)),
        codec(types.date).encode(day),
        codec(types.time).encode(clock),
      ]);
    }
    const { rows } = await run(core, "SELECT at, day, clock FROM t ORDER BY n", [], [types.timestamp, types.date, types.time]);
    const read = rows.map(([at, day, clock]) => [
      String((codec(types.timestamp).decode?.(at) as Date | undefined)?.toISOString()),
      codec(types.date).decode?.(day) ?? day,
      clock,
    ]);
    expect(read).toEqual(INSTANTS.map((text) => [text, text.slice(0, 10), text.slice(11, 19)]));
    const written =
      kind === "postgres"
        ? "SELECT to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"') AS x FROM t ORDER BY n"
        : "SELECT at AS x FROM t ORDER BY n";
    expect((await run(core, written, [], [types.text])).rows.flat()).toEqual(INSTANTS);
  });
});
