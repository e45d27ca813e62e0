/** The relations to prefetch as a tree, from paths and Prefetch objects; checked before anything runs. */

import { FieldError } from "../../errors.js";
import type { ModelMeta, RelationMeta } from "../../metadata/model-meta.js";
import { didYouMean } from "../../support/did-you-mean.js";
import type { PrefetchNode } from "../plan.js";
import { segmentsOf } from "../resolve/path.js";
import type { PrefetchSpec, QueryState } from "../state.js";

interface Growing {
  readonly relation: RelationMeta;
  state: QueryState | null;
  readonly toAttr: string | null;
  /** Named by a Prefetch or as the end of a path, not only passed through. */
  custom: boolean;
  readonly children: Map<string, Growing>;
}

export const prefetchTree = (meta: ModelMeta, given: readonly (string | PrefetchSpec)[]): readonly PrefetchNode[] => {
  const root = new Map<string, Growing>();
  for (const one of given) plant(root, meta, typeof one === "string" ? { path: one, state: null, toAttr: null } : one);
  return finished(root);
};

const plant = (root: Map<string, Growing>, start: ModelMeta, spec: PrefetchSpec): void => {
  const names = segmentsOf(spec.path);
  let level = root;
  let meta = start;
  for (const [index, name] of names.entries()) {
    const last = index === names.length - 1;
    const attribute = level.get(name);
    const relation = attribute?.relation ?? relationNamed(meta, name, spec.path);
    const own = last ? spec.toAttr : null;
    const key = own ?? name;
    const known = level.get(key);
    if (last && spec.state !== null && known !== undefined) {
      throw new FieldError(
        `prefetchRelated: '${spec.path}' is already prefetched ${known.custom ? "with a queryset of its own" : "by another path"}: name the Prefetch first, or give it { toAttr }`,
      );
    }
    if (own !== null && (meta.fieldsByName.has(own) || meta.relations.has(own)))
      throw new FieldError(`prefetchRelated: toAttr '${own}' is a field of ${meta.name}: choose another name`);
    if (own !== null && own in meta.ctor.prototype)
      throw new FieldError(`prefetchRelated: toAttr '${own}' is a member of ${meta.name}: choose another name`);
    const node: Growing = known ?? { relation, state: null, toAttr: own, custom: false, children: new Map() };
    if (last && spec.state !== null) {
      node.state = spec.state;
      node.custom = true;
      if (relation.kind === "anyOf")
        throw new FieldError(
          `prefetchRelated: '${spec.path}' leads to one of several models (${[...relation.targets.keys()].join(", ")}), which one queryset cannot choose from: leave the queryset out`,
        );
      if (spec.state.meta !== relation.target && !(spec.state.meta.ctor.prototype instanceof relation.target.ctor)) {
        throw new FieldError(
          `prefetchRelated: '${spec.path}' leads to ${relation.target.name}, its queryset is of ${spec.state.meta.name}`,
        );
      }
    }
    level.set(key, node);
    level = node.children;
    meta = relation.target;
  }
};

const relationNamed = (meta: ModelMeta, name: string, path: string): RelationMeta => {
  const relation = meta.relations.get(name);
  if (relation !== undefined) return relation;
  const names = [...meta.relations.keys()];
  const kind = meta.fieldsByName.has(name) ? `'${name}' of ${meta.name} is a column, no relation` : `no relation '${name}' on ${meta.name}`;
  throw new FieldError(
    `prefetchRelated("${path}"): ${kind}.${didYouMean(name, names)} There are ${names.length === 0 ? "none" : names.join(", ")}`,
  );
};

const finished = (level: ReadonlyMap<string, Growing>): PrefetchNode[] =>
  [...level.values()].map(({ relation, state, toAttr, children }) => ({ relation, state, toAttr, children: finished(children) }));
