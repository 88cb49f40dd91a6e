import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A page in a real browser without a window, spoken to by the DevTools protocol. */
export interface Page {
  /** What an expression gives there, as JSON would carry it. */
  readonly evaluate: <T>(expression: string) => Promise<T>;
  readonly setDark: (isDark: boolean) => Promise<void>;
  readonly setSize: (width: number, height: number) => Promise<void>;
  /** Presses a key that writes nothing, such as Enter or Tab. */
  readonly press: (key: 'Enter' | 'Tab') => Promise<void>;
  /** The picture that it shows, as PNG. */
  readonly picture: () => Promise<Buffer>;
  /** Errors, warnings and refusals of the page's policy so far. */
  readonly problems: readonly string[];
}

export interface Browser {
  readonly open: (url: string) => Promise<Page>;
  readonly close: () => Promise<void>;
}

const programs = [
  'chromium-headless-shell',
  'headless_shell',
  'chromium',
  'chromium-browser',
  'google-chrome',
];

/** Where a browser is on this machine; undefined where there is none. */
export function findBrowser(): string | undefined {
  const directories = [...(process.env.PATH ?? '').split(delimiter), '/usr/lib64/chromium-browser'];
  return directories
    .flatMap((directory) => programs.map((program) => join(directory, program)))
    .find((path) => existsSync(path));
}

export async function openBrowser(program: string): Promise<Browser> {
  const profile = await mkdtemp(join(tmpdir(), 'browser-'));
  // Without its sandbox: it cannot have one as root, and sees nothing but our own page.
  const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--remote-debugging-port=0'];
  const child = spawn(program, [...flags, `--user-data-dir=${profile}`], {
    stdio: 'ignore',
    detached: true,
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const socket = new WebSocket(await endpoint(profile));
  const connection = await connect(socket);
  return {
    open: (url) => openPage(connection, url),
    close: async () => {
      socket.close();
      // The program may be a script that has started the browser: all of its group.
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      await ended;
      await rm(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    },
  };
}

async function endpoint(profile: string): Promise<string> {
  for (let tries = 0; tries < 600; tries++) {
    const text = await readFile(join(profile, 'DevToolsActivePort'), 'utf8').catch(() => '');
    const [port, path] = text.split('\n');
    if (port && path) return `ws://127.0.0.1:${port}${path}`;
    await sleep(50);
  }
  throw new Error('the browser did not start');
}

type Params = Readonly<Record<string, unknown>>;

interface Connection {
  readonly call: (method: string, params?: Params, sessionId?: string) => Promise<Params>;
  readonly listen: (take: (method: string, params: Params) => void) => void;
}

async function connect(socket: WebSocket): Promise<Connection> {
  const waiting = new Map<number, { resolve: (value: Params) => void; reject: (error: Error) => void }>();
  const listeners: ((method: string, params: Params) => void)[] = [];
  socket.addEventListener('message', ({ data }) => {
    const { id, method, params, result, error } = JSON.parse(String(data));
    if (id === undefined) for (const take of listeners) take(method, params);
    else if (error) waiting.get(id)?.reject(new Error(error.message));
    else waiting.get(id)?.resolve(result);
  });
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve);
    socket.addEventListener('error', () => reject(new Error('the browser does not answer')));
  });
  let count = 0;
  return {
    call: (method, params, sessionId) =>
      new Promise((resolve, reject) => {
        const id = ++count;
        waiting.set(id, { resolve, reject });
        socket.send(JSON.stringify({ id, method, params, sessionId }));
      }),
    listen: (take) => void listeners.push(take),
  };
}

async function openPage({ call, listen }: Connection, url: string): Promise<Page> {
  const { targetId } = await call('Target.createTarget', { url: 'about:blank' });
  const { sessionId } = await call('Target.attachToTarget', { targetId, flatten: true });
  const send = (method: string, params: Params = {}) => call(method, params, String(sessionId));
  const problems: string[] = [];
  const loaded = new Promise<void>((resolve) => {
    listen((method, params) => {
      if (method === 'Page.loadEventFired') resolve();
      if (/^(?:Log\.entryAdded|Runtime\.(?:exceptionThrown|consoleAPICalled))$/.test(method))
        problems.push(JSON.stringify(params));
    });
  });
  for (const domain of ['Page', 'Runtime', 'Log']) await send(`${domain}.enable`);
  await send('Page.navigate', { url });
  await loaded;
  return {
    problems,
    evaluate: async <T>(expression: string) => {
      const answer = await send('Runtime.evaluate', { expression, returnByValue: true, awaitPromise: true });
      const { result, exceptionDetails } = answer as {
        readonly result: { readonly value: T };
        readonly exceptionDetails?: unknown;
      };
      if (exceptionDetails) throw new Error(JSON.stringify(exceptionDetails));
      return result.value;
    },
    setDark: async (isDark) => {
      const features = [{ name: 'prefers-color-scheme', value: isDark ? 'dark' : 'light' }];
      await send('Emulation.setEmulatedMedia', { features });
    },
    setSize: async (width, height) => {
      await send('Emulation.setDeviceMetricsOverride', {
        width,
        height,
        deviceScaleFactor: 1,
        mobile: false,
      });
    },
    press: async (key) => {
      const facts = { key, code: key, windowsVirtualKeyCode: key === 'Enter' ? 13 : 9 };
      await send('Input.dispatchKeyEvent', {
        type: 'keyDown',
        ...facts,
        ...(key === 'Enter' && { text: '\r' }),
      });
      await send('Input.dispatchKeyEvent', { type: 'keyUp', ...facts });
    },
    picture: async () => {
      const { data } = await send('Page.captureScreenshot', { format: 'png' });
      return Buffer.from(String(data), 'base64');
    },
  };
}
