export { default } from "./spec/vitest.config.js";
