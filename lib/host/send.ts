import { packTree, type Tree, treeAt } from './archive.ts';
import { type Connection, failed, persist, run } from './connection.ts';
import { HostTransferError } from './errors.ts';
import { placeBelow } from './place.ts';
import { TAKE, UNPACK } from './transfer-scripts.ts';

/** A directory or a file of this machine, and its place on the host. */
export interface Sent {
  readonly from: string;
  /** Path below the host's directory; what is there gives way. */
  readonly to: string;
}

/**
 * Puts directories and files into their places on the host. All of them go over in one stream, which a cut does not begin
 * again: the host says how much it has. Modes, times and links stay what they are, and owners become the user of the host.
 *
 * @param directory of the host
 * @param number of this transfer
 * @throws {HostTransferError} for what cannot be packed, or is changed by somebody meanwhile
 * @throws {HostCommandError} when the host cannot keep it
 */
export async function send(
  connection: Connection,
  { directory, number }: { readonly directory: string; readonly number: number },
  things: readonly Sent[],
): Promise<void> {
  const trees = things.map(({ from, to }) => ({ ...treeAt(from), to: placeBelow(to) }));
  const stream = `.transfer/in-${number}`;
  const sizes = new Map<Tree, number>();
  const said = await takeStream(connection, [directory, stream], () => archives(trees, sizes));
  const total = trees.reduce((sum, tree) => sum + (sizes.get(tree) ?? Number.NaN), 0);
  if (said !== total)
    throw new HostTransferError(
      `the build host ${connection.access.name} has ${said} bytes of ${total} that were sent`,
    );
  let position = 0;
  const args = trees.flatMap((tree) => {
    const size = sizes.get(tree) ?? 0;
    position += size;
    return [String(position - size), tree.to, tree.file];
  });
  await run(connection, 'files are unpacked', {
    script: UNPACK,
    args: [directory, stream, `${stream}.d`, ...args],
  });
}

/** @returns bytes that the host has in the end */
async function takeStream(
  connection: Connection,
  args: readonly [directory: string, stream: string],
  bytes: () => AsyncIterable<Uint8Array>,
): Promise<number> {
  let had = 0;
  let said = '';
  const { code, stderr } = await persist(connection, 'files are sent', (gained) => {
    said = '';
    const { promise, resolve } = Promise.withResolvers<number>();
    async function* rest(): AsyncGenerator<Uint8Array> {
      const position = await promise;
      if (position > had) gained();
      had = position;
      yield* behind(position, bytes());
    }
    return {
      script: TAKE,
      args,
      input: rest(),
      output: (text) => {
        said += text.toString();
        const [first, end] = said.split('\n');
        if (end !== undefined) resolve(Number(first));
      },
    };
  });
  if (code !== 0) throw failed(connection, 'files are sent', code, stderr);
  return Number(said.split('\n')[1]);
}

/** @param sizes what each archive had in an earlier attempt, and then in this one */
async function* archives(trees: readonly Tree[], sizes: Map<Tree, number>): AsyncGenerator<Uint8Array> {
  for (const tree of trees) {
    let size = 0;
    for await (const chunk of packTree(tree)) {
      size += chunk.length;
      yield chunk;
    }
    const before = sizes.get(tree) ?? size;
    if (before !== size)
      throw new HostTransferError(`${tree.path} was changed while it was sent to the build host`);
    sizes.set(tree, size);
  }
}

async function* behind(position: number, bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let left = position;
  for await (const chunk of bytes) {
    const passed = Math.min(left, chunk.length);
    left -= passed;
    if (passed < chunk.length) yield chunk.subarray(passed);
  }
  if (left > 0) throw new HostTransferError('what was sent to the build host was longer before a cut');
}
