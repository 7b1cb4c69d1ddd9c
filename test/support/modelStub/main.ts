import { parseArgs } from 'node:util';
import { ModelStub } from './modelStub';

// node --import tsx test/support/modelStub/main.ts [--port N] [--answer-ms N]
// Prints its base URL. Ends with its standard input, so that it never outlives the one who started it.
const { values } = parseArgs({
  options: { port: { type: 'string', default: '0' }, 'answer-ms': { type: 'string', default: '2500' } },
});
const stub = await ModelStub.start({ port: Number(values.port), answerMs: Number(values['answer-ms']) });
console.log(stub.baseUrl);

const end = (): void => void stub.stop().then(() => process.exit(0));
process.stdin.on('end', end).on('close', end).resume();
process.on('SIGTERM', end).on('SIGINT', end);
