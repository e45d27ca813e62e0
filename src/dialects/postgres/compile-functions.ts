/** Functions in PostgreSQL. */

import { arg, argument, byCount, call, form } from "../../sql/compile/forms.js";
import { sharedFunctions } from "../../sql/compile/functions.js";
import type { FunctionTable, Handler } from "../../sql/compile/writer.js";
import type { Expr, FunctionNode } from "../../sql/nodes.js";
import { writeDifference } from "./compile-dates.js";
import { writeZone } from "./compile-dates.js";
import { isFloating, writeCased, writeCastTo, writeDouble, writeInt, writeOrdered, writeText } from "./compile-types.js";

const text = (position: number): Handler<FunctionNode> => arg(position, writeText);
const int = (position: number): Handler<FunctionNode> => arg(position, writeInt);
const numeric = (position: number): Handler<FunctionNode> => arg(position, writeCastTo("numeric"));
const all =
  (name: string, write: Handler<Expr>): Handler<FunctionNode> =>
  (node, out) =>
    void out.write(`${name}(`).list(node.args, write).write(")");
/** Floating-point functions, for arguments of any type. */
const real = (name: string): Handler<FunctionNode> => all(name, writeDouble);
const floatingOr =
  (floating: Handler<FunctionNode>, other: Handler<FunctionNode>): Handler<FunctionNode> =>
  (node, out) =>
    (node.args.some(isFloating) ? floating : other)(node, out);

const bytesOr =
  (bytes: Handler<FunctionNode>, other: Handler<FunctionNode>): Handler<FunctionNode> =>
  (node, out) =>
    (argument(node, 0).type.kind === "bytes" ? bytes : other)(node, out);
const zone = (position: number): Handler<FunctionNode> =>
  arg(position, (expr, out) =>
    expr.kind === "literal" && typeof expr.value === "string" ? writeZone(expr.value, out) : writeText(expr, out),
  );
/** The day or time of an instant in a time zone. */
const local = (name: string): Handler<FunctionNode> =>
  byCount(form`CAST(${0} AT TIME ZONE 'UTC' AS ${name})`, form`CAST(${0} AT TIME ZONE ${zone(1)} AS ${name})`);

export const functions: FunctionTable = {
  ...sharedFunctions,
  lower: (node, out) => writeCased("LOWER", argument(node, 0), out),
  upper: (node, out) => writeCased("UPPER", argument(node, 0), out),
  length: bytesOr(call("LENGTH"), form`LENGTH(${text(0)})`),
  concat: all("CONCAT", writeText),
  substr: byCount(call("SUBSTR"), form`SUBSTR(${text(0)}, ${int(1)})`, form`SUBSTR(${text(0)}, ${int(1)}, ${int(2)})`),
  left: form`LEFT(${text(0)}, ${int(1)})`,
  right: form`RIGHT(${text(0)}, ${int(1)})`,
  reverse: form`REVERSE(${text(0)})`,
  lpad: byCount(call("LPAD"), form`LPAD(${text(0)}, ${int(1)})`, form`LPAD(${text(0)}, ${int(1)}, ${text(2)})`),
  rpad: byCount(call("RPAD"), form`RPAD(${text(0)}, ${int(1)})`, form`RPAD(${text(0)}, ${int(1)}, ${text(2)})`),
  repeat: form`REPEAT(${text(0)}, ${int(1)})`,
  strpos: form`STRPOS(${text(0)}, ${text(1)})`,
  chr: form`CHR(${int(0)})`,
  ord: form`ASCII(${text(0)})`,
  md5: form`MD5(${text(0)})`,
  sha256: form`ENCODE(SHA256(CONVERT_TO(${text(0)}, 'UTF8')), 'hex')`,

  ceil: call("CEIL"),
  floor: call("FLOOR"),
  /** Rounds half away from zero; floats are cast, since PostgreSQL would round them to the even neighbour and without places. */
  round: floatingOr(
    byCount(form`CAST(ROUND(${numeric(0)}) AS double precision)`, form`CAST(ROUND(${numeric(0)}, ${int(1)}) AS double precision)`),
    byCount(form`ROUND(${numeric(0)})`, form`ROUND(${numeric(0)}, ${int(1)})`),
  ),
  mod: floatingOr(form`CAST(MOD(${numeric(0)}, ${numeric(1)}) AS double precision)`, call("MOD")),
  power: real("POWER"),
  sqrt: real("SQRT"),
  exp: real("EXP"),
  ln: real("LN"),
  log: byCount(real("LOG"), form`CAST(LOG(${numeric(0)}, ${numeric(1)}) AS double precision)`),
  sin: real("SIN"),
  cos: real("COS"),
  tan: real("TAN"),
  asin: real("ASIN"),
  acos: real("ACOS"),
  atan: real("ATAN"),
  atan2: real("ATAN2"),
  degrees: real("DEGREES"),
  radians: real("RADIANS"),
  random: call("RANDOM"),

  coalesce: call("COALESCE"),
  greatest: all("GREATEST", writeOrdered),
  least: all("LEAST", writeOrdered),
  now: form`DATE_TRUNC('milliseconds', STATEMENT_TIMESTAMP())`,

  arrayLength: call("CARDINALITY"),
  arrayOverlaps: form`(${0} && ${1})`,
  arrayContains: form`(${0} @> ${1})`,
  arrayGet: form`(${0})[${int(1)} + 1]`,
  jsonHasKey: form`(${0} ? ${text(1)})`,
  jsonContains: form`(${0} @> ${1})`,
  jsonArrayLength: form`CASE JSONB_TYPEOF(${0}) WHEN 'array' THEN JSONB_ARRAY_LENGTH(${0}) END`,
  textSearch: byCount(
    call("TO_TSVECTOR"),
    form`(TO_TSVECTOR(${text(0)}) @@ PLAINTO_TSQUERY(${text(1)}))`,
    form`(TO_TSVECTOR(CAST(${2} AS regconfig), ${text(0)}) @@ PLAINTO_TSQUERY(CAST(${2} AS regconfig), ${text(1)}))`,
  ),

  dateOf: local("date"),
  timeOf: local("time(3)"),
  addDuration: (node, out) => (argument(node, 0).type.kind === "date" ? form`CAST(${0} + ${1} AS date)` : form`(${0} + ${1})`)(node, out),
  subtractInstants: (node, out) => {
    out.write("(");
    writeDifference(argument(node, 0), argument(node, 1), out);
    out.write(")");
  },
};
