/** A fault that the person can mend: told in one line, without a stack. */
export function forPeople(message) {
  return Object.assign(new Error(message), { isForPeople: true });
}

/** Runs a script's work; a fault becomes one line on the error output and exit code 1. */
export async function orOneLine(work) {
  try {
    await work();
  } catch (error) {
    process.stderr.write(`${error.isForPeople ? error.message : error.stack}\n`);
    process.exit(1);
  }
}
