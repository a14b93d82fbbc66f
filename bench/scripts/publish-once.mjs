import { publishOnce } from '@wigwag/node';

await publishOnce(process.argv[2], { realm: 'realm1', topic: 'bench.topic', args: [1] });
