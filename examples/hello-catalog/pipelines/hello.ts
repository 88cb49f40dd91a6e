import { definePipeline, Text } from 'bootc-catalog';
import { task as hello } from '../tasks/hello/task.ts';

export const pipeline = definePipeline({
  name: 'hello',
  version: '0.1.0',
  description: 'Greets somebody, and then whoever hears it.',
  params: { NAME: Text.describe('Who is greeted.') },
  body({ params, run }) {
    const greet = run('greet', hello, { params: { NAME: params.NAME } });
    const answer = run('answer', hello, {
      params: { NAME: greet.results.MESSAGE, GREETING: 'Good morning' },
    });
    return { MESSAGE: answer.results.MESSAGE };
  },
});
