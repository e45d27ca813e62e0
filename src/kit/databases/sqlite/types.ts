/** SQLite's declared column types as data. A type that no field has keeps its name. */

import { type DataType, types } from "flash-db/internal";

const plain: Readonly<Record<string, DataType>> = {
  TEXT: types.text,
  SMALLINT: types.smallint,
  INTEGER: types.integer,
  BIGINT: types.bigint,
  REAL: types.real,
  DOUBLE: types.double,
  BOOLEAN: types.boolean,
  UUID_TEXT: types.uuid,
  TIMESTAMP_TEXT: types.timestamp,
  DATE_TEXT: types.date,
  TIME_TEXT: types.time,
  DURATION_INTEGER: types.duration,
  JSON_TEXT: types.json,
  BLOB: types.bytes,
  DECIMAL_TEXT: types.decimal(),
};

export const typeOfName = (declared: string): DataType => {
  const varchar = /^VARCHAR\((\d+)\)$/.exec(declared);
  if (varchar !== null) return types.varchar(Number(varchar[1]));
  const decimal = /^DECIMAL_TEXT\((\d+),(\d+)\)$/.exec(declared);
  if (decimal !== null) return types.decimal(Number(decimal[1]), Number(decimal[2]));
  return plain[declared] ?? { kind: "custom", sql: declared };
};
