/** Operations: their kinds, and the functions over them. */

import { addColumn } from "./kinds/add-column.js";
import { addTable } from "./kinds/add-table.js";
import { alterColumn } from "./kinds/alter-column.js";
import { alterTable } from "./kinds/alter-table.js";
import { addConstraint, dropConstraint, renameConstraint } from "./kinds/constraints.js";
import { contract } from "./kinds/contract.js";
import { backfill, code } from "./kinds/data.js";
import { dropColumn } from "./kinds/drop-column.js";
import { dropTable } from "./kinds/drop-table.js";
import { addEnum, alterEnum, dropEnum } from "./kinds/enums.js";
import { addIndex, dropIndex, renameIndex } from "./kinds/indexes.js";
import { renameColumn } from "./kinds/rename-column.js";
import { renameTable } from "./kinds/rename-table.js";
import { addSequence, dropSequence } from "./kinds/sequences.js";
import { sql } from "./kinds/sql.js";
import { installKinds } from "./registry.js";

installKinds({
  addTable,
  dropTable,
  renameTable,
  alterTable,
  addColumn,
  dropColumn,
  renameColumn,
  alterColumn,
  addConstraint,
  dropConstraint,
  renameConstraint,
  addIndex,
  dropIndex,
  renameIndex,
  addEnum,
  dropEnum,
  alterEnum,
  addSequence,
  dropSequence,
  sql,
  code,
  backfill,
  contract,
});

export type * from "./contracts.js";
export { applyAll, applyOne, describeOf, footprintOf, invertAll, irreversible, lowerAll, printOf } from "./dispatch.js";
export { conflicts } from "./footprints.js";
export { canonical, constraintName, constraintsOf, equal, findTable, tableOf, tableText } from "./pictures.js";
export { meaningOf, type ReadMigration, readMigration } from "./read.js";
