/** The schema that models ask for, as a picture and as DDL. */

export { createTables, dropTables } from "./apply.js";
export { createStatements } from "./create.js";
export { dropStatements } from "./drop.js";
export { pictureOf } from "./from-models.js";
export type { ExpressionResolver } from "./from-models.js";
export type * from "./picture.js";
