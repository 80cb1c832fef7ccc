const WELL_FORMED = /^[\w.:-]{1,64}$/;

/** The id a client gave its request, or undefined where it gave none or one that isn't 1 to 64 letters, digits, `.`, `_`, `:` or `-`. */
export function givenRequestId(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' && WELL_FORMED.test(header) ? header : undefined;
}
