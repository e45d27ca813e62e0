/** The version of the kit, which is that of the core. */

export const version = "0.1.0";
