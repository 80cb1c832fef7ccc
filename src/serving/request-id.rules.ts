/** UUIDs, ULIDs and 32 hexadecimal digits, as proxies make them: nothing that could be someone's number, name or birthday. */
const MADE_BY_A_MACHINE =
  /^(?:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-7][0-9A-HJKMNP-TV-Z]{25}|[0-9a-f]{32})$/i;

/** The id a client gave its request, or undefined where it gave none that is a UUID, a ULID or 32 hexadecimal digits. */
export function givenRequestId(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' && MADE_BY_A_MACHINE.test(header) ? header : undefined;
}
