/** `parseOrder`: converts `?sort=name,-createdAt` to arguments of `orderBy()`, using an allow list. */

import { ConfigurationError, FieldError, InvalidValue } from "../errors.js";
import { knownOptions } from "../metadata/argument.js";
import { metadataOf } from "../metadata/registry.js";
import { orderEnd } from "../query/path-ends.js";
import { describe } from "../support/describe.js";
import { allowedNames, listed, positive, refuseHidden } from "./allowed.js";
import type { ParseOrderFunction } from "./typing/parse.js";

const CALLER = "parseOrder()";

const termsOf = (input: unknown): readonly unknown[] => {
  if (input === undefined || input === null || input === "") return [];
  if (typeof input === "string") return input.split(",");
  if (Array.isArray(input)) return (input as readonly unknown[]).flatMap((one) => (typeof one === "string" ? one.split(",") : [one]));
  throw new InvalidValue(`order: expected names separated by commas, got ${describe(input)}`, { field: "order" });
};

interface Options {
  readonly allow?: unknown;
  readonly default?: readonly string[] | undefined;
  readonly terms?: number | undefined;
}

/**
 * Parses the requested order: names separated by commas, or a list, with `-` for descending.
 * @function
 * @example const order = parseOrder(User, "-age,name", { allow: ["name", "age"], default: ["name"] });
 *          await User.objects.orderBy(...order).fetch(db);   // SELECT … FROM users ORDER BY age DESC, name ASC
 * @throws InvalidValue for names that are not allowed; `field` is the name in the request
 */
export const parseOrder = ((model: unknown, input: unknown, options: Options): string[] => {
  const { allow, default: usual = [], terms }: Options = knownOptions(CALLER, options, ["allow", "default", "terms"]);
  const meta = metadataOf(model);
  const allowed = allowedNames(CALLER, allow);
  const most = positive(CALLER, "terms", terms, 3);
  const given = termsOf(input);
  if (given.length === 0) return [...usual];
  const refuse = (name: string, message: string): never => {
    throw new InvalidValue(`${name}: ${message}`, { model: meta.name, field: name });
  };
  if (given.length > most) return refuse("order", `expected at most ${most} names, got ${given.length}`);
  const seen = new Set<string>();
  return given.map((term) => {
    if (typeof term !== "string") return refuse("order", `expected names, got ${describe(term)}`);
    const name = term.trim().replace(/^[-+]/, "");
    const path = allowed.get(name) ?? refuse(name === "" ? "order" : name, `cannot be ordered by; there are ${listed(allowed.keys())}`);
    if (seen.has(path)) return refuse(name, "is given twice");
    seen.add(path);
    try {
      refuseHidden(CALLER, meta, path, orderEnd(meta, path).fields);
    } catch (error) {
      if (error instanceof FieldError)
        throw new ConfigurationError(`${CALLER}: \`allow\` holds a wrong path. ${error.message}`, { cause: error });
      throw error;
    }
    return term.trim().startsWith("-") ? `-${path}` : path;
  });
}) as unknown as ParseOrderFunction;
