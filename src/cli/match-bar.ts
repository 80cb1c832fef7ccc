import { SingleBar } from 'cli-progress';

const LINE_EVERY_MS = 5_000;
const FORMAT = '{step} {bar} {percentage}% | {eta_formatted}';

type Step = 'reading' | 'learning' | 'scoring' | 'clustering' | 'writing';

interface Shown {
  readonly step: Step;
  readonly done: number;
  readonly total: number;
}

/** How far each step of matching has come: a bar on a terminal, else a line at its start and every five seconds. */
export class MatchBar {
  private bar: SingleBar | undefined;
  private shown: Shown | undefined;
  private saidAt = 0;

  /** Passes a file on and shows how much of it was read. */
  async *watch(source: AsyncIterable<Buffer>, total: number): AsyncGenerator<Buffer> {
    let done = 0;
    this.show({ step: 'reading', done, total });
    for await (const chunk of source) {
      yield chunk;
      done += chunk.length;
      this.show({ step: 'reading', done, total });
    }
  }

  show(next: Shown): void {
    const isNewStep = next.step !== this.shown?.step;
    if (isNewStep) this.stop();
    this.shown = next;
    if (process.stderr.isTTY) this.draw(next);
    else if (isNewStep || Date.now() - this.saidAt >= LINE_EVERY_MS) this.say(next);
  }

  stop(): void {
    this.bar?.stop();
    this.bar = undefined;
  }

  private draw({ step, done, total }: Shown): void {
    if (this.bar) {
      this.bar.update(done);
      return;
    }
    // the steps between reading and writing leave no turn to a signal's listener, and none to restore the terminal:
    // the bar has neither, so that Ctrl-C ends them as it does any program
    this.bar = new SingleBar({ format: FORMAT, stream: process.stderr, gracefulExit: false, linewrap: true });
    this.bar.start(total, done, { step: step.padEnd('clustering'.length) });
  }

  private say({ step, done, total }: Shown): void {
    this.saidAt = Date.now();
    process.stderr.write(`${step}: ${total === 0 ? 100 : Math.floor((100 * done) / total)}%\n`);
  }
}
