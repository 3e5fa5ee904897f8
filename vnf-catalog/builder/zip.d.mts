export function writeZip(path: string, entries: ReadonlyMap<string, Buffer>, date: string): Promise<void>;
