/** Hints for a missing table or column: on first use, and after a model has grown. */

export const missingTable = "Tables of models are made by await database.createAll([…]).";
export const missingColumn =
  "If a model has it since lately: createAll() leaves existing tables as they are, so the table needs an ALTER TABLE.";
