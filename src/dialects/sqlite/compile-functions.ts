/** Functions in SQLite; missing ones are registered on the connection (see function-names.ts). */

import { FieldError } from "../../errors.js";
import { argument, byCount, call, form } from "../../sql/compile/forms.js";
import { sharedFunctions } from "../../sql/compile/functions.js";
import type { FunctionTable, Handler } from "../../sql/compile/writer.js";
import type { FunctionNode } from "../../sql/nodes.js";
import type { TypeKind } from "../../sql/types.js";
import { asReal, isDecimal } from "./compile-decimals.js";
import { sqliteFunctions as own } from "./function-names.js";

/** Uses `decimal` if any argument is a decimal, otherwise `other`. */
const decimalOr =
  (decimal: Handler<FunctionNode>, other: Handler<FunctionNode>): Handler<FunctionNode> =>
  (node, out) =>
    (node.args.some(isDecimal) ? decimal : other)(node, out);

const jsonOr =
  (json: Handler<FunctionNode>, other: Handler<FunctionNode>): Handler<FunctionNode> =>
  (node, out) =>
    (node.type.kind === "json" ? json : other)(node, out);

/** Floating-point functions, also for decimals. */
const real =
  (name: string): Handler<FunctionNode> =>
  (node, out) => {
    out.write(`${name}(`).list(node.args, asReal).write(")");
  };
const distinctDecimals: Handler<FunctionNode> = (node, out) => {
  const key = (position: number): void => void out.write(`${own.decimalKey}(`).expr(argument(node, position)).write(")");
  out.write("(");
  key(0);
  out.write(" IS DISTINCT FROM ");
  key(1);
  out.write(")");
};

const plainElement = form`json_extract(${0}, '$[' || ${1} || ']')`;
/** Elements without a JSON type are stored as text. */
const elements: { readonly [K in TypeKind]?: Handler<FunctionNode> } = {
  bigint: form`CAST(${plainElement} AS INTEGER)`,
  bytes: form`unhex(${plainElement})`,
};

export const functions: FunctionTable = {
  ...sharedFunctions,
  lower: call(own.lower),
  upper: call(own.upper),
  concat: call("CONCAT"),
  substr: call("SUBSTR"),
  left: form`SUBSTR(${0}, 1, ${1})`,
  right: form`SUBSTR(${0}, MAX(LENGTH(${0}) - ${1}, 0) + 1)`,
  reverse: call(own.reverse),
  lpad: call(own.lpad),
  rpad: call(own.rpad),
  repeat: call(own.repeat),
  strpos: call("INSTR"),
  chr: call("CHAR"),
  ord: call("UNICODE"),
  md5: call(own.md5),
  sha256: call(own.sha256),

  abs: decimalOr(call(own.decimalAbs), sharedFunctions.abs),
  sign: decimalOr(call(own.decimalSign), sharedFunctions.sign),
  ceil: decimalOr(call(own.decimalCeil), call("CEIL")),
  floor: decimalOr(call(own.decimalFloor), call("FLOOR")),
  round: decimalOr(byCount(form`${own.decimalRound}(${0}, 0)`, call(own.decimalRound)), byCount(call("ROUND"), call(own.round))),
  mod: decimalOr(call(own.decimalModulo), (node, out) => {
    const whole = node.args.every(({ type }) => type.kind === "integer" || type.kind === "smallint" || type.kind === "bigint");
    (whole ? form`(${0} % ${1})` : call("MOD"))(node, out);
  }),
  power: real("POWER"),
  sqrt: real("SQRT"),
  exp: real("EXP"),
  ln: real("LN"),
  log: real("LOG"),
  sin: real("SIN"),
  cos: real("COS"),
  tan: real("TAN"),
  asin: real("ASIN"),
  acos: real("ACOS"),
  atan: real("ATAN"),
  atan2: real("ATAN2"),
  degrees: real("DEGREES"),
  radians: real("RADIANS"),
  /** 53 bits of SQLite's random integer, scaled to [0, 1). */
  random: form`(((RANDOM() >> 11) + 4503599627370496) / 9007199254740992.0)`,

  coalesce: (node, out) => (node.args.length === 1 ? void out.operand(argument(node, 0)) : call("COALESCE")(node, out)),
  greatest: decimalOr(call(own.decimalGreatest), jsonOr(call(own.jsonGreatest), call(own.greatest))),
  least: decimalOr(call(own.decimalLeast), jsonOr(call(own.jsonLeast), call(own.least))),
  nullif: decimalOr(form`CASE WHEN ${own.decimalCompare}(${0}, ${1}) = 0 THEN NULL ELSE ${0} END`, sharedFunctions.nullif),
  isDistinct: decimalOr(distinctDecimals, sharedFunctions.isDistinct),
  now: form`strftime('%Y-%m-%dT%H:%M:%fZ', 'now')`,

  arrayLength: call("json_array_length"),
  arrayOverlaps: call(own.arrayOverlaps),
  arrayContains: call(own.arrayContains),
  arrayGet: (node, out) => (elements[node.type.kind] ?? plainElement)(node, out),
  jsonHasKey: call(own.jsonHasKey),
  jsonContains: call(own.jsonContains),
  jsonArrayLength: form`CASE json_type(${0}) WHEN 'array' THEN json_array_length(${0}) END`,
  textSearch: () => {
    throw new FieldError(
      "expected a database with full-text search, got SQLite: use `contains` or `icontains`, or an FTS5 table with sql`…`",
    );
  },

  dateOf: byCount(call("date"), call(own.dateOf)),
  timeOf: byCount(form`${own.timeOf}(${0}, 'UTC')`, call(own.timeOf)),
  addDuration: (node, out) => call(argument(node, 0).type.kind === "date" ? own.addDurationToDate : own.addDuration)(node, out),
  subtractInstants: call(own.subtractInstants),
};
