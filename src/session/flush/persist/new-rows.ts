/** Rows on their way into a table, grouped by the columns that they give values for. */

import type { FieldMeta, ModelMeta } from "../../../metadata/model-meta.js";
import type { InstanceState } from "../../../loading/index.js";
import { keepHiddenClass } from "../../../support/hidden-classes.js";

export interface NewRow {
  readonly object: object;
  readonly state: InstanceState;
  /** References that a later UPDATE writes. */
  readonly postponed: readonly FieldMeta[];
}

/** Rows that give values for the same columns. */
export interface InsertGroup {
  readonly meta: ModelMeta;
  /** Says which columns the database fills. */
  readonly shape: string;
  /** The same for each of the model's open fields; null where the row has expressions of its own. */
  readonly opens: readonly boolean[] | null;
  /** The journal has one note for all of its rows, which says what the INSERT fills. */
  noted: boolean;
  readonly given: readonly FieldMeta[];
  /** Columns that the database fills, in the order in which they come back. */
  readonly made: readonly FieldMeta[];
  readonly rows: NewRow[];
}

keepHiddenClass({ meta: null as never, shape: "", opens: [], noted: false, given: [], made: [], rows: [] } satisfies InsertGroup);
