/** The values of update(). */

import type { InputHints, InputValue } from "../../metadata/typing/input.js";
import type { SchemaOf } from "../../metadata/typing/schema.js";
import type { ExpressionOn } from "./checked.js";

/** What `update()` takes: like `create()`, nothing required, expressions welcome. */
export type UpdateInput<I, V = InputHints<I>> = { [K in keyof V]: InputValue<I, SchemaOf<I>, K, ExpressionOn<I, unknown>> };
