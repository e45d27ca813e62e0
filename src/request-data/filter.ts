/** `parseFilter`: converts query strings and JSON bodies to conditions, using an allow list. */

import { ConfigurationError, FieldError, InvalidValue } from "../errors.js";
import { knownOptions } from "../metadata/argument.js";
import type { ModelMeta } from "../metadata/model-meta.js";
import { metadataOf } from "../metadata/registry.js";
import { Q } from "../query/expressions/basic.js";
import { filterEnd, type FilterEnd } from "../query/path-ends.js";
import { describe } from "../support/describe.js";
import { allowedNames, listed, positive, refuseHidden } from "./allowed.js";
import type { FilterLimits, ParseFilterFunction } from "./typing/parse.js";
import { requestValue } from "./values.js";

const CALLER = "parseFilter()";

/** A condition, independent of a model. */
interface Part {
  and(...others: readonly Part[]): Part;
  or(...others: readonly Part[]): Part;
  not(): Part;
}
const part = Q as unknown as (where?: object) => Part;

/** Resolved paths, cached per model; paths come from the program, never from a request. */
const ends = new WeakMap<ModelMeta, Map<string, FilterEnd>>();
const endOf = (meta: ModelMeta, path: string): FilterEnd => {
  let known = ends.get(meta);
  if (known === undefined) ends.set(meta, (known = new Map()));
  let end = known.get(path);
  if (end === undefined) {
    try {
      end = filterEnd(meta, path);
    } catch (error) {
      if (error instanceof FieldError)
        throw new ConfigurationError(`${CALLER}: \`allow\` holds a wrong path. ${error.message}`, { cause: error });
      throw error;
    }
    refuseHidden(CALLER, meta, path, end.fields);
    known.set(path, end);
  }
  return end;
};

/** State of one parse: what is allowed, and the remaining limits. */
interface Request {
  readonly meta: ModelMeta;
  readonly allow: ReadonlyMap<string, string>;
  readonly depth: number;
  readonly items: number;
  readonly most: number;
  conditions: number;
}

const invalid = (request: Request, name: string, message: string, cause?: unknown): InvalidValue =>
  new InvalidValue(`${name}: ${message}`, { model: request.meta.name, field: name, cause });

/** Names and values as given; a repeated name of a query string has a list. */
const entriesOf = (request: Request, input: unknown, name: string): readonly (readonly [string, unknown])[] => {
  if (input === undefined || input === null) return [];
  if (typeof input === "string" || input instanceof URLSearchParams) {
    const given = new Map<string, unknown>();
    for (const [key, value] of new URLSearchParams(input)) {
      const before = given.get(key);
      given.set(key, before === undefined ? value : Array.isArray(before) ? [...(before as readonly unknown[]), value] : [before, value]);
    }
    return [...given];
  }
  if (typeof input !== "object" || Array.isArray(input))
    throw invalid(request, name, `expected conditions by name, got ${describe(input)}`);
  return Object.entries(input);
};

/** AND, OR and NOT in capitals, which cannot be field names. */
const isGroup = (name: string): name is "AND" | "OR" | "NOT" => name === "AND" || name === "OR" || name === "NOT";

const groupOf = (request: Request, name: "AND" | "OR" | "NOT", value: unknown, level: number): Part => {
  if (level > request.depth) throw invalid(request, name, `conditions may be nested ${request.depth} levels deep at most`);
  if (name === "NOT") return conditionsOf(request, value, level, name).not();
  if (!Array.isArray(value)) throw invalid(request, name, `expected a list of conditions, got ${describe(value)}`);
  if (value.length > request.items) throw invalid(request, name, `expected at most ${request.items} conditions, got ${value.length}`);
  const parts = (value as readonly unknown[]).map((one) => conditionsOf(request, one, level, name));
  const [first, ...others] = parts;
  if (first === undefined) throw invalid(request, name, "expected at least one condition, got an empty list");
  return name === "AND" ? first.and(...others) : first.or(...others);
};

const comparisonOf = (request: Request, name: string, value: unknown): Part => {
  const path = request.allow.get(name);
  if (path === undefined) throw invalid(request, name, `cannot be filtered by; there are ${listed(request.allow.keys())}`);
  if (request.conditions++ >= request.most) throw invalid(request, name, `at most ${request.most} conditions may be given`);
  const end = endOf(request.meta, path);
  try {
    return part({ [path]: requestValue(end, value, request.items) });
  } catch (error) {
    if (error instanceof InvalidValue) throw invalid(request, name, error.message.replace(/^: /, ""), error);
    throw error;
  }
};

const conditionsOf = (request: Request, input: unknown, level: number, within: string): Part => {
  const parts = entriesOf(request, input, within).map(([name, value]) =>
    isGroup(name) && !request.allow.has(name) ? groupOf(request, name, value, level + 1) : comparisonOf(request, name, value),
  );
  // An empty group would match everything under OR and nothing under NOT, so it is probably a mistake.
  if (parts.length === 0 && level > 0) throw invalid(request, within, "expected at least one condition, got none");
  return part().and(...parts);
};

interface Options extends FilterLimits {
  readonly allow?: unknown;
}

/**
 * Parses the conditions of a request: a query string, `URLSearchParams`, an object of texts or a JSON body. Only allowed names are
 * accepted, and values are converted to the path's type. JSON may contain AND, OR and NOT.
 * @function
 * @example const where = parseFilter(User, "age__gte=18&role=admin", { allow: ["age__gte", "role", "posts__title__icontains"] });
 *          await User.objects.filter(where).fetch(db);   // SELECT … FROM users WHERE age >= 18 AND role = 'admin'
 *          parseFilter(User, { OR: [{ minAge: 18 }, { name: "Ada" }] }, { allow: { minAge: "age__gte", name: "name" } });
 * @throws InvalidValue for names that are not allowed and for values of another type; `field` is the name in the request
 */
export const parseFilter = ((model: unknown, input: unknown, options: Options): Part => {
  const { allow, depth, conditions, items }: Options = knownOptions(CALLER, options, ["allow", "depth", "conditions", "items"]);
  const request: Request = {
    meta: metadataOf(model),
    allow: allowedNames(CALLER, allow),
    depth: positive(CALLER, "depth", depth, 3, 0),
    items: positive(CALLER, "items", items, 100),
    most: positive(CALLER, "conditions", conditions, 50),
    conditions: 0,
  };
  return conditionsOf(request, input, 0, "filter");
}) as unknown as ParseFilterFunction;
