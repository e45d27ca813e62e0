/** How types are compared: exactly, so that `any`, `never` and unions that are too wide all fail. */

// eslint-disable-next-line typescript/no-unnecessary-type-parameters -- the compiler compares such functions by identity of what they test
export type Equal<A, B> = (<X>() => X extends A ? 1 : 2) extends <X>() => X extends B ? 1 : 2 ? true : false;
/** Compiles only when the value's type is exactly T. */
export declare function exact<T>(): <U>(value: Equal<T, U> extends true ? U : never) => void;

// The helper itself: it accepts the type and nothing else.
export const helper = (n: number, x: unknown): void => {
  exact<number>()(n);
  // @ts-expect-error unknown is no number
  exact<number>()(x);
  // @ts-expect-error too wide
  exact<number | null>()(n);
};
