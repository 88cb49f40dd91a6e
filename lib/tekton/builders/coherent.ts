/**
 * What steps must be to the params, results and volumes of their task. Where they are not, they are asked for a step that says
 * what is wrong, and the compiler shows its name.
 */
export type Coherent<P, R, S, V> = Sentence<'there is no param', Exclude<TakenParam<S[keyof S]>, keyof P>> &
  Sentence<'no step writes the result', UnwrittenResult<R, S>> &
  Sentence<'there is no volume', Exclude<MountedVolume<S>, MadeVolume | VolumeName<V>>>;

type Sentence<Text extends string, Name> = [Name] extends [never]
  ? unknown
  : { readonly [K in `${Text} ${Name & string}`]: never };

/** Volumes that every task with steps of our own has. */
type MadeVolume = 'tmp' | 'home';

/** Names that are known to the compiler; what is just a string is left to the render. */
type Literal<Name> = Name extends string ? (string extends Name ? never : Name) : never;

/** None where a step names a result that is not there: that is the mistake to tell. */
type UnwrittenResult<R, S> = [Exclude<WrittenResult<S[keyof S]>, keyof R>] extends [never]
  ? Exclude<Literal<keyof R>, WrittenResult<S[keyof S]>>
  : never;
type WrittenResult<Step> = Step extends { readonly writes: readonly (infer Name)[] } ? Name : never;

type TakenParam<Step> = Step extends { readonly takes: readonly (infer Name)[] } ? Literal<Name> : never;

type MountedVolume<S> = Mounted<S[keyof S]>;
type Mounted<Step> = Step extends { readonly volumeMounts: readonly { readonly name: infer Name }[] }
  ? Literal<Name>
  : never;
type VolumeName<V> = V extends readonly { readonly name: infer Name }[] ? Name : never;
