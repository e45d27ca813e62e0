/** The kinds by name: filled by the list of kinds, used by kinds that contain operations. */

import type { Kind, OperationKind } from "./contracts.js";

type Kinds = { readonly [K in Kind]: OperationKind<K> };
let kinds: Kinds | null = null;
export const installKinds = (all: Kinds): void => {
  kinds = all;
};
export const kindOf = <K extends Kind>(kind: K): OperationKind<K> => {
  if (kinds === null) throw new Error("the kinds of operations are not installed");
  return kinds[kind];
};
