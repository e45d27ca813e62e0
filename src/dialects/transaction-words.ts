/** Transaction control statements that all databases share; only how a transaction begins and becomes read-only differs. */

import type { TransactionSql } from "../database/contracts.js";
import { quote } from "../sql/compile/writer.js";

export const transactionWords = (own: Pick<TransactionSql, "begin" | "outlives" | "refuseWrites" | "allowWrites">): TransactionSql => ({
  ...own,
  commit: "COMMIT",
  rollback: "ROLLBACK",
  savepoint: (name) => `SAVEPOINT ${quote(name)}`,
  release: (name) => `RELEASE SAVEPOINT ${quote(name)}`,
  rollbackTo: (name) => `ROLLBACK TO SAVEPOINT ${quote(name)}`,
});
