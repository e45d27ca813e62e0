/** Rows to be inserted, grouped by the columns that they have values for. */

import type { FieldMeta, ModelMeta } from "../../../metadata/model-meta.js";
import type { InstanceState } from "../../../loading/index.js";
import { keepHiddenClass } from "../../../support/hidden-classes.js";

export interface NewRow {
  readonly object: object;
  readonly state: InstanceState;
  /** References that a later UPDATE writes. */
  readonly postponed: readonly FieldMeta[];
}

/** Rows with values for the same columns. */
export interface InsertGroup {
  readonly meta: ModelMeta;
  /** Identifies the columns that the database fills. */
  readonly shape: string;
  /** `shape` as one flag per open field of the model; null if the row has expressions. */
  readonly opens: readonly boolean[] | null;
  /** The journal entries of all rows already cover what the INSERT fills in. */
  noted: boolean;
  readonly given: readonly FieldMeta[];
  /** Columns that the database fills, in the order of RETURNING. */
  readonly made: readonly FieldMeta[];
  readonly rows: NewRow[];
}

keepHiddenClass({ meta: null as never, shape: "", opens: [], noted: false, given: [], made: [], rows: [] } satisfies InsertGroup);
