/** Orders items after their dependencies; cycles are reported. */

export interface Ordered<T> {
  /** Every item once. Within a cycle, the given order is kept. */
  readonly order: readonly T[];
  /** Groups of items that depend on each other (or an item that depends on itself), in the order of their first member. */
  readonly cycles: readonly (readonly T[])[];
}

interface Visit {
  index: number;
  low: number;
  onStack: boolean;
}

/**
 * Stable: of two independent items, the one given first comes first if possible. Dependencies outside the items are ignored. Linear and
 * iterative, so that depth is limited only by memory.
 */
export const topological = <T>(items: readonly T[], dependenciesOf: (item: T) => Iterable<T>): Ordered<T> => {
  const position = new Map<T, number>();
  for (const item of items) if (!position.has(item)) position.set(item, position.size);
  const edges = new Map<T, readonly T[]>();
  for (const item of position.keys()) edges.set(item, inGivenOrder(dependenciesOf(item), position));

  const order: T[] = [];
  const cycles: T[][] = [];
  for (const group of components([...position.keys()], edges)) {
    const sorted = group.length > 1 ? group.sort((a, b) => (position.get(a) ?? 0) - (position.get(b) ?? 0)) : group;
    order.push(...sorted);
    const [only] = sorted;
    if (sorted.length > 1 || (only !== undefined && edges.get(only)?.includes(only))) cycles.push(sorted);
  }
  return { order, cycles: cycles.sort((a, b) => first(a, position) - first(b, position)) };
};

const inGivenOrder = <T>(dependencies: Iterable<T>, position: ReadonlyMap<T, number>): readonly T[] =>
  [...new Set(dependencies)].filter((item) => position.has(item)).sort((a, b) => (position.get(a) ?? 0) - (position.get(b) ?? 0));

const first = <T>(group: readonly T[], position: ReadonlyMap<T, number>): number =>
  Math.min(...group.map((item) => position.get(item) ?? 0));

/** Strongly connected components, each after those it depends on (Tarjan's algorithm with an explicit stack). */
const components = <T>(items: readonly T[], edges: ReadonlyMap<T, readonly T[]>): T[][] => {
  const visits = new Map<T, Visit>();
  const stack: T[] = [];
  const groups: T[][] = [];
  const enter = (item: T): Visit => {
    const visit = { index: visits.size, low: visits.size, onStack: true };
    visits.set(item, visit);
    stack.push(item);
    return visit;
  };
  for (const start of items) {
    if (visits.has(start)) continue;
    const path = [{ item: start, visit: enter(start), next: 0 }];
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const dependency = edges.get(top.item)?.[top.next++];
      if (dependency !== undefined) {
        const seen = visits.get(dependency);
        if (seen === undefined) path.push({ item: dependency, visit: enter(dependency), next: 0 });
        else if (seen.onStack) top.visit.low = Math.min(top.visit.low, seen.index);
        continue;
      }
      path.pop();
      const parent = path.at(-1);
      if (parent !== undefined) parent.visit.low = Math.min(parent.visit.low, top.visit.low);
      if (top.visit.low === top.visit.index) groups.push(popGroup(stack, top.item, visits));
    }
  }
  return groups;
};

const popGroup = <T>(stack: T[], root: T, visits: ReadonlyMap<T, Visit>): T[] => {
  const group = stack.splice(stack.lastIndexOf(root));
  for (const item of group) {
    const visit = visits.get(item);
    if (visit !== undefined) visit.onStack = false;
  }
  return group;
};
