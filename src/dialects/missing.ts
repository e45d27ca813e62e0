/** What to do where the database lacks what a model has: on a first day, and after a model has grown. */

export const missingTable = "Tables of models are made by await database.createAll([…]).";
export const missingColumn =
  "If a model has it since lately: createAll() leaves existing tables as they are, so the table needs an ALTER TABLE.";
