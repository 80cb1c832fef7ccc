/** What a server's `/metrics` says, by name and labels. */
export class MetricSamples {
  private constructor(readonly text: string) {}

  static async of(url: string): Promise<MetricSamples> {
    const response = await fetch(new URL('/metrics', url));
    if (response.status !== 200) throw new Error(`/metrics answers ${response.status}.`);
    return new MetricSamples(await response.text());
  }

  /** The value of the one sample of this name with these labels among its own; 0 where there is none. */
  value(name: string, labels: Readonly<Record<string, string>> = {}): number {
    const wanted = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
    const found = this.lines(name).filter((line) => wanted.every((label) => line.includes(label)));
    if (found.length > 1) throw new Error(`${found.length} samples of ${name} have these labels.`);
    return Number(found[0]?.split(' ').at(-1) ?? 0);
  }

  /** All values of a label. */
  valuesOf(label: string): string[] {
    const found = this.text.matchAll(new RegExp(`[{,]${label}="([^"]*)"`, 'g'));
    return [...new Set([...found].map(([, value = '']) => value))].sort();
  }

  private lines(name: string): string[] {
    return this.text.split('\n').filter((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`));
  }
}
