/** What keeps a run of Vitest from being a pass although no test failed: tests that did not run. */

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  /** The file and the titles of each skipped test: `spec/a.spec.ts > a suite > a test`. */
  readonly skipped: readonly string[];
}
/** A skip with its reason, as `skips.json` lists it. */
export interface AllowedSkip {
  /** The beginning of what names the test. */
  readonly test: string;
  readonly reason: string;
  /** The Debian package whose programs the test runs. Continuous integration installs it, and allows no such skip. */
  readonly package?: string;
}
export interface Rules {
  readonly skips: readonly AllowedSkip[];
  /** How many tests the last counted run had; null when only some were asked for, of which any may be left out. */
  readonly expected: number | null;
  readonly allPackages: boolean;
}

export const problemsOf = ({ passed, failed, skipped }: Counts, { skips, expected, allPackages }: Rules): string[] => {
  if (passed + failed === 0) return ["no test ran"];
  if (expected === null) return [];
  const allowed = skips.filter((skip) => !allPackages || skip.package === undefined);
  const unlisted = skipped.filter((name) => !allowed.some(({ test }) => name.startsWith(test)));
  const total = passed + failed + skipped.length;
  return [
    ...unlisted.map((name) => `skipped without an entry in spec/gate/skips.json that allows it here: ${name}`),
    ...(total < expected ? [`${total} tests, fewer than the ${expected} of spec/gate/expected.json`] : []),
  ];
};
