/** A command line without options that have a value, however they are written: `--a b`, `--a=b`, `-a b`, `-ab`. */
export function withoutOptions(argv: readonly string[], names: readonly string[]): readonly string[] {
  return argv.filter((word, index) => {
    if (names.includes(word) || names.includes(argv[index - 1] ?? '')) return false;
    return !names.some((name) =>
      name.startsWith('--') ? word.startsWith(`${name}=`) : word.startsWith(name) && !word.startsWith('--'),
    );
  });
}
