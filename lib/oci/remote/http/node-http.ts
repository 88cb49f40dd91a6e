// node:http is not imported: an import reads all of its exports, one of which loads undici, and that costs a step 40 ms
// (node 24). It is loaded only once a request is made: most of what imports this library makes none.
export const loadHttp = () => process.getBuiltinModule('node:http');
export const loadHttps = () => process.getBuiltinModule('node:https');
export const loadTls = () => process.getBuiltinModule('node:tls');
