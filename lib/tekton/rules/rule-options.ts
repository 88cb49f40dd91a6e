/** What is wrong with a CEL expression; undefined for one that compiles without variables. */
export type CelCheck = (expression: string) => string | undefined;

export interface RuleOptions {
  /** Compiles CEL; without it, only what stands around an expression is checked. */
  readonly cel?: CelCheck | undefined;
}
