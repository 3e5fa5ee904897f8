// How every self-test runs: its steps in order, each by its name and duration, "all good" at the end. `show` prints what helps when
// one fails, `close` takes away what was made, however it ends. A whole that takes longer than `limitMs` has failed.
export async function carryOut(steps, { limitMs, show, close }) {
  const fail = async (error) => {
    console.error(error);
    show();
    await close();
    process.exit(1);
  };
  const late = () => fail(new Error(`the whole test took more than ${limitMs / 1000} s`));
  const watchdog = setTimeout(late, limitMs);
  const begun = Date.now();
  try {
    for (const step of steps) {
      const from = Date.now();
      console.log(step.name);
      await step();
      console.log(`  took ${seconds(from)} s`);
    }
  } catch (error) {
    return await fail(error);
  }
  clearTimeout(watchdog);
  await close();
  console.log(`all good\n  in ${seconds(begun)} s`);
}

const seconds = (from) => Math.round((Date.now() - from) / 1000);
