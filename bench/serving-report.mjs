import { table } from './table.mjs';

const SIDES = {
  echo: "node:http answering JSON: it parses the request's and writes the profile's",
  memory: 'Tributary with a profile from memory: routes, token, rights, schema, masks as rights',
  standalone: "Apollo Server's startStandaloneServer with the same schema and profile",
  raw: "node:http answering JSON after one read of the profile's document by the driver",
  view: 'Tributary serving the 360 view to a marketer, who sees CORE masked',
};

/** The table of the serving benchmark and what its rows mean. */
export function servingReport(description, { rounds }, { connections, requests, sides, ratios, load }) {
  const fixed = (value) => value.toFixed(2);
  const range = ({ median, min, max }, show) => `${show(median)} (${show(min)} to ${show(max)})`;
  const rows = sides.map(({ kind, cpuMicroseconds, bytes }) => [
    kind,
    range(cpuMicroseconds, (value) => value.toFixed(0)),
    String(bytes),
  ]);
  const ratioRows = ratios.map(({ name, ratio, goal }) => [name, range(ratio, fixed), goal]);
  const meanings = Object.entries(SIDES).map(([kind, meaning]) => `${kind.padEnd(12)}${meaning}.`);
  return `
A profile over HTTP, on ${description}
${table(['side', 'CPU a request, µs', 'bytes'], rows)}

${table(['ratio', 'median (range)', 'goal'], ratioRows)}

${meanings.join('\n')}
CPU         of the server's process, ${requests} requests over ${connections} connections from another process, the sides in turn
            in ${rounds} rounds after a warm-up; ratios within a round. The machine's load at the end: ${load.toFixed(1)}.
`;
}
