/** How declared filters and expressions become SQL: the query room's answer, as `connect.ts` puts the two together. */

import { declaredCondition, declaredExpression } from "../../src/query/declared.js";
import type { ExpressionResolver } from "../../src/schema/index.js";

export const resolver: ExpressionResolver = { where: declaredCondition, expression: declaredExpression };
