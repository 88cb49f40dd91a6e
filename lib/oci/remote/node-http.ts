// Not by import: that reads every export of node:http, one of which loads undici, and costs a step 40 ms (node 24).
export const http = process.getBuiltinModule('node:http');
export const https = process.getBuiltinModule('node:https');
