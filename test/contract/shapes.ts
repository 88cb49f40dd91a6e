export type ParamValue = string | readonly string[] | Readonly<Record<string, string>>;

export interface Resources {
  readonly requests?: Readonly<Record<string, string>>;
  readonly limits?: Readonly<Record<string, string>>;
}
