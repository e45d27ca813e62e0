/** Validates values against a shape, in JSON form or as instance values, and reports all errors at once. */

import { fieldProblems } from "../metadata/field-problems.js";
import { fromJsonValue, toJsonValue } from "../metadata/json-values.js";
import type { FieldMeta, StandardSchemaLike } from "../metadata/model-meta.js";
import { parseWith } from "../metadata/standard-schema.js";
import { describe } from "../support/describe.js";
import { didYouMean } from "../support/did-you-mean.js";
import type { RelatedShape, Shape } from "./shape.js";
import type { SchemaIssue } from "./typing/schema.js";

type Path = readonly PropertyKey[];
/** Collects issues and pending asynchronous checks. */
interface Report {
  readonly issues: SchemaIssue[];
  readonly pending: Promise<unknown>[];
}
/** The form of the output values. */
type Form = "instance" | "json";

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const checkField = (report: Report, field: FieldMeta, value: unknown, path: Path): void => {
  const add = (messages: readonly string[]): void => void report.issues.push(...messages.map((message) => ({ message, path })));
  const problems = fieldProblems(field, value);
  if (problems instanceof Promise) report.pending.push(problems.then(add));
  else add(problems);
};

const checkObject = (report: Report, shape: Shape, value: unknown, form: Form, path: Path): Record<string, unknown> => {
  const result: Record<string, unknown> = {};
  if (!isRecord(value)) {
    report.issues.push({ message: `expected an object, got ${describe(value)}`, path });
    return result;
  }
  if (shape.closed) refuseOthers(report, shape, value, path);
  for (const [name, { field, required }] of shape.fields) {
    const given = Object.hasOwn(value, name) ? value[name] : undefined;
    if (given === undefined) {
      if (required) report.issues.push({ message: "is required", path: [...path, name] });
      continue;
    }
    const read = fromJsonValue(given, field.type);
    checkField(report, field, read, [...path, name]);
    result[name] = form === "json" ? toJsonValue(read, field.type) : read;
  }
  for (const [name, { schema, required }] of shape.extra) {
    const given = Object.hasOwn(value, name) ? value[name] : undefined;
    if (given === undefined && required) report.issues.push({ message: "is required", path: [...path, name] });
    else if (given !== undefined || !shape.update) checkExtra(report, schema, given, result, [...path, name]);
  }
  for (const [name, related] of shape.relations)
    result[name] = checkRelated(report, related, Object.hasOwn(value, name) ? value[name] : undefined, form, [...path, name]);
  return result;
};

const checkExtra = (report: Report, schema: StandardSchemaLike, value: unknown, result: Record<string, unknown>, path: Path): void => {
  const take = (parsed: { readonly messages: readonly string[]; readonly value: unknown }): void => {
    report.issues.push(...parsed.messages.map((message) => ({ message, path })));
    if (parsed.value !== undefined) result[String(path.at(-1))] = parsed.value;
  };
  const answer = parseWith(schema, value);
  if (answer instanceof Promise) report.pending.push(answer.then(take));
  else take(answer);
};

const refuseOthers = (report: Report, shape: Shape, value: Readonly<Record<string, unknown>>, path: Path): void => {
  for (const name of Object.keys(value)) {
    if (!shape.fields.has(name) && !shape.extra.has(name) && value[name] !== undefined)
      report.issues.push({ message: `is not a field that can be given.${didYouMean(name, shape.fields.keys())}`, path: [...path, name] });
  }
};

const checkRelated = (report: Report, { shapes, many, nullable }: RelatedShape, value: unknown, form: Form, path: Path): unknown => {
  if (value === undefined) return void report.issues.push({ message: "is required", path });
  if (many && !Array.isArray(value)) return void report.issues.push({ message: `expected a list, got ${describe(value)}`, path });
  if (many) return (value as readonly unknown[]).map((item, at) => checkOne(report, shapes, item, form, [...path, at]));
  if (value === null) return nullable ? null : void report.issues.push({ message: "cannot be null", path });
  return checkOne(report, shapes, value, form, path);
};

/** Uses the first shape that fits; if none does, reports the issues of the first. */
const checkOne = (report: Report, shapes: readonly Shape[], value: unknown, form: Form, path: Path): unknown => {
  const tries = shapes.map((shape) => {
    const own: Report = { issues: [], pending: [] };
    return { own, result: checkObject(own, shape, value, form, path) };
  });
  const chosen = tries.find(({ own }) => own.issues.length === 0) ?? tries[0];
  report.issues.push(...(chosen?.own.issues ?? []));
  report.pending.push(...(chosen?.own.pending ?? []));
  return chosen?.result;
};

export type Checked = { readonly value: Record<string, unknown> } | { readonly issues: readonly SchemaIssue[] };

/** Returns a promise only if a schema of a field is asynchronous. */
export const checkShape = (shape: Shape, value: unknown, form: Form): Checked | Promise<Checked> => {
  const report: Report = { issues: [], pending: [] };
  const result = checkObject(report, shape, value, form, []);
  const answer = (): Checked => (report.issues.length > 0 ? { issues: report.issues } : { value: result });
  return report.pending.length === 0 ? answer() : Promise.all(report.pending).then(answer);
};
