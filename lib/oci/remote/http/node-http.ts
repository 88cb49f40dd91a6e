// Not by import, which reads every export of node:http, one of which loads undici: that costs a step 40 ms (node 24).
// And only once a request is made: most of what imports this library makes none.
export const loadHttp = () => process.getBuiltinModule('node:http');
export const loadHttps = () => process.getBuiltinModule('node:https');
export const loadTls = () => process.getBuiltinModule('node:tls');
