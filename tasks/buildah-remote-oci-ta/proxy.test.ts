import { expect, test } from 'vitest';
import { imageProxy } from './proxy.ts';

test.for([
  ['proxy.example:3128', 'http://proxy.example:3128'],
  ['http://proxy.example:3128', 'http://proxy.example:3128'],
  ['https://user:word@proxy.example', 'https://user:word@proxy.example'],
] as const)('%s is the proxy for both schemes', ([HTTP_PROXY, url]) => {
  expect(imageProxy({ HTTP_PROXY, NO_PROXY: '' })).toEqual({
    HTTP_PROXY: url,
    HTTPS_PROXY: url,
    NO_PROXY: '',
  });
});

test('without HTTP_PROXY there is none', () => {
  expect(imageProxy({ HTTP_PROXY: '', NO_PROXY: 'a' })).toBeUndefined();
});

test.for([
  ['a.example, b.example:5000', 'a.example,.a.example,b.example:5000,.b.example:5000'],
  ['.svc,*.local,*', '.svc,.local,*'],
  ['10.1.2.3,10.1.2.3:80,::1,[::1]:80', '10.1.2.3,10.1.2.3:80,::1,[::1]:80'],
  [
    '10.11.0.0/14,192.168.1.77/32,0.0.0.0/0',
    '10.8.0.0-10.11.255.255,192.168.1.77-192.168.1.77,0.0.0.0-255.255.255.255',
  ],
] as const)('NO_PROXY %s', ([NO_PROXY, expected]) => {
  expect(imageProxy({ HTTP_PROXY: 'p:1', NO_PROXY })?.NO_PROXY).toBe(expected);
});

test.for([
  [{ HTTP_PROXY: 'socks5://p', NO_PROXY: '' }, 'HTTP_PROXY socks5://p is no address of a proxy'],
  [{ HTTP_PROXY: 'a b', NO_PROXY: '' }, 'HTTP_PROXY a b is no address of a proxy'],
  [{ HTTP_PROXY: 'ftp://user:secret@p', NO_PROXY: '' }, 'HTTP_PROXY is no address of a proxy'],
  [{ HTTP_PROXY: 'p', NO_PROXY: 'fd00::/8' }, 'NO_PROXY has fd00::/8, which is no IPv4 network'],
  [{ HTTP_PROXY: 'p', NO_PROXY: '10.0.0.256/8' }, 'NO_PROXY has 10.0.0.256/8'],
] as const)('%j is refused', ([given, message]) => {
  expect(() => imageProxy(given)).toThrow(message);
  expect(() => imageProxy(given)).not.toThrow('secret');
});
