import { expect, test } from 'vitest';
import { InvalidContainerfileError } from './errors.ts';
import { parseContainerfile } from './parse-containerfile.ts';

/** Line, keyword, flags and text of each instruction. */
const read = (text: string) => {
  const { arguments: before, stages } = parseContainerfile(text);
  return [...before, ...stages.flat()].map(({ line, keyword, flags, text }) =>
    [`${line}`, keyword, ...flags, text].join('|'),
  );
};

test.for<[what: string, text: string, instructions: readonly string[]]>([
  ['one line', 'FROM scratch', ['1|FROM|scratch']],
  ['small letters and blanks', ' \tfrom\t scratch \r\n', ['1|FROM|scratch']],
  ['comments', '# a\nFROM a\n  # b\nRUN x # y\n', ['2|FROM|a', '4|RUN|x # y']],
  ['a comment that looks continued', 'FROM a\n# b \\\nRUN x', ['1|FROM|a', '3|RUN|x']],
  ['a continued line', 'FROM \\\n  a\nRUN x \\  \n && y', ['1|FROM|a', '3|RUN|x  && y']],
  [
    'a comment within one',
    'FROM a\nRUN x \\\n# no\n  # no \\\n\n y\nRUN z',
    ['1|FROM|a', '2|RUN|x  y', '7|RUN|z'],
  ],
  ['one at the end', 'FROM a\nRUN x \\', ['1|FROM|a', '2|RUN|x']],
  ['a backslash within a line', 'FROM a\nRUN x\\ny', ['1|FROM|a', '2|RUN|x\\ny']],
  ['another escape', '# escape=`\nFROM a\nRUN x `\n y\\\nRUN z', ['2|FROM|a', '3|RUN|x  y\\', '5|RUN|z']],
  ['an escape in the second line', '# b\n# escape=`\nFROM a\nRUN x \\\n y', ['3|FROM|a', '4|RUN|x  y']],
  ['one behind a syntax', '# syntax=x\n# escape=`\nFROM a\nRUN x \\\n y', ['3|FROM|a', '4|RUN|x  y']],
  ['a byte order mark', '\ufeffFROM a', ['1|FROM|a']],
  ['ARG before FROM', 'ARG A=1\nARG B\nFROM $A', ['1|ARG|A=1', '2|ARG|B', '3|FROM|$A']],
  ['a platform', 'FROM --platform=$BUILDPLATFORM a AS b', ['1|FROM|--platform=$BUILDPLATFORM|a AS b']],
  [
    'flags, with quotes, and what only looks like one',
    'FROM a\nRUN --mount=type=bind,from=b,target="/a b" --network=none -- --x',
    ['1|FROM|a', '2|RUN|--mount=type=bind,from=b,target=/a b|--network=none|--x'],
  ],
  ['ONBUILD', 'FROM a\nONBUILD COPY --from=b /x /', ['1|FROM|a', '2|ONBUILD|COPY --from=b /x /']],
])('reads %s', ([, text, instructions]) => {
  expect(read(text)).toEqual(instructions);
});

const documents = (text: string) =>
  parseContainerfile(`FROM a\n${text}`)
    .stages.flat()
    .map(({ keyword, hereDocuments }) => [
      keyword,
      ...hereDocuments.map(({ name, text, isExpanded }) => `${name}${isExpanded ? '' : ' quoted'}: ${text}`),
    ])
    .slice(1);

test.for<[what: string, text: string, found: readonly (readonly string[])[]]>([
  ['RUN', 'RUN <<EOF\nFROM x\n# y \\\nEOF\nUSER z', [['RUN', 'EOF: FROM x\n# y \\\n'], ['USER']]],
  ['a name of one’s own', 'RUN <<EORUN\nset -e\nEORUN', [['RUN', 'EORUN: set -e\n']]],
  ['flags before it', 'RUN --mount=type=cache,target=/c <<EOF\nx\nEOF', [['RUN', 'EOF: x\n']]],
  ['one over two lines', 'RUN x \\\n <<EOF\ny\nEOF', [['RUN', 'EOF: y\n']]],
  ['quotes', 'COPY <<"EOF" /x\n$y\nEOF', [['COPY', 'EOF quoted: $y\n']]],
  ['tabs', 'RUN <<-EOF\n\t\tx\n\tEOF\nUSER z', [['RUN', 'EOF: x\n'], ['USER']]],
  ['two of them', 'COPY <<A <<B /\n1\nB\nA\n2\nB', [['COPY', 'A: 1\nB\n', 'B: 2\n']]],
  ['a number', 'RUN cat 3<<EOF\nx\nEOF', [['RUN', 'EOF: x\n']]],
  ['ONBUILD', 'ONBUILD RUN <<EOF\nx\nEOF', [['ONBUILD', 'EOF: x\n']]],
  ['an empty one', 'RUN <<EOF\nEOF', [['RUN', 'EOF: ']]],
  ['Windows’ line ends', 'RUN <<EOF\r\nx\r\nEOF\r\nUSER z', [['RUN', 'EOF: x\n'], ['USER']]],
  ['none in quotes', "RUN echo '<<EOF'", [['RUN']]],
  ['none in a word', 'RUN x<<EOF', [['RUN']]],
  ['none of a string', 'RUN cat <<<x', [['RUN']]],
  ['none in JSON', 'RUN ["<<EOF", "<<EOF"]', [['RUN']]],
  ['none in ENV', 'ENV x=1 <<EOF=2', [['ENV']]],
])('reads a here-document: %s', ([, text, found]) => {
  expect(documents(text)).toEqual(found);
});

test.for<[what: string, text: string, message: string]>([
  ['nothing', '', 'Containerfile:1: it has no FROM'],
  ['comments alone', '# a\n', 'Containerfile:1: it has no FROM'],
  ['no FROM first', 'ARG a\nRUN x\nFROM y', 'Containerfile:2: RUN stands before the first FROM'],
  ['an unknown word', 'FROM a\nRUM x', 'Containerfile:2: "RUM" is no instruction'],
  ['a strange word', 'FROM a\n\u001b[31m', 'Containerfile:2: "\\u001b[31m" is no instruction'],
  ['an unknown word behind ONBUILD', 'FROM a\nONBUILD x', 'Containerfile:2: "x" is no instruction'],
  ['nothing behind ONBUILD', 'FROM a\nONBUILD', 'Containerfile:2: "" is no instruction'],
  ['another escape', '#escape=x\nFROM a', 'Containerfile:1: the escape character may be'],
  [
    'a here-document without end',
    'FROM a\nRUN <<EOF\nx\n',
    'Containerfile:2: the here-document EOF does not end',
  ],
])('refuses %s', ([, text, message]) => {
  const parse = () => parseContainerfile(text);

  expect(parse).toThrow(InvalidContainerfileError);
  expect(parse).toThrow(message);
});

test('its own name stands in messages', () => {
  expect(() => parseContainerfile('X', { file: 'sub/Dock\nfile' })).toThrow('sub/Dock\\nfile:1: ');
});

test('time grows with length alone', () => {
  const long = 300_000;
  for (const part of ['\\ ', '"', '<<', '--', '$', '\\\n', '<<a ']) {
    const text = `FROM a\nRUN ${part.repeat(long / part.length)}`;
    const start = performance.now();
    try {
      parseContainerfile(text);
    } catch (error) {
      expect(error).toBeInstanceOf(InvalidContainerfileError);
    }
    expect(performance.now() - start).toBeLessThan(10_000);
  }
});
