import { Channel } from '../../src/channels/channel.js';
import type { Item } from './naive-stitching.js';
import { BEFORE, phone, user } from './stitching-scripts.js';
import type { TenantWorld } from './stitching-world.js';

const at = BEFORE[0]?.at ?? 0;

/** Two people more, each of a web account and one of the shop's own. */
const OTHERS: readonly Item[] = [
  { messageId: 'p0', channel: Channel.WEB, identifiers: [user(3), phone(3)], traits: { name: 'Chen' }, at: at + 1 },
  { messageId: 'p1', channel: Channel.CRM, identifiers: [phone(3)], traits: { taste: 'mead' }, at: at + 2 },
  { messageId: 'p2', channel: Channel.WEB, identifiers: [user(4), phone(4)], traits: { city: 'Riga' }, at: at + 3 },
  { messageId: 'p3', channel: Channel.MINI_PROGRAM, identifiers: [phone(4)], traits: { name: 'Dai' }, at: at + 4 },
];

const STRANGER: Item = {
  messageId: 's0',
  channel: Channel.WEB,
  identifiers: [user(9)],
  traits: { name: 'Eve', city: 'Rome' },
  at: at + 5,
};

/** Of each of them, and one of a further account that two of them share. */
export const LATER: readonly Item[] = [
  { messageId: 'q0', channel: Channel.WEB, identifiers: [user(1)], traits: { taste: 'rum' }, at: at + 40 },
  { messageId: 'q1', channel: Channel.WEB, identifiers: [user(2)], traits: { taste: 'gin' }, at: at + 41 },
  { messageId: 'q2', channel: Channel.WEB, identifiers: [user(3)], traits: { taste: 'tea' }, at: at + 42 },
  { messageId: 'q3', channel: Channel.MINI_PROGRAM, identifiers: [phone(4)], traits: { city: 'Wien' }, at: at + 43 },
  { messageId: 'q4', channel: Channel.MINI_PROGRAM, identifiers: [phone(3)], traits: { city: 'Bonn' }, at: at + 44 },
];

/** Four people who have been made one by hand, two and two first. */
export interface Joined {
  readonly id: string;
  /** Another person, whose profile was founded before. */
  readonly stranger: string;
  /** Who they were. */
  readonly ids: readonly string[];
  /** The accounts of the first, of the second, of the third, and of the fourth by themselves. */
  readonly parts: readonly (readonly string[])[];
}

/** Delivers four people and makes them one; somebody has said since that they are five, and nobody has acted on it. */
export async function joinedPeople(tenant: TenantWorld): Promise<Joined> {
  await tenant.deliver([STRANGER]);
  await tenant.deliver([...BEFORE, ...OTHERS]);
  const living = await tenant.living();
  const web = [1, 2, 3, 4].map((n) => tenant.accountIdOf(Channel.WEB, user(n)));
  const ids = await tenant.profileIdsOf(web);
  const [first = '', second = '', third = '', fourth = ''] = ids;
  await tenant.setTrait(second, 'city', 'Lima');
  await tenant.merge(first, second);
  await tenant.merge(third, fourth);
  await tenant.merge(first, third);
  const accountsOf = (id: string) => living.find(({ state }) => state.id === id)?.accountIds ?? [];
  const [a, b, c, d] = [first, second, third, fourth].map(accountsOf);
  const [alone = '', other = ''] = d ?? [];
  const parts = [a ?? [], b ?? [], c ?? [], [alone], [other]];
  await tenant.bar(parts);
  const [stranger = ''] = await tenant.profileIdsOf([tenant.accountIdOf(Channel.WEB, user(9))]);
  return { id: first, stranger, ids, parts };
}
