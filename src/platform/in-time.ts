/** What work comes to; an error that says `late` where it takes longer than the limit. The work itself goes on. */
export async function inTime<T>(work: Promise<T>, limitMs: number, late: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(late)), limitMs);
  });
  return Promise.race([work, limit]).finally(() => clearTimeout(timer));
}
