/** The version of the kit, equal to that of the core. */

export const version = "0.1.0";
