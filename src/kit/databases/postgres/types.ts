/** PostgreSQL's type names as data. A type that no field has keeps its name. */

import { type DataType, types } from "flash-db/internal";

const plain: Readonly<Record<string, DataType>> = {
  text: types.text,
  smallint: types.smallint,
  integer: types.integer,
  bigint: types.bigint,
  real: types.real,
  "double precision": types.double,
  boolean: types.boolean,
  uuid: types.uuid,
  date: types.date,
  jsonb: types.json,
  bytea: types.bytes,
  interval: types.duration,
  numeric: types.decimal(),
  "timestamp(3) with time zone": types.timestamp,
  "time(3) without time zone": types.time,
};

/** The result of `format_type(…)` as data. */
export const typeOfName = (name: string): DataType => {
  if (name.endsWith("[]")) return { kind: "array", of: typeOfName(name.slice(0, -2)) };
  const varchar = /^character varying\((\d+)\)$/.exec(name);
  if (varchar !== null) return types.varchar(Number(varchar[1]));
  const numeric = /^numeric\((\d+),(\d+)\)$/.exec(name);
  if (numeric !== null) return types.decimal(Number(numeric[1]), Number(numeric[2]));
  return plain[name] ?? { kind: "custom", sql: name };
};
