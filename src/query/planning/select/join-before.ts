/** Joins collections before the conditions of a filter() are resolved, so that the order of the conditions does not matter. */

import { segmentsOf, walk } from "../../resolve/scope/path.js";
import type { Scope } from "../../resolve/scope/scope.js";
import type { Node } from "../../state.js";
import { childNodes } from "../../tree.js";

const hasNot = (node: Node): boolean => node.kind === "not" || childNodes(node).some(hasNot);

/** A condition under NOT refers to the related row that the same filter() joins, wherever it stands. Without NOT there is nothing to do. */
export const joinBefore = (scope: Scope, node: Node, reuse: Set<string>): void => {
  if (hasNot(node)) join(scope, node, reuse);
};
const join = (scope: Scope, node: Node, reuse: Set<string>): void => {
  if (node.kind === "not" || node.kind === "aggregate" || node.kind === "window") return;
  const follow = (path: string): void => {
    const segments = segmentsOf(path);
    if (scope.annotations.has(segments[0] ?? "")) return;
    for (const alias of walk(scope, segments, { reuse, allowMany: true }).joins) reuse.add(alias);
  };
  if (node.kind === "path") follow(node.path);
  if (node.kind === "where") for (const [path] of node.entries) follow(path);
  for (const child of childNodes(node)) join(scope, child, reuse);
};
