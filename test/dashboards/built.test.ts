import { expect, test } from '@jest/globals';
import { files } from '../../dashboards/all.ts';
import { fileNames, textOf } from './reading.ts';

const how = 'npm run dashboards writes them';

test(`the committed dashboards are what the code builds (${how})`, () => {
  expect(fileNames.toSorted()).toEqual([...files.keys()].toSorted());
  for (const [name, content] of files) expect(`${name}\n${textOf(name)}`).toBe(`${name}\n${content}`);
});
