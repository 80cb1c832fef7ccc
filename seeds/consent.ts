import { type DemoIdentifier, type Episode, type Observation, track } from './observation.js';
import { Random } from './random.js';

/** How many agree, of those who answer. */
const AGREEING = { Analytics: 0.75, Advertising: 0.5, Personalisation: 0.6, 'Data sharing': 0.15 } as const;
const ANSWERING = 0.6;

/** What somebody answers when they are asked for consent; some close the banner and answer nothing. */
export function* consentDecision(
  { person, channel }: Episode,
  at: Date,
  identifiers: DemoIdentifier[],
): Generator<Observation> {
  // a stream of its own: whoever answers does and buys what they would have otherwise
  const random = new Random(`${person.key}:${channel}:consent`);
  if (!random.chance(ANSWERING)) return;
  const answers = Object.entries(AGREEING).map(([category, share]) => [category, random.chance(share)]);
  const consent = { categoryPreferences: Object.fromEntries(answers), policyVersion: '2025-01' };
  yield track(at, 'Segment Consent Preference Updated', identifiers, { context: { consent } });
}
