/** The words of transaction control that all databases share: only how a transaction begins differs. */

import type { TransactionSql } from "../database/contracts.js";
import { quote } from "../sql/compile/writer.js";

export const transactionWords = (begin: TransactionSql["begin"]): TransactionSql => ({
  begin,
  commit: "COMMIT",
  rollback: "ROLLBACK",
  savepoint: (name) => `SAVEPOINT ${quote(name)}`,
  release: (name) => `RELEASE SAVEPOINT ${quote(name)}`,
  rollbackTo: (name) => `ROLLBACK TO SAVEPOINT ${quote(name)}`,
});
