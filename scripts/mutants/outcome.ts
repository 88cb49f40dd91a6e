/** What became of a mutant, a line of JSON each; `tried` before it runs, so that one that never ends is known. */
export interface Outcome {
  readonly id: number;
  readonly result: 'tried' | 'killed' | 'timed out' | 'survived' | 'not reached' | 'end';
  /** The test that noticed. */
  readonly by?: string;
}

export function parseOutcomes(text: string): readonly Outcome[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Outcome);
}
