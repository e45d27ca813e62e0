/** The part of Standard Schema (zod, valibot, arktype) that validation needs. */

export interface StandardSchema<out Out = unknown> {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    readonly types?: { readonly input: unknown; readonly output: Out } | undefined;
    readonly validate: (value: unknown) => unknown;
  };
}
