import { PROVINCE_OF_CITY } from '../anonymity/chinese-regions.js';
import { knownCity } from '../anonymity/region.rules.js';
import { Channel } from '../channels/channel.js';

/** The cells that people are counted in, known whatever the data, and which of them a value is in. */
export interface Cells {
  readonly keys: readonly string[];
  cellOf(value: string | null): string;
}

const OTHER = 'OTHER';
const UNKNOWN = 'UNKNOWN';

/** What counts can be broken down by so far. */
export const CELLS_OF: Readonly<Partial<Record<string, Cells>>> = {
  CHANNEL: {
    keys: [...Object.values(Channel), UNKNOWN],
    cellOf: (channel) => channel ?? UNKNOWN,
  },
  CITY: {
    keys: [...PROVINCE_OF_CITY.keys(), OTHER, UNKNOWN],
    cellOf: (city) => ((city ?? '').trim() === '' ? UNKNOWN : (knownCity(city) ?? OTHER)),
  },
};
