import { describe, expect, test } from 'vitest';
import { InvalidContainerfileError } from './errors.ts';
import { parseContainerfile } from './parse-containerfile.ts';
import { planBuild } from './plan-build.ts';

type Given = Parameters<typeof planBuild>[1];

const plan = (
  text: string,
  given: Partial<Omit<Given, 'buildArgs'>> & { args?: Record<string, string> } = {},
) => {
  const { args = {}, ...rest } = given;
  const platform = { os: 'linux', architecture: 's390x' };
  return planBuild(parseContainerfile(text), { platform, ...rest, buildArgs: new Map(Object.entries(args)) });
};
const imagesOf = (...given: Parameters<typeof plan>) =>
  plan(...given).images.map(({ reference, platform }) =>
    platform === undefined ? reference : `${platform} ${reference}`,
  );
const builtOf = (...given: Parameters<typeof plan>) =>
  plan(...given)
    .stages.filter(({ isBuilt }) => isBuilt)
    .map(({ name, index }) => name ?? `${index}`);

test.for<[what: string, text: string, args: Record<string, string>, images: readonly string[]]>([
  ['a name', 'FROM q.io/a:1', {}, ['q.io/a:1']],
  ['scratch', 'FROM scratch', {}, []],
  ['an ARG with a default', 'ARG V=1\nFROM q.io/a:$V', {}, ['q.io/a:1']],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of the Containerfile.
  ['an ARG that is given', 'ARG V=1\nFROM q.io/a:${V}', { V: '2' }, ['q.io/a:2']],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of the Containerfile.
  ['an ARG without a default', 'ARG V\nFROM q.io/a${V:-:3}', {}, ['q.io/a:3']],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of the Containerfile.
  ['one that is empty', 'ARG V=\nFROM q.io/a:${V:-3}', {}, ['q.io/a:3']],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of the Containerfile.
  ['one that is given empty', 'ARG V=1\nFROM q.io/a${V:+:x}', { V: '' }, ['q.io/a']],
  ['an argument that no ARG names', 'FROM q.io/a$V', { V: 'x' }, ['q.io/a']],
  ['an ARG of another', 'ARG R=q.io\nARG I="$R/a"\nFROM $I:1', { R: 'r.io' }, ['r.io/a:1']],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of the Containerfile.
  ['a default in a default', 'ARG B=b\nFROM q.io/${A:-${B:-c}}', {}, ['q.io/b']],
  ['quotes', 'FROM "q.io/a"\':1\'', {}, ['q.io/a:1']],
  [
    'an ARG of the stage before',
    'FROM q.io/a\nARG V=1\nFROM q.io/b$V\nCOPY --from=0 / /',
    {},
    ['q.io/a', 'q.io/b'],
  ],
  ['the platform', 'FROM q.io/a:$TARGETARCH', {}, ['q.io/a:s390x']],
  ['an ARG of the platform', 'ARG A=$TARGETOS\nFROM q.io/a:$A', {}, ['q.io/a:linux']],
  ['a platform of its own', 'FROM --platform=$BUILDPLATFORM q.io/a', {}, ['linux/s390x q.io/a']],
  ['docker://', 'FROM docker://q.io/a', {}, ['q.io/a']],
  ['an archive', 'FROM oci-archive:./out.ociarchive', {}, []],
  ['one image twice', 'FROM q.io/a as x\nFROM q.io/a\nCOPY --from=x / /', {}, ['q.io/a']],
  ['files of an image', 'FROM scratch\nCOPY --from=q.io/a /x /', {}, ['q.io/a']],
  ['mounts of an image', 'FROM scratch\nRUN --mount=type=bind,from=q.io/a,target=/x y', {}, ['q.io/a']],
  ['an ARG of the stage', 'ARG V=1\nFROM scratch\nARG V\nCOPY --from=q.io/a:$V /x /', {}, ['q.io/a:1']],
  [
    'one of the stage below',
    'FROM scratch as s\nARG V=1\nFROM s\nCOPY --from=q.io/a:$V /x /',
    {},
    ['q.io/a:1'],
  ],
  ['a stage named as its image', 'FROM fedora AS fedora', {}, ['fedora']],
  ['ONBUILD', 'FROM scratch\nONBUILD COPY --from=q.io/a /x /', {}, []],
  [
    'ONBUILD of the stage below',
    'FROM scratch AS s\nONBUILD COPY --from=q.io/a /x /\nFROM s',
    {},
    ['q.io/a'],
  ],
  ['a here-document', 'FROM scratch\nRUN <<E\nFROM q.io/a\nE', {}, []],
])('the images of %s', ([, text, args, images]) => {
  expect(imagesOf(text, { args })).toEqual(images);
});

test('where an image is asked for', () => {
  const text = 'FROM q.io/a AS x\nRUN y\nFROM scratch\nCOPY --from=x / /\nCOPY --from=q.io/a / /';

  expect(plan(text).images).toEqual([
    {
      reference: 'q.io/a',
      platform: undefined,
      uses: [
        { by: 'FROM', line: 1 },
        { by: 'COPY --from', line: 5 },
      ],
    },
  ]);
});

