/** These are of ES2025, which the compiler does not know yet. */
interface WithRaw {
  rawJSON(text: string): object;
  isRawJSON(value: unknown): boolean;
}
const json = JSON as unknown as WithRaw;

/** A whole number that JavaScript's own would round: its JSON has the digits that are given. */
export function largeNumber(digits: string): object {
  return json.rawJSON(digits);
}

export function isLargeNumber(value: unknown): boolean {
  return json.isRawJSON(value);
}
