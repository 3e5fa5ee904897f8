// How every self-test runs: its steps in order, each by its name, "all good" at the end. `show` prints what helps when
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
      console.log(step.name);
      await step();
    }
  } catch (error) {
    return await fail(error);
  }
  clearTimeout(watchdog);
  await close();
  console.log(`all good\n  in ${Math.round((Date.now() - begun) / 1000)} s`);
}
