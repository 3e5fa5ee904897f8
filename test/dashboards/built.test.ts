import { expect, test } from '@jest/globals';
import { files } from '../../dashboards/all.ts';
import { fileNames, textOf } from './reading.ts';

const anew = 'npm run dashboards writes them anew';

test(`the committed dashboards are what the code builds (${anew})`, () => {
  expect(fileNames.toSorted()).toEqual([...files.keys()].toSorted());
  for (const [name, content] of files) expect(`${name}\n${textOf(name)}`).toBe(`${name}\n${content}`);
});