const STAGES = `FROM q.io/a AS one
FROM q.io/b AS two
FROM one AS three
COPY --from=1 / /
FROM q.io/c AS four
FROM scratch AS five
RUN --mount=type=cache,target=/c --mount=type=bind,rw,from=three,src=/,dst=/r x
FROM q.io/d AS six
`;

describe('stages', () => {
  test.for<[target: string | undefined, built: readonly string[], images: readonly string[]]>([
    [undefined, ['six'], ['q.io/d']],
    ['', ['six'], ['q.io/d']],
    ['five', ['one', 'two', 'three', 'five'], ['q.io/a', 'q.io/b']],
    ['4', ['one', 'two', 'three', 'five'], ['q.io/a', 'q.io/b']],
    ['one', ['one'], ['q.io/a']],
  ])('the target %s', ([target, built, images]) => {
    const given = target === undefined ? {} : { target };

    expect(builtOf(STAGES, given)).toEqual(built);
    expect(imagesOf(STAGES, given)).toEqual(images);
  });

  test('all of them, up to the target', () => {
    expect(builtOf(STAGES, { target: 'five', skipUnusedStages: false })).toEqual([
      'one',
      'two',
      'three',
      'four',
      'five',
    ]);
  });

  test('the target is the last that is planned', () => {
    const { stages, target } = plan(STAGES, { target: 'two' });

    expect(stages.at(-1)).toEqual(target);
    expect(target).toMatchObject({
      index: 1,
      name: 'two',
      isBuilt: true,
      base: { kind: 'image', reference: 'q.io/b' },
    });
  });
});

test.for<[what: string, text: string, message: string]>([
  ['FROM without an image', 'FROM', ':1: FROM has to be'],
  ['FROM with more words', 'FROM a b', ':1: FROM has to be'],
  ['FROM without a name', 'FROM a AS', ':1: FROM has to be'],
  ['a name that is none', 'FROM a AS 1', ':1: 1 is no name of a stage'],
  ['a name that varies', 'FROM a AS $x', ':1: $x is no name of a stage'],
  ['a name twice', 'FROM a AS x\nFROM b AS x', ':2: there is a stage x already'],
  ['a variable without value', 'FROM $x', ':1: FROM $x names nothing'],
  ['a flag of FROM', 'FROM --plat=x a', ':1: FROM has --plat=x'],
  ['no platform', 'FROM --platform=$x a', ':1: FROM has --platform=$x, which names no platform'],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of the Containerfile.
  ['another form of a variable', 'ARG x=a\nFROM ${x%b}', ':2: ${x%b} is not understood'],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of the Containerfile.
  ['a variable that has to be there', 'FROM ${x:?give-it}', ':1: x has no value: give-it'],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of the Containerfile.
  ['a variable without end', 'FROM ${x:-a', ':1: ${x:-a has no }'],
  ['a quote without end', 'FROM "a', ':1: a quote in "a does not end'],
  [
    'a later stage',
    'FROM a\nCOPY --from=x / /\nFROM b AS x\nCOPY --from=0 / /',
    ':2: there is no stage x before this one',
  ],
  ['the stage itself', 'FROM a AS x\nCOPY --from=x / /', ':2: there is no stage x before this one'],
  ['a number too high', 'FROM a\nCOPY --from=1 / /', ':2: there is no stage 1 before this one'],
  ['no stage', 'FROM a\nARG x=\nCOPY --from=$x / /', ':3: COPY takes files from nothing'],
  [
    'an unknown variable',
    'FROM a\nCOPY --from=$x / /',
    ':2: $x depends on a variable whose value is not known',
  ],
  [
    'a variable of ENV',
    'FROM a\nENV x=b\nCOPY --from=$x / /',
    ':3: $x depends on a variable whose value is not known',
  ],
  [
    'an ARG of ENV',
    'FROM a\nENV x=b\nARG y=$x\nRUN --mount=from=$y z',
    ':4: $y depends on a variable whose value is not known',
  ],
  ['ARG without a name', 'FROM a\nARG', ':2: ARG has no name'],
  ['ARG with another', 'ARG 1=2\nFROM a', ':1: ARG has a name that is none'],
  ['ENV without a value', 'FROM a\nENV x', ':2: ENV x has no value'],
])('%s is refused', ([, text, message]) => {
  expect(() => plan(text)).toThrow(InvalidContainerfileError);
  expect(() => plan(text)).toThrow(`Containerfile${message}`);
});

test('what an unused stage names wrongly does not matter, until it is built', () => {
  const text = 'ARG X\nFROM $X AS a\nFROM q.io/b:- AS b\nFROM q.io/c AS c\nCOPY --from=$Y / /\nFROM q.io/d';

  expect(imagesOf(text)).toEqual(['q.io/d']);
  expect(() => plan(text, { skipUnusedStages: false })).toThrow('Containerfile:2: FROM $X names nothing');
  expect(() => plan(text, { target: 'b' })).toThrow('Containerfile:3: not an image reference: "q.io/b:-"');
  expect(() => plan(text, { target: 'c' })).toThrow('Containerfile:5: $Y depends on a variable');
});

test('a target that is not there is refused, with those that are', () => {
  expect(() => plan('FROM a AS x\nFROM b', { target: 'y' })).toThrow(
    expect.objectContaining({ message: 'Containerfile has no stage y', hint: 'its stages are x, 1' }),
  );
});
