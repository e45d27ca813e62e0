/** A spec file that cannot be loaded. */

throw new Error("planted");
