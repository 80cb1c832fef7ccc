import { type ActiveDays, daysAfter, HISTORY_DAYS } from './calendar.js';
import { appObservations } from './channels/app.js';
import { contentObservations } from './channels/content.js';
import { crmObservations } from './channels/crm.js';
import { ecommerceObservations } from './channels/ecommerce.js';
import { erpObservations } from './channels/erp.js';
import { iotObservations } from './channels/iot.js';
import { miniProgramObservations } from './channels/mini-program.js';
import { searchObservations } from './channels/search.js';
import { socialObservations } from './channels/social.js';
import { storeObservations } from './channels/store.js';
import { webObservations } from './channels/web.js';
import { wechatOfficialAccountObservations } from './channels/wechat-official-account.js';
import { wecomObservations } from './channels/wecom.js';
import { linksOf } from './identity.js';
import { CHANNELS, type DemoChannel } from './membership.js';
import type { Episode, Observation } from './observation.js';
import { ordersOf } from './orders.js';
import { personAt } from './people.js';
import { Random } from './random.js';

/** One event of the demo tenant, in the shape of the contract's EventInput. */
export interface DemoItem extends Observation {
  messageId: string;
  channel: DemoChannel;
}

const TELLERS: Record<DemoChannel, (episode: Episode) => Generator<Observation>> = {
  WECHAT_OFFICIAL_ACCOUNT: wechatOfficialAccountObservations,
  WECOM: wecomObservations,
  MINI_PROGRAM: miniProgramObservations,
  SOCIAL: socialObservations,
  SEARCH: searchObservations,
  CONTENT: contentObservations,
  WEB: webObservations,
  APP: appObservations,
  ECOMMERCE: ecommerceObservations,
  STORE: storeObservations,
  CRM: crmObservations,
  ERP: erpObservations,
  IOT: iotObservations,
};
/** Message numbers set aside for each channel of a person, so that one channel's events never renumber another's. */
const NUMBERS_PER_CHANNEL = 1000;

/**
 * The demo tenant's 90 days before `end`, all events of one person next to each other and in order of time.
 * The same options give the same items, byte for byte; a smaller `people` gives the first part of a larger one.
 */
export function* demoItems({ end, people = 1000 }: { end: Date; people?: number }): Generator<DemoItem> {
  for (let index = 0; index < people; index++) yield* itemsOfPerson(index, end);
}

function itemsOfPerson(index: number, end: Date): DemoItem[] {
  const person = personAt(index);
  const days: ActiveDays = { end, oldest: person.oldest, newest: person.newest };
  const orders = ordersOf(person, days);
  const links = linksOf(person);
  const items = person.channels.flatMap((channel) => {
    const episode: Episode = {
      person,
      channel,
      links: links.get(channel) ?? new Set(),
      orders: orders.filter((order) => order.channel === channel),
      days,
      random: new Random(`${person.key}:${channel}`),
    };
    return itemsOfEpisode(episode);
  });
  return items.sort((left, right) => left.occurredAt.getTime() - right.occurredAt.getTime());
}

function itemsOfEpisode(episode: Episode): DemoItem[] {
  const { person, channel, days } = episode;
  const start = daysAfter(days.end, -HISTORY_DAYS);
  const base = CHANNELS.indexOf(channel) * NUMBERS_PER_CHANNEL;
  const items = [...TELLERS[channel](episode)].map(({ type, name, ...rest }, index) => ({
    messageId: `demo-${person.key}-${base + index + 1}`,
    type,
    ...(name ? { name } : {}),
    channel,
    ...rest,
  }));
  return items.filter(({ occurredAt }) => occurredAt >= start && occurredAt <= days.end);
}
