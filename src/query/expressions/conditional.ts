/** `Case(When(…), …)`: the value of the first matching branch. */

import { FieldError } from "../../errors.js";
import { optionsGiven } from "../../metadata/argument.js";
import { describe } from "../../support/describe.js";
import type { Node } from "../state.js";
import type { CaseFunction, WhenFunction } from "../typing/basic-functions.js";
import { Expression, conditionNode, valueNode } from "./expression.js";

class WhenBranch {
  readonly #branch: { readonly when: Node; readonly then: Node };
  constructor(when: Node, then: Node) {
    this.#branch = Object.freeze({ when, then });
  }
  static branchOf(value: unknown): { readonly when: Node; readonly then: Node } | undefined {
    return typeof value === "object" && value !== null && #branch in value ? value.#branch : undefined;
  }
}

/**
 * A branch of Case. A string after the condition is text; use F("name") for a field.
 * @function
 * @example When({ views__gt: 100 }, "hot")   // WHEN views > 100 THEN 'hot'
 */
export const When: WhenFunction = (where, then) => new WhenBranch(conditionNode(where, "When"), valueNode(then, "When")) as never;

/**
 * The value of the first branch whose condition is true, otherwise `default` (NULL). Like Django's `Case`.
 * @function
 * @example Post.objects.annotate({ heat: Case([When({ views__gt: 100 }, "hot")], { default: "cold" }) })
 *          // CASE WHEN views > 100 THEN 'hot' ELSE 'cold' END
 * @throws FieldError if an element is not a When, and for anything but options behind the list
 */
export const Case: CaseFunction = (whens, options) => {
  if (!Array.isArray(whens) || whens.length === 0) throw new FieldError("Case takes a list of When(…)");
  const branches = whens.map((given: unknown) => {
    const branch = WhenBranch.branchOf(given);
    if (branch === undefined) throw new FieldError(`Case takes a list of When(…), not ${describe(given)}`);
    return branch;
  });
  const { default: given = null } = optionsGiven("Case", options, ["default"]);
  const otherwise = given === null ? null : valueNode(given, "Case");
  return new Expression({ kind: "case", whens: branches, otherwise }) as never;
};
