/**
 * How a script ends: what went wrong in its own words, and what the failed program printed; no stack traces.
 */
export async function carryOut(main) {
  try {
    await main();
  } catch (error) {
    if (error.output) console.error(error.output.trim());
    console.error(`\n${error.message}`);
    process.exitCode = 1;
  }
}
