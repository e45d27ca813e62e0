/** The relations to prefetch as a tree, from paths and Prefetch objects; checked before anything runs. */

import { FieldError } from "../../../errors.js";
import type { ModelMeta, RelationMeta } from "../../../metadata/model-meta.js";
import { didYouMean } from "../../../support/did-you-mean.js";
import type { PrefetchNode } from "../../plan.js";
import { segmentsOf } from "../../resolve/scope/path.js";
import type { PrefetchSpec, QueryState } from "../../state.js";

interface Node {
  readonly relation: RelationMeta;
  state: QueryState | null;
  readonly toAttr: string | null;
  /** Named by a Prefetch with its own queryset. */
  custom: boolean;
  readonly children: Map<string, Node>;
}

export const prefetchTree = (meta: ModelMeta, given: readonly (string | PrefetchSpec)[]): readonly PrefetchNode[] => {
  const root = new Map<string, Node>();
  for (const one of given) {
    const spec = typeof one === "string" ? { path: one, state: null, toAttr: null } : one;
    addPath({ level: root, meta, spec, names: segmentsOf(spec.path) });
  }
  return finished(root);
};

interface PathToAdd {
  readonly level: Map<string, Node>;
  readonly meta: ModelMeta;
  readonly spec: PrefetchSpec;
  /** The rest of the path. */
  readonly names: readonly string[];
  /** Type name of an `anyOf` target, used as a prefix of the key in `level`. */
  readonly of?: string;
}

const addPath = ({ level, meta, spec, names, of = "" }: PathToAdd): void => {
  const [name = "", ...rest] = names;
  const last = rest.length === 0;
  const relation = level.get(of + name)?.relation ?? relationNamed(meta, name, spec.path);
  const own = last ? spec.toAttr : null;
  const key = of + (own ?? name);
  const known = level.get(key);
  if (last && spec.state !== null && known !== undefined) {
    throw new FieldError(
      `prefetchRelated: '${spec.path}' is already prefetched ${known.custom ? "with a queryset of its own" : "by another path"}: name the Prefetch first, or give it { toAttr }`,
    );
  }
  if (own !== null) checkAttribute(meta, own);
  const node: Node = known ?? { relation, state: null, toAttr: own, custom: false, children: new Map() };
  if (last && spec.state !== null) {
    checkQuerySet(relation, spec.state, spec.path);
    node.state = spec.state;
    node.custom = true;
  }
  level.set(key, node);
  if (!last) addPathBelow(node, { spec, names: rest });
};

/** Targets of an `anyOf` relation may have equally named relations that lead to different models. */
const addPathBelow = ({ relation, children: level }: Node, { spec, names }: Pick<PathToAdd, "spec" | "names">): void => {
  if (relation.kind !== "anyOf") return addPath({ level, meta: relation.target, spec, names });
  const [name = ""] = names;
  const having = [...relation.targets].filter(([of, meta]) => meta.relations.has(name) || level.has(`${of}__${name}`));
  if (having.length === 0) throw noRelation([...relation.targets.values()], name, spec.path);
  const seen = new Set<RelationMeta | undefined>();
  for (const [of, meta] of having) {
    // Subtypes share the relations of their base.
    const own = meta.relations.get(name);
    if (own === undefined || !seen.has(own)) addPath({ level, meta, spec, names, of: `${of}__` });
    seen.add(own);
  }
};

const checkAttribute = (meta: ModelMeta, name: string): void => {
  if (meta.fieldsByName.has(name) || meta.relations.has(name))
    throw new FieldError(`prefetchRelated: toAttr '${name}' is a field of ${meta.name}: choose another name`);
  if (name in meta.ctor.prototype)
    throw new FieldError(`prefetchRelated: toAttr '${name}' is a member of ${meta.name}: choose another name`);
};

const checkQuerySet = (relation: RelationMeta, { meta }: QueryState, path: string): void => {
  if (relation.kind === "anyOf")
    throw new FieldError(
      `prefetchRelated: '${path}' leads to one of several models (${[...relation.targets.keys()].join(", ")}), which one queryset cannot choose from: leave the queryset out`,
    );
  if (meta !== relation.target && !(meta.ctor.prototype instanceof relation.target.ctor))
    throw new FieldError(`prefetchRelated: '${path}' leads to ${relation.target.name}, its queryset is of ${meta.name}`);
};

const relationNamed = (meta: ModelMeta, name: string, path: string): RelationMeta => {
  const relation = meta.relations.get(name);
  if (relation === undefined) throw noRelation([meta], name, path);
  return relation;
};

/** The error for a relation that none of these models has. */
const noRelation = (metas: readonly ModelMeta[], name: string, path: string): FieldError => {
  const names = [...new Set(metas.flatMap((meta) => [...meta.relations.keys()]))];
  const column = metas.find((meta) => meta.fieldsByName.has(name));
  const kind =
    column === undefined
      ? `no relation '${name}' on ${metas.map((meta) => meta.name).join(" or ")}`
      : `'${name}' of ${column.name} is a column, no relation`;
  return new FieldError(
    `prefetchRelated("${path}"): ${kind}.${didYouMean(name, names)} There are ${names.length === 0 ? "none" : names.join(", ")}`,
  );
};

const finished = (level: ReadonlyMap<string, Node>): PrefetchNode[] =>
  [...level.values()].map(({ relation, state, toAttr, children }) => ({ relation, state, toAttr, children: finished(children) }));
