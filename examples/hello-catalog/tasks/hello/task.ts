import { defineTask, Text } from 'bootc-catalog';
import * as z from 'zod';

export const task = defineTask({
  name: 'hello',
  version: '0.1.0',
  description: 'Greets somebody.',
  params: {
    NAME: Text.describe('Who is greeted.'),
    GREETING: z.enum(['Hello', 'Good morning']).default('Hello').describe('How.'),
  },
  results: { MESSAGE: Text.describe('What was said.') },
  steps: { greet: { cpu: '100m', memory: '128Mi', timeout: '5m', writes: ['MESSAGE'] } },
});
